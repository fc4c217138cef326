"""The tasks of a media child and how they cross to it. In: a task. Out: lines of JSON.

A request is one line on the child's standard input; progress, then one result or error, are lines
on its standard output. Values cross through pydantic, which checks them on both sides.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from bridge.media.facts import Delivered, Delivery, MediaFacts
from bridge.media.limits import Limits
from bridge.source import Source


@dataclass(frozen=True)
class Probe:
    source: Source


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


@dataclass(frozen=True)
class Sheet:
    """A contact sheet as PNG: each row has a label and pictures of `width` pixels."""

    rows: tuple[tuple[str, tuple[tuple[Source, int], ...]], ...]
    out: Path
    width: int = 320


Task = Probe | Deliver | Still | Sheet
Result = MediaFacts | Delivered | Path

TASKS: Mapping[str, type[Task]] = MappingProxyType(
    {"probe": Probe, "deliver": Deliver, "still": Still, "sheet": Sheet}
)
RESULTS: Mapping[str, Any] = MappingProxyType(
    {"probe": MediaFacts, "deliver": Delivered, "still": Path, "sheet": Path}
)


def name_of(task: Task) -> str:
    return next(name for name, kind in TASKS.items() if isinstance(task, kind))


def request_line(task: Task, limits: Limits) -> bytes:
    name = name_of(task)
    body = {
        "task": name,
        "order": TypeAdapter(TASKS[name]).dump_python(task, mode="json"),
        "limits": TypeAdapter(Limits).dump_python(limits, mode="json"),
    }
    return json.dumps(body).encode() + b"\n"


def read_request(line: bytes) -> tuple[Task, Limits]:
    body = json.loads(line)
    task: Task = TypeAdapter(TASKS[body["task"]]).validate_python(body["order"])
    return task, TypeAdapter(Limits).validate_python(body["limits"])


def result_data(name: str, result: Result) -> Any:
    return TypeAdapter(RESULTS[name]).dump_python(result, mode="json")


def read_result(name: str, data: Any) -> Result:
    result: Result = TypeAdapter(RESULTS[name]).validate_python(data)
    return result


def warm() -> None:
    """Build the validators now, while there is time."""
    adapters: tuple[Callable[[], Any], ...] = (
        lambda: [TypeAdapter(kind) for kind in TASKS.values()],
        lambda: [TypeAdapter(kind) for kind in RESULTS.values()],
    )
    for build in adapters:
        build()
