"""The preview: it makes itself, plays at the right rate, and shows the viewer's frame after."""

from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

from bridge.frames import Rate
from tests.panel.asked import Asked, opened, prompted
from tests.panel.house import HEAD, House
from tests.panel.seen import TOLD, number, pixels

PATIENCE = 60_000  # ms; a machine may be busy
RATE = Rate.of("24000/1001")


def playing(house: House, words: str = "warm", **told: Any) -> Asked:
    asked = prompted(house, words, **told)
    asked.page.locator("#preview-play").wait_for(timeout=PATIENCE)
    return asked


def paused(house: House) -> Page:
    page = playing(house, reduced_motion="reduce").page
    page.locator("#preview .time", has_text="frame 1 of 24").wait_for()
    return page


def canvas(page: Page) -> Locator:
    return page.locator("#preview canvas")


def test_it_comes_by_itself_roughly_first(house: House) -> None:
    asked = opened(house)
    page = asked.page
    told: list[dict[str, Any]] = []
    page.on("response", lambda answer: note(told, answer))
    expect(page.locator("#preview")).to_contain_text("It appears here by itself.")
    page.locator("#prompt").press_sequentially("warm", delay=20)
    page.locator("#preview-play").wait_for(timeout=PATIENCE)
    expect(page.locator("#preview")).to_contain_text("Preview at 640 x 360: quick and small.")
    (body,) = asked.all("previews")
    assert (body["shot"], body["slot"], body["recipe"]["prompt"]) == (0, "panel", "warm")
    stages = [one["stage"] for one in told if one["revision"]]
    assert stages[-1] == "shot"
    assert stages == sorted(stages, key=["strip", "shot"].index)


def note(told: list[dict[str, Any]], answer: Response) -> None:
    route = answer.url.partition("/v1/previews/")[2]
    if route and "strip" not in route:
        told.append(answer.json())


def test_it_plays_in_a_loop_at_its_rate(house: House) -> None:
    """Counted by the clock: what is on the screen after a while is what should be."""
    page = playing(house).page
    expect(page.locator("#preview-play")).to_have_text("Pause")
    page.locator("#preview .time").wait_for()
    seen = page.evaluate(
        """async () => {
            const now = () => Number(document.querySelector('#preview .time').textContent
                .match(/frame (\\d+)/)?.[1]);
            while (!now()) await new Promise((done) => setTimeout(done, 20));
            const [first, since] = [now(), performance.now()];
            await new Promise((done) => setTimeout(done, 2300));
            return [first, now(), (performance.now() - since) / 1000];
        }"""
    )
    first, last, seconds = seen
    passed = float(RATE.fps) * seconds
    off = (last - first - passed) % 24
    assert min(off, 24 - off) <= 4


def test_it_is_paused_and_stepped_by_keyboard(house: House) -> None:
    page = playing(house).page
    play = page.locator("#preview-play")
    page.locator("#preview .time", has_text="frame").wait_for()
    play.focus()
    page.keyboard.press("Space")
    expect(play).to_have_text("Play")
    page.wait_for_load_state("networkidle")  # the picture that was asked for last is there
    page.keyboard.press("Tab")
    at = int(page.locator("#preview .time").text_content().split()[2])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#preview .time")).to_contain_text(f"frame {min(at + 1, 24)} of 24")


def test_it_stands_still_where_motion_is_unwanted(house: House) -> None:
    page = paused(house)
    expect(page.locator("#preview-play")).to_have_text("Play")
    assert number(canvas(page)) == HEAD
    page.locator("#preview-on").click()
    page.locator("#preview .time", has_text="frame 2 of 24").wait_for()
    assert number(canvas(page)) == HEAD + 1


def test_before_and_after_are_the_same_frame(house: House) -> None:
    page = paused(house)
    page.get_by_role("slider", name="Playhead").press("ArrowRight")
    page.get_by_role("slider", name="Playhead").press("ArrowRight")
    page.locator("#preview .time", has_text="After, frame 3 of 24").wait_for()
    after = pixels(canvas(page).evaluate(TOLD))
    assert number(canvas(page)) == HEAD + 2
    page.locator("#preview-before").click()
    page.locator("#preview .time", has_text="Before, frame 3 of 24").wait_for()
    before = pixels(canvas(page).evaluate(TOLD))
    assert number(canvas(page)) == HEAD + 2
    assert page.locator("#preview-before").get_attribute("aria-pressed") == "true"
    # warm: more red and less blue than before
    warmth = [float(picture[..., 2].mean() - picture[..., 0].mean()) for picture in (before, after)]
    assert warmth[1] > warmth[0] + 2


def test_typing_on_makes_another(house: House) -> None:
    asked = playing(house)
    page = asked.page
    ended = asked.bodies["previews"][-1]["recipe"]["prompt"]
    page.locator("#prompt").fill("negative")
    page.locator("#preview .looked:not(.stale)").wait_for(timeout=PATIENCE)
    prompts = [body["recipe"]["prompt"] for body in asked.all("previews")]
    assert prompts == [ended, "negative"]
    page.wait_for_function(
        """() => {
            const canvas = document.querySelector('#preview canvas');
            const [x, y] = [canvas.width - 4, 4];
            return canvas.getContext('2d').getImageData(x, y, 1, 1).data[0] > 128;
        }""",
        timeout=PATIENCE,
    )


def test_it_says_why_there_is_none(house: House) -> None:
    asked = opened(house)
    page = asked.page
    preview = page.locator("#preview")
    page.locator("#prompt").fill("warn")
    expect(preview).to_contain_text("It appears here once all above is understood.")
    page.locator("#engine").select_option("runway")
    expect(preview).to_contain_text("There is no preview: runway is another machine")
    expect(preview.locator("canvas")).to_be_hidden()
    asked.ready()
    assert asked.all("previews") == []
