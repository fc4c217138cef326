"""The one file that starts the daemon at login, on each system."""

import configparser
import plistlib
import re
import subprocess
from pathlib import Path

import pytest

from bridge.hosts import at_login
from bridge.hosts.installing import State, do
from bridge.hosts.machine import serve_command
from bridge.store.files import Disk
from tests.hosts.disks import FUSIONS, everything, machine

PLAIN = ("/usr/bin/python3", "-m", "bridge.cli", "serve", "--data", "/data")
NASTY = ("/o p/p\"y'", "-m", "bridge.cli", "serve", "--data", "/100 % $HOME `x` \\ ä &|^")


@pytest.mark.parametrize("command", [PLAIN, NASTY])
def test_macos_starts_it_as_an_agent(tmp_path: Path, command: tuple[str, ...]):
    file = at_login.login_file(machine("darwin", tmp_path), command)
    assert file.path == tmp_path / "Library" / "LaunchAgents" / "nle-bridge.daemon.plist"
    agent = plistlib.loads(file.data)
    assert agent["ProgramArguments"] == list(command)
    assert agent["RunAtLoad"] is True
    assert agent["Label"] == file.path.stem


@pytest.mark.parametrize("command", [PLAIN, NASTY])
def test_linux_starts_it_from_the_autostart_folder(tmp_path: Path, command: tuple[str, ...]):
    file = at_login.login_file(machine("linux", tmp_path), command)
    assert file.path == tmp_path / ".config" / "autostart" / "nle-bridge.desktop"
    parser = configparser.RawConfigParser()
    parser.read_string(file.data.decode())
    entry = parser["Desktop Entry"]
    assert entry["type"] == "Application"
    assert words_of_exec(entry["exec"]) == list(command)


def words_of_exec(line: str) -> list[str]:
    """As the desktop entry specification has it: the string's escapes, quotes, `%%`."""
    words = re.findall(r'"((?:\\.|[^"\\])*)"', line.replace("\\\\", "\\"))
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]


def test_linux_may_keep_its_settings_elsewhere(tmp_path: Path):
    there = machine("linux", tmp_path, XDG_CONFIG_HOME=str(tmp_path / "xdg"))
    file = at_login.login_file(there, PLAIN)
    assert file.path == tmp_path / "xdg" / "autostart" / "nle-bridge.desktop"


def test_windows_starts_it_from_the_startup_folder(tmp_path: Path):
    command = ("C:\\Pro %x% & (1)\\python.exe", "-m", "bridge.cli", "serve", "--data", "D:\\")
    file = at_login.login_file(machine("win32", tmp_path), command)
    assert file.path.parent.parts[-5:] == (
        *("Microsoft", "Windows", "Start Menu", "Programs", "Startup"),
    )
    assert file.path.name == "NLE Bridge.cmd"
    lines = file.data.decode().split("\r\n")
    assert lines[3] == (
        'start "" /b "C:\\Pro %%x%% & (1)\\pythonw.exe" "-m" "bridge.cli" "serve" "--data" '
        '"D:\\\\" >nul 2>&1'
    )


@pytest.mark.parametrize("platform", FUSIONS)
def test_it_is_put_there_once_kept_up_to_date_and_removed(tmp_path: Path, platform: str):
    there, data = machine(platform, tmp_path), tmp_path / "data"
    data.mkdir()
    assert not at_login.is_installed(data)

    def put(command: tuple[str, ...]) -> State:
        plan = at_login.login_plan(there, command, data)
        do(plan, at_login.record_file(data), Disk())
        (step,) = plan.steps
        return step.state

    assert [put(PLAIN), put(PLAIN), put(NASTY)] == [State.new, State.same, State.updated]
    assert at_login.is_installed(data)
    do(at_login.removal_plan(data), at_login.record_file(data), Disk())
    assert everything(tmp_path) == {data: None}


def test_the_command_serves_that_data_folder_from_anywhere(tmp_path: Path):
    (tmp_path / "bridge").mkdir()  # not ours, and first where Python looks
    (tmp_path / "bridge" / "__init__.py").write_text("raise SystemExit(99)")
    command = serve_command(tmp_path / "data")
    assert command[-2:] == ("--data", str(tmp_path / "data"))
    said = subprocess.run(
        [*command, "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "nle-bridge serve" in said.stdout
