"""What the Lua scripts' tests share. In: a fake Resolve. Out: a menu entry pressed, and what came.

The script runs in the sandbox of free Resolve 21.1 on a clock of the test's own, and the daemon's
side looks once whenever it waits: a run takes no time and goes the same way each time.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from nle_bridge_resolve.daemon import DaemonError

from bridge.hosts.resolve.install import lua_literal
from tests.fakes.resolve import Habits, LuaScript, ScriptKilled, opened
from tests.scripts.lua_peer import Peer
from tests.scripts.py_house import FRAMES, RECORD, Office, Scene

SCRIPTS = Path(__file__).resolve().parents[2] / "resolve_scripts"
LIB = SCRIPTS / "lua"
FREE_21_1 = Habits(version=(21, 1, 0, 17))
# Runs an entry with the sandbox watched: what is absent stays so, and no name is read or set that
# the sandbox has not.
GUARD = """
local absent = {%s}
local function check()
  for _, name in ipairs(absent) do
    assert(rawget(_G, name) == nil, name .. " is there")
  end
  for name in pairs({execute = 1, remove = 1, rename = 1, exit = 1}) do
    assert(os[name] == nil, "os." .. name .. " is there")
  end
end
local before, wait = {}, bmd.wait
for name in pairs(_G) do before[name] = true end
bmd.wait = function(seconds) check() wait(seconds) end
setmetatable(_G, {
  __index = function(_, name) read_unknown(name) end,
  __newindex = function(_, name) read_unknown("set " .. tostring(name)) end,
})
check()
dofile(entry_file)
check()
for name in pairs(_G) do if not before[name] then read_unknown("left " .. tostring(name)) end end
"""


class Watch:
    """A clock that goes on while the script waits; `then` runs once at its time."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.began = self.time
        self.then: dict[float, Callable[[], None]] = {}

    @property
    def passed(self) -> float:
        return self.time - self.began

    def wait(self, seconds: float) -> None:
        assert 0 < seconds <= 0.1, "Resolve stands still while a script waits"
        self.time += seconds
        for due in [due for due in self.then if due <= self.passed]:
            self.then.pop(due)()


@dataclass
class LuaScene(Scene):
    """As `Scene`, with the Lua script at work: from its menu entry, through the mailbox."""

    watch: Watch = field(default_factory=Watch)
    unknown: list[str] = field(default_factory=list)  # globals that it read or set in vain
    colour: str = "Orange"

    def __post_init__(self) -> None:
        self.mailbox = self.fake.folder / "mail box"
        (self.mailbox / "exports").mkdir(parents=True, exist_ok=True)
        self.peer = Peer(
            self.office, self.fake.prefs.file, self.mailbox, lambda: len(self.fake.calls)
        )

    def press(self, action: str) -> None:
        """One run of a menu entry, to its end."""
        # an earlier one that was killed went with its Resolve, and what that had not saved
        self.fake.prefs.held.pop("NLEBridge", None)
        script = LuaScript(self.entry(action), self.fake, {"bmd": self._bmd()})
        try:
            script.run()
        finally:
            self.said += script.printed

    def press_guarded(self, action: str, absent: tuple[str, ...]) -> None:
        """As `press`; `unknown` has the globals that it missed."""
        guard = self.fake.folder / "guard.lua"
        guard.write_text(GUARD % ", ".join(f'"{name}"' for name in absent), encoding="ascii")
        more = {"entry_file": str(self.entry(action)), "read_unknown": self.unknown.append}
        LuaScript(guard, self.fake, {"bmd": self._bmd(), **more}).run()

    def entry(self, action: str) -> Path:
        """A menu entry as it is installed."""
        values = {
            "LIB": str(LIB),
            "MAILBOX": str(self.mailbox),
            "COLOUR": self.colour,
            "ACTION": action,
        }
        template = (SCRIPTS / "menu" / "menu.lua").read_text(encoding="ascii")
        file = self.fake.folder / f"{action}.lua"
        text = re.sub(r'"@([A-Z]+)@"', lambda found: lua_literal(values[found[1]]), template)
        file.write_text(text, encoding="ascii")
        return file

    def work_on(self, order: dict[str, Any]) -> bool:
        """One order in a run of its own; what was measured is remembered as by the daemon."""
        self.peer.given = {"placement": order, "end_frame": self.measured.end_frame}
        self.peer.refused.clear()
        acks = len(self.office.acks)
        try:
            self.press("place")
        finally:
            self.peer.given = None
        for reply in self.peer.refused:
            raise DaemonError(reply.body["code"], reply.body["message"])
        answered = self.office.acks[acks:]
        for ack in answered:
            self.measured.end_frame = ack["readback"]["end_frame"] or self.measured.end_frame
        return bool(answered)

    def _bmd(self) -> dict[str, Any]:
        def wait(seconds: float) -> None:
            self.fake.gate.check_alive()
            self.watch.wait(seconds)
            try:
                self.peer.look()
            except ScriptKilled:  # raised by an office: the script ends in the middle of a request
                self.fake.gate.kill(threading.current_thread())
                raise

        return {
            "wait": wait,
            "gettime": lambda: self.watch.time,
            "fileexists": lambda path: Path(path).exists(),
        }


def lua_scene(
    folder: Path, film: str, take: str, habits: Habits | None = None, **cut: Any
) -> LuaScene:
    folder.mkdir(parents=True, exist_ok=True)
    here = opened(folder, habits or FREE_21_1, **cut)
    shot = here.cut.put(film, record=RECORD, frames=FRAMES, source=10)
    return LuaScene(here, shot, take, Office())


def killed_at_each_call(
    make: Callable[[], tuple[LuaScene, dict[str, Any]]], first: int = 1
) -> Iterator[LuaScene]:
    """Scenes after a second run, one for each call after the order that ended the first run."""
    for call in count(first):
        here, order = make()
        here.peer.on_given = partial(here.fake.kill_after, call)
        with suppress(ScriptKilled):
            here.work_on(order)
        if here.office.acks:
            assert call > first + 20  # it was killed all along the way
            return
        here.fake.restart()
        here.peer.on_given = lambda: None
        here.work_on(order)
        yield here
