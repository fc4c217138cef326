"""Menu entries are whole programs, whatever the folders are called."""

import ast
from pathlib import Path

import pytest
from lupa import luajit21

from bridge.errors import InternalError
from bridge.hosts.installing import SIGNATURE
from bridge.hosts.resolve.folders import places
from bridge.hosts.resolve.install import (
    ENTRIES,
    Scripts,
    lua_entry,
    lua_literal,
    python_entry,
    read_scripts,
)
from tests.hosts.disks import SCRIPTS, machine

HOMES = [
    "/home/anna",
    "/Users/Jörg Müller/Own Films",
    "C:\\Users\\n\\t0\\",
    "/a 'b' \"c\"",
    "/映画 @LIB@ @ACTION@/\u2028",
    "/broken \udcff name",
    "/line\nbreak]]--",
    "/1\u00002",
]


def entries(scripts: Scripts, home: str, action: str) -> tuple[str, str]:
    (place,) = places(machine("linux", Path("/")), Path(home))
    return (
        python_entry(scripts.python_entry, place, action),
        lua_entry(scripts.lua_entry, place, "Teal", action),
    )


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("shipped", [True, False])
def test_entries_are_whole_programs(shipped: bool, home: str):
    scripts = read_scripts() if shipped else SCRIPTS
    load = luajit21.LuaRuntime(encoding=None).eval("loadstring")
    for _, action in ENTRIES:
        python, lua = entries(scripts, home, action)
        assert python.isascii()
        ast.parse(python)
        loaded = load(lua.encode())
        assert not isinstance(loaded, tuple), loaded
        for text in (python, lua):
            assert SIGNATURE.search(text.encode()), "an entry must be known again without a record"


@pytest.mark.parametrize("home", HOMES)
def test_what_they_name_is_what_was_meant(home: str):
    python, lua = entries(SCRIPTS, home, "edit")
    named: dict[str, str] = {}
    exec(python, named)
    library = Path(home) / "resolve" / "lib"
    assert (named["LIB"], named["ACTION"]) == (str(library), "edit")
    told = luajit21.LuaRuntime(encoding=None).execute(lua.encode())
    assert dict(told.items()) == {
        b"lib": str(library / "lua").encode("utf-8", "surrogateescape"),
        b"mailbox": str(library.parent / "mailbox").encode("utf-8", "surrogateescape"),
        b"colour": b"Teal",
        b"action": b"edit",
    }


def test_a_lua_literal_holds_any_byte_before_any_digit():
    text = "".join(map(chr, range(256))) + "9\\9\n9"
    assert luajit21.LuaRuntime().eval(lua_literal(text)) == text
    assert lua_literal(text).isascii()


def test_a_placeholder_that_nobody_fills_is_a_fault_of_ours():
    (place,) = places(machine("linux", Path("/")), Path("/d"))
    with pytest.raises(InternalError, match="@MAILBOX@"):
        python_entry("M = @MAILBOX@", place, "edit")
