"""The JSON file beside delivered media. In: a take. Out: its lineage for people and programs."""

import json
from pathlib import Path
from typing import Any

from bridge.store.takes import Run, Take, as_data

SUFFIX = ".json"
LONGEST = 1 << 20  # bytes; what is longer was not written here


def path_beside(media: Path) -> Path:
    return media.with_name(f"{media.name}{SUFFIX}")


def text(take: Take) -> bytes:
    """Plain words first, then everything as in the data folder's own take file."""
    data = {"about": _sentence(take), **_words(take), "take": as_data(take)}
    plain = json.dumps(data, ensure_ascii=False, indent=2)
    return plain.encode("utf-8", "backslashreplace") + b"\n"


def take_id(path: Path) -> str | None:
    """The id of the take that a sidecar speaks of; None for what is not one of ours."""
    try:
        with path.open("rb") as file:
            return str(json.loads(file.read(LONGEST))["take"]["id"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _sentence(take: Take) -> str:
    where = f"{take.clip!r} ({take.place})" if take.place else f"{take.clip!r}"
    return (
        f"Take {take.number} of {where} on the timeline {take.timeline!r}. Made on "
        f"{take.created:%d %B %Y} with {take.engine} / {take.model}; the original media was not "
        "changed."
    )


def _words(take: Take) -> dict[str, Any]:
    start, end = take.record.start, take.record.end - 1
    return {
        "prompt": take.prompt,
        "source": str(take.source.path) if take.source else None,
        "source frames": ", ".join(map(_run, take.source_frames)),
        "record frames": f"{start} to {end} of the timeline, {take.rate} frames per second",
        "handles": f"{take.handles.head} frames before, {take.handles.tail} after",
        "file": f"{take.frames} frames, {take.width} x {take.height}, {take.codec}",
        "sound": take.sound_path and take.sound_path.name,
        "seed": take.seed,
        "credits": str(take.credits),
        "least sure": f"{min(take.sureness)} %" if take.sureness else None,
        "warnings": list(take.warnings),
    }


def _run(run: Run) -> str:
    if run.count == 1:
        return str(run.first)
    if run.step == 0:
        return f"{run.first} held for {run.count} frames"
    steps = "" if abs(run.step) == 1 else f" in steps of {run.step}"
    return f"{run.first} to {run.last}{steps}"
