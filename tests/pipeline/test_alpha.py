"""Transparency through the walk: what an engine makes, what it keeps, what it never gets."""

import asyncio
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from bridge.engines.base import Kind, Model
from bridge.engines.forms import Alpha
from bridge.engines.local.engine import LocalEngine
from bridge.engines.registry import Engines
from bridge.frames import Rate
from bridge.media.facts import Codec
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make, numbers, paint
from bridge.pipeline.conform import Conformed
from bridge.pipeline.plan import plan
from bridge.pipeline.planned import Plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.source import Source
from bridge.store.store import Store
from tests.fakes.engine import InstantEngine
from tests.pipeline.test_plan import media, selection
from tests.test_walk import Cut, expected, timeline_of, walk

WIDTH, HEIGHT = 128, 72
BAND = HEIGHT * 3 // 8  # where the slate's blocks are
GREEN = (30, 160, 50)
OPAQUE = Slate(48, width=WIDTH, height=HEIGHT, codec="prores_ks", pixel_format="yuv422p10le")
CLEAR = replace(OPAQUE, pixel_format="yuva444p10le", alpha=True)
INSTANT = Recipe(Kind.edit, engine="instant")


class KeepingEngine(InstantEngine):
    """Gives back what it gets, alpha too."""

    def models(self) -> tuple[Model, ...]:
        (model,) = super().models()
        return (replace(model, alpha=Alpha.kept),)


def before_green(number: int, width: int, height: int, _alpha: bool) -> np.ndarray:
    picture = paint(number, width, height)
    picture[BAND:] = GREEN
    return picture


def walked(
    cut: Cut, engine: InstantEngine | LocalEngine, recipe: Recipe, folder: Path, painter=None
) -> tuple[Plan, Conformed]:
    async def run() -> tuple[Plan, Conformed]:
        room = MediaRoom(Settings(data=folder / "data"))
        store = Store(folder / "data" / "store")
        tools = Tools(room, Engines({engine.name: engine}), store)
        try:
            timeline = timeline_of(cut, folder)
            if painter is not None:
                make(folder / "A001.mov", cut.media, painter)
            made, done, _ = await walk(timeline, "V1:1", recipe, tools, folder / "new.otio")
            return made, done
        finally:
            await engine.close()
            await room.close()

    return asyncio.run(run())


def alpha_of(path: Path) -> list[np.ndarray]:
    """0 to 1, of every picture."""
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgba64le") for frame in container.decode(video=0)]
    return [frame[:, :, 3] / 65535 for frame in frames]


@pytest.mark.parametrize(
    "cut",
    [Cut("25", "25", media=OPAQUE), Cut("24000/1001", "24", "01:00:00:00", media=OPAQUE)],
    ids=["25", "24 in 23.976"],
)
def test_a_matte_comes_through_with_every_frame_in_its_place(tmp_path, cut):
    slate = replace(cut.media, rate=Rate.of(cut.media_rate))
    recipe = Recipe(Kind.edit, "green screen", model="matte")
    made, done = walked(replace(cut, media=slate), LocalEngine(), recipe, tmp_path, before_green)
    facts = probe(Source(done.path), Guard())
    assert facts.alpha
    assert numbers(done.path) == expected(cut)
    assert done.take.codec == Codec.prores_4444
    assert any("prores_4444 and not prores_hq" in words for words in made.shots[0].warnings)
    for alpha in alpha_of(done.path):
        assert alpha[2 : BAND - 2].min() > 0.99
        assert alpha[BAND + 3 :].max() < 0.01


@pytest.mark.parametrize(
    ("engine", "recipe"),
    [(KeepingEngine, INSTANT), (LocalEngine, Recipe(Kind.edit, "dusk 30%"))],
    ids=["another", "local"],
)
def test_alpha_that_is_kept_comes_back(tmp_path, engine, recipe):
    cut = Cut("25", "25", media=CLEAR)
    made, done = walked(cut, engine(), recipe, tmp_path)
    assert numbers(done.path) == expected(cut)
    assert done.take.codec == Codec.prores_4444
    assert any("prores_4444" in words for words in made.shots[0].warnings)
    for alpha in alpha_of(done.path):
        assert alpha[2].mean() > 0.98
        assert alpha[-2].mean() == pytest.approx(0.5, abs=0.02)


def test_an_engine_for_opaque_pictures_gets_and_gives_those(tmp_path):
    made, done = walked(Cut("25", "25", media=CLEAR), InstantEngine(), INSTANT, tmp_path)
    assert not probe(Source(done.path), Guard()).alpha
    assert any("opaque pictures" in words for words in made.shots[0].warnings)


@pytest.mark.parametrize(
    ("alpha", "transparent", "codec", "said"),
    [
        (Alpha.none, False, Codec.prores_hq, ""),
        (Alpha.none, True, Codec.prores_hq, "opaque pictures"),
        (Alpha.kept, False, Codec.h264, ""),
        (Alpha.kept, True, Codec.prores_hq, "becomes prores_4444 and not prores_hq"),
        (Alpha.kept, True, Codec.prores_4444, ""),
        (Alpha.made, False, Codec.h264, "becomes prores_4444 and not h264"),
        (Alpha.made, False, Codec.prores_4444, ""),
    ],
)
def test_the_plan_says_what_becomes_of_transparency(alpha, transparent, codec, said):
    model = Model("m", frozenset({Kind.edit}), alpha=alpha)
    recipe = Recipe(Kind.edit, codec=codec)
    made = plan(selection(facts=media(alpha=transparent)), recipe, model)
    about = [words for words in made.shots[0].warnings if "4444" in words or "opaque" in words]
    assert [said in words for words in about] == [True] * bool(said)
