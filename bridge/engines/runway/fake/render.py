"""Work for the local engine. In: a task and what is wanted. Out: a request, or none.

It is a stand-in and no model. An edit does the looks whose names it knows, and refuses other words;
a new shot moves through the stills that are given, or over a painted harbour, and its words are
read for camera moves alone.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2

from bridge.engines.base import Footage, Keyframe, Kind, RenderRequest
from bridge.engines.local import models
from bridge.engines.local.look import vocabulary
from bridge.engines.local.move import camera
from bridge.engines.runway.fake.ledger import Task
from bridge.engines.runway.fake.scripts import Fate
from bridge.engines.runway.fake.wanted import Media, Wanted
from bridge.errors import EngineFailed, EngineRefused
from bridge.media.border import writing
from bridge.media.facts import MediaFacts
from bridge.media.scenery import harbour

UNSUPPORTED = "INPUT.UNSUPPORTED"
MOVES = ("zoom in 6%", "zoom out 6%", "pan left 4%", "pan right 4%")  # over the harbour
FARTHEST = 2000  # frames into the harbour's day, by the seed


def request(
    task: Task, wanted: Wanted, media: Media, folder: Path, *, any_words: bool
) -> RenderRequest | None:
    """
    What the local engine is to do; None where the footage is taken as it is.

    `EngineFailed` with a `failure_code` for words that it does not know.
    """
    if wanted.footage is None:
        return _new(task, wanted, media, folder)
    if task.door != "video_to_video":
        return None
    return _edit(task, wanted.footage, media, folder, any_words=any_words)


def _edit(
    task: Task, footage: MediaFacts, media: Media, folder: Path, *, any_words: bool
) -> RenderRequest | None:
    references = [each["uri"] for each in task.body.get("references") or () if "uri" in each]
    asked = RenderRequest(
        key=task.id,
        kind=Kind.edit,
        model=models.LOOKS.name,
        prompt=str(task.body.get("promptText", "")),
        frames=footage.frames,
        rate=footage.rate,
        width=footage.width,
        height=footage.height,
        folder=folder,
        footage=Footage(
            footage.source.path, footage.frames, footage.rate, footage.width, footage.height
        ),
        references=tuple(media.path(uri) for uri in references[:1]),
        seed=task.body.get("seed"),
    )
    return _drifted(_understood(asked, any_words=any_words), asked, task)


def _understood(asked: RenderRequest, *, any_words: bool) -> RenderRequest | None:
    if not asked.prompt.strip():
        return None
    try:
        models.check(asked)
    except EngineRefused as error:
        if any_words:
            return None
        raise EngineFailed(
            f"{error.message} This server is a stand-in: it knows {', '.join(vocabulary.LOOKS)}.",
            failure_code=UNSUPPORTED,
        ) from error
    return asked


def _drifted(known: RenderRequest | None, asked: RenderRequest, task: Task) -> RenderRequest | None:
    """A script's shift of brightness, done as one look more."""
    drift = Fate.model_validate(task.fate).drift
    if not drift:
        return known
    look = f"{'bright' if drift > 0 else 'dark'} {abs(drift)}%"
    return replace(asked, prompt=f"{known.prompt}, {look}" if known else look)


def _new(task: Task, wanted: Wanted, media: Media, folder: Path) -> RenderRequest:
    body, seed = task.body, task.body.get("seed") or 0
    asked = RenderRequest(
        key=task.id,
        kind=Kind.generate,
        model=models.MOTION.name,
        prompt="",
        frames=len(wanted.numbers),
        rate=wanted.rate,
        width=wanted.width,
        height=wanted.height,
        folder=folder,
        seed=seed,
    )
    stills = body.get("promptImage")
    words = _moves(str(body.get("promptText", "")))
    if stills:
        return replace(asked, keyframes=tuple(_keyframes(stills, asked, media)), camera=words)
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    picture = _painted(folder / "harbour.png", chance.randrange(FARTHEST), wanted)
    return replace(
        asked, keyframes=(Keyframe(0, picture),), camera=words or (chance.choice(MOVES),)
    )


def _keyframes(stills: Any, asked: RenderRequest, media: Media) -> Iterator[Keyframe]:
    """By frame; one without a position is a reference, and not a frame of the shot."""
    last = asked.frames - 1
    places = {"first": 0, "middle": last // 2, "last": last}
    if isinstance(stills, str):
        stills = [{"uri": stills, "position": "first"}]
    placed = [each for each in stills if each.get("position") in places] or stills[:1]
    for still in sorted(placed, key=lambda each: places.get(each.get("position"), 0)):
        yield Keyframe(places.get(still.get("position"), 0), media.path(still["uri"]))


def _moves(prompt: str) -> tuple[str, ...]:
    """The prompt, where it consists of camera moves; nothing where it says something else."""
    words = prompt.strip(" .!")
    try:
        camera.parse_all([words])
    except EngineRefused:
        return ()
    return (words,) if words else ()


def _painted(path: Path, number: int, wanted: Wanted) -> Path:
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = harbour(number, wanted.width, wanted.height)
        cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return path
