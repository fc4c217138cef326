"""One daemon for all command tests; the commands find it as they would a running one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.cli.app import run
from bridge.daemon.server import Embedded
from bridge.settings import load
from tests.cli.cuts import small_cut


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """The durable engine is one a process: tests with a daemon of their own run before `served`."""
    items.sort(key=lambda item: "served" in getattr(item, "fixturenames", ()))


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """A folder with a cut in it, and a way to type commands there."""

    folder: Path
    data: Path
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: object) -> Said:
        self.capsys.readouterr()
        try:
            status = run([*map(str, words), "--data", str(self.data)])
        except SystemExit as left:
            status = int(left.code or 0)
        said = self.capsys.readouterr()
        return Said(status, said.out, said.err)


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a running daemon."""
    data = tmp_path_factory.mktemp("daemon")
    with Embedded(load({}, data=data, port=0, open_browser=False)):
        yield data


@pytest.fixture
def desk(served: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    small_cut(tmp_path)
    return Desk(tmp_path, served, capsys)
