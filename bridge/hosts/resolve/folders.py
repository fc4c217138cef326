"""Where DaVinci Resolve looks for scripts. In: a machine, our data folder. Out: its places.

A place is one installation's view of the disk: where its menu entries go, where its library and
mailbox lie, and which files its preferences may be in. Folders: Blackmagic's scripting README, and
for the App Store's builds what AutoSubs and others measured. Nothing is written here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bridge.hosts.machine import MAC, WINDOWS, Machine

RESOLVE = ("Blackmagic Design", "DaVinci Resolve")
# Other programs of Blackmagic's have containers, too; Resolve's are ...DaVinciResolveLite,
# ...DaVinciResolveAppStore and others (as reported)
CONTAINER, RESOLVES = "com.blackmagic-design.", "davinciresolve"


class Kind(StrEnum):
    standard = "standard"
    app_store = "app_store"  # sandboxed: it reads nothing outside its container


@dataclass(frozen=True)
class Place:
    kind: Kind
    utility: tuple[Path, ...]  # folders of menu entries, shown on every page; each has them all
    library: Path  # what the entries load
    mailbox: Path  # what the Lua entries read
    prefs: tuple[Path, ...]  # where its Fusion.prefs may be: what the Lua entries write
    found: bool  # whether that installation has ever run

    @property
    def exports(self) -> Path:
        """Timelines that the Lua entries wrote."""
        return self.mailbox / "exports"


def places(machine: Machine, data: Path) -> tuple[Place, ...]:
    """
    The standard place always comes first, `found` or not; then the containers that there are.

    `data` is the data folder of the daemon.
    """
    return (_standard(machine, data), *_containers(machine))


def record_file(data: Path) -> Path:
    """Where it stands what was installed."""
    return data / "resolve" / "installed.json"


def hosts_file(data: Path) -> Path:
    """Where the daemon notes what the scripts told about the Resolve that they ran in."""
    return data / "resolve" / "hosts.json"


def _standard(machine: Machine, data: Path) -> Place:
    fusion = _user_folder(machine)
    return Place(
        Kind.standard,
        utility=(fusion / "Scripts" / "Utility",),
        library=data / "resolve" / "lib",
        mailbox=data / "resolve" / "mailbox",
        prefs=tuple(dict.fromkeys([*_moved_prefs(machine), *_prefs(machine, fusion / "Profiles")])),
        found=_used(machine, fusion),
    )


def _user_folder(machine: Machine) -> Path:
    """Resolve's Fusion folder of this user."""
    if machine.platform == MAC:
        return machine.home.joinpath("Library", "Application Support", *RESOLVE, "Fusion")
    if machine.platform == WINDOWS:
        return machine.roaming.joinpath(*RESOLVE, "Support", "Fusion")
    # not $XDG_DATA_HOME: Resolve does not ask for it
    return machine.home.joinpath(".local", "share", "DaVinciResolve", "Fusion")


def _used(machine: Machine, fusion: Path) -> bool:
    """Installing makes `Fusion/Scripts` itself: only what else there is was made by Resolve."""
    beside = set(machine.names(fusion.parent)) - {"Fusion"}
    return bool(beside | (set(machine.names(fusion)) - {"Scripts"}))


def _containers(machine: Machine) -> Iterator[Place]:
    if machine.platform != MAC:
        return
    containers = machine.home / "Library" / "Containers"
    for name in machine.names(containers):
        if not (name.startswith(CONTAINER) and RESOLVES in name.lower()):
            continue
        support = containers / name / "Data" / "Library" / "Application Support"
        # Which of both is read differs between builds: the entries go to both
        fusions = (support.joinpath(*RESOLVE, "Fusion"), support / "Fusion")
        own = support / "nle-bridge"
        yield Place(
            Kind.app_store,
            utility=tuple(fusion / "Scripts" / "Utility" for fusion in fusions),
            library=own / "lib",
            mailbox=own / "mailbox",
            prefs=tuple(p for fusion in fusions for p in _prefs(machine, fusion / "Profiles")),
            found=True,
        )


def _moved_prefs(machine: Machine) -> Iterator[Path]:
    """Where Fusion's own variables put the profiles; the second form is that of Fusion 16 on."""
    for variable in ("FUSION_PROFILE_DIR", "FUSION16_PROFILE_DIR"):
        if folder := machine.environ.get(variable):
            yield from _prefs(machine, Path(folder))


def _prefs(machine: Machine, profiles: Path) -> Iterator[Path]:
    names = (machine.environ.get("FUSION_PROFILE"), "Default")
    for name in dict.fromkeys(filter(None, names)):
        yield profiles / name / "Fusion.prefs"
