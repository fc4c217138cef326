"""What is known of a take: where it came from, what it is. In: values or JSON. Out: the other."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.errors import UsageError
from bridge.frames import FrameRange, Handles, Rate

FORMAT = 1
LATER = frozenset({"sound", "sureness", "notes"})  # what the first takes did not have
SOUND = ".sound.wav"
SECRET_NAME = re.compile(
    r".*(api[_-]?key|access[_-]?key|private[_-]?key|token|secret|password|passwd|authorization"
    r"|credentials?|cookie|jwt)",
    re.IGNORECASE,
)
URL = re.compile(r"\b(https?://)(\S+)", re.IGNORECASE)
DATA_URI = re.compile(r"\bdata:[\w/+.-]{1,64}[;,]\S*", re.IGNORECASE)
HIDDEN = "(hidden)"


class Status(StrEnum):
    delivered = "delivered"
    rejected = "rejected"  # looked at and not wanted
    used = "used"  # on a timeline


@dataclass(frozen=True, slots=True)
class Run:
    """`count` source frames from `first`, each `step` after the one before: 1, 2, -1, 0 (held)."""

    first: int
    step: int
    count: int

    @property
    def last(self) -> int:
        return self.first + self.step * (self.count - 1)


def runs(numbers: Iterable[int]) -> tuple[Run, ...]:
    """Source frames in record order, written short; `numbers_of` gives them back."""
    found: list[Run] = []
    for number in numbers:
        last = found[-1] if found else None
        if last is not None and last.count == 1:
            found[-1] = Run(last.first, number - last.first, 2)
        elif last is not None and number - last.last == last.step:
            found[-1] = Run(last.first, last.step, last.count + 1)
        else:
            found.append(Run(number, 1, 1))
    return tuple(found)


def numbers_of(parts: Iterable[Run]) -> tuple[int, ...]:
    return tuple(run.first + run.step * index for run in parts for index in range(run.count))


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file a shot was cut from; size and time say whether it is still the same."""

    path: Path
    size: int  # bytes
    modified_ns: int
    sha256: str | None = None  # where it was worth reading the whole file


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """All that is known of a result before it is delivered. Ids are opaque here."""

    id: str  # one per attempt, stable over restarts
    clip: str
    place: str | None  # index path of the clip; None: a new shot, which had no clip
    timeline: str
    source: SourceFile | None  # None: nothing was cut
    source_frames: tuple[Run, ...]  # behind each delivered frame, handles included
    record: FrameRange  # record frames from the timeline's start, without handles
    rate: Rate  # of the record frames and of the delivered file
    handles: Handles  # record frames
    recipe: Mapping[str, Any]  # what was asked for, JSON values
    prompt: str
    engine: str
    model: str
    seed: int | None
    credits: Decimal  # what it truly cost
    raws: tuple[str, ...]  # SHA-256 of what the engine returned, one a segment
    frames: int  # delivered, handles included
    width: int
    height: int
    codec: str
    job: str
    shot: str
    software: str  # version of this program
    warnings: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict[str, str])  # of the engine's, by name
    sureness: tuple[int, ...] = ()  # percent, of each delivered frame; none: not told
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        if self.created.tzinfo is None:
            raise UsageError(f"The time {self.created} of take {self.id} has no time zone.")


@dataclass(frozen=True, kw_only=True)
class Take(Lineage):
    """A delivered result."""

    number: int  # 1, 2, 3 ... at its place of its timeline; of a new shot, in its name
    media: str  # SHA-256 of the delivered file
    delivered: Path
    status: Status = Status.delivered
    sound: str | None = None  # SHA-256 of the sound that came with the pictures

    @property
    def shown(self) -> FrameRange:
        """The delivered frames that are on the timeline."""
        return FrameRange(self.handles.head, self.record.count)

    @property
    def shown_sureness(self) -> tuple[int, ...]:
        return self.sureness[self.shown.start : self.shown.end]

    @property
    def sound_path(self) -> Path | None:
        """Where that sound lies: beside the delivered file, with its name."""
        return None if self.sound is None else sound_beside(self.delivered)


def sound_beside(media: Path) -> Path:
    return media.with_name(f"{media.stem}{SOUND}")


def take_of(
    lineage: Lineage, number: int, media: str, delivered: Path, sound: str | None = None
) -> Take:
    known = {part.name: getattr(lineage, part.name) for part in fields(Lineage)}
    return Take(**known, number=number, media=media, delivered=delivered, sound=sound)


def as_data(take: Take) -> dict[str, Any]:
    """JSON values; keys, signed URLs and inlined pictures of the recipe are left out."""
    plain = {part.name: getattr(take, part.name) for part in fields(take)}
    source = take.source
    return plain | {
        "format": FORMAT,
        "source": source and [str(source.path), source.size, source.modified_ns, source.sha256],
        "source_frames": [[run.first, run.step, run.count] for run in take.source_frames],
        "record": [take.record.start, take.record.count],
        "rate": str(take.rate),
        "handles": [take.handles.head, take.handles.tail],
        "recipe": without_secrets(take.recipe),
        "credits": str(take.credits),
        "raws": list(take.raws),
        "warnings": without_secrets(take.warnings),
        "notes": without_secrets(take.notes),
        "sureness": list(take.sureness),
        "created": take.created.astimezone(UTC).isoformat(),
        "delivered": str(take.delivered),
        "status": take.status.value,
    }


def from_data(data: Mapping[str, Any]) -> Take:
    """
    The take again. What a newer version added is passed over.

    `KeyError`, `TypeError`, `ValueError`, `ArithmeticError` and `BridgeError` for what is no take.
    """
    parts = [part.name for part in fields(Take) if part.name in data or part.name not in LATER]
    known = {name: data[name] for name in parts}
    source = known["source"]
    return Take(
        **known
        | {
            "source": source and SourceFile(Path(source[0]), *source[1:4]),
            "source_frames": tuple(Run(*run) for run in known["source_frames"]),
            "record": FrameRange(*known["record"]),
            "rate": Rate(Fraction(known["rate"])),
            "handles": Handles(*known["handles"]),
            "credits": Decimal(known["credits"]),
            "raws": tuple(known["raws"]),
            "warnings": tuple(known["warnings"]),
            "notes": dict(known.get("notes", {})),
            "sureness": tuple(known.get("sureness", ())),
            "created": datetime.fromisoformat(known["created"]),
            "delivered": Path(known["delivered"]),
            "status": Status(known["status"]),
        }
    )


def without_secrets(value: Any) -> Any:
    """The same JSON value; whatever else it held (paths, decimals) as text."""
    if isinstance(value, Mapping):
        return {
            str(name): HIDDEN if SECRET_NAME.fullmatch(str(name)) else without_secrets(part)
            for name, part in value.items()
        }
    if isinstance(value, str):
        return DATA_URI.sub("data:...", URL.sub(_open_url, value))
    if isinstance(value, (list, tuple)):
        return [without_secrets(part) for part in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _open_url(match: re.Match[str]) -> str:
    """Without the user's name and the query, where signed URLs carry their key."""
    address = re.split("[?#]", match[2], maxsplit=1)[0]
    host, slash, path = address.partition("/")
    return f"{match[1]}{host.rpartition('@')[2]}{slash}{path}"
