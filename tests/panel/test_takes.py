"""Takes of a shot: listed, chosen, decided about, written into a new timeline."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.panel.house import HEAD, House, until
from tests.panel.taking import drawn, made, mount, numbers, opened, taking

FRAMES = 12
FIFTY = range(50, 0, -1)
CHOSEN = ["Shot 1, Take 1", "Shot 2, Take 2"]


@pytest.fixture(scope="module")
def selection(house: House) -> str:
    """Two shots with two takes each."""
    selection = house.select(shots=2, frames=FRAMES)
    made(house, selection)
    made(house, selection, "strong grain", handles=2)
    return selection


@pytest.fixture
def page(house: House, selection: str) -> Iterator[Page]:
    page = taking(house, selection)
    drawn(page, 0)
    yield page
    page.evaluate("part.close()")


def rows(page: Page) -> list[str]:
    return page.locator(".takes-list > li strong").all_inner_texts()


class TestList:
    def test_says_what_each_take_is_newest_first(self, house: House, page: Page) -> None:
        assert page.get_by_role("heading", name="Shot 1: 2 takes").is_visible()
        assert rows(page) == ["Take 2", "Take 1"]
        newest = page.locator(".takes-list > li").first
        for words in ("Undecided", "strong grain", "local, looks", "no cost"):
            assert newest.get_by_text(words, exact=True).is_visible(), words

    def test_tells_where_a_take_comes_from_when_asked(self, house: House, page: Page) -> None:
        newest = page.locator(".takes-list > li").first
        assert newest.locator("dd").count() == 0
        newest.get_by_text("Where it comes from").click()
        newest.locator("dd").first.wait_for()
        told = dict(
            zip(
                newest.locator("dt").all_inner_texts(),
                newest.locator("dd").all_inner_texts(),
                strict=True,
            )
        )
        assert told["Source frames"] == f"{HEAD - 2} to {HEAD + FRAMES + 1}"
        assert told["Handles"] == "2 before, 2 after"
        assert told["Made from"] == str(house.media("boat_0"))
        assert told["On the timeline"] == "01:00:00:00, 12 frames, 24000/1001 a second"
        assert Path(told["File"]).is_file()

    def test_shows_the_takes_of_another_shot(self, page: Page) -> None:
        page.evaluate("part.show(1)")
        assert page.get_by_role("heading", name="Shot 2: 2 takes").is_visible()
        page.wait_for_function(
            "() => document.querySelector('.versus-moment').textContent.includes('01:00:01:00')"
        )
        drawn(page, 0)
        assert numbers(page) == (HEAD + 1, HEAD + 1)

    def test_a_shot_without_takes_says_so(self, house: House) -> None:
        page = taking(house, house.select(shots=1, name="Nothing yet"))
        page.get_by_text("No take yet.").wait_for()
        assert page.locator("#compare").is_hidden()
        page.evaluate("part.close()")


SURENESS = """async (take) => {
  const { makeSureness } = await import("/panel/sureness.js");
  const facts = { rate: "25", start_frame: 90_000, drop_frame: false, frames: 100 };
  const node = makeSureness(take, facts);
  document.querySelector("main").replaceChildren(...(node ? [node] : []));
  return [...(node?.querySelector("canvas").getContext("2d")
    .getImageData(0, 0, take.sureness.length, 1).data ?? [])];
}"""


class TestSureness:
    def test_names_the_frame_to_paint_next(self, house: House) -> None:
        page = opened(house)
        take = {"sureness": [90, 20, 60], "paint_next": 26, "source": "/a.mov"}
        pixels = page.evaluate(SURENESS, take)
        said = "Least sure at 01:00:01:01 (20 %): paint that frame next."
        assert page.locator(".sureness").inner_text() == said
        page.evaluate(SURENESS, {**take, "source": None})
        assert page.locator(".sureness").inner_text().endswith("a still there helps most.")
        green_minus_red = [pixels[4 * place + 1] - pixels[4 * place] for place in range(3)]
        assert green_minus_red[0] > green_minus_red[2] > green_minus_red[1]

    def test_says_when_nothing_is_to_be_done_and_nothing_where_nothing_is_told(
        self, house: House
    ) -> None:
        page = opened(house)
        page.evaluate(SURENESS, {"sureness": [90, 72], "paint_next": None})
        assert page.locator(".sureness").inner_text() == "Sure throughout: 72 % at least."
        page.evaluate(SURENESS, {"sureness": [], "paint_next": None})
        assert page.locator(".sureness").count() == 0


class TestChoosing:
    def chosen(self, page: Page) -> tuple[str, ...]:
        return tuple(
            str(page.locator(f"input[name=compare-{side}]:checked").get_attribute("aria-label"))
            for side in "ab"
        )

    def test_begins_with_the_original_and_the_newest(self, page: Page) -> None:
        assert self.chosen(page) == ("Original as A", "Take 2 as B")

    def test_never_compares_a_take_with_itself(self, page: Page) -> None:
        page.get_by_label("Take 2 as A").check()
        assert self.chosen(page) == ("Take 2 as A", "Take 1 as B")
        page.get_by_label("Take 2 as B").check()
        assert self.chosen(page) == ("Original as A", "Take 2 as B")

    def test_is_kept_for_each_shot(self, page: Page) -> None:
        page.get_by_label("Take 1 as B").check()
        page.evaluate("part.show(1)")
        assert self.chosen(page) == ("Original as A", "Take 2 as B")
        page.evaluate("part.show(0)")
        assert self.chosen(page) == ("Original as A", "Take 1 as B")


class TestLive:
    def test_a_finished_take_appears_and_leaves_the_focus(self, house: House) -> None:
        selection = house.select(shots=1, frames=FRAMES, name="Live")
        made(house, selection)
        page = taking(house, selection)
        drawn(page, 0)
        page.get_by_label("Take 1 into a new timeline").focus()
        made(house, selection)
        expect(page.locator(".takes-list > li")).to_have_count(2)
        assert rows(page) == ["Take 2", "Take 1"]
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focused == "Take 1 into a new timeline"
        assert page.locator("#said").inner_text() == "A new take is there."
        assert page.get_by_label("Take 2 as B").is_checked()  # nobody had looked at another
        assert page.locator(".take-fresh").first.is_visible()

        page.locator("#compare-on").click()  # from now on somebody looks
        made(house, selection)
        expect(page.locator(".takes-list > li")).to_have_count(3)
        assert page.get_by_label("Take 2 as B").is_checked()
        page.evaluate("part.close()")


class TestDeciding:
    def test_says_before_what_it_does_and_after_what_it_did(self, house: House, page: Page) -> None:
        use = page.get_by_role("button", name="Use")
        words = page.locator(f"#{use.get_attribute('aria-describedby')}")
        assert words.inner_text() == "Marks it as used. It lies on the timeline that its job wrote."
        use.focus()
        page.keyboard.press("Enter")
        page.locator(".decide-result").get_by_text("This take is used.").wait_for()
        newest = page.locator(".takes-list > li").first
        assert newest.get_by_text("Used", exact=True).is_visible()
        assert page.evaluate("document.activeElement.id") == "decide-use"

        page.get_by_role("button", name="Reject").click()
        newest.get_by_text("Rejected").wait_for()
        page.get_by_role("button", name="Undecide").click()
        newest.get_by_text("Undecided").wait_for()
        assert page.get_by_role("button", name="Undecide").count() == 0

    def test_shows_what_another_page_decided(self, house: House, page: Page) -> None:
        other = taking(house, house.select(shots=2, frames=FRAMES))
        other.get_by_label("Take 1 as B").check()
        other.get_by_role("button", name="Replace").click()
        oldest = page.locator(".takes-list > li").last
        oldest.get_by_text("Used", exact=True).wait_for()
        other.get_by_role("button", name="Undecide").click()
        oldest.get_by_text("Undecided").wait_for()
        other.evaluate("part.close()")

    @pytest.mark.parametrize(
        ("host", "mode", "words"),
        [
            ("resolve", "above", "Resolve puts it on a track above the original."),
            ("premiere", "append", "Premiere puts it at the end of the timeline."),
            ("other", "above", "Marks it as used."),
        ],
    )
    def test_is_told_in_the_words_of_the_host(
        self, page: Page, host: str, mode: str, words: str
    ) -> None:
        take = {"recipe": {"mode": mode}, "source": "/boat.mov", "status": "delivered"}
        told = self.decisions(page, take, host)
        assert told["use"].startswith(words)
        assert list(told) == ["use", "replace", "reject"]

    def test_a_new_shot_replaces_nothing(self, page: Page) -> None:
        take: dict[str, Any] = {"recipe": {}, "source": None, "status": "used"}
        assert list(self.decisions(page, take, "resolve")) == ["use", "reject", "open"]

    def decisions(self, page: Page, take: dict[str, Any], host: str) -> dict[str, str]:
        told = page.evaluate(
            "async ([take, host]) =>"
            " (await import('/panel/takewords.js')).decisionsFor(take, host)",
            [take, host],
        )
        return {decision: sentence for decision, _, sentence in told}


class TestNewTimeline:
    def test_is_written_with_takes_of_several_shots(
        self, house: House, page: Page, tmp_path: Path
    ) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_label("Take 1 into a new timeline").check()
        page.evaluate("part.show(1)")
        page.get_by_label("Take 2 into a new timeline").check()
        listed = page.locator(".cutting-take").all_inner_texts()
        assert [text.split("Leave")[0].strip() for text in listed] == CHOSEN
        page.get_by_role("button", name="Write a new timeline with 2 takes").click()
        path = Path(page.locator("#cutting code").inner_text())
        text = path.read_text()
        for take in house.client.takes(timeline="Reel 1"):
            chosen = (take.record_start, take.number) in ((0, 1), (2 * FRAMES, 2))
            assert (Path(take.media).name in text) == chosen

        page.get_by_role("button", name="Copy the path").click()
        page.locator("#cutting").get_by_text("The path was copied.").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == str(path)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert download.value.suggested_filename == path.name
        download.value.save_as(tmp_path / "got")
        assert json.loads((tmp_path / "got").read_text()) == json.loads(text)

    def test_takes_one_of_every_shot_or_none(self, page: Page) -> None:
        page.get_by_role("button", name="Choose one for every shot").click()
        assert page.locator(".cutting-take").count() == 2
        page.get_by_role("button", name="Leave out Shot 1, Take 2").click()
        assert page.locator(".cutting-take").count() == 1
        assert not page.get_by_label("Take 2 into a new timeline").is_checked()
        page.get_by_role("button", name="Choose none").click()
        assert page.locator(".cutting-take").count() == 0


class TestNewShots:
    def test_are_shown_alone_or_beside_each_other(self, house: House) -> None:
        """A new shot has no original: B alone; then another take of the same place is A."""
        selection = house.select(shots=1, frames=FRAMES, name="New")
        new: dict[str, Any] = {"kind": "generate", "at": "20", "duration": 8}
        new |= {"keyframes": [{"at": "20", "frame_of": "0"}], "camera": ["zoom in 4%"]}
        made(house, selection, "", **new)
        page = taking(house, selection, None)
        drawn(page, 0, a=False)
        assert page.locator(".versus .a").is_hidden()
        assert page.locator("#compare-wipe").is_hidden()
        assert page.get_by_role("radio", name="Original as A").is_hidden()
        assert page.get_by_role("button", name="Replace").count() == 0
        made(house, selection, "", **new)
        expect(page.locator(".takes-list > li")).to_have_count(2)
        expect(page.locator(".versus figcaption").first).to_have_text("A: Take 1")
        drawn(page, 0)
        page.get_by_role("button", name="Takes of the shot").click()
        page.get_by_role("heading", name="Shot 1: 0 takes").wait_for()
        page.evaluate("part.close()")


class TestMany:
    def test_fifty_takes_ask_for_few_pictures(self, house: House, selection: str) -> None:
        """One take under fifty names, each with the pictures of that one."""
        page = opened(house)
        asked: set[str] = set()

        def listed(route: Route) -> None:
            found = route.fetch().json()["takes"]
            take = next(take for take in found if take["shot_number"] == 0)
            many = [take | {"id": f"{take['id']}-{number}", "number": number} for number in FIFTY]
            route.fulfill(json={"takes": many})

        def pictured(route: Route) -> None:
            many, number = re.findall(r"(-(\d+))/strip", route.request.url)[0]
            if "height=72" in route.request.url:
                asked.add(number)
            route.continue_(url=route.request.url.replace(f"{many}/strip", "/strip"))

        page.route("**/v1/selections/*/takes", listed)
        page.route(re.compile("/strip"), pictured)
        mount(page, house, selection)
        drawn(page, 0)
        assert len(rows(page)) == 50
        until(page, lambda: asked)
        page.wait_for_timeout(500)
        assert len(asked) < 15
        took = page.get_by_label("Take 7 as B").evaluate(
            "(radio) => { const began = performance.now(); radio.click();"
            " return performance.now() - began; }"
        )
        assert took < 200  # ms
        expect(page.locator(".versus figcaption").last).to_have_text("B: Take 7")
        assert "7" not in asked
        page.locator(".takes-list > li").last.scroll_into_view_if_needed()
        page.wait_for_function("() => document.querySelector('.takes-list').scrollTop > 0")
        until(page, lambda: "1" in asked)
        page.evaluate("part.close()")


def test_words_of_a_take_are_never_markup(page: Page) -> None:
    shown = page.evaluate(
        """async () => {
          const { makeTakeRow } = await import("/panel/takerow.js");
          const markup = "<img src=x onerror=alert(1)><b>dusk</b>";
          const take = { id: "t", number: 1, prompt: markup, engine: markup, model: "m", credits: 0,
            created: new Date().toISOString(), warnings: [markup], width: 16, height: 9, frames: 1,
            status: "delivered", sureness: [], notes: {} };
          const row = makeTakeRow({ take }, { thumbs: { watch() {} }, acts: {} });
          return [row.node.querySelectorAll("img, b").length, row.node.textContent];
        }"""
    )
    assert shown[0] == 0
    assert shown[1].count("<b>dusk</b>") == 3
