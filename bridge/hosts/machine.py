"""The machine as the installers see it. In: this one, or a test's. Out: one frozen value."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

MAC, WINDOWS = "darwin", "win32"  # as `sys.platform` names them; all others are taken for Linux


def folder_names(folder: Path) -> tuple[str, ...]:
    """What lies in a folder, sorted; nothing where there is none or it may not be read."""
    try:
        return tuple(sorted(path.name for path in folder.iterdir()))
    except OSError:
        return ()


@dataclass(frozen=True)
class Machine:
    platform: str
    environ: Mapping[str, str]
    home: Path
    names: Callable[[Path], tuple[str, ...]] = folder_names

    @property
    def roaming(self) -> Path:
        """%APPDATA%, which ends in `Roaming` already."""
        return self._folder("APPDATA", self.home / "AppData" / "Roaming")

    @property
    def config(self) -> Path:
        """$XDG_CONFIG_HOME."""
        return self._folder("XDG_CONFIG_HOME", self.home / ".config")

    def _folder(self, variable: str, default: Path) -> Path:
        given = Path(self.environ.get(variable, ""))
        return given if given.is_absolute() else default


def here() -> Machine:
    return Machine(sys.platform, os.environ, Path.home())


def serve_command(data: Path) -> tuple[str, ...]:
    """
    What starts the daemon of that data folder with the Python that runs now.

    -P: it is started in any folder, and must not take a module from there.
    """
    return (sys.executable, "-P", "-m", "bridge.cli", "serve", "--data", str(data))
