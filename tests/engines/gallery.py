"""What each mode of the local engine makes, to be looked at.

    python -m tests.engines.gallery FOLDER [MODE ...]

In: a folder. Out: for each mode NAME.png (a contact sheet) and NAME.mp4 (side by side), made by the
engine's own worker from generated footage whose true edit is known.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bridge.engines.base import Footage, Keyframe, Kind, RenderRequest
from bridge.engines.local.engine import LocalEngine
from bridge.engines.local.look.vocabulary import LOOKS, MATCH
from bridge.media.scenery import harbour
from tests.engines import showing
from tests.engines.composites import Composite
from tests.engines.scenes import Cut, Scene, night
from tests.engines.showing import RATE, Columns, Picture

FRAMES = 49
SIZE = (960, 540)
Made = Callable[["Studio"], Columns]


@dataclass(frozen=True)
class Studio:
    """One mode's folder, and the engine."""

    engine: LocalEngine
    folder: Path

    def shot(self, made: list[Picture]) -> Footage:
        path = showing.write(self.folder / "shot.mov", made)
        return Footage(path, len(made), RATE, made[0].shape[1], made[0].shape[0])

    def still(self, name: str, picture: Picture) -> Path:
        path = self.folder / f"{name}.png"
        assert cv2.imwrite(str(path), np.round(picture[:, :, ::-1] * 65535).astype(np.uint16))
        return path

    def stills(self, made: list[Picture], frames: tuple[int, ...]) -> tuple[Keyframe, ...]:
        return tuple(Keyframe(frame, self.still(f"still{frame}", made[frame])) for frame in frames)

    def edited(self, footage: Footage, model: str, prompt: str = "", **more: Any) -> list[Picture]:
        told = {"footage": footage, "frames": footage.frames, **more}
        return self._made(Kind.edit, model, prompt, footage.width, footage.height, **told)

    def moved(self, frames: int, prompt: str = "", **more: Any) -> list[Picture]:
        return self._made(Kind.generate, "motion", prompt, *SIZE, frames=frames, **more)

    def _made(
        self, kind: Kind, model: str, prompt: str, width: int, height: int, **more: Any
    ) -> list[Picture]:
        with tempfile.TemporaryDirectory(dir=self.folder) as work:
            told = {"key": "k", "rate": RATE, "folder": Path(work) / "work", **more}
            request = RenderRequest(
                kind=kind, model=model, prompt=prompt, width=width, height=height, **told
            )
            return showing.read(asyncio.run(self._rendered(request)))

    async def _rendered(self, request: RenderRequest) -> Path:
        handle = await self.engine.submit(request)
        async for _ in self.engine.watch(handle):
            pass
        result = await self.engine.fetch(handle, request.folder / "fetched")
        for sentence in result.warnings:
            print(f"   {sentence}")  # noqa: T201 - for reading
        if result.sureness:
            print(f"   sure: {min(result.sureness):.2f} at least")  # noqa: T201
        return result.path


@dataclass(frozen=True)
class Filmed:
    scene: Scene | Cut
    frames: int = FRAMES

    @cached_property
    def plain(self) -> list[Picture]:
        return [self.scene.frame(number) for number in range(self.frames)]

    @cached_property
    def edited(self) -> list[Picture]:
        return [self.scene.frame(number, edited=True) for number in range(self.frames)]


def harbour_at(number: int) -> Picture:
    return harbour(number * 4, *SIZE).astype(np.float32) / 255


def scene(seed: int, kind: str) -> Scene:
    return Scene(seed, kind, *SIZE)


def painted(kind: str, frames: tuple[int, ...], studio: Studio) -> Columns:
    film = Filmed(scene({"A": 1, "B": 2, "C": 3}[kind], kind))
    stills = studio.stills(film.edited, frames)
    made = studio.edited(studio.shot(film.plain), "paint", keyframes=stills)
    apart = showing.difference(made, film.edited)
    return {"source": film.plain, "made": made, "truth": film.edited, "apart, x 4": apart}


def relit(studio: Studio) -> Columns:
    film = Filmed(scene(2, "B"))
    truth = [night(picture) for picture in film.plain]
    stills = studio.stills(truth, (24,))
    made = studio.edited(studio.shot(film.plain), "paint", keyframes=stills)
    return {"source": film.plain, "made": made, "apart, x 4": showing.difference(made, truth)}


def cut(studio: Studio) -> Columns:
    film = Filmed(Cut(scene(1, "A"), scene(3, "C"), 30))
    stills = studio.stills(film.edited, (10,))
    made = studio.edited(studio.shot(film.plain), "paint", keyframes=stills)
    return {"source": film.plain, "made": made, "truth before the cut": film.edited}


