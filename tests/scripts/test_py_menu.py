"""The menu entries and the rules of their library: Python 3.6, alone, and always the newest."""

import io
import runpy
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
import vermin

SCRIPTS = Path(__file__).parents[2] / "resolve_scripts"
TEMPLATE = (SCRIPTS / "menu" / "menu.py").read_text("ascii")
LIBRARY = sorted((SCRIPTS / "nle_bridge_resolve").glob("*.py"))


@pytest.fixture
def restored():
    """Whatever an entry does to the interpreter is taken back."""
    path, modules = list(sys.path), dict(sys.modules)
    yield
    sys.path[:] = path
    sys.modules.clear()
    sys.modules.update(modules)


def entry(folder, lib, action="edit"):
    text = TEMPLATE.replace('"@LIB@"', ascii(str(lib))).replace('"@ACTION@"', ascii(action))
    assert "@" not in text
    file = folder / "entry.py"
    file.write_text(text, encoding="ascii")
    return file


def library(lib, says):
    package = lib / "nle_bridge_resolve"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("")
    (package / "entry.py").write_text(
        "from nle_bridge_resolve.words import said\n"
        "def main(action, context):\n"
        "    print(said, action, context['resolve'], '__file__' in context)\n"
    )
    (package / "words.py").write_text(f"said = {says!r}\n")


def pressed(file, **context):
    out = io.StringIO()
    with redirect_stdout(out):
        runpy.run_path(str(file), init_globals=context)
    return out.getvalue()


@pytest.mark.usefixtures("restored")
def test_an_entry_runs_its_action_with_what_resolve_gave(tmp_path):
    lib = tmp_path / "l\u00edb 'x'"
    library(lib, "first")
    assert pressed(entry(tmp_path, lib, "stop"), resolve="R") == "first stop R True\n"
    assert sys.path[0] == str(lib)


@pytest.mark.usefixtures("restored")
def test_an_update_is_used_at_the_next_press(tmp_path):
    """Resolve's own Python keeps modules between two presses."""
    for version in ("one", "two"):
        library(tmp_path / version, version)
        assert pressed(entry(tmp_path, tmp_path / version), resolve="R").startswith(version)
    assert sys.path[0] == str(tmp_path / "two")


@pytest.mark.usefixtures("restored")
def test_an_entry_whose_library_is_gone_says_so(tmp_path):
    sys.path[:] = [folder for folder in sys.path if "resolve_scripts" not in folder]
    assert pressed(entry(tmp_path, tmp_path / "gone")) == (
        "NLE Bridge is not here any more. Run: nle-bridge install resolve\n"
    )


@pytest.mark.usefixtures("restored")
def test_a_file_need_not_have_a_name(tmp_path):
    library(tmp_path / "lib", "nameless")
    code = compile(entry(tmp_path, tmp_path / "lib").read_text(), "entry", "exec")
    out = io.StringIO()
    with redirect_stdout(out):
        exec(code, {"__name__": "__main__", "resolve": "R"})
    assert out.getvalue() == "nameless edit R False\n"


@pytest.mark.parametrize("file", [*LIBRARY, SCRIPTS / "menu" / "menu.py"], ids=lambda f: f.name)
def test_python_3_6_is_enough(file):
    needed = vermin.visit(file.read_text("utf-8"))
    assert needed.minimum_versions()[1] <= (3, 6)


def test_what_python_3_6_lacks_is_found():
    for newer in ("if (n := 1): pass", "import dataclasses", "import asyncio; asyncio.run(x)"):
        assert vermin.visit(newer).minimum_versions()[1] > (3, 6)


def test_the_library_is_plain_ascii():
    """A Python of Windows reads files in the language of the machine."""
    for file in LIBRARY:
        file.read_text("ascii")
