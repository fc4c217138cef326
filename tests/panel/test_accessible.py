"""axe-core finds nothing wrong with the page, in the states that a person meets."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.panel.house import House
from tests.panel.taking import made

OPENED = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
RULES = {"resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def worked(house: House) -> str:
    """A selection with a take."""
    selection = house.select(2, 6)
    made(house, selection)
    return selection


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['impact']} {one['id']}: {node['html'][:200]}"
        for one in found
        for node in one["nodes"]
    ]


def ready(page: Page) -> None:
    page.locator("#prompt").wait_for()
    page.get_by_role("heading", name="1 take").first.wait_for()
    page.evaluate(OPENED)


@pytest.mark.parametrize("width", [320, 1400])
def test_the_work_on_a_shot_with_a_take(house: House, worked: str, width: int) -> None:
    page = house.page(width, selection=worked)
    ready(page)
    assert faults(page) == []


@pytest.mark.parametrize("kind", ["generate", "fill"])
def test_the_work_on_a_new_shot(house: House, worked: str, kind: str) -> None:
    page = house.page(selection=worked)
    ready(page)
    page.locator(f"#kind-{kind}").check()
    page.evaluate(OPENED)
    assert faults(page) == []


def test_the_queue_and_the_selections(house: House, worked: str) -> None:
    page = house.page(420, selection=worked)
    ready(page)
    page.get_by_role("tab", name="Queue").click()
    page.locator("#queue-body button").first.wait_for()
    page.evaluate(OPENED)
    assert faults(page) == []
    page.get_by_role("button", name="Selections").click()
    page.get_by_text("Reel 1").first.wait_for()
    assert faults(page) == []


def test_the_sheet_of_keys(house: House, worked: str) -> None:
    page = house.page(selection=worked)
    ready(page)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []
