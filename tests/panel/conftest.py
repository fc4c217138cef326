"""One browser, one daemon a file; each test gets pages of its own, without faults at the end."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.panel.house import CHROMIUM, House, chromium, panel_house

expect.set_options(timeout=45_000)  # ms; machines are shared


@pytest.fixture(scope="package", autouse=True)
def one_browser() -> Iterator[None]:
    """It is closed before tests of elsewhere run: theirs have event loops of their own."""
    yield
    CHROMIUM.close()


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
        CHROMIUM.forget()
        assert faults == []
