"""The official Node SDK works with the fake as it does with Runway."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.engines.runway.fake.server import FakeRunway
from bridge.media.slate import numbers
from tests.engines.runway.wares import shot

PROGRAM = Path(__file__).with_name("node")
OWN_HOME = os.environ.get("HOME", "")  # before the tests get one of their own: npm's settings
INSTALL = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script beside the SDK that it is pinned to."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not on this machine")
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(PROGRAM, folder, dirs_exist_ok=True)
    done = subprocess.run(
        [npm, *INSTALL],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "HOME": OWN_HOME},
    )
    if done.returncode:
        pytest.skip(f"npm could not install the SDK: {done.stderr[-200:]}")
    return folder / "edit.mjs"


def test_the_node_sdk_uploads_creates_waits_downloads_and_deletes(program: Path, tmp_path: Path):
    target = tmp_path / "result.mp4"
    with FakeRunway(tmp_path / "fake", speed="fast") as fake:
        words = [str(program), fake.url, fake.key, str(shot(tmp_path)), str(target)]
        node = subprocess.run(
            ["node", *words], check=False, capture_output=True, text=True, timeout=120
        )
        assert node.returncode == 0, node.stderr
        said = json.loads(node.stdout)
        first, second = fake.creates
    assert said == {
        "uri": first.body["videoUri"],
        "task": first.task,
        "status": "SUCCEEDED",
        "failed": "INPUT.UNSUPPORTED",
        "refused": 400,
        "gone": 404,
        "balance": 100_000 - 56,
    }
    assert second.body["promptText"] == "turn the boat into a swan"
    assert numbers(target) == tuple(range(49))
