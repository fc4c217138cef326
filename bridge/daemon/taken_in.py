"""Pictures that a page takes in. In: a name and the file as text. Out: a file of ours.

<data>/stills/<id>/<name>.png    the id says what is in it
"""

import base64
import binascii
import contextlib
import hashlib
import re
import shutil
import time
from pathlib import Path
from types import MappingProxyType

from bridge.errors import MediaUnsupported, NotFound, UsageError
from bridge.media.formats import format_of
from bridge.media.paths import HEAD_BYTES
from bridge.store import files
from bridge.store.names import safe_stem
from bridge.wire.pictures import MOST_BYTES

SUFFIXES = MappingProxyType(  # of the pictures that are taken in, by their decoder's name
    {"png": ".png", "mjpeg": ".jpg", "tiff": ".tif", "webp": ".webp", "exr": ".exr"}
)
KEPT_SECONDS = 90 * 86_400  # a job that waits for a person still reads its stills
MOST_KEPT = 2000
ID = re.compile(r"i[0-9a-f]{32}")


class TakenIn:
    """May be used from any thread; blocks while the disk works."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, content: str) -> Path:
        """
        The file. Only its first bytes were looked at: whoever decodes it and fails drops it.

        `UsageError` for what is no base64, `MediaUnsupported` for what is no such picture.
        """
        data = _bytes(content)
        path = self._folder / f"i{hashlib.sha256(data).hexdigest()[:32]}"
        known = self._file_in(path)
        if known is None:
            known = path / f"{safe_stem(Path(name).stem)}{_suffix(data)}"
            files.write(known, data, files.Disk())
            self._drop_old()
        with files.writing(path):
            path.touch()  # asked for today
        return known

    def find(self, still_id: str) -> Path:
        """`NotFound` where there is none, or none any more."""
        found = self._file_in(self._folder / still_id) if ID.fullmatch(still_id) else None
        if found is None:
            raise NotFound(f"There is no picture {still_id[:60]}.", hint="Add it again.")
        return found

    def drop(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            shutil.rmtree(path.parent)

    def _file_in(self, folder: Path) -> Path | None:
        return next((f for f in folder.glob("*") if f.suffix in SUFFIXES.values()), None)

    def _drop_old(self) -> None:
        aged = sorted(((f.stat().st_mtime, f) for f in self._folder.glob("i*")), reverse=True)
        oldest = time.time() - KEPT_SECONDS
        for rank, (used, folder) in enumerate(aged):
            if rank >= MOST_KEPT or used < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _bytes(content: str) -> bytes:
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UsageError("The picture's content is not base64.", hint="Encode it anew.") from error
    if len(data) > MOST_BYTES:
        raise MediaUnsupported(
            f"The picture has {len(data)} bytes, and {MOST_BYTES >> 20} MiB are taken in at most.",
            hint="Save it smaller, or name the file in the recipe instead.",
        )
    return data


def _suffix(data: bytes) -> str:
    """By the first bytes, whatever the name says."""
    suffix = SUFFIXES.get(format_of(data[:HEAD_BYTES], Path("It")).name)
    if suffix is None:
        raise MediaUnsupported(
            "This is no picture that is taken in.", hint="Use PNG, JPEG, TIFF, WebP or OpenEXR."
        )
    return suffix
