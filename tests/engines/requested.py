"""Requests for footage of any kind. Out: what goes to the encoder, and what is written."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from bridge.engines.base import Footage, Kind, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.folder import Outcome, WorkFolder
from bridge.engines.local.look.planar import levels_of
from bridge.engines.local.notes import Notes
from bridge.engines.local.pictures import facts_of
from bridge.engines.local.render import work
from bridge.engines.local.worker import render
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.source import Source

GUARD = Guard()
MEMORY_MB = 1_000_000  # no limit: these tests share their process


def edit(path: Path, model: str, **more: object) -> RenderRequest:
    """Of all of the footage at its own size, where `more` does not say otherwise."""
    facts = probe(Source(path), GUARD)
    footage = Footage(path, facts.frames, facts.rate, facts.width, facts.height)
    values: dict[str, object] = {
        "key": "k",
        "kind": Kind.edit,
        "model": model,
        "prompt": "",
        "frames": facts.frames,
        "rate": facts.rate,
        "width": facts.width,
        "height": facts.height,
        "folder": path.parent / "work",
        "footage": footage,
    }
    return RenderRequest(**values | more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Sent:
    """`before`: as decoded; `after`: what the encoder gets."""

    facts: MediaFacts
    before: list[VideoFrame]
    after: list[VideoFrame | np.ndarray]
    notes: Notes


def sent(request: RenderRequest) -> Sent:
    models.check(request)
    facts, notes = facts_of(request.footage, GUARD), Notes()
    before = list(pictures(facts.source, range(facts.frames), GUARD, facts))
    return Sent(facts, before, list(work(request, GUARD, notes).pictures), notes)


def written(request: RenderRequest) -> tuple[Path, Outcome]:
    """By the worker itself, in this process."""
    models.check(request)
    folder = WorkFolder(request.folder)
    folder.begin(request)
    render(folder, request, MEMORY_MB)
    return folder.result, folder.outcome()


def samples(frame: VideoFrame) -> list[np.ndarray]:
    """Plane by plane, of any depth."""
    if frame.format.components[0].bits > 8:
        return levels_of(frame)
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[:, : plane.width]
        for plane in frame.planes
    ]


def paired(old: VideoFrame, new: VideoFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """The samples of both, plane by plane, in codes of the old one, which may have 8 bits."""
    pairs = list(zip(samples(old), samples(new), strict=True))
    if old.format.components[0].bits == new.format.components[0].bits:
        return pairs
    stretched = {3} | ({0} if old.format.name.startswith("yuvj") else set())  # 255 becomes 1023
    return [
        (before, np.rint(after * (255 / 1023)) if number in stretched else after / 4)
        for number, (before, after) in enumerate(pairs)
    ]


def thinned(flags: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Of samples that stand for several pixels: true where one of these is."""
    down, across = (-(-side // small) for side, small in zip(flags.shape, shape, strict=True))
    whole = np.zeros((shape[0] * down, shape[1] * across), bool)
    whole[: flags.shape[0], : flags.shape[1]] = flags
    return whole.reshape(shape[0], down, shape[1], across).any(axis=(1, 3))
