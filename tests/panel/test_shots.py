"""The strip of shots: what each is, by mouse and keys; 200 of them stay quick."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bridge.wire.selections import PushedClipIn
from tests.panel.bare import mounted
from tests.panel.house import HEAD, RATE, House
from tests.panel.seen import number

FRAMES = 24


def clip(house: House, name: str, start: int, **told: Any) -> PushedClipIn:
    usual = {"media": str(house.media("boat_0")), "frames": FRAMES, "source_start": HEAD}
    wanted = {"name": name, "record_start": start, "rate": str(RATE), **usual, **told}
    return PushedClipIn(**wanted)


def strip(house: House, selection: str, **size: int) -> Page:
    return mounted(house, selection, "makeShots", **size)


@pytest.fixture
def page(house: House) -> Page:
    return strip(house, house.select(shots=3))


def test_every_shot_has_its_picture_time_and_length(page: Page) -> None:
    expect(page.get_by_role("heading", name="3 shots")).to_be_visible()
    option = page.get_by_role("option").nth(1)
    expect(option).to_contain_text("Shot 2")
    expect(option).to_contain_text("V1:2")
    expect(option).to_contain_text("01:00:01:12")
    expect(option).to_contain_text("24 frames, 1.0 s")
    for index in range(3):
        canvas = page.locator("canvas").nth(index)
        expect(canvas).to_have_attribute("data-state", "there")
        assert number(canvas) == HEAD + index + 11  # the middle of 24 frames


def test_speed_is_said_at_the_shot(house: House) -> None:
    clips = (
        clip(house, "fast", 0, speed="2"),
        clip(house, "back", 30, speed="-1", source_start=60),
        clip(house, "freeze", 60, speed="0"),
        clip(house, "slow", 90, speed="-1/2", source_start=60),
        clip(house, "plain", 120),
    )
    page = strip(house, house.select(clips=clips))
    said = [text.splitlines()[-1] for text in page.get_by_role("option").all_inner_texts()]
    assert said == ["200 %", "reversed", "freeze frame", "reversed, 50 %", "24 frames, 1.0 s"]


SHOT = {
    "source_first": 12,
    "source_last": 35,
    "media_frames": 96,
    "media_rate": "24000/1001",
    "speed": "1",
    "enabled": True,
}


@pytest.mark.parametrize(
    ("told", "notes", "handles"),
    [
        ({}, [], "12 frames before the cut and 60 after"),
        ({"enabled": False}, ["Disabled in the timeline"], "12 frames before the cut and 60 after"),
        (
            {"media_rate": "48000/1001"},
            ["Media at 47.952 frames a second"],
            "6 frames before the cut and 30 after",
        ),
        (
            {"source_last": 96},
            ["Uses frames beyond its media"],
            "12 frames before the cut and 0 after",
        ),
        ({"speed": "3"}, [], "4 frames before the cut and 20 after"),
        (
            {"speed": "-1/2", "source_first": 94, "source_last": 71},
            [],
            "2 frames before the cut and 142 after",
        ),
        ({"speed": "0"}, [], "the same picture beyond the cut"),
        ({"media_frames": 1, "source_last": 0}, [], "the same picture beyond the cut"),
    ],
)
def test_what_is_to_know_of_a_shot(
    page: Page, told: dict[str, Any], notes: list[str], handles: str
) -> None:
    words = """([shot, facts]) => import("/panel/shotwords.js").then(
      (made) => [made.notesOf(shot, facts), made.handlesOf(shot, facts)])"""
    said = page.evaluate(words, [SHOT | told, {"rate": "24000/1001"}])
    assert said[0] == notes
    assert handles in said[1]


def test_what_was_left_out_is_named_with_reason_and_hint(house: House) -> None:
    gone = str(house.folder / "gone.mov")
    clips = (clip(house, "here", 0), clip(house, "gone", 30, media=gone))
    page = strip(house, house.select(clips=clips))
    expect(page.get_by_role("heading", name="1 shot", exact=True)).to_be_visible()
    expect(page.get_by_text("1 left out")).to_be_visible()
    row = page.locator("details li")
    error = page.evaluate("selection.left_out[0].error")
    assert error["hint"]
    for words in ("gone", "V1:2", error["message"], error["hint"]):
        expect(row).to_contain_text(words)


def test_nothing_selected_is_said(house: House) -> None:
    page = strip(house, house.select(clips=()))
    expect(page.get_by_text("No clip here can be worked on.")).to_be_visible()
    assert page.get_by_role("listbox").count() == 0


def test_a_click_chooses(page: Page) -> None:
    page.get_by_role("option").nth(2).click()
    assert page.evaluate("told.chosen") == [2]
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("Shot 3")


def test_keys_go_through_and_choose(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("option").nth(0)).to_be_focused()
    for key, at in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        expect(page.get_by_role("option").nth(at)).to_be_focused()
    assert page.evaluate("told.chosen") == []  # going through chooses nothing
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press(" ")
    assert page.evaluate("told.chosen") == [1, 2]
    page.keyboard.press("Home")
    expect(page.get_by_role("option").nth(0)).to_be_focused()
    assert page.locator("[role=option][tabindex='0']").count() == 1


def test_choosing_from_outside_tells_nobody(page: Page) -> None:
    page.evaluate("part.choose(2)")
    expect(page.locator("[aria-selected=true]")).to_contain_text("Shot 3")
    assert page.evaluate("told.chosen") == []


def test_words_at_a_shot_come_and_go(page: Page) -> None:
    page.evaluate("part.mark(1, '2 takes')")
    option = page.get_by_role("option").nth(1)
    expect(option).to_contain_text("2 takes")
    page.evaluate("part.mark(1, '')")
    expect(option).not_to_contain_text("2 takes")
    page.evaluate("part.mark(9, 'nobody')")


def test_two_hundred_shots_load_what_is_seen(house: House) -> None:
    selection = house.select(shots=200)
    page = strip(house, selection, width=600)
    expect(page.get_by_role("option")).to_have_count(200)
    expect(page.locator("canvas").first).to_have_attribute("data-state", "there")
    expect(page.locator("canvas").nth(3)).to_have_attribute("data-state", "there")
    there = page.locator("canvas[data-state=there]").count()
    assert 3 <= there < 20
    page.evaluate("part.choose(0)")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    expect(page.locator("canvas").last).to_have_attribute("data-state", "there")
    assert number(page.locator("canvas").last) == HEAD + 199 % 3 + 11
    assert page.locator("canvas[data-state=there]").count() < 60
    took = page.evaluate(
        """() => {
          const begun = performance.now();
          for (let index = 0; index < 200; index += 1) part.choose(index);
          document.body.getBoundingClientRect();
          return performance.now() - begun;
        }"""
    )
    assert took < 1000  # ms; a few on an idle machine


def test_few_pictures_are_fetched_at_once(house: House) -> None:
    page = strip(house, house.select(shots=12))
    expect(page.locator("canvas").nth(3)).to_have_attribute("data-state", "there")
    most = page.evaluate(
        """() => {
          const all = performance.getEntriesByType("resource");
          const strips = all.filter(({ name }) => name.includes("/strip"));
          const under = (time) => strips.filter(({ startTime, responseEnd }) =>
            startTime <= time && time < responseEnd).length;
          return [strips.length, Math.max(...strips.map(({ startTime }) => under(startTime)))];
        }"""
    )
    assert most[0] >= 4
    assert most[1] <= 2


@pytest.mark.parametrize("width", [320, 420])
def test_fits_a_narrow_page(house: House, width: int) -> None:
    page = strip(house, house.select(shots=5), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
