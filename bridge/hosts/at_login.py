"""The daemon at login. In: a machine, the command that serves. Out: the one file that starts it.

Each system reads such files when the user logs in; nothing is started, and none needs a further
command to take effect.
"""

import plistlib
from pathlib import Path

from bridge.hosts.installing import File, Plan, Wanted, install_plan, read_record, uninstall_plan
from bridge.hosts.machine import MAC, WINDOWS, Machine

NAME = "NLE Bridge"
LABEL = "nle-bridge.daemon"


def record_file(data: Path) -> Path:
    return data / "at_login.json"


def login_plan(machine: Machine, command: tuple[str, ...], data: Path) -> Plan:
    return install_plan(Wanted((login_file(machine, command),)), read_record(record_file(data)))


def removal_plan(data: Path) -> Plan:
    return uninstall_plan(read_record(record_file(data)), (), ())


def is_installed(data: Path) -> bool:
    return bool(read_record(record_file(data)).files)


def login_file(machine: Machine, command: tuple[str, ...]) -> File:
    """`command` begins with the Python's path; the rest are its words."""
    if machine.platform == MAC:
        agents = machine.home / "Library" / "LaunchAgents"
        return File(agents / f"{LABEL}.plist", _agent(command))
    if machine.platform == WINDOWS:
        menu = machine.roaming / "Microsoft" / "Windows" / "Start Menu"
        return File(menu / "Programs" / "Startup" / f"{NAME}.cmd", _batch(command))
    return File(machine.config / "autostart" / "nle-bridge.desktop", _desktop_entry(command))


def _agent(command: tuple[str, ...]) -> bytes:
    """launchd.plist(5)."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Background",
        }
    )


def _batch(command: tuple[str, ...]) -> bytes:
    """Without a window that stays: `pythonw.exe` lies beside every `python.exe`."""
    python, *words = command
    if python.lower().endswith("python.exe"):
        python = f"{python[:-4]}w.exe"
    line = " ".join(map(_batch_word, (python, *words)))
    # Paths are UTF-8 here. pythonw without the redirections has no streams at all.
    lines = ("@echo off", f"rem {NAME}", "chcp 65001 >nul", f'start "" /b {line} >nul 2>&1', "")
    return "\r\n".join(lines).encode()


def _batch_word(word: str) -> str:
    """In quotes nothing but `%` means anything; a backslash before the last quote would hide it."""
    trail = len(word) - len(word.rstrip("\\"))
    return '"{}{}"'.format(word.replace("%", "%%"), "\\" * trail)


def _desktop_entry(command: tuple[str, ...]) -> bytes:
    """The desktop entry specification, which the autostart specification has start at login."""
    line = " ".join(map(_entry_word, command))
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        f"Name={NAME}",
        "Comment=Makes the takes that DaVinci Resolve asks for",
        f"Exec={line}",
        "Terminal=false",
        "NoDisplay=true",
        "",
    )
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _entry_word(word: str) -> str:
    """Quoted as an argument of Exec, then escaped as a string."""
    for letter in '\\"`$':
        word = word.replace(letter, f"\\{letter}")
    return '"{}"'.format(word.replace("%", "%%").replace("\\", "\\\\").replace("\n", "\\n"))
