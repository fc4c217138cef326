"""Fusion's preferences. In: SetPrefs and SavePrefs. Out: Fusion.prefs, a Lua table as text.

The file is rewritten as a whole and in place, so that a reader may see it half written. Where the
real file puts a stranger's key was not looked at; here it is a table of its own at the top.
"""

# ruff: noqa: N802  (the names are Resolve's)

import re
from pathlib import Path
from typing import Any

from tests.fakes.resolve.proxies import Proxy

UPSELL_SINCE = (19, 1)
PLAIN_KEY = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Prefs:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.held: dict[str, Any] = {"Global": {"Version": 1, "Locked": True}}

    def set(self, key: str, value: Any) -> None:
        *tables, last = key.split(".")
        inner = self.held
        for table in tables:
            inner = inner.setdefault(table, {})
        inner[last] = value

    def get(self, key: str) -> Any:
        inner: Any = self.held
        for table in key.split(".") if key else []:
            inner = inner.get(table) if isinstance(inner, dict) else None
        return inner

    def save(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(_lua(self.held, 0) + "\n", encoding="utf-8")


class Fusion(Proxy):
    """
    What scripts find as `fusion`, `fu` and `app`. On free 19.1 and later to ask for UIManager opens
    a dialog that advertises Studio; on others the fake has none either.
    """

    def _answer(self, name: str) -> Any:
        habits = self._host.habits
        if name == "UIManager" and not habits.studio and habits.has(UPSELL_SINCE):
            self._host.gate.modal_open = True
        return super()._answer(name)

    def SetPrefs(self, key: str | dict[str, Any], value: Any = None) -> bool:
        for name, one in key.items() if isinstance(key, dict) else [(key, value)]:
            self._host.prefs.set(name, one)
        return True

    def GetPrefs(self, key: str = "") -> Any:
        return self._host.prefs.get(key)

    def SavePrefs(self) -> bool:
        self._host.prefs.save()
        return True

    def GetResolve(self) -> Any:
        return self._host.resolve


def _lua(value: Any, depth: int) -> str:
    if isinstance(value, dict):
        pad = "\t" * (depth + 1)
        rows = "".join(f"{pad}{_key(k)} = {_lua(v, depth + 1)},\n" for k, v in value.items())
        return "{\n" + rows + "\t" * depth + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def _key(key: str) -> str:
    return key if PLAIN_KEY.fullmatch(key) else f'["{key}"]'
