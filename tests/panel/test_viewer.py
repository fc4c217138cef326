"""The viewer: exactly the frame that is named, by mouse and by keys; nothing stale."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bridge.media.slate import read_number
from bridge.wire.selections import PushedClipIn
from tests.panel.bare import mounted
from tests.panel.house import HEAD, RATE, House
from tests.panel.seen import TOLD, pixels
from tests.panel.viewing import at, playhead, shown

FRAMES = 24


@pytest.fixture
def page(house: House) -> Page:
    return mounted(house, house.select(shots=3), "makeViewer")


def test_keys_step_frame_by_frame(page: Page) -> None:
    page.locator("#viewer-on").focus()
    frame = 0
    for key, step in [("ArrowRight", 1)] * 4 + [("Shift+ArrowRight", 10), ("ArrowLeft", -1)]:
        page.keyboard.press(key)
        frame += step
        assert shown(page, at(frame)) == HEAD + frame
    page.keyboard.press("End")
    assert shown(page, at(23)) == HEAD + 23
    page.keyboard.press("ArrowRight")  # there is no more
    assert shown(page, at(23)) == HEAD + 23
    page.keyboard.press("Home")
    assert shown(page, at(0)) == HEAD


def test_the_mouse_scrubs_to_the_frame_under_it(page: Page) -> None:
    box = page.locator(".film").bounding_box()
    assert box is not None
    spot = lambda frame: (box["x"] + box["width"] * (frame + 0.5) / FRAMES, box["y"] + 20)  # noqa: E731
    page.mouse.move(*spot(3))
    page.mouse.down()
    assert shown(page, at(3)) == HEAD + 3
    for frame in (9, 17, 5, 21):
        page.mouse.move(*spot(frame))
        assert shown(page, at(frame)) == HEAD + frame
    page.mouse.move(box["x"] + box["width"] + 300, box["y"])
    assert shown(page, at(23)) == HEAD + 23
    page.mouse.up()
    page.mouse.move(*spot(2))
    assert shown(page, at(23)) == HEAD + 23
    expect(playhead(page)).to_be_focused()


def test_every_frame_of_the_shot_shows_itself(page: Page) -> None:
    words = """async () => {
      const told = TOLD;
      const canvas = document.querySelector(".screen canvas");
      const found = [];
      for (let frame = 0; frame < 24; frame += 1) {
        part.go(frame);
        while (canvas.dataset.frame !== String(frame)) await new Promise(requestAnimationFrame);
        found.push(told(canvas));
      }
      return found;
    }""".replace("TOLD", TOLD)
    numbers = [read_number(pixels(told)) for told in page.evaluate(words)]
    assert numbers == list(range(HEAD, HEAD + FRAMES))


@pytest.mark.parametrize(
    ("speed", "source", "expected"),
    [("-1", 60, lambda frame: 60 - frame), ("2", 20, lambda frame: 20 + 2 * frame)],
)
def test_retimed_shots_show_what_the_edit_shows(
    house: House, speed: str, source: int, expected: Any
) -> None:
    media = str(house.media("boat_0"))
    told = {"name": "x", "media": media, "rate": str(RATE), "frames": FRAMES, "speed": speed}
    clip = PushedClipIn(**told, record_start=0, source_start=source)
    page = mounted(house, house.select(clips=(clip,)), "makeViewer")
    for frame in (0, 5, 23):
        page.evaluate("(frame) => part.go(frame)", frame)
        assert shown(page, at(frame)) == expected(frame)


def test_no_other_frame_is_ever_shown_as_the_current_one(page: Page) -> None:
    assert shown(page, at(0)) == HEAD
    held: list[Any] = []
    page.route("**/strip?*", lambda route: held.append(route))  # noqa: PLW0108
    page.evaluate("part.go(20)")
    screen = page.locator(".screen")
    expect(screen).to_have_attribute("data-state", "loading")
    expect(screen).to_have_attribute("aria-busy", "true")
    expect(screen.get_by_text(f"Loading {at(20)}")).to_be_visible()
    assert screen.locator("canvas").get_attribute("data-frame") is None
    page.evaluate("part.go(9)")
    page.wait_for_timeout(400)  # the request for frame 20 is given up
    page.unroute("**/strip?*")
    for route in held:
        route.continue_()
    assert shown(page, at(9)) == HEAD + 9


def test_another_shot_keeps_nothing_of_the_one_before(page: Page) -> None:
    page.evaluate("part.go(7)")
    assert shown(page, at(7)) == HEAD + 7
    page.evaluate("part.show(1)")
    assert shown(page, at(36)) == HEAD + 1
    expect(page.get_by_role("heading", name="Shot 2")).to_be_visible()
    page.evaluate("part.show(0)")
    assert shown(page, at(7)) == HEAD + 7  # where somebody was


def test_playing_goes_to_the_end_and_stops_there(page: Page) -> None:
    page.locator("#viewer-play").focus()
    page.keyboard.press("l")
    expect(page.locator("#viewer-play")).to_have_text("Stop")
    expect(page.locator("#viewer-play")).to_have_text("Play")
    assert shown(page, at(23)) == HEAD + 23
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#viewer-play")).to_have_text("Stop, 2 times as fast")
    page.keyboard.press("k")
    expect(page.locator("#viewer-play")).to_have_text("Play")


def test_the_playhead_says_its_timecode(page: Page) -> None:
    page.evaluate("part.go(13)")
    slider = playhead(page)
    expect(slider).to_have_attribute("aria-valuetext", at(13))
    expect(slider).to_have_attribute("aria-valuenow", "13")
    expect(slider).to_have_attribute("aria-valuemax", "23")
    assert page.evaluate("[part.frame(), part.timecode()]") == [13, at(13)]
    expect(page.get_by_text("Frame 14 of 24")).to_be_visible()


def test_a_timecode_can_be_typed(page: Page) -> None:
    field = page.get_by_label("Timecode", exact=True)
    field.fill(at(15))
    field.press("Enter")
    assert shown(page, at(15)) == HEAD + 15
    field.fill("nonsense")
    field.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("is no timecode")
    assert shown(page, at(15)) == HEAD + 15


def test_length_speed_and_handles_are_said(page: Page) -> None:
    facts = page.locator("#viewer .facts")
    expect(facts).to_contain_text("24 frames, 1.0 s")
    expect(facts).to_contain_text("The media has 12 frames before the cut and 60 after it")


@pytest.mark.parametrize("width", [320, 420])
def test_fits_a_narrow_page(house: House, width: int) -> None:
    page = mounted(house, house.select(shots=2), "makeViewer", width=width)
    shown(page, at(0))
    page.get_by_role("button", name="Keyframe here").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("part.setRange('01:00:00:12', 6)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
