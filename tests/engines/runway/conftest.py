"""A service for the room's tests: one for many engines, or one for a test alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from runwayml import RunwayML

from bridge.engines.runway.fake.server import FakeRunway
from tests.engines.runway.house import House, house
from tests.engines.runway.wares import client_of, shot, upload


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakeRunway, Path]]:
    folder = tmp_path_factory.mktemp("fake")
    with FakeRunway(folder) as fake:
        yield fake, folder


@pytest.fixture
def home(service: tuple[FakeRunway, Path], tmp_path: Path) -> Iterator[House]:
    with house(*service, tmp_path) as found:
        yield found


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeRunway]:
    """One of the test's own, that answers at once."""
    with FakeRunway(tmp_path / "fake") as fake:
        yield fake


@pytest.fixture
def client(fake: FakeRunway) -> Iterator[RunwayML]:
    with client_of(fake) as client:
        yield client


@pytest.fixture
def source(client: RunwayML, tmp_path: Path) -> str:
    return upload(client, shot(tmp_path))
