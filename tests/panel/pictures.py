"""The README's pictures of the page: `python -m tests.panel.pictures`, into .pictures/.

In: nothing. Out: the page as an editor sees it, at work and comparing, wide and docked.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.panel.house import House, panel_house

FOLDER = Path(__file__).parents[2] / ".pictures"
PROMPT = "make it dusk, a little grain"
MINUTE = 60_000  # milliseconds


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, panel_house(Path(folder), scenic=True) as house:
        selection = house.select(shots=3)
        at_work(house, selection)
        docked(house, selection)


def at_work(house: House, selection: str) -> None:
    page = house.page(1400, 1180, selection=selection)
    page.locator("#prompt").fill(PROMPT)
    page.locator("#start:not([disabled])").click()
    page.locator(".takes li, #takes li").first.wait_for(timeout=MINUTE)
    page.locator("#where").click()
    settled(page)
    page.screenshot(path=FOLDER / "panel.png")


def docked(house: House, selection: str) -> None:
    page = house.page(420, 1100, selection=selection)
    settled(page)
    page.screenshot(path=FOLDER / "panel_docked.png")


def settled(page: Page) -> None:
    """Thumbnails come by and by; nothing says when the last one is there."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    main()
