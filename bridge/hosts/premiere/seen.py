"""What can be seen of Premiere from outside. In: a machine, its disk. Out: facts, and advice.

Which panel runs where is told to the daemon by the panel itself, which notes it.
"""

import json
import plistlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError

from bridge.hosts.machine import MAC, WINDOWS, Machine
from bridge.hosts.premiere.install import agent_in, folder_of

PANELS = (25, 6)  # the first version with UXP panels, and with OTIO
# "Adobe Premiere Pro 2026", and "Adobe Premiere" as it is called since
PROGRAM = re.compile(r"Adobe Premiere(?: Pro)?(?: \(Beta\))?(?: (20\d\d))?(?:\.app)?")
HOW_TO = "Window > UXP Plugins > NLE Bridge"
WITHOUT = (
    "export the sequence (File > Export > Final Cut Pro XML), run `nle-bridge edit cut.xml ...` "
    "and import the new timeline (File > Import)"
)


@dataclass(frozen=True)
class App:
    path: Path
    version: str = ""  # empty: not known

    @property
    def has_panels(self) -> bool | None:
        """None where it is not known."""
        numbers = [int(number) for number in re.findall(r"\d+", self.version)]
        if len(numbers) == 1:  # from the year in its name: of 25 some have them
            return None if numbers[0] == PANELS[0] else numbers[0] > PANELS[0]
        return tuple(numbers[:2]) >= PANELS if numbers else None


@dataclass(frozen=True)
class Told:
    """What the panel told when it last asked; empty strings where none did."""

    version: str = ""  # of Premiere
    plugin: str = ""  # of the panel
    origin: str = ""
    time: str = ""


@dataclass(frozen=True)
class Seen:
    apps: tuple[App, ...]
    told: Told
    agent: Path | None  # Adobe's installer of plug-ins

    @property
    def too_old(self) -> bool:
        """Whether no Premiere here has panels."""
        return bool(self.apps) and all(app.has_panels is False for app in self.apps)


def seen(machine: Machine, root: Path, data: Path) -> Seen:
    return Seen(tuple(_apps(machine, root)), _told(data), agent_in(machine, root))


def _apps(machine: Machine, root: Path) -> Iterator[App]:
    """Newest first."""
    if machine.platform == MAC:
        folder = root / "Applications"
    elif machine.platform == WINDOWS:
        folder = Path(machine.environ.get("PROGRAMFILES") or root / "Program Files") / "Adobe"
    else:
        return
    for name in sorted(machine.names(folder), reverse=True):
        if found := PROGRAM.fullmatch(name):
            inside = folder / name / f"{name.removesuffix('.app')}.app"
            version = _bundle_version(inside / "Contents" / "Info.plist")
            yield App(folder / name, version or (found[1] or "")[2:])


def _bundle_version(file: Path) -> str:
    try:
        return str(plistlib.loads(file.read_bytes()).get("CFBundleShortVersionString", ""))
    except (OSError, ValueError, AttributeError, ExpatError):
        return ""


def _told(data: Path) -> Told:
    try:
        read = json.loads((folder_of(data) / "hosts.json").read_bytes())
        return Told(*(str(read.get(name) or "") for name in Told.__dataclass_fields__))
    except (OSError, ValueError, AttributeError):
        return Told()


# ---- saying


def premiere_words(now: Seen) -> str:
    """One line on what is installed."""
    if not now.apps:
        last = f"; version {now.told.version} ran our panel" if now.told.version else ""
        return f"not found{last}"
    return ", ".join(f"{app.version or 'version not known'} at {app.path}" for app in now.apps)


def contact_words(told: Told) -> str:
    """One line on the panel's last question."""
    if not told.time:
        return "none yet"
    panel = f"panel {told.plugin}" if told.plugin else "a panel that did not say its version"
    origin = f", which calls its place {told.origin!r}" if told.origin else ""
    return f"{told.time}, {panel} in Premiere {told.version or '?'}{origin}"
