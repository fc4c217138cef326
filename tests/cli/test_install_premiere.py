"""`install premiere`, `uninstall premiere`, and what `doctor` says of them, as they are typed."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge import __version__
from bridge.cli.app import run
from bridge.cli.doctor_hosts import Finding, premiere_findings
from bridge.daemon.host_facts import HostFacts
from bridge.hosts.keys import HostKeys
from bridge.hosts.machine import here
from bridge.hosts.premiere.package import key_in
from bridge.settings import load
from tests.hosts.disks import everything, machine


@dataclass(frozen=True)
class Home:
    capsys: pytest.CaptureFixture[str]

    @property
    def data(self) -> Path:
        return Path.home() / "data"

    @property
    def package(self) -> Path:
        return self.data / "premiere" / f"nle-bridge-{__version__}.ccx"

    def __call__(self, *words: str) -> str:
        self.capsys.readouterr()
        assert run([*words, "--data", str(self.data)]) == 0
        return self.capsys.readouterr().out

    def json(self, *words: str) -> dict:
        return json.loads(self(*words, "--json"))

    def findings(self, root: Path, platform: str = "darwin") -> dict[str, Finding]:
        there = machine(platform, Path.home())
        found = premiere_findings(load(data=self.data), there, root)
        return {finding.check: finding for finding in found}


@pytest.fixture
def home(capsys: pytest.CaptureFixture[str]) -> Home:
    return Home(capsys)


def states(said: dict) -> list[str]:
    return [file["state"] for file in said["files"]]


def test_install_builds_the_package_and_says_how_to_go_on(home: Home):
    said = home("install", "premiere")
    assert f"new      {home.package}" in said
    assert "25.6 or later" in said
    assert "Window > UXP Plugins > NLE Bridge" in said
    assert "Final Cut Pro XML" in said
    assert "A new key was made" not in said
    assert HostKeys(home.data).host_of(key_in(home.package).encode()) == "premiere"
    assert "Everything is in place already" in home("install", "premiere")


def test_install_answers_with_one_object_and_never_tells_the_key(home: Home):
    said = home.json("install", "premiere")
    assert set(said) == {"host", "package", "new_key", "installer", "files", "next"}
    assert (said["package"], said["new_key"], states(said)) == (
        str(home.package),
        True,
        ["new", "new"],
    )
    again = home.json("install", "premiere")
    assert (again["new_key"], states(again)) == (False, ["same", "same"])
    key = key_in(home.package)
    assert key not in json.dumps([said, again])


def test_a_lost_package_means_a_new_key_and_says_so(home: Home):
    home("install", "premiere")
    home.package.unlink()
    assert "A new key was made" in home("install", "premiere", "--dry-run")
    assert not home.package.exists()
    said = home("install", "premiere")
    assert "A new key was made" in said
    assert "install this file in its stead" in said


def test_a_dry_run_writes_nothing_and_makes_no_key(home: Home):
    assert states(home.json("install", "premiere", "--dry-run")) == ["new", "new"]
    assert not Path.home().exists()
    home("install", "premiere")
    before = everything(home.data)
    assert states(home.json("uninstall", "premiere", "--dry-run")) == ["removed", "removed"]
    assert "nothing was" in home("uninstall", "premiere", "--dry-run")
    assert everything(home.data) == before


def test_out_names_a_folder_or_a_file(home: Home, tmp_path: Path):
    said = home.json("install", "premiere", "--out", str(tmp_path / "panels"))
    assert said["package"] == str(tmp_path / "panels" / home.package.name)
    assert Path(said["package"]).is_file()
    other = home.json("install", "premiere", "--out", str(tmp_path / "mine.ccx"))
    assert not other["new_key"]
    assert key_in(tmp_path / "mine.ccx")


def test_uninstall_takes_file_and_key_and_names_creative_cloud(home: Home):
    home("install", "premiere", "--at-login")
    key = key_in(home.package)
    said = home("uninstall", "premiere")
    assert "Creative Cloud" in said
    assert not (home.data / "premiere").exists()
    assert not (here().config / "autostart" / "nle-bridge.desktop").exists()
    assert HostKeys(home.data).host_of(key.encode()) is None
    assert "Nothing is installed" in home("uninstall", "premiere")


def test_the_start_at_login_stays_for_the_other_editor(home: Home):
    if here().platform != "linux":
        pytest.skip("the folder that is looked at is that of Linux")
    autostart = here().config / "autostart" / "nle-bridge.desktop"
    home("install", "resolve", "--at-login")
    home("install", "premiere")
    home("uninstall", "resolve")
    assert autostart.exists()
    home("uninstall", "premiere")
    assert not autostart.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("install", "premiere", "--colour", "Teal"), "install resolve"),
        (("install", "resolve", "--out", "x"), "install premiere"),
        (("install", "resolve", "--run-installer"), "install premiere"),
        (("install", "premiere", "--run-installer"), "double-click"),
    ],
)
def test_what_does_not_fit_is_a_usage_error(words, says, home: Home):
    if "--run-installer" in words and here().platform != "linux":
        pytest.skip("Adobe's installer may be there")
    assert run([*words, "--data", str(home.data)]) == 2
    assert says in home.capsys.readouterr().err
    assert not home.data.exists()


# ---- the doctor


def test_a_machine_without_premiere_is_well(home: Home, tmp_path: Path):
    found = home.findings(tmp_path, "linux")
    assert set(found) == {"Premiere", "Premiere panel", "Premiere contact"}
    assert all(finding.good for finding in found.values())
    assert found["Premiere panel"].found == "not built"


def test_the_panel_is_missed_where_premiere_is(home: Home, tmp_path: Path):
    (tmp_path / "Applications" / "Adobe Premiere Pro 2026").mkdir(parents=True)
    missed = home.findings(tmp_path)["Premiere panel"]
    assert (missed.good, missed.hint) == (False, "Run `nle-bridge install premiere`.")
    home("install", "premiere")
    found = home.findings(tmp_path)["Premiere panel"]
    assert found.good
    assert str(home.package) in found.found


def test_an_older_premiere_is_told_its_lane(home: Home, tmp_path: Path):
    (tmp_path / "Applications" / "Adobe Premiere Pro 2024").mkdir(parents=True)
    found = home.findings(tmp_path)
    assert found["Premiere panel"].good
    assert "25.6" in found["Premiere"].found
    assert "Final Cut Pro XML" in found["Premiere"].found


@pytest.mark.parametrize(
    ("lost", "says"), [("key.json", "its key is gone"), ("package", "its file is gone")]
)
def test_what_is_lost_is_named(home: Home, tmp_path: Path, lost: str, says: str):
    home("install", "premiere")
    (home.package if lost == "package" else home.data / "premiere" / lost).unlink()
    found = home.findings(tmp_path)["Premiere panel"]
    assert (found.good, found.found) == (False, says)
    assert "install premiere" in found.hint


def test_a_package_of_another_program_is_bad(home: Home, tmp_path: Path):
    home("install", "premiere")
    assert run(["install", "premiere", "--data", str(home.data)]) == 0
    (home.data / "settings.toml").write_text("port = 5000\n")
    assert not home.findings(tmp_path)["Premiere panel"].good
    home("install", "premiere")
    assert home.findings(tmp_path)["Premiere panel"].good


def test_contact_says_who_and_from_where(home: Home, tmp_path: Path):
    facts = HostFacts(home.data, "premiere")
    facts.met("premierepro", "26.3.0", "uxp", __version__)
    facts.came_from("uxp-internal://x")
    found = home.findings(tmp_path)["Premiere contact"]
    assert found.good
    assert "26.3.0" in found.found
    assert "uxp-internal://x" in found.found
    facts.met("premierepro", "26.3.0", "uxp", "0.0.1")
    old = home.findings(tmp_path)["Premiere contact"]
    assert not old.good
    assert "install the new file" in old.hint
