"""Keys of plug-ins inside editors. In: a host's name, a token. Out: a new key, or whose it is.

<data>/<host>/key.json   {"sha256": of the key, "made": UTC}

The key itself lies in the plug-in alone; what is kept here opens nothing.
"""

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

from bridge.hosts.private import write_private
from bridge.store.files import Disk, writing

HOSTS = ("premiere",)  # whose plug-ins hold a key; scripts in Resolve read the daemon's own token
KEY_BYTES = 32
MOST_BYTES = 4096  # of a key file

Stamp = tuple[int, int, int]  # modification time in ns, size, inode


class HostKeys:
    """Of one data folder. One object may be asked for every request: files are read once."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._known: dict[str, tuple[Stamp, bytes]] = {}

    def file(self, host: str) -> Path:
        if host not in HOSTS:
            raise ValueError(host)
        return self._data / host / "key.json"

    def make(self, host: str) -> str:
        """A new key, which takes the place of the old one at once; `DiskFull`, `DiskRefused`."""
        key, text = new_key()
        write_private(self.file(host), text, Disk())
        return key

    def forget(self, host: str) -> None:
        """No key of that host is good any more."""
        with writing(self.file(host)):
            self.file(host).unlink(missing_ok=True)

    def host_of(self, token: bytes) -> str | None:
        """Whose key it is; every host is compared, in constant time."""
        given = hashlib.sha256(token).digest()
        found = [host for host in HOSTS if hmac.compare_digest(given, self._digest(host))]
        return found[0] if found else None

    def has(self, host: str) -> bool:
        return bool(self._digest(host))

    def _digest(self, host: str) -> bytes:
        """Empty, and so like no other, where there is none."""
        file = self.file(host)
        try:
            status = file.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._known.get(host)
            if known is None or known[0] != stamp:
                known = self._known[host] = (stamp, _read(file))
        except OSError:
            return b""
        return known[1]


def new_key() -> tuple[str, bytes]:
    """A key, and what is kept of it."""
    key = secrets.token_urlsafe(KEY_BYTES)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"sha256": hashlib.sha256(key.encode()).hexdigest(), "made": made})
    return key, text.encode()


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        text = opened.read(MOST_BYTES)
    try:
        digest = bytes.fromhex(json.loads(text)["sha256"])
    except (ValueError, TypeError, KeyError):
        return b""
    return digest if len(digest) == hashlib.sha256().digest_size else b""
