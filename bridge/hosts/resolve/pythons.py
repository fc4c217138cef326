"""The Pythons that Resolve up to 21.0 can find. In: a machine, its disk. Out: what is there.

It looks in one place on each system and lists no Python entry where nothing is; from 21.1 on the
Studio edition brings its own. Where it looks, and that builds of uv crash it on Windows: as
reported by several projects.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bridge.hosts.machine import MAC, WINDOWS, Machine

if sys.platform == "win32":
    import winreg

PYTHON_ORG = "PythonCore"  # python.org's name in the registry (PEP 514)
STANDALONE = "Astral"  # that of uv's builds


@dataclass(frozen=True)
class Python:
    path: str
    usable: bool = True  # False: it crashes Resolve


Keys = Callable[[str], tuple[str, ...]]
"""The names of the keys below one of the registry, the user's and the machine's; maybe none."""
Value = Callable[[str], str]
"""The unnamed value of a key; empty where there is none."""


@dataclass(frozen=True)
class Registry:
    keys: Keys
    value: Value


def pythons(machine: Machine, root: Path, registry: Registry) -> tuple[Python, ...]:
    """`root`: of the disk, `/`."""
    if machine.platform == WINDOWS:
        return tuple(_registered(registry))
    if machine.platform == MAC:
        home = machine.environ.get("PYTHON3HOME")
        places = [Path(home) / "bin" / "python3"] if home else []
        places.append(root / "usr" / "local" / "bin" / "python3")
    else:
        places = [root / "usr" / "bin" / "python3", root / "usr" / "local" / "bin" / "python3"]
    return tuple(Python(str(path)) for path in places if path.exists())


def _registered(registry: Registry) -> Iterator[Python]:
    """PEP 514: Software\\Python\\COMPANY\\TAG\\InstallPath."""
    top = r"Software\Python"
    for company in registry.keys(top):
        for tag in registry.keys(rf"{top}\{company}"):
            folder = registry.value(rf"{top}\{company}\{tag}\InstallPath")
            if folder and tag.startswith("3") and company == PYTHON_ORG:
                yield Python(folder)
            elif folder and company == STANDALONE:
                yield Python(folder, usable=False)


if sys.platform == "win32":

    def _keys(key: str) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            try:
                with winreg.OpenKey(hive, key) as opened:
                    count, _, _ = winreg.QueryInfoKey(opened)
                    names |= dict.fromkeys(winreg.EnumKey(opened, index) for index in range(count))
            except OSError:
                continue
        return tuple(names)

    def _value(key: str) -> str:
        for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            try:
                return winreg.QueryValue(hive, key)
            except OSError:
                continue
        return ""

    SYSTEM_REGISTRY = Registry(_keys, _value)
else:
    SYSTEM_REGISTRY = Registry(lambda _: (), lambda _: "")
