"""Resolve itself. In: what the menu entry was given. Out: the program, and what is open in it."""

import importlib
import sys
import time
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Mapping,
    MutableMapping,
    NamedTuple,
    Optional,
    Tuple,
)

from nle_bridge_resolve.ask import ask, ask_newer, rows, words

if TYPE_CHECKING:
    from fusionscript import Project, Resolve, Timeline

SLICE = 0.05  # seconds
MODAL = "A dialog is open in Resolve, or it is busy."
# Where its own Python module and library lie, by `sys.platform`: Blackmagic's scripting README
MODULES = {
    "darwin": (
        "/Library/Application Support/Blackmagic Design/DaVinci Resolve/Developer/Scripting",
        "/Applications/DaVinci Resolve/DaVinci Resolve.app/Contents/Libraries/Fusion/"
        "fusionscript.so",
    ),
    "win32": (
        "%PROGRAMDATA%\\Blackmagic Design\\DaVinci Resolve\\Support\\Developer\\Scripting",
        "C:\\Program Files\\Blackmagic Design\\DaVinci Resolve\\fusionscript.dll",
    ),
}
LINUX = ("/opt/resolve/Developer/Scripting", "/opt/resolve/libs/Fusion/fusionscript.so")


class Program(NamedTuple):
    product: str  # "DaVinci Resolve Studio", or without Studio
    version: str  # "21.0.4.5"


class Opened(NamedTuple):
    """What is open now; ids and names are empty where nothing is."""

    project: "Optional[Project]"
    project_id: str
    project_name: str
    timeline: "Optional[Timeline]"
    timeline_id: str
    timeline_name: str
    busy: str  # why nothing can be placed now


NOTHING_OPEN = Opened(None, "", "", None, "", "", "")


def find_resolve(
    context: Mapping[str, Any],
    environ: MutableMapping[str, str],
    load: Callable[[str], Any] = importlib.import_module,
) -> "Optional[Resolve]":
    """
    From the menu entry's globals, or from outside, which only Studio allows.

    Never `Fusion()`: it can start a second Resolve without windows.
    """
    tries: Tuple[Optional[Resolve], ...] = (
        context.get("resolve"),
        ask_newer(context.get("app"), "GetResolve"),
        ask_newer(context.get("bmd"), "scriptapp", "Resolve"),
    )
    for found in tries:
        if found is not None:
            return found
    return from_outside(environ, load)


def from_outside(
    environ: MutableMapping[str, str], load: Callable[[str], Any], platform: str = sys.platform
) -> "Optional[Resolve]":
    scripting, library = MODULES.get(platform, LINUX)
    scripting = scripting.replace("%PROGRAMDATA%", environ.get("PROGRAMDATA", "C:\\ProgramData"))
    folder = environ.setdefault("RESOLVE_SCRIPT_API", scripting)
    environ.setdefault("RESOLVE_SCRIPT_LIB", library)
    modules = str(Path(folder, "Modules"))
    if modules not in sys.path:
        sys.path.append(modules)
    try:
        module = load("DaVinciResolveScript")
    except (ImportError, OSError, SyntaxError):
        return None
    found: Optional[Resolve] = ask_newer(module, "scriptapp", "Resolve")
    return found


def program(resolve: "Resolve") -> Program:
    version = ".".join(words(part) for part in rows(ask(resolve.GetVersion)) if words(part))
    return Program(words(ask(resolve.GetProductName)), version)


def now_open(resolve: "Resolve") -> Optional[Opened]:
    """None where Resolve does not even give its project manager: it was quit, or is quitting."""
    manager = ask(resolve.GetProjectManager)
    if manager is None:
        return None
    project = ask(manager.GetCurrentProject)
    if project is None:
        return NOTHING_OPEN
    identity, name = words(ask(project.GetUniqueId)), words(ask(project.GetName))
    busy = MODAL if ask(project.GetMediaPool) is None else ""
    timeline = ask(project.GetCurrentTimeline)
    if timeline is None:
        return Opened(project, identity, name, None, "", "", busy)
    own, called = words(ask(timeline.GetUniqueId)), words(ask(timeline.GetName))
    return Opened(project, identity, name, timeline, own, called, busy)


def in_process(executable: str) -> bool:
    """Whether this Python is Resolve itself, which stands still while a script does."""
    return Path(executable or "").name.lower().startswith("resolve")


def sleeper(context: Mapping[str, Any], executable: str) -> Callable[[float], None]:
    """How to wait here: inside Resolve by its own call, in slices, so that it goes on working."""
    wait = getattr(context.get("bmd"), "wait", None)
    if not (in_process(executable) and callable(wait)):
        return time.sleep

    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            wait(SLICE)

    return sleep
