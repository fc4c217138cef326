"""One daemon a file, with Runway's stand-in beside the local engine."""

from collections.abc import Iterator

import pytest

from tests.panel.asked import calm, with_stand_in
from tests.panel.house import House, chromium


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    chromium()
    with with_stand_in(tmp_path_factory.mktemp("form")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_faults(house: House) -> Iterator[None]:
    """Refusals are provoked here, and what Chromium says of those is none."""
    yield
    calm(house)
