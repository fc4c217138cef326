"""Two takes at one record frame: the numbers in the pixels say which frame each side shows."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, Route, expect

from tests.panel.house import HEAD, RATE, House, until
from tests.panel.taking import drawn, made, numbers, takes_of, taking

FRAMES = 24
FLASHES = 3  # a second, WCAG 2.3.1
WATCHED = """() => {
  window.watched = [];
  const [a, b] = document.querySelectorAll(".versus canvas");
  const look = (now) => {
    watched.push([now, Number(a.dataset.frame), Number(b.dataset.frame)]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
TURNS = """() => {
  const stage = document.querySelector(".versus");
  window.turns = [];
  new MutationObserver(() => turns.push(performance.now()))
    .observe(stage, { attributeFilter: ["data-shown"] });
}"""


@pytest.fixture(scope="module")
def selection(house: House) -> str:
    """A shot with two takes: grain, then dusk."""
    selection = house.select(shots=1, frames=FRAMES)
    made(house, selection)
    made(house, selection, "make it dusk")
    return selection


@pytest.fixture
def page(house: House, selection: str) -> Iterator[Page]:
    page = taking(house, selection)
    drawn(page, 0)
    yield page
    page.evaluate("part.close()")


def press(page: Page, *keys: str) -> None:
    page.locator(".versus-frame").focus()
    for key in keys:
        page.keyboard.press(key)


class Gate:
    """Holds back requests of an address until it is opened."""

    def __init__(self, page: Page, address: str) -> None:
        self.held: list[Route] = []
        self._closed = True
        page.route(re.compile(address), self._asked)

    def _asked(self, route: Route) -> None:
        if self._closed:
            self.held.append(route)
        else:
            route.continue_()

    def open(self) -> None:
        self._closed = False
        for route in self.held:
            route.continue_()


class TestFrames:
    @pytest.mark.parametrize(
        ("keys", "frame"),
        [
            ((), 0),
            (("ArrowRight",), 1),
            (("Shift+ArrowRight", "ArrowLeft"), 9),
            (("End",), 23),
            (("End", "ArrowRight"), 23),
            (("End", "Home"), 0),
            (("ArrowLeft",), 0),
        ],
    )
    def test_are_the_same_on_both_sides(
        self, page: Page, keys: tuple[str, ...], frame: int
    ) -> None:
        press(page, *keys)
        drawn(page, frame)
        assert numbers(page) == (HEAD + frame, HEAD + frame)
        shown = page.locator(".versus-moment").inner_text()
        assert shown.split() == ["Frame", str(frame + 1), "of", "24", f"01:00:00:{frame:02}"]

    def test_of_two_takes_are_the_same(self, page: Page) -> None:
        page.get_by_label("Take 1 as A").check()
        press(page, "Shift+ArrowRight")
        drawn(page, 10)
        assert page.locator(".versus figcaption").all_inner_texts() == ["A: Take 1", "B: Take 2"]
        assert numbers(page) == (HEAD + 10, HEAD + 10)

    def test_keep_their_moment_when_another_take_is_chosen(self, page: Page) -> None:
        press(page, "End")
        drawn(page, 23)
        page.get_by_label("Take 1 as B").check()
        page.get_by_text("B: Take 1").wait_for()
        drawn(page, 23)
        assert numbers(page) == (HEAD + 23, HEAD + 23)

    @pytest.mark.parametrize("late", ["original", "take"])
    def test_never_differ_while_one_side_is_late(self, page: Page, late: str) -> None:
        gate = Gate(page, rf"/strip\?of={late}&")
        page.set_viewport_size({"width": 1300, "height": 900})  # larger pictures: none is there
        press(page, "End")
        until(page, lambda: gate.held)
        page.wait_for_timeout(600)
        assert numbers(page) == (HEAD, HEAD)
        assert page.locator(".versus-moment").inner_text().startswith("Frame 1 of")
        gate.open()
        drawn(page, 23)
        assert numbers(page) == (HEAD + 23, HEAD + 23)

    def test_of_a_clip_that_was_trimmed_are_laid_together(self, house: House) -> None:
        """Five frames were cut off its head between the takes, and it lies elsewhere now."""
        clip = {"media": str(house.media("boat_0")), "rate": str(RATE)}
        whole = clip | {"record_start": 0, "frames": 16, "source_start": 20}
        short = clip | {"record_start": 40, "frames": 15, "source_start": 25}
        made(house, house.select(name="Trimmed", clips=(whole,)))
        selection = house.select(name="Trimmed", clips=(short,))
        newest = made(house, selection)
        page = taking(house, selection)
        drawn(page, 0)
        page.get_by_label(f"Take {takes_of(house, newest)[0].number} as B").check()
        page.locator(".takes-list").get_by_role("radio", name="as A", checked=False).last.check()
        for key, frame in (("Home", 0), ("End", 10)):
            press(page, key)
            drawn(page, frame)
            assert numbers(page) == (25 + frame, 25 + frame)
        assert page.locator(".versus-moment").inner_text().split()[-1] == "01:00:02:02"
        page.evaluate("part.close()")


class TestPairs:
    def paired(self, page: Page, one: dict[str, Any], other: dict[str, Any]) -> list[int] | None:
        """[frames, first of a, first of b]; None where they have nothing in common."""
        take = {"id": "t", "number": 1, "record_start": 0, "frames": 10, "rate": "25/1"}
        take |= {"source": "/boat.mov", "handles": {"head": 0, "tail": 0}, "width": 16, "height": 9}
        take |= {"source_frames": [{"first": 100, "step": 1, "count": 10}]}
        found: list[int] | None = page.evaluate(
            """async ([one, other]) => {
              const pair = (await import("/panel/pairing.js")).pairOf(one, other);
              return pair && [pair.frames, pair.a.first, pair.b.first];
            }""",
            [take | one, take | other],
        )
        return found

    def run(self, first: int, step: int, count: int) -> dict[str, Any]:
        return {"source_frames": [{"first": first, "step": step, "count": count}], "frames": count}

    def test_lie_together_by_their_source_frames(self, page: Page) -> None:
        assert self.paired(page, {}, {}) == [10, 0, 0]
        assert self.paired(page, {}, self.run(104, 1, 3)) == [3, 4, 0]
        assert self.paired(page, self.run(104, 1, 3), {}) == [3, 0, 4]
        moved = {"record_start": 77}
        assert self.paired(page, {}, moved) == [10, 0, 0]
        held = self.run(100, 0, 10) | moved
        assert self.paired(page, held | {"record_start": 70}, held) == [3, 7, 0]

    def test_leave_out_handles(self, page: Page) -> None:
        handled = self.run(98, 1, 14) | {"handles": {"head": 2, "tail": 2}, "frames": 10}
        assert self.paired(page, handled, {}) == [10, 0, 0]

    def test_of_other_frames_are_none(self, page: Page) -> None:
        assert self.paired(page, {}, self.run(108, -1, 9)) is None  # reversed since
        assert self.paired(page, {}, self.run(200, 1, 10)) is None
        assert self.paired(page, {"rate": "24/1"}, {}) is None

    def test_of_new_shots_lie_together_by_their_place(self, page: Page) -> None:
        new: dict[str, Any] = {"source": None, "source_frames": []}
        assert self.paired(page, new, new | {"record_start": 4}) == [6, 4, 0]
        assert self.paired(page, new, new | {"record_start": 10}) is None


class TestPlaying:
    def test_keeps_the_rate_and_both_sides_together(self, page: Page) -> None:
        page.evaluate(WATCHED)
        press(page, "Space")
        page.wait_for_timeout(2500)
        press(page, "k")
        seen = page.evaluate("watched")
        assert all(a == b for _, a, b in seen)
        changes = [
            (now, frame)
            for (now, _, frame), (_, _, before) in zip(seen[1:], seen, strict=False)
            if frame != before
        ]
        steps = [(late - early) % FRAMES for (_, early), (_, late) in pairwise(changes)]
        seconds = (changes[-1][0] - changes[0][0]) / 1000
        assert sum(steps) == pytest.approx(seconds * 24000 / 1001, abs=2)
        left, right = numbers(page)
        assert left == right

    def test_drops_pictures_rather_than_time(self, house: House, selection: str) -> None:
        """Every answer comes late: frames are left out, and the clock is not waited for."""
        page = taking(house, selection)
        drawn(page, 0)
        page.locator("#compare-loop").uncheck()
        slow = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
        page.set_viewport_size({"width": 1300, "height": 900})  # larger pictures: none is there
        page.evaluate(WATCHED)
        press(page, "Home", "Space")
        page.wait_for_function("() => watched.at(-1)[2] === 23")
        seen = page.evaluate("watched")
        assert all(a == b for _, a, b in seen)
        assert len({frame for _, _, frame in seen}) < FRAMES
        page.evaluate("part.close()")

    def test_stops_at_the_end_without_loop(self, page: Page) -> None:
        page.locator("#compare-loop").uncheck()
        press(page, "End", "ArrowLeft", "l")
        drawn(page, 23)
        page.get_by_role("button", name="Play").wait_for()

    def test_goes_backwards_and_faster(self, page: Page) -> None:
        press(page, "End", "j", "j")
        page.get_by_role("button", name="Pause, 2 times as fast").wait_for()
        press(page, "k")
        page.get_by_role("button", name="Play").wait_for()


class TestWipe:
    def test_moves_by_keyboard_and_says_where_it_is(self, page: Page) -> None:
        page.locator("#compare-wipe").click()
        line = page.get_by_role("slider", name="Wipe between A and B")
        assert line.get_attribute("aria-valuetext") == "50 % A, Original; 50 % B, Take 2"
        line.focus()
        for key, at in [("ArrowRight", 51), ("Shift+ArrowLeft", 41), ("Home", 0), ("End", 100)]:
            page.keyboard.press(key)
            assert line.get_attribute("aria-valuenow") == str(at)
        assert page.locator(".versus-moment").inner_text().startswith("Frame 1 ")

    def test_shows_a_to_the_left_and_b_to_the_right(self, page: Page) -> None:
        """B is dusk: darker. A pointer drags the line to a quarter."""
        page.locator("#compare-wipe").click()
        box = page.locator(".versus .b .view").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 40, steps=4)
        page.mouse.up()
        page.mouse.move(box["x"] + box["width"] - 5, box["y"] + 60)  # let go: it stays
        line = page.get_by_role("slider", name="Wipe between A and B")
        assert line.get_attribute("aria-valuenow") == "25"
        wiped = looks(page.locator(".versus .b .view"))
        page.locator("#compare-flicker").click()
        after = looks(page.locator(".versus .b .view"))
        page.locator("#flicker-other").click()
        before = looks(page.locator(".versus .a .view"))
        quarter = wiped.shape[1] // 4
        left, right = np.s_[:, : quarter - 20], np.s_[:, quarter + 20 :]
        assert unlike(wiped[left], before[left]) < 2
        assert unlike(wiped[left], after[left]) > 10
        assert unlike(wiped[right], after[right]) < 2


class TestFlicker:
    def shown(self, page: Page) -> str:
        visible = [side for side in "ab" if page.locator(f".versus .{side}").is_visible()]
        return "".join(visible)

    def test_is_a_button_or_a_held_key(self, page: Page) -> None:
        page.locator("#compare-flicker").click()
        assert self.shown(page) == "b"
        page.get_by_role("button", name="Show A").click()
        assert self.shown(page) == "a"
        page.get_by_role("button", name="Show B").click()
        page.keyboard.down("f")
        page.keyboard.down("f")  # repeated while it is held
        assert self.shown(page) == "a"
        page.keyboard.up("f")
        assert self.shown(page) == "b"

    def test_by_itself_stays_far_below_what_is_harmful(self, page: Page) -> None:
        page.locator("#compare-flicker").click()
        page.evaluate(TURNS)
        page.get_by_label("Change by itself, twice a second").check()
        page.wait_for_function("() => turns.length >= 4")
        page.locator("#compare-side").click()
        turns = page.evaluate("turns")
        gaps = [late - early for early, late in pairwise(turns[:-1])]
        assert min(gaps) > 1000 / FLASHES
        page.wait_for_timeout(700)
        assert page.evaluate("turns.length") == len(turns)  # another way of comparing ends it

    def test_never_goes_by_itself_where_less_motion_is_asked_for(self, page: Page) -> None:
        page.locator("#compare-flicker").click()
        automatic = page.get_by_label("Change by itself, twice a second")
        automatic.check()
        page.emulate_media(reduced_motion="reduce")
        expect(automatic).not_to_be_checked()
        expect(automatic).to_be_disabled()
        page.get_by_text("this system asks for less motion").wait_for()
        page.evaluate(TURNS)
        page.wait_for_timeout(700)
        assert page.evaluate("turns") == []
        page.get_by_role("button", name="Show A").click()
        assert self.shown(page) == "a"


class TestSize:
    def test_full_size_is_a_pixel_a_pixel_and_scrolls_together(self, page: Page) -> None:
        page.get_by_role("button", name="100 %").click()
        page.wait_for_function(
            "() => [...document.querySelectorAll('.versus canvas')].every((one) =>"
            " one.width === 640 && one.clientWidth === 640 && one.clientHeight === 360)"
        )
        page.evaluate("document.querySelector('.versus .b .view').scrollTo(100, 20)")
        page.wait_for_function(
            "() => document.querySelector('.versus .a .view').scrollLeft === 100"
        )
        assert numbers(page) == (HEAD, HEAD)

    def test_narrow_pages_lay_one_above_the_other(self, page: Page) -> None:
        page.set_viewport_size({"width": 320, "height": 900})
        a, b = (page.locator(f".versus .{side} canvas").bounding_box() for side in "ab")
        assert a is not None
        assert b is not None
        assert a["y"] + a["height"] <= b["y"]
        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_side_that_is_not_there_stays_empty_and_says_why(house: House) -> None:
    selection = house.select(clips=(one_clip(house, "lost"),), name="Lost")
    made(house, selection)
    house.media("lost").rename(house.folder / "elsewhere.mov")
    page = taking(house, selection)
    drawn(page, 0, a=False)
    page.locator("#compare").get_by_role("alert").get_by_text("Original:").wait_for()
    assert page.locator(".versus .a canvas").get_attribute("aria-label") == "A: no picture"
    assert page.locator(".versus .a canvas").evaluate("(canvas) => canvas.width") == 1
    page.evaluate("part.close()")
    house.faults.clear()  # the browser's own line about the 404


def one_clip(house: House, name: str) -> dict[str, Any]:
    media = str(house.media(name))
    return {
        "media": media,
        "record_start": 0,
        "frames": 12,
        "source_start": 3,
        "rate": "24000/1001",
    }


def looks(place: Locator) -> NDArray[Any]:
    """What is on the screen there, grey."""
    shot = np.frombuffer(place.screenshot(), np.uint8)
    return np.asarray(cv2.imdecode(shot, cv2.IMREAD_GRAYSCALE), float)


def unlike(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(np.abs(one - other).mean())
