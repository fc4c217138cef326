"""What a page asks of its daemon. In: a page. Out: the bodies it sent, by route."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Request

from bridge.engines.runway.fake.server import FakeRunway
from tests.panel.house import CHROMIUM, House, panel_house


@dataclass
class Asked:
    page: Page
    bodies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and "/v1/" in request.url:
            route = request.url.split("/v1/")[1]
            self.bodies.setdefault(route, []).append(request.post_data_json or {})

    def all(self, route: str) -> list[dict[str, Any]]:
        return self.bodies.get(route, [])

    def recipe(self) -> dict[str, Any]:
        """Of the plan that was asked for last."""
        return self.all("plans")[-1]["recipe"]

    def ready(self) -> None:
        """Wait until what stands in the form is planned and may be started."""
        self.page.locator("#start:not([disabled])").wait_for()


def opened(house: House, selection: str | None = None, **told: Any) -> Asked:
    """The page of a selection, its form filled by nobody yet."""
    asked = Asked(house.page(selection=selection or house.select(shots=1), **told))
    asked.page.locator("#prompt").wait_for()
    return asked


def prompted(house: House, words: str, **told: Any) -> Asked:
    asked = opened(house, **told)
    asked.page.locator("#prompt").fill(words)
    return asked


def real(faults: list[str]) -> list[str]:
    """Without what Chromium itself says of answers that are refusals: the page shows those."""
    return [fault for fault in faults if "Failed to load resource" not in fault]


def calm(house: House) -> None:
    """The end of a test: its pages had no faults, and are closed."""
    faults, house.faults[:] = real(house.faults), []
    CHROMIUM.forget()
    assert faults == []


@contextmanager
def with_stand_in(folder: Path) -> Iterator[House]:
    """A house whose Runway is its stand-in."""
    key = folder / "key"
    key.touch(0o600)
    with FakeRunway(folder / "runway") as fake:
        key.write_text(fake.key)
        told = {"runway": {"base_url": fake.url, "key_file": str(key)}}
        with panel_house(folder, engines=told) as house:
            yield house


def with_runway(house: House, words: str = "make it dusk") -> Asked:
    """The page after Runway was chosen and its price is shown."""
    asked = prompted(house, words)
    asked.page.locator("#engine").select_option("runway")
    asked.page.locator("#start", has_text="56 credits").wait_for()
    return asked
