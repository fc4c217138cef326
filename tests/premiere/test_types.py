"""The panel against Adobe's published types: every call exists, with these arguments."""

import json
import re
import shutil
from pathlib import Path

from tests.premiere.driver import PANEL
from tests.premiere.published import HERE, fetched, tsc


def test_the_panel_is_well_typed():
    ended = tsc(HERE)
    assert ended.returncode == 0, ended.stdout


WRONG = [
    ("removal.js", "createRemoveItemsAction", "createRemoveClipsAction"),
    ("bins.js", "project.importFiles([path], true", "project.importFiles(path, true"),
    ("items.js", "row.item.getProjectItem()", "row.item.getProject()"),
    ("daemon.js", "new AbortController()", "new EventSource()"),
    ("work.js", "order.timeline_id", "order.sequence_id"),
]


def test_names_that_do_not_exist_are_found(tmp_path):
    panel = tmp_path / "bridge" / "panel" / "premiere"
    shutil.copytree(PANEL, panel)
    for file, right, wrong in WRONG:
        text = (panel / file).read_text(encoding="utf-8")
        assert right in text
        (panel / file).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    here = tmp_path / "tests" / "premiere"
    shutil.copytree(HERE / "types", here / "types")
    shutil.copy(HERE / "tsconfig.json", here)
    fetched()
    (here / "node_modules").symlink_to(HERE / "node_modules")
    said = tsc(here).stdout
    assert [file for file, _, _ in WRONG if f"{file}(" not in said] == []


def test_the_lock_file_names_exact_versions_and_no_registry():
    wanted = json.loads((HERE / "package.json").read_text())["devDependencies"]
    text = (HERE / "package-lock.json").read_text()
    locked = json.loads(text)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert "resolved" not in text
    assert "://" not in text


def test_the_manifest_asks_for_no_more_than_it_says():
    told = json.loads((PANEL / "manifest.json").read_text())
    assert (told["manifestVersion"], told["main"]) == (5, "index.html")
    assert told["host"] == {"app": "premierepro", "minVersion": "25.6.0"}
    asked = told["requiredPermissions"]
    assert asked["network"] == {"domains": "all"}
    assert asked["localFileSystem"] == "plugin"
    assert asked["launchProcess"] == {"schemes": ["http", "https"], "extensions": []}
    assert all(one.startswith("http://127.0.0.1") for one in asked["webview"]["domains"])
    assert set(asked) == {"network", "webview", "localFileSystem", "clipboard", "launchProcess"}


def test_the_surface_keeps_to_what_uxp_knows():
    css = (PANEL / "shell.css").read_text()
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    assert not re.search(r"grid|transition|animation|text-transform|\bfont:", bare)
    html = (PANEL / "index.html").read_text()
    assert re.findall(r'<script src="([^"]+)"', html) == ["main.js"]
    assert not re.search(r"<style|style=|onclick|type=.module", html)


def test_every_file_is_used_and_none_is_long():
    names = {path.name for path in PANEL.glob("*.js")}
    text = {name: Path(PANEL, name).read_text(encoding="utf-8") for name in names}
    used = {one for body in text.values() for one in re.findall(r'require\("\./([^"]+)"\)', body)}
    assert used | {"main.js"} == names
    assert {name: body.count("\n") for name, body in text.items() if body.count("\n") > 250} == {}
