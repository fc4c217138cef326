"""Machines of three kinds on a disk of the test's own, and scripts as they might be shipped."""

from pathlib import Path

from bridge.hosts.machine import Machine
from bridge.hosts.resolve.install import Scripts, Setup

LINUX_FUSION = Path(".local/share/DaVinciResolve/Fusion")
MAC_FUSION = Path("Library/Application Support/Blackmagic Design/DaVinci Resolve/Fusion")
WINDOWS_FUSION = Path("AppData/Roaming/Blackmagic Design/DaVinci Resolve/Support/Fusion")
FUSIONS = {"linux": LINUX_FUSION, "darwin": MAC_FUSION, "win32": WINDOWS_FUSION}
CONTAINER = Path("Library/Containers/com.blackmagic-design.DaVinciResolveLite")
SUPPORT = CONTAINER / "Data/Library/Application Support"

SCRIPTS = Scripts(
    python={"__init__.py": b"", "run.py": b"def main(action): pass\n"},
    lua={"run.lua": b"return {}\n"},
    python_entry='"""NLE Bridge."""\nLIB = "@LIB@"\nACTION = @ACTION@\n',
    lua_entry=(
        "-- NLE Bridge\nlocal it = {lib = @LIB@, mailbox = @MAILBOX@, colour = @COLOUR@}\n"
        "it.action = @ACTION@\nreturn it\n"
    ),
)


def machine(platform: str, home: Path, **environ: str) -> Machine:
    return Machine(platform, environ, home)


def setup_in(home: Path, colour: str = "Orange") -> Setup:
    data = home / "data"
    return Setup(data, ("python", "-m", "bridge.cli", "serve", "--data", str(data)), colour)


def everything(folder: Path) -> dict[Path, bytes | None]:
    """All that lies in a folder: files with their content, folders with none."""
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}
