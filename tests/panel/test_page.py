"""The page: its frame, its two views, its keys, at three widths."""

import re

import pytest
from playwright.sync_api import Page, expect

from bridge.daemon.routes.panel import FOLDER
from tests.panel.house import House

LONG = "<img src=x onerror=alert(1)>_" + "A001C003_" * 12  # a name as cameras and jokers give
FAR = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def narrow(house: House) -> Page:
    return house.page(420, selection=house.select(1, 6))


def test_it_shows_the_selection(house: House) -> None:
    page = house.page(selection=house.select(1, 6))
    page.get_by_text("Shot 1").first.wait_for()
    expect(page.locator("#where")).to_have_text("Film / Reel 1")
    expect(page).to_have_title("Film / Reel 1 - NLE Bridge")
    expect(page.locator("#link")).to_have_text("Connected")


def test_its_frame_waits_for_no_script(house: House) -> None:
    page = house.browser().new_context(java_script_enabled=False).new_page()
    page.goto(house.url())
    for words in ("NLE Bridge", "Connecting", "Opening ..."):
        expect(page.get_by_text(words).first).to_be_visible()


def test_every_module_is_asked_for_at_once() -> None:
    text = (FOLDER / "index.html").read_text(encoding="utf-8")
    preloaded = re.findall(r'"modulepreload" href="([a-z]+\.js)"', text)
    modules = {path.name for path in FOLDER.glob("*.js")} - {"main.js"}
    assert sorted(preloaded) == sorted(modules)


@pytest.mark.parametrize("width", [320, 420, 1400])
def test_nothing_is_wider_than_the_page(house: House, width: int) -> None:
    clips = house.client.selection(house.select(2, 6)).shots
    named = [
        {
            "name": LONG,
            "media": str(shot.media),
            "record_start": number * 48,
            "frames": 24,
            "source_start": 12,
        }
        for number, shot in enumerate(clips)
    ]
    page = house.page(width, selection=house.select(name=LONG, clips=tuple(named)))
    page.get_by_text(LONG).first.wait_for()  # as text
    assert page.evaluate(FAR) == 0
    assert page.locator("img").count() == 0
    if width < 1100:
        page.get_by_role("tab", name="Queue").click()
        assert page.evaluate(FAR) == 0


def test_a_wide_page_shows_all_at_once(house: House) -> None:
    page = house.page(selection=house.select(1, 6))
    page.get_by_text("Shot 1").first.wait_for()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    expect(page.get_by_role("tablist")).to_be_hidden()
    assert page.get_by_role("tabpanel").count() == 0


def test_tabs_are_walked_by_arrows(narrow: Page) -> None:
    narrow.get_by_text("Shot 1").first.wait_for()
    shot = narrow.get_by_role("tab", name="Shot")
    queue = narrow.get_by_role("tab", name="Queue")
    expect(shot).to_have_attribute("aria-selected", "true")
    shot.focus()
    for key, chosen in (("ArrowRight", queue), ("ArrowRight", shot), ("End", queue)):
        narrow.keyboard.press(key)
        expect(chosen).to_be_focused()
        expect(chosen).to_have_attribute("aria-selected", "true")
    expect(narrow.get_by_role("tabpanel")).to_have_count(1)
    expect(narrow.get_by_role("heading", name="Queue")).to_be_visible()
    narrow.set_viewport_size({"width": 1400, "height": 900})
    expect(narrow.get_by_text("Shot 1").first).to_be_visible()


def test_the_tab_that_somebody_chose_stays(house: House) -> None:
    """What comes late does not turn the page under somebody's hands."""
    page = house.page(420, selection=house.select(1, 6))
    page.get_by_role("tab", name="Queue").click()
    page.get_by_text("Shot 1").first.wait_for(state="attached")
    expect(page.locator("#prompt")).to_have_count(1)
    expect(page.get_by_role("tab", name="Queue")).to_have_attribute("aria-selected", "true")


def test_the_first_stop_skips_to_the_work(narrow: Page) -> None:
    expect(narrow.locator("#prompt")).to_be_focused()
    first = narrow.locator("a[href], button, [tabindex]").first
    first.focus()
    expect(narrow.get_by_role("link", name="Skip to the shot")).to_be_focused()
    expect(first).to_be_in_viewport()
    narrow.keyboard.press("Enter")
    expect(narrow.locator("#work")).to_be_focused()
    assert narrow.url.endswith("/panel/")


def test_keys_go_where_they_say(house: House) -> None:
    page = house.page(420, selection=house.select(1, 6))
    expect(page.locator("#prompt")).to_be_focused()
    page.keyboard.type("dusk?")  # into the prompt, nowhere else
    expect(page.locator("#prompt")).to_have_value("dusk?")
    page.evaluate("document.activeElement.blur()")
    for key, place in (("q", "#queue"), ("s", "#work"), ("q", "#queue"), ("p", "#prompt")):
        page.keyboard.press(key)
        expect(page.locator(place)).to_be_focused()
    # the preview of words that the engine does not know
    house.faults[:] = [fault for fault in house.faults if "422" not in fault]


def test_the_sheet_of_keys(house: House) -> None:
    page = house.page(selection=house.select(1, 6))
    expect(page.locator("#prompt")).to_be_focused()
    page.locator("#overview").focus()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet.get_by_text("play or stop").first).to_be_visible()
    page.keyboard.press("q")  # nothing acts behind it
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator("#overview")).to_be_focused()


def test_single_keys_can_be_turned_off(house: House) -> None:
    page = house.page(420, selection=house.select(1, 6))
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys act everywhere").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("q")
    expect(page.locator("#queue")).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys act everywhere").check()
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    expect(page.locator("#queue")).to_be_focused()


def test_without_a_selection_there_is_a_choice(house: House) -> None:
    house.select(2, 6, name="Reel 7")
    page = house.page()
    page.get_by_role("button", name="Reel 7: 2 shots").first.click()
    page.get_by_text("Shot 1").first.wait_for()
    expect(page.locator("#where")).to_have_text("Film / Reel 7")
    page.get_by_role("button", name="Selections").click()
    page.get_by_role("button", name="Reel 7: 2 shots").first.wait_for()


def test_an_unknown_selection_is_said(house: House) -> None:
    page = house.page(selection="s0")
    expect(page.get_by_role("alert").first).to_contain_text("s0")
    page.get_by_role("button", name="Selections").click()
    page.get_by_role("heading", name="Selections").wait_for()
    expect(page.locator("#trouble")).to_be_empty()
    assert len(house.faults) == 1
    assert "404" in house.faults[0]
    house.faults.clear()
