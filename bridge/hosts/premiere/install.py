"""The panel's package on the disk. In: the data folder, a place. Out: what is to be written there.

<data>/premiere/nle-bridge-VERSION.ccx   or wherever it was wanted; it holds the key
<data>/premiere/key.json                 what is kept of the key
<data>/premiere/installed.json           what was written
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge import __version__
from bridge.errors import MachineError
from bridge.hosts.installing import (
    File,
    Plan,
    Wanted,
    content,
    install_plan,
    read_record,
    uninstall_plan,
)
from bridge.hosts.keys import HostKeys, new_key
from bridge.hosts.machine import MAC, WINDOWS, Machine
from bridge.hosts.premiere.package import key_in, package

HOST = "premiere"
NAME = f"nle-bridge-{__version__}.ccx"
# As Adobe's guides to distribution name it
AGENT = "UnifiedPluginInstallerAgent"
UPI = f"Adobe/Adobe Desktop Common/RemoteComponents/UPI/{AGENT}"
INSTALLER_SECONDS = 300


@dataclass(frozen=True)
class Built:
    plan: Plan
    file: Path
    had_key: bool  # some panel may be installed with a key of before
    new_key: bool

    @property
    def old_panel_is_out(self) -> bool:
        """Whether a panel that is installed now is known no more."""
        return self.had_key and self.new_key


def folder_of(data: Path) -> Path:
    return data / HOST


def record_file(data: Path) -> Path:
    """Where it stands what was written."""
    return folder_of(data) / "installed.json"


def ccx_file(data: Path, out: Path | None = None) -> Path:
    """Where the package goes: `out` is a folder, or a file that ends in .ccx."""
    if out is None:
        return folder_of(data) / NAME
    return out if out.suffix.lower() == ".ccx" else out / NAME


def build_plan(data: Path, file: Path, panel: dict[str, bytes], ports: Sequence[int]) -> Built:
    """
    What it takes to have the package there; nothing is written.

    The key of a package that lies where one was written stays; where there is none a new one is
    made, and the old one is good no more.
    """
    keys, record = HostKeys(data), read_record(record_file(data))
    old = _key_of((file, *record.files), keys)
    kept = content(keys.file(HOST)) if old else None
    key, text = (old, kept) if old and kept else new_key()
    files = (
        File(file, package(panel, key, ports), own=file.parent == folder_of(data), private=True),
        File(keys.file(HOST), text, own=True, private=True),
    )
    plan = install_plan(Wanted(files), record)
    return Built(plan, file, had_key=keys.has(HOST), new_key=key != old)


def built_file(data: Path) -> Path | None:
    """The package that was written last, if it lies there."""
    written = (path for path in read_record(record_file(data)).files if path.suffix == ".ccx")
    return next((path for path in written if path.is_file()), None)


def _key_of(files: Sequence[Path], keys: HostKeys) -> str | None:
    found = (key_in(file) for file in files if file.suffix.lower() == ".ccx")
    return next((key for key in found if key and keys.host_of(key.encode()) == HOST), None)


def removal_plan(data: Path) -> Plan:
    """The package, its key, what the panel told; the panel itself is Creative Cloud's to take."""
    told = (HostKeys(data).file(HOST), folder_of(data) / "hosts.json")
    there = [file for file in told if file.exists()]
    return uninstall_plan(read_record(record_file(data)), there, (folder_of(data),))


# ---- Adobe's own installer


def agent_in(machine: Machine, root: Path = Path("/")) -> Path | None:
    """Adobe's installer on this machine; None where it is not."""
    if machine.platform == MAC:
        inside = f"{UPI}/{AGENT}.app/Contents/MacOS/{AGENT}"
        agent = root / "Library" / "Application Support" / inside
    elif machine.platform == WINDOWS:
        common = machine.environ.get("COMMONPROGRAMFILES") or r"C:\Program Files\Common Files"
        agent = Path(common) / UPI / f"{AGENT}.exe"
    else:
        return None
    return agent if agent.is_file() else None


def installer_command(machine: Machine, agent: Path, ccx: Path) -> tuple[str, ...]:
    return (str(agent), "/install" if machine.platform == WINDOWS else "--install", str(ccx))


def run_installer(command: Sequence[str]) -> str:
    """What it said; `MachineError` where it does not end well."""
    try:
        ended = subprocess.run(  # noqa: S603 - Adobe's own, where Adobe puts it
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=INSTALLER_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise MachineError(
            f"Adobe's installer cannot be run: {error}.", hint="Double-click the file instead."
        ) from error
    said = " ".join(f"{ended.stdout} {ended.stderr}".split())[:500]
    if ended.returncode:
        raise MachineError(
            f"Adobe's installer ended with status {ended.returncode}: {said or 'it said nothing'}.",
            hint="Double-click the file instead; Creative Cloud shows what it wants.",
        )
    return said
