"""Guards around every test: a clean environment, no error in the log that nobody asked for."""

import itertools
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bridge.engines.runway.keys import forget_environment
from bridge.settings import PREFIX, Settings

# What the machine's owner may have set, and what would lead a test out of its own folders
OWN = ("XDG_", "APPDATA", "LOCALAPPDATA", "RUNWAY", "OTIO_", "DBOS_", "CREDENTIALS_DIRECTORY")
KEPT = "NLE_BRIDGE_CORPUS"
HOMES = itertools.count()

# How fast a shared machine happens to be is no property of what is tested.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

# Files that take half a minute and more. They begin first: one that begins last is waited for.
LONG = (
    *("daemon/test_contract.py", "scripts/test_lanes.py", "panel/form/test_form.py"),
    *("panel/test_live.py", "panel/test_compare.py", "panel/test_takes.py"),
    *("engines/test_local.py", "cli/test_work.py", "scripts/test_lane_faults.py"),
    *("panel/test_queue.py", "test_kill.py", "premiere/test_kills.py", "panel/test_many.py"),
    *("panel/form/test_preview.py", "panel/form/test_plan.py", "test_kill_paid.py"),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.partition("::")[0].endswith(LONG))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_errors: the test is about something that is logged")


@pytest.fixture(autouse=True)
def clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No settings of the machine's owner; a home of the test's own, which is not there yet."""
    for name in list(os.environ):
        if name.startswith((PREFIX, *OWN)) and name != KEPT:
            monkeypatch.delenv(name)
    forget_environment()
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(HOMES))
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("CONFIG", "CACHE", "DATA", "STATE", "RUNTIME"):
        last = "DIR" if name == "RUNTIME" else "HOME"
        monkeypatch.setenv(f"XDG_{name}_{last}", str(home / name.lower()))
    monkeypatch.setenv(f"{PREFIX}DATA", str(home / "nle-bridge"))


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_error_is_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """An error in the log is a fault, unless the test is about it: `@pytest.mark.logs_errors`."""
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield
    logging.getLogger().removeHandler(collector)
    if "logs_errors" not in request.keywords:
        assert collector.seen == []


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder of the test's own."""
    return Settings(data=tmp_path / "nle-bridge")
