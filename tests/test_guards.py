"""The guards around every test can fail, and what they set up is there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.settings import Settings, load

ROOT = Path(__file__).resolve().parents[1]
GUARDED = """
import logging
import pytest

def test_logs_an_error():
    logging.getLogger("bridge.jobs").error("a fault")

@pytest.mark.logs_errors
def test_is_about_an_error():
    logging.getLogger("bridge.jobs").error("a fault")

def test_logs_a_warning():
    logging.getLogger("bridge.jobs").warning("take care")
"""


def test_an_error_in_the_log_fails_a_test_that_is_not_about_it(tmp_path: Path):
    (tmp_path / "test_guarded.py").write_text(GUARDED)
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "tests.conftest"]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), "-c", os.devnull, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert "ERROR at teardown of test_logs_an_error" in done.stdout
    assert "bridge.jobs: a fault" in done.stdout
    assert "3 passed, 1 error" in done.stdout


def test_nothing_of_the_owner_s_settings_reaches_a_test(tmp_path_factory: pytest.TempPathFactory):
    base = tmp_path_factory.getbasetemp()
    assert load().data.is_relative_to(base)
    assert Path.home().is_relative_to(base)
    assert not Path.home().exists()
    assert load() == Settings(data=load().data)
    assert {name for name in os.environ if name.startswith("NLE_BRIDGE_")} <= {
        "NLE_BRIDGE_DATA",
        "NLE_BRIDGE_CORPUS",
    }


def test_the_settings_of_a_test_are_its_own(settings: Settings, tmp_path: Path):
    assert settings.data.parent == tmp_path