def between(gap: int, studio: Studio) -> Columns:
    film = Filmed(scene(1, "A"), 2 * gap + 1)
    stills = studio.stills(film.plain, tuple(range(0, film.frames, gap)))
    made = studio.moved(film.frames, keyframes=stills)
    apart = showing.difference(made, film.plain)
    return {"truth": film.plain, "made": made, "apart, x 4": apart}


def unrelated(studio: Studio) -> Columns:
    one, other = scene(1, "A").frame(0), 1 - scene(3, "C").frame(0)[::-1]
    stills = (
        Keyframe(0, studio.still("one", one)),
        Keyframe(24, studio.still("other", np.ascontiguousarray(other))),
    )
    return {"made": studio.moved(25, keyframes=stills)}


def camera(studio: Studio) -> Columns:
    stills = studio.stills([scene(2, "B").frame(0)], (0,))
    words = ("zoom in 12% ease-in-out", "pan left 4%")
    return {"made": studio.moved(25, keyframes=stills, camera=words)}


def parallax(studio: Studio) -> Columns:
    film = Composite(frames=1)
    stills = studio.stills([film.picture(0).astype(np.float32)], (0,))
    near = np.repeat(film.alpha(0)[:, :, None], 3, axis=2)
    words = ("pan left 6%",)
    matte = (studio.still("near", near),)
    moved = studio.moved(25, keyframes=stills, camera=words, references=matte)
    return {"with a depth": moved, "flat": studio.moved(25, keyframes=stills, camera=words)}


def looks(studio: Studio) -> Columns:
    plain = [harbour_at(number) for number in range(4)]
    footage = studio.shot(plain)
    named = [name for name in LOOKS if name != MATCH]
    return {"source": plain, **{name: studio.edited(footage, "looks", name) for name in named}}


def over_time(studio: Studio) -> Columns:
    plain = [harbour_at(number) for number in range(25)]
    options = {"over": "0% at start, 100% at 50%, 20% at end"}
    made = studio.edited(studio.shot(plain), "looks", "night", options=options)
    return {"source": plain, "made": made}


def matched(studio: Studio) -> Columns:
    plain = [harbour_at(number) for number in range(6)]
    reference = night(scene(1, "A").frame(0))
    stills = (studio.still("reference", reference),)
    made = studio.edited(studio.shot(plain), "looks", MATCH, references=stills)
    return {"source": plain, "reference": [reference] * 6, "made": made}


def masked(mask: str, studio: Studio) -> Columns:
    film = Composite(frames=25, pan=1.0, step=3.0)
    plain = [film.picture(frame).astype(np.float32) for frame in range(film.frames)]
    made = studio.edited(studio.shot(plain), "looks", "negative", options={"mask": mask})
    return {"source": plain, "made": made}


def matte(behind: str, prompt: str, options: Mapping[str, Any], studio: Studio) -> Columns:
    film = Composite(behind, frames=25, step=3.0)
    plain = [film.picture(frame).astype(np.float32) for frame in range(film.frames)]
    plates = (studio.still("plate", film.back(0)),) if prompt == "clean plate" else ()
    made = studio.edited(studio.shot(plain), "matte", prompt, options=options, references=plates)
    return {"source": plain, "made": made}


STAR = "rectangle 15% 18% 41% 64%"  # where the star stands at first
MODES: Mapping[str, Made] = {
    "paint_one": partial(painted, "A", (24,)),
    "paint_three": partial(painted, "C", (0, 24, 48)),
    "paint_night": relit,
    "paint_cut": cut,
    "between_4": partial(between, 4),
    "between_8": partial(between, 8),
    "between_unrelated": unrelated,
    "camera": camera,
    "parallax": parallax,
    "looks": looks,
    "looks_over_time": over_time,
    "looks_matched": matched,
    "mask_polygon": partial(masked, "polygon 10% 10%, 60% 20%, 30% 80% soft 2%"),
    "mask_follows": partial(masked, f"{STAR} follow"),
    "matte_screen": partial(matte, "screen", "green screen", {}),
    "matte_plate": partial(matte, "ground", "clean plate", {}),
    "matte_cut": partial(matte, "ground", "cut out", {"mask": STAR}),
}


def main(out: Path, names: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    engine = LocalEngine()
    for name in names or MODES:
        print(name)  # noqa: T201
        with tempfile.TemporaryDirectory() as folder:
            columns = MODES[name](Studio(engine, Path(folder)))
        showing.sheet(out / f"{name}.png", columns)
        if name != "looks":
            showing.clip(out / f"{name}.mp4", columns)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
