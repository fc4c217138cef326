"""One running daemon a test file; files that change it start their own."""

from collections.abc import Iterator

import pytest

from tests.daemon.house import Running, running


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("daemon")) as started:
        yield started
