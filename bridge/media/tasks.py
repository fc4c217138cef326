"""The tasks of a media child and how they cross to it. In: a task. Out: lines of JSON.

A request is one line on the child's standard input; progress, then one result or error, are lines
on its standard output. Values cross through pydantic, which checks them on both sides.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from bridge.media.facts import (
    Compared,
    Delivered,
    Delivery,
    Dub,
    Dubbed,
    Fitting,
    Frames,
    MediaFacts,
    SoundFacts,
)
from bridge.media.limits import Limits
from bridge.source import Source


@dataclass(frozen=True)
class Probe:
    source: Source


@dataclass(frozen=True)
class ProbeSound:
    source: Source


@dataclass(frozen=True)
class DecodeAll:
    path: Path
    strict: bool = True


@dataclass(frozen=True)
class Deliver:
    order: Delivery
    facts: tuple[MediaFacts, ...] = ()  # what the sources have to be


@dataclass(frozen=True)
class Still:
    """The picture of one frame as PNG."""

    source: Source
    frame: int
    out: Path
    width: int | None = None  # scaled to it, keeping the shape; None: as it is
    fitting: Fitting | None = None  # then cut and scaled so


@dataclass(frozen=True)
class Sheet:
    """A contact sheet as PNG: each row has a label and pictures of `width` pixels."""

    rows: tuple[tuple[str, tuple[tuple[Source, int], ...]], ...]
    out: Path
    width: int = 320


@dataclass(frozen=True)
class Strip:
    """Frames of one source side by side as JPEG, all of that height and one width."""

    frames: Frames
    facts: MediaFacts  # of the source: another file raises `MediaChanged`
    out: Path
    height: int


@dataclass(frozen=True)
class Numbered:
    """Every frame of a movie as a PNG of 16 bits, in a folder of that name."""

    source: Source
    out: Path


@dataclass(frozen=True)
class Match:
    """How much each frame of one source differs from its fellow of another."""

    one: Frames
    other: Frames


Task = Probe | ProbeSound | DecodeAll | Deliver | Dub | Match | Still | Sheet | Strip | Numbered
Result = MediaFacts | SoundFacts | int | Delivered | Dubbed | Compared | Path

TASKS: Mapping[str, Any] = MappingProxyType(
    {
        "probe": Probe,
        "probe_sound": ProbeSound,
        "decode_all": DecodeAll,
        "deliver": Deliver,
        "dub": Dub,
        "match": Match,
        "still": Still,
        "sheet": Sheet,
        "strip": Strip,
        "numbered": Numbered,
    }
)
RESULTS: Mapping[str, Any] = MappingProxyType(
    {
        "probe": MediaFacts,
        "probe_sound": SoundFacts,
        "decode_all": int,
        "deliver": Delivered,
        "dub": Dubbed,
        "match": Compared,
        "still": Path,
        "sheet": Path,
        "strip": Path,
        "numbered": int,
    }
)


def name_of(task: Task) -> str:
    return next(name for name, kind in TASKS.items() if isinstance(task, kind))


def request_line(task: Task, limits: Limits) -> bytes:
    name = name_of(task)
    body = {
        "task": name,
        "order": _adapter(TASKS[name]).dump_python(task, mode="json"),
        "limits": _adapter(Limits).dump_python(limits, mode="json"),
    }
    return json.dumps(body).encode() + b"\n"


def read_request(line: bytes) -> tuple[Task, Limits]:
    body = json.loads(line)
    task: Task = _adapter(TASKS[body["task"]]).validate_python(body["order"])
    limits: Limits = _adapter(Limits).validate_python(body["limits"])
    return task, limits


def result_data(name: str, result: Result) -> Any:
    return _adapter(RESULTS[name]).dump_python(result, mode="json")


def read_result(name: str, data: Any) -> Result:
    result: Result = _adapter(RESULTS[name]).validate_python(data)
    return result


def warm() -> None:
    """Build the validators now, while there is time."""
    for kind in (Limits, *TASKS.values(), *RESULTS.values()):
        _adapter(kind)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
