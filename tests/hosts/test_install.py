"""Scripts are put where they belong, once; what others wrote stays; all of it goes again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.errors import DiskRefused, InternalError
from bridge.hosts.installing import File, Plan, Record, State, Wanted, decide_install, do
from bridge.hosts.resolve.folders import Place, places, record_file
from bridge.hosts.resolve.install import (
    COLOUR,
    ENTRIES,
    SUBMENU,
    Scripts,
    chosen_colour,
    read_scripts,
    removal_plan,
    resolve_plan,
)
from bridge.store.files import Disk
from tests.hosts.disks import CONTAINER, FUSIONS, SCRIPTS, SUPPORT, everything, machine, setup_in

ILLEGAL = set('<>:"/\\|?*')


def install(home: Path, platform: str = "linux", scripts: Scripts = SCRIPTS) -> Plan:
    plan = planned(home, platform, scripts)
    do(plan, record_file(home / "data"), Disk())
    return plan


def planned(home: Path, platform: str = "linux", scripts: Scripts = SCRIPTS) -> Plan:
    return resolve_plan(found(home, platform), scripts, setup_in(home))


def found(home: Path, platform: str = "linux") -> tuple[Place, ...]:
    return places(machine(platform, home), home / "data")


def uninstall(home: Path, platform: str = "linux") -> Plan:
    plan = removal_plan(found(home, platform), home / "data")
    do(plan, record_file(home / "data"), Disk())
    return plan


def states(plan: Plan) -> set[State]:
    return {step.state for step in plan.steps}


def utility(home: Path, platform: str = "linux") -> Path:
    return home / FUSIONS[platform] / "Scripts" / "Utility"


# ---- what lies where


@pytest.mark.parametrize("platform", FUSIONS)
def test_python_lies_in_the_menu_and_lua_in_its_submenu(tmp_path: Path, platform: str):
    plan = install(tmp_path, platform)
    assert states(plan) == {State.new}
    menu = utility(tmp_path, platform)
    names = {name for name, _ in ENTRIES}
    assert {path.name for path in menu.iterdir()} == {SUBMENU, *(f"{name}.py" for name in names)}
    assert {path.name for path in (menu / SUBMENU).iterdir()} == {f"{name}.lua" for name in names}
    library = tmp_path / "data" / "resolve" / "lib"
    assert (library / "nle_bridge_resolve" / "run.py").read_bytes() == SCRIPTS.python["run.py"]
    assert (library / "lua" / "run.lua").read_bytes() == SCRIPTS.lua["run.lua"]
    assert json.loads((library / "config.json").read_text()) == {
        "data": str(tmp_path / "data"),
        "command": list(setup_in(tmp_path).command),
        "colour": "Orange",
    }
    assert (tmp_path / "data" / "resolve" / "mailbox" / "exports").is_dir()


def test_a_container_has_lua_alone_directly_in_both_of_its_menus(tmp_path: Path):
    (tmp_path / CONTAINER).mkdir(parents=True)
    install(tmp_path, "darwin")
    support = tmp_path / SUPPORT
    for fusion in ("Blackmagic Design/DaVinci Resolve/Fusion", "Fusion"):
        menu = support / fusion / "Scripts" / "Utility"
        assert {path.name for path in menu.iterdir()} == {f"{name}.lua" for name, _ in ENTRIES}
    library = support / "nle-bridge" / "lib"
    assert {path.name for path in library.rglob("*")} == {"lua", "run.lua"}
    entry = (menu / "AI Edit Selection.lua").read_text()
    assert str(library / "lua") in entry
    assert str(support / "nle-bridge" / "mailbox") in entry


def test_every_name_is_one_that_windows_takes():
    for name in (SUBMENU, *(name for name, _ in ENTRIES)):
        assert not ILLEGAL & set(name)
        assert name == name.strip(" .")
        assert name.isascii()


# ---- again


def test_a_second_run_changes_nothing_and_says_so(tmp_path: Path):
    install(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in everything(tmp_path)}
    plan = install(tmp_path)
    assert states(plan) == {State.same}
    assert not plan.changes
    assert {path: path.stat().st_mtime_ns for path in everything(tmp_path)} == before


def test_a_plan_alone_writes_nothing(tmp_path: Path):
    assert planned(tmp_path).changes
    assert everything(tmp_path) == {}


def test_an_update_replaces_what_differs_and_removes_what_is_gone(tmp_path: Path):
    older = replace(
        SCRIPTS,
        python=dict(SCRIPTS.python, **{"old.py": b"", "run.py": b"x = 1\n"}),
        lua_entry="-- NLE Bridge, older\n",
    )
    install(tmp_path, scripts=older)
    plan = install(tmp_path)
    by_name = {step.path.name: step.state for step in plan.steps}
    assert by_name["old.py"] is State.removed
    assert by_name["run.py"] is State.updated
    assert by_name["AI Bridge - Stop.lua"] is State.updated
    assert by_name["AI Bridge - Stop.py"] is State.same
    assert not list(tmp_path.rglob("old.py"))
    assert not planned(tmp_path).changes


def test_an_entry_and_its_folder_of_an_earlier_version_are_removed(tmp_path: Path):
    menu = utility(tmp_path)
    old = menu / "Older" / "AI Old.py"
    earlier = Wanted((File(old, b"nle_bridge = 1\n"),))
    missing = tuple(folder for folder in earlier.all_folders() if not folder.exists())
    plan = decide_install(earlier, Record(), {old: None}, missing)
    do(plan, record_file(tmp_path / "data"), Disk())
    assert old.exists()
    install(tmp_path)
    assert not old.parent.exists()


def test_an_entry_that_was_changed_by_hand_stays_and_stays_known(tmp_path: Path):
    install(tmp_path)
    changed = utility(tmp_path) / "AI Edit Selection.py"
    changed.write_text("# nle_bridge, my own way\n")
    newer = replace(SCRIPTS, python_entry=SCRIPTS.python_entry + "# newer\n")
    for _ in range(2):
        plan = install(tmp_path, scripts=newer)
        assert [step.path for step in plan.steps if step.state is State.kept] == [changed]
    assert changed.read_text() == "# nle_bridge, my own way\n"
    changed.unlink()
    assert {step.state for step in install(tmp_path, scripts=newer).steps} == {
        State.new,
        State.same,
    }


def test_a_library_that_was_changed_is_put_right(tmp_path: Path):
    install(tmp_path)
    changed = tmp_path / "data" / "resolve" / "lib" / "nle_bridge_resolve" / "run.py"
    changed.write_text("broken")
    assert State.updated in states(install(tmp_path))
    assert changed.read_bytes() == SCRIPTS.python["run.py"]


def test_without_a_record_our_entries_are_known_and_those_of_others_left_alone(tmp_path: Path):
    install(tmp_path)
    record_file(tmp_path / "data").unlink()
    ours = utility(tmp_path) / "AI Bridge - Stop.py"
    ours.write_text("# NLE Bridge 0.0.1\n")
    theirs = utility(tmp_path) / "AI Edit Selection.py"
    theirs.write_text("print('mine')\n")
    plan = install(tmp_path)
    by_path = {step.path: step.state for step in plan.steps}
    assert by_path[ours] is State.updated
    assert by_path[theirs] is State.kept
    uninstall(tmp_path)
    assert theirs.read_text() == "print('mine')\n"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 3}', '{"folders": 3}', "\udcff"])
def test_a_record_that_makes_no_sense_is_none(tmp_path: Path, text: str):
    install(tmp_path)
    record_file(tmp_path / "data").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert states(install(tmp_path)) == {State.same}
    uninstall(tmp_path)
    assert list(utility(tmp_path).iterdir()) == []


def test_the_colour_outlasts_an_update_and_nonsense_does_not(tmp_path: Path):
    (place,) = found(tmp_path)
    assert chosen_colour(place) == COLOUR
    plan = resolve_plan((place,), SCRIPTS, setup_in(tmp_path, "Teal"))
    do(plan, record_file(tmp_path / "data"), Disk())
    assert chosen_colour(place) == "Teal"
    assert '"Teal"' in (utility(tmp_path) / SUBMENU / "AI Edit Selection.lua").read_text()
    for text in ("{", "3", '{"colour": "Beetroot"}'):
        (place.library / "config.json").write_text(text)
        assert chosen_colour(place) == COLOUR


# ---- away again


@pytest.mark.parametrize("platform", FUSIONS)
def test_nothing_is_left_where_nothing_was(tmp_path: Path, platform: str):
    (tmp_path / CONTAINER / "Data" / "Library").mkdir(parents=True)
    before = everything(tmp_path)
    install(tmp_path, platform)
    assert states(uninstall(tmp_path, platform)) == {State.removed}
    assert everything(tmp_path) == before
    assert uninstall(tmp_path, platform).steps == ()


def test_strangers_and_changed_files_stay(tmp_path: Path):
    menu = utility(tmp_path)
    (menu / "Mine").mkdir(parents=True)
    (menu / "Mine" / "Grade.py").write_text("grade()")
    (menu / "AI Edit Selection Mine.py").write_text("mine()")
    before = everything(tmp_path)
    install(tmp_path)
    changed = menu / "AI Bridge - Stop.py"
    changed.write_text("changed()")
    (kept,) = (step.path for step in uninstall(tmp_path).steps if step.state is State.kept)
    assert kept == changed
    assert everything(tmp_path) == {**before, changed: b"changed()"}


def test_what_came_about_in_our_own_folders_goes_too(tmp_path: Path):
    install(tmp_path)
    (place,) = found(tmp_path)
    cache = place.library / "nle_bridge_resolve" / "__pycache__"
    cache.mkdir()
    for path in (cache / "run.cpython-314.pyc", place.mailbox / "in-0123456789abcdef.lua"):
        path.write_bytes(b"")
    (place.mailbox / "daemon.lua").write_text("return {}")
    (place.exports / "0123456789abcdef-1.otio").write_text("{}")
    uninstall(tmp_path)
    assert everything(tmp_path) == {}


def test_an_installation_that_was_cut_off_is_finished(tmp_path: Path):
    plan = planned(tmp_path)
    do(replace(plan, steps=plan.steps[:5], record=Record()), record_file(tmp_path / "data"), Disk())
    assert {step.state for step in install(tmp_path).steps} == {State.same, State.new}
    uninstall(tmp_path)
    assert [path for path in everything(tmp_path) if path.is_file()] == []


# ---- what goes wrong


def test_a_folder_that_cannot_be_made_is_a_disk_error(tmp_path: Path):
    (tmp_path / ".local").write_text("a file")
    with pytest.raises(DiskRefused, match="cannot be written"):
        install(tmp_path)


def test_a_folder_under_an_entrys_name_is_a_disk_error(tmp_path: Path):
    (utility(tmp_path) / "AI Edit Selection.py").mkdir(parents=True)
    with pytest.raises(DiskRefused, match="AI Edit Selection"):
        planned(tmp_path)


def test_scripts_that_are_not_there_are_said_to_be_missing(tmp_path: Path):
    with pytest.raises(InternalError, match="is missing"):
        read_scripts(tmp_path)
