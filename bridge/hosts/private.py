"""Files that hold a key. In: a path, bytes. Out: a whole file that its owner alone may read."""

import os
from pathlib import Path

from bridge.store.files import Disk, discard, part_of, writing


def write_private(path: Path, data: bytes, disk: Disk) -> None:
    """Never readable for others, not even while it is written; `DiskFull`, `DiskRefused`."""
    with writing(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = part_of(path)
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            disk.rename(part, path)
        finally:
            discard(part)
