"""Where things are. In: the library's folder, the environment. Out: `Config`.

The installer writes `config.json` into the folder that holds this library:
`{"data": folder, "command": [what starts the daemon], "colour": "Orange"}`.
"""

import json
import sys
from pathlib import Path
from typing import Any, Dict, Mapping, NamedTuple, Tuple

FILE = "config.json"
COLOUR = "Orange"  # of clips that are meant, where nothing is selected


class Config(NamedTuple):
    data: Path  # the daemon's data folder
    command: Tuple[str, ...]  # starts the daemon; empty where nothing is known
    colour: str

    @property
    def runtime_file(self) -> Path:
        return self.data / "runtime.json"

    @property
    def exports(self) -> Path:
        """Where Resolve writes the timelines that are sent along."""
        return self.data / "resolve" / "mailbox" / "exports"


def library() -> Path:
    """The folder that this library was installed into."""
    return Path(__file__).absolute().parent.parent


def read_config(folder: Path, environ: Mapping[str, str], platform: str = sys.platform) -> Config:
    """What the installer wrote, else the daemon's own defaults."""
    written = read_json(folder / FILE)
    command = written.get("command")
    known = isinstance(command, list) and all(isinstance(word, str) for word in command)
    data = written.get("data")
    if not isinstance(data, str):
        data = environ.get("NLE_BRIDGE_DATA")
    return Config(
        Path(data) if data else default_data(environ, platform),
        tuple(command) if known and command else (),
        str(written.get("colour") or COLOUR),
    )


def default_data(environ: Mapping[str, str], platform: str) -> Path:
    """As the daemon finds it without settings (platformdirs, `user_data_path`)."""
    if platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "nle-bridge"
    if platform == "win32":
        local = environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "nle-bridge"
    share = environ.get("XDG_DATA_HOME", "").strip()
    return (Path(share) if share else Path.home() / ".local" / "share") / "nle-bridge"


def read_json(file: Path) -> Dict[str, Any]:
    """The object in a file; an empty one where there is none that can be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
