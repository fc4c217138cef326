"""Lua scripts as free Resolve 21.1 runs them. In: a file and a fake. Out: what it did to the fake.

LuaJIT with the globals of the sandbox and no others (`reference/hosts.md` 1.2, measured by
saadk408/davinci-resolve-lua-mcp). `lpeg`, `bmd.readstring` and `bmd.writestring`, which Resolve
has, are not here.

    script = LuaScript(path, fake)
    threading.Thread(target=script.run).start()
    ...
    script.stop()       # at its next bmd.wait or call
"""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lupa import luajit21  # type: ignore[import-untyped]

from tests.fakes.resolve.gate import NotModelled
from tests.fakes.resolve.proxies import Proxy

if TYPE_CHECKING:
    from tests.fakes.resolve.host import FakeResolve

ABSENT = ("io", "require", "package", "ffi", "debug", "UIManager", "arg", "jit", "module", "python")
OS = ("getenv", "clock", "date", "time", "tmpname", "difftime")  # what is left of `os`
LONGEST_WAIT = 0.05  # seconds of ours for any wait of a script
CHECKED_EACH = 100_000  # instructions: a script that catches everything still ends when killed
LuaError = luajit21.LuaError
GUARD = """
local sethook, check, each, jit = debug.sethook, ...
jit.off()
sethook(function() check() end, '', each)
"""


class LuaScript:
    """
    One run of one file. `bmd.wait(s)` sleeps `scale * s` seconds, at most `LONGEST_WAIT`, and
    `bmd.gettime` goes on by all of `s`.
    """

    def __init__(
        self,
        path: Path,
        fake: "FakeResolve",
        globals: Mapping[str, Any] | None = None,  # noqa: A002
        *,
        scale: float = 0.1,
    ) -> None:
        self.path = path
        self.printed: list[str] = []  # goes nowhere visible in Resolve
        self.waits = 0
        self._fake = fake
        self._globals = dict(globals or {})
        self._scale = scale
        self._skipped = 0.0  # seconds that were asked for and not slept
        self._stopped = threading.Event()

    def run(self) -> Any:
        """
        What the file returns. `ScriptKilled` where it was killed or stopped; else raises what the
        script did not catch: `LuaError`, or what a call of the fake raised.
        """
        unmodelled = len(self._fake.gate.unmodelled)
        lua = luajit21.LuaRuntime(
            register_eval=False,
            register_builtins=False,
            attribute_handlers=(self._get, _refuse_set),
        )
        self._lua = lua
        self._furnish(lua)
        try:
            found = to_python(lua.globals().dofile(str(self.path)))
        finally:  # whatever the script caught
            self._check_running()
            if len(self._fake.gate.unmodelled) > unmodelled:
                raise NotModelled(", ".join(self._fake.gate.unmodelled[unmodelled:]))
        return found

    def stop(self) -> None:
        """Ends the script at its next wait or call."""
        self._stopped.set()

    def _furnish(self, lua: Any) -> None:
        names = lua.globals()
        lua.execute(GUARD, self._check_running, CHECKED_EACH, names.jit)
        kept = {name: names.os[name] for name in OS}
        for name in ABSENT:
            names[name] = None
        names.os = lua.table_from(kept)
        names.print = lambda *words: self.printed.append("\t".join(map(_shown, words)))
        names.bmd = lua.table_from(
            {"wait": self._wait, "gettime": self._time, "fileexists": _file_exists}
        )
        names.resolve = self._fake.resolve
        names.fusion = names.fu = names.app = self._fake.fusion
        for name, value in self._globals.items():
            names[name] = self._to_lua(value)

    def _check_running(self, *_: Any) -> None:
        if self._stopped.is_set():
            self._fake.gate.kill(threading.current_thread())
        self._fake.gate.check_alive()

    def _wait(self, seconds: float = 0) -> None:
        slept = min(seconds * self._scale, LONGEST_WAIT)
        self.waits += 1
        self._skipped += seconds - slept
        self._check_running()
        time.sleep(slept)
        self._check_running()

    def _time(self) -> float:
        return time.time() + self._skipped

    def _get(self, held: Any, name: Any) -> Any:
        """What `held.name` is in Lua."""
        if not isinstance(held, Proxy) or not isinstance(name, str):
            return None
        found = getattr(held, name)
        return self._method(held, name, found) if callable(found) else found

    def _method(self, held: Any, name: str, found: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if not arguments or arguments[0] is not held:
                raise TypeError(f"{name} is to be called with a colon")
            self._check_running()
            return self._to_lua(found(*map(to_python, arguments[1:])))

        return call

    def _to_lua(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return self._lua.table_from([self._to_lua(one) for one in value])
        if isinstance(value, dict):
            return self._lua.table_from({key: self._to_lua(one) for key, one in value.items()})
        return value


def to_python(value: Any) -> Any:
    """A table with the keys 1 to n is a list, an empty one too; whole numbers are ints."""
    if luajit21.lua_type(value) != "table":
        return value
    rows = {key: to_python(one) for key, one in value.items()}
    if set(rows) == set(range(1, len(rows) + 1)):
        return [rows[number] for number in range(1, len(rows) + 1)]
    return rows


def _refuse_set(held: Any, name: Any, value: Any) -> None:
    raise AttributeError(f"{name} cannot be set")


def _file_exists(path: str) -> bool:
    return Path(path).exists()


def _shown(value: Any) -> str:
    return "nil" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
