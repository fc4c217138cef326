"""The embedded engine through the walk, on footage of many makes: counted, in place, with alpha."""

import asyncio
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import opentimelineio as otio
import pytest

from bridge.engines.base import Kind
from bridge.engines.local.engine import LocalEngine
from bridge.engines.local.pictures import straight_shot
from bridge.engines.registry import Engines
from bridge.media.facts import Codec
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, numbers, paint
from bridge.pipeline.conform import Conformed
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe, Still
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.source import Source
from bridge.store.sidecar import path_beside
from bridge.store.store import Store
from bridge.wire.takes import take_out
from tests.pipeline.test_alpha import alpha_of
from tests.test_walk import Cut, expected, timeline_of, walk

WIDTH, HEIGHT, FRAMES = 128, 72, 12
AT = 11  # record frame: the fifth of the shot, source frame 14
SIGN = (slice(4 * HEIGHT // 6, 5 * HEIGHT // 6), slice(4 * WIDTH // 6, 5 * WIDTH // 6))
MASK = "rectangle 50% 50% 50% 50%"
PLAIN = Slate(48, width=WIDTH, height=HEIGHT)
ALPHA = replace(PLAIN, codec="prores_ks", pixel_format="yuva444p10le", alpha=True)
MAKES = {
    "odd": replace(PLAIN, width=127, height=71, pixel_format="yuv444p"),
    "anamorphic": replace(PLAIN, pixel_aspect=Fraction(64, 45), pixel_format="yuvj420p"),
    "ProRes 4444": ALPHA,
}
CUT = Cut("25", "25")


def walked(timeline: Path, recipe: Recipe, folder: Path) -> tuple[Plan, Conformed]:
    async def run() -> tuple[Plan, Conformed]:
        engine = LocalEngine()
        room = MediaRoom(Settings(data=folder / "data"))
        tools = Tools(room, Engines({"local": engine}), Store(folder / "data" / "store"))
        try:
            made, done, _ = await walk(timeline, "V1:1", recipe, tools, folder / "new.otio")
            return made, done
        finally:
            await engine.close()
            await room.close()

    return asyncio.run(run())


def still(folder: Path, number: int = 14, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Still:
    picture = paint(number, WIDTH, HEIGHT)
    picture[SIGN] = (220, 30, 30)
    cv2.imwrite(str(folder / "painted.png"), cv2.resize(picture, size)[..., ::-1])
    return Still(str(AT), folder / "painted.png")


def seen(path: Path) -> list[np.ndarray]:
    facts = probe(Source(path), Guard())
    return list(straight_shot(facts, range(facts.frames), Guard()))


def reds(path: Path) -> list[float]:
    """How red the reddest tenth of each picture's lower right quarter is."""
    found = []
    for picture in seen(path):
        red, green, blue = (picture[HEIGHT // 2 :, WIDTH // 2 :, channel] for channel in range(3))
        found.append(float(np.percentile(red - np.maximum(green, blue), 90)))
    return found


@pytest.mark.parametrize("make_", MAKES)
def test_painted_frames_are_carried_through_any_footage(tmp_path, make_):
    cut = replace(CUT, media=MAKES[make_])
    size = (182, HEIGHT) if make_ == "anamorphic" else (WIDTH, HEIGHT)
    recipe = Recipe(
        Kind.edit, model="paint", keyframes=(still(tmp_path, size=size),), options={"mask": MASK}
    )
    _, done = walked(timeline_of(cut, tmp_path), recipe, tmp_path)
    facts = probe(Source(done.path), Guard())
    assert numbers(done.path) == expected(cut)
    assert (facts.width, facts.height) == (cut.media.width & ~1, cut.media.height & ~1)
    assert facts.pixel_aspect == cut.media.pixel_aspect
    assert facts.alpha is cut.media.alpha
    assert min(reds(done.path)[3:6]) > 0.3
    assert not any("scaled" in words for words in done.take.warnings if make_ != "odd")
    notes = done.take.notes
    assert "bit for bit before encoding" in notes["outside the mask"]
    assert "on 5 frames of the result" in notes["outside the mask, encoded"]
    assert take_out(done.take).notes == notes
    assert json.loads(path_beside(done.path).read_text())["take"]["notes"] == notes


def numbered(folder: Path) -> Path:
    """A timeline with a sequence of PNG files that have alpha, as a renderer leaves them."""
    for number in range(1001, 1031):
        picture = paint(number - 1001, WIDTH, HEIGHT, True)
        cv2.imwrite(str(folder / f"s.{number}.png"), picture[..., [2, 1, 0, 3]])
    at, span = otio.opentime.RationalTime, otio.opentime.TimeRange
    reference = otio.schema.ImageSequenceReference(
        str(folder), "s.", ".png", 1001, 1, 25, 4, available_range=span(at(0, 25), at(30, 25))
    )
    clip = otio.schema.Clip("numbered", reference, span(at(10, 25), at(12, 25)))
    gap = otio.schema.Gap(duration=at(7, 25))
    track = otio.schema.Track("V1", [gap, clip], kind=otio.schema.TrackKind.Video)
    path = folder / "cut.otio"
    otio.adapters.write_to_file(otio.schema.Timeline("cut", [track]), str(path))
    return path


@pytest.mark.parametrize(
    ("source", "model"), [("pictures", "paint"), ("movie", "matte"), ("pictures", "looks")]
)
def test_a_shots_own_alpha_goes_all_the_way(tmp_path, source, model):
    """Opaque above the middle, 128 of 255 below."""
    timeline = (
        numbered(tmp_path)
        if source == "pictures"
        else timeline_of(replace(CUT, media=ALPHA), tmp_path)
    )
    recipe = {
        "paint": Recipe(Kind.edit, model="paint", keyframes=(still(tmp_path),)),
        "matte": Recipe(
            Kind.edit,
            model="matte",
            options={"method": "screen", "colour": "#00ff00", "mask": "rectangle 0% 0% 100% 75%"},
        ),
        "looks": Recipe(Kind.edit, "dusk 30%"),
    }[model]
    made, done = walked(timeline, recipe, tmp_path)
    assert numbers(done.path) == tuple(range(10, 22))
    assert done.take.codec == Codec.prores_4444
    assert not any("opaque pictures" in words for words in made.shots[0].warnings)
    for alpha in alpha_of(done.path):
        assert alpha[2:34].min() > 0.99
        assert alpha[40:52, -20:] == pytest.approx(128 / 255, abs=0.004)
        assert alpha[58:] == pytest.approx(0 if model == "matte" else 128 / 255, abs=0.004)
    if model == "paint":
        assert min(reds(done.path)[3:6]) > 0.3
