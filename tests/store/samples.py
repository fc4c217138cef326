"""Values for the store's tests. In: what a test cares about. Out: complete takes and files."""

import errno
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.frames import FrameRange, Handles, Rate
from bridge.store.takes import Lineage, SourceFile, Take, runs, take_of

LINEAGE = Lineage(
    id="job1-V1_3-1",
    clip="A001_C003.mov",
    place="V1:3",
    timeline="Reel 2",
    source=SourceFile(Path("/media/A001_C003.mov"), 123456, 1_700_000_000_123_456_789),
    source_frames=runs(range(1001, 1057)),
    record=FrameRange(86, 48),
    rate=Rate(Fraction(24000, 1001)),
    handles=Handles(4, 4),
    recipe={"kind": "edit", "options": {"strength": 0.5}, "keyframes": [["01:00:04:12", "a.png"]]},
    prompt="make it dusk",
    engine="local",
    model="looks",
    seed=7,
    credits=Decimal("12.50"),
    raws=("ab" * 32,),
    frames=56,
    width=1920,
    height=1080,
    codec="prores_hq",
    job="job1",
    shot="V1_3",
    software="0.1.0",
    warnings=("Two frames were held.",),
    created=datetime(2026, 11, 20, 16, 30, 1, 250000, tzinfo=UTC),
)


def lineage(**changes: Any) -> Lineage:
    return replace(LINEAGE, **changes)


def take(number: int = 1, media: str = "cd" * 32, **changes: Any) -> Take:
    path = Path("/delivered") / f"take{number}.mov"
    return take_of(lineage(**{"id": f"take-{number}"} | changes), number, media, path)


def media_file(path: Path, text: str = "moving pictures", size: int = 100_000) -> Path:
    """Bytes that differ in every block, so that a cut or shifted copy is another content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content(text, size))
    return path


def content(text: str, size: int) -> bytes:
    return hashlib.shake_256(text.encode()).digest(size)


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def files_under(folder: Path) -> list[str]:
    """Relative paths of all files, sorted."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def no_links(source: Path, path: Path) -> None:
    """A disk without hard links: exFAT, some shares."""
    raise OSError(errno.EPERM, "Operation not permitted")
