"""A DaVinci Resolve in memory, for the scripts that run inside it. See `host.py`, `building.py`."""

from tests.fakes.resolve.building import Builder
from tests.fakes.resolve.gate import NotModelled, ResolveGone, ScriptKilled
from tests.fakes.resolve.habits import FREE, STUDIO, Habits
from tests.fakes.resolve.host import FakeResolve
from tests.fakes.resolve.lua_host import LuaScript
from tests.fakes.resolve.model import Media, Shot
from tests.fakes.resolve.opened import Opened, opened, reel

__all__ = [
    "FREE",
    "STUDIO",
    "Builder",
    "FakeResolve",
    "Habits",
    "LuaScript",
    "Media",
    "NotModelled",
    "Opened",
    "ResolveGone",
    "ScriptKilled",
    "Shot",
    "opened",
    "reel",
]
