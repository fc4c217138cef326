"""`install resolve`, `uninstall resolve`, and what `doctor` says of them, as they are typed."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.cli.app import run
from bridge.cli.doctor_hosts import Finding, resolve_findings
from bridge.hosts.machine import here
from bridge.hosts.resolve.install import SUBMENU
from bridge.hosts.resolve.pythons import Registry
from bridge.hosts.resolve.seen import Disk
from bridge.settings import load
from tests.hosts.disks import LINUX_FUSION, everything, machine


@dataclass(frozen=True)
class Home:
    """Of a test's own; on Linux, where the commands are run."""

    capsys: pytest.CaptureFixture[str]

    @property
    def path(self) -> Path:
        return Path.home()

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def menu(self) -> Path:
        return self.path / LINUX_FUSION / "Scripts" / "Utility"

    def __call__(self, *words: str) -> str:
        self.capsys.readouterr()
        assert run([*words, "--data", str(self.data)]) == 0
        return self.capsys.readouterr().out

    def json(self, *words: str) -> dict:
        return json.loads(self(*words, "--json"))

    def findings(self, root: Path) -> dict[str, Finding]:
        """The doctor's, on a disk of the test's own."""
        disk = Disk(root, Registry(lambda _: (), lambda _: ""))
        settings = load(data=self.data)
        on_linux = machine("linux", self.path)
        return {found.check: found for found in resolve_findings(settings, on_linux, disk)}


@pytest.fixture
def home(capsys: pytest.CaptureFixture[str]) -> Home:
    if here().platform != "linux":
        pytest.skip("the folders that are looked at are those of Linux")
    return Home(capsys)


def states(said: dict) -> set[str]:
    return {file["state"] for file in said["files"]}


def test_install_says_what_was_put_where_and_what_to_do(home: Home):
    said = home("install", "resolve")
    assert f"new      {home.menu / 'AI Edit Selection.py'}" in said
    assert "Workspace > Scripts > AI Edit Selection" in said
    assert f"{SUBMENU} > AI Edit Selection" in said
    assert "was not found" in said
    again = home("install", "resolve")
    assert "Everything is in place already" in again
    assert "new" not in again


def test_install_answers_with_one_object(home: Home):
    (home.path / LINUX_FUSION / "Profiles").mkdir(parents=True)
    said = home.json("install", "resolve")
    assert set(said) == {"host", "places", "files", "next"}
    (place,) = said["places"]
    assert place["kind"] == "standard"
    assert place["found"]
    assert place["scripts"] == [str(home.menu)]
    assert states(said) == {"new"}
    assert all(Path(file["path"]).is_file() for file in said["files"])
    assert not any("not found" in line for line in said["next"])
    assert states(home.json("install", "resolve")) == {"same"}


def test_a_dry_run_writes_nothing(home: Home):
    words = ("install", "resolve", "--dry-run", "--at-login")
    assert states(home.json(*words)) == {"new"}
    assert not home.path.exists()
    assert "nothing was" in home(*words)
    home("install", "resolve")
    before = everything(home.path)
    assert states(home.json("uninstall", "resolve", "--dry-run")) == {"removed"}
    assert everything(home.path) == before


def test_uninstall_leaves_what_is_not_ours(home: Home):
    stranger, changed = home.menu / "Grade.py", home.menu / "AI Bridge - Stop.py"
    home("install", "resolve", "--at-login")
    stranger.write_text("grade()")
    changed.write_text("mine()")
    said = home("uninstall", "resolve")
    assert f"{changed} was changed" in said
    assert set(home.menu.iterdir()) == {stranger, changed}
    assert not (home.data / "resolve").exists()
    assert "Nothing is installed" in home("uninstall", "resolve")


def test_the_start_at_login_is_kept_until_it_is_uninstalled(home: Home):
    autostart = here().config / "autostart" / "nle-bridge.desktop"
    home("install", "resolve")
    assert not autostart.exists()
    home("install", "resolve", "--at-login")
    assert str(home.data) in autostart.read_text()
    autostart.unlink()
    assert states(home.json("install", "resolve")) == {"same", "new"}
    assert autostart.exists()
    home("uninstall", "resolve")
    assert not autostart.exists()


def test_the_colour_reaches_both_lanes_and_outlasts_an_update(home: Home):
    home("install", "resolve", "--colour", "teal")
    home("install", "resolve")
    library = home.data / "resolve" / "lib"
    assert json.loads((library / "config.json").read_text())["colour"] == "Teal"
    assert '"Teal"' in (home.menu / SUBMENU / "AI Edit Selection.lua").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("install", "resolve", "--colour", "beetroot"), "Apricot"),
        (("install", "avid"), "avid"),
        (("uninstall",), "host"),
    ],
)
def test_what_nobody_knows_is_a_usage_error(words, says, capsys):
    assert run(list(words)) == 2
    assert says in capsys.readouterr().err


def test_a_folder_that_refuses_is_an_error_with_a_hint(home: Home):
    home.path.mkdir(parents=True)
    (home.path / ".local").write_text("a file")
    assert run(["install", "resolve", "--data", str(home.data), "--json"]) == 1
    said = home.capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "disk_refused"
    assert ".local" in said.err


# ---- the doctor


def test_a_bare_machine_is_well(home: Home, tmp_path: Path):
    found = home.findings(tmp_path)
    assert set(found) == {"Resolve", "Resolve scripts", "Resolve scripting"}
    assert all(finding.good for finding in found.values())
    assert found["Resolve"].found == "not found"


def test_the_scripts_are_missed_where_resolve_is(home: Home, tmp_path: Path):
    (tmp_path / "opt" / "resolve" / "bin").mkdir(parents=True)
    (tmp_path / "opt" / "resolve" / "bin" / "resolve").touch()
    missed = home.findings(tmp_path)["Resolve scripts"]
    assert not missed.good
    assert "nle-bridge install resolve" in missed.hint
    home("install", "resolve")
    assert home.findings(tmp_path)["Resolve scripts"].good


@pytest.mark.parametrize("name", ["lib/config.json", "mailbox/exports"])
def test_an_installation_that_is_not_whole_is_bad(home: Home, tmp_path: Path, name: str):
    home("install", "resolve")
    gone = home.data / "resolve" / name
    gone.rmdir() if gone.is_dir() else gone.unlink()
    found = home.findings(tmp_path)["Resolve scripts"]
    assert (found.good, found.hint) == (False, "Run `nle-bridge install resolve`.")


def test_a_changed_entry_is_named(home: Home, tmp_path: Path):
    home("install", "resolve")
    changed = home.menu / "AI Edit Selection.py"
    changed.write_text("mine()")
    found = home.findings(tmp_path)["Resolve scripts"]
    assert not found.good
    assert str(changed) in found.hint
