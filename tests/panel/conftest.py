"""One daemon and one browser a file; each test gets pages of its own, without faults at the end."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.panel.house import House, chromium, panel_house

expect.set_options(timeout=45_000)  # ms; machines are shared


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    chromium()
    with panel_house(tmp_path_factory.mktemp("panel")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_faults(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that provokes a fault empties the list itself."""
    yield
    if "house" in request.fixturenames:
        house: House = request.getfixturevalue("house")
        faults, house.faults[:] = list(house.faults), []
        for context in house._browser.contexts if house._browser else ():
            context.close()
        assert faults == []
