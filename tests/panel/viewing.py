"""The viewer as a person sees it. In: a page with one. Out: times, and numbers read from pixels."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.panel.seen import number


def shown(page: Page, at: str) -> int:
    """The slate's number in the pixels of the current frame, once that very frame is there."""
    expect(page.locator("#viewer-time")).to_have_value(at)
    screen = page.locator(".screen")
    expect(screen).to_have_attribute("data-state", "exact")
    expect(screen).to_have_attribute("aria-busy", "false")
    return number(screen.locator("canvas"))


def at(frame: int) -> str:
    return f"01:00:{frame // 24:02d}:{frame % 24:02d}"


def playhead(page: Page) -> Locator:
    return page.get_by_role("slider", name="Playhead")


def times(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate("part.keyframes()")
    return [one["at"] for one in found]
