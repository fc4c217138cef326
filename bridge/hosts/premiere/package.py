"""The panel as a file that Creative Cloud installs. In: its sources, a key. Out: bytes of a .ccx.

A .ccx is a plain zip of the plug-in's folder and needs no signature (Adobe's UXP guides). The same
sources and key make the same bytes, so that nothing is written where nothing changed.
"""

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bridge import __version__
from bridge.errors import InternalError
from bridge.hosts.installing import content

PANEL = Path(__file__).resolve().parents[2] / "panel" / "premiere"  # in a wheel, too
MANIFEST, CONFIG = "manifest.json", "config.js"
KINDS = {".js", ".html", ".css", ".png", ".svg"}
NOT_SHIPPED = {"tests", "test", "fake", "types", "node_modules"}
PORT, PORTS = 4747, 20  # where the daemon looks for a free one, if settings name no other
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip knows
KEY = re.compile(r'"key": "([A-Za-z0-9_-]+)"')
MOST_BYTES = 16 << 20


def ports_from(first: int) -> range:
    """Where the daemon may listen; 0 is any port, which no panel could find."""
    first = first or PORT
    return range(first, min(first + PORTS, 65_536))


def read_panel(folder: Path = PANEL) -> dict[str, bytes]:
    """The panel's files by their names in the package; `InternalError` where there is none."""
    found = {
        path.relative_to(folder).as_posix(): content(path) or b""
        for path in sorted(folder.rglob("*"))
        if path.is_file() and _shipped(path.relative_to(folder))
    }
    if MANIFEST not in found:
        raise InternalError(f"{folder / MANIFEST} is missing.", hint="Install NLE Bridge again.")
    return found


def _shipped(path: Path) -> bool:
    if NOT_SHIPPED & set(path.parts[:-1]) or ".test." in path.name or path.name.startswith("."):
        return False
    return path.as_posix() == MANIFEST or path.suffix in KINDS


def package(panel: Mapping[str, bytes], key: str, ports: Sequence[int]) -> bytes:
    """The .ccx, its manifest first; pure."""
    files = {
        MANIFEST: _for_ports(panel[MANIFEST], ports),
        **{name: data for name, data in sorted(panel.items()) if name != MANIFEST},
        CONFIG: config(key, ports).encode(),
    }
    made = io.BytesIO()
    # stored: what a compressor makes of it differs between its versions
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # the same file on every system
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return made.getvalue()


def config(key: str, ports: Sequence[int]) -> str:
    """What the panel knows of the daemon: for a script of the page, and for `require`."""
    told = json.dumps({"ports": list(ports), "key": key, "version": __version__})
    return (
        "// Written by `nle-bridge install premiere`. It holds a key: pass it on to nobody.\n"
        f"const told = {told};\n"
        'if (typeof window !== "undefined") window.NLE_BRIDGE = told;\n'
        'if (typeof module !== "undefined") module.exports = told;\n'
    )


def key_in(ccx: Path) -> str | None:
    """The key in a package that was built before; None where there is none that can be read."""
    try:
        with zipfile.ZipFile(ccx) as archive:
            if archive.getinfo(CONFIG).file_size > MOST_BYTES:
                return None
            found = KEY.search(archive.read(CONFIG).decode("utf-8", "replace"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    return found[1] if found else None


def _for_ports(manifest: bytes, ports: Sequence[int]) -> bytes:
    """The page's view may show these addresses alone; the manifest names the usual ones."""
    if ports[0] == PORT:
        return manifest
    told: dict[str, Any] = json.loads(manifest)
    view = told.get("requiredPermissions", {}).get("webview")
    if view is not None:
        view["domains"] = ["http://127.0.0.1", *(f"http://127.0.0.1:{port}" for port in ports)]
    return json.dumps(told, indent=2).encode()
