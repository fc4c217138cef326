"""Previews by the local engine: the same pictures as the work itself, from a child that waits."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from bridge.engines.base import Footage, RawResult, RenderRequest
from bridge.engines.local.engine import LocalEngine
from bridge.engines.local.sketches import SKETCHER
from bridge.errors import EngineRefused, MediaMissing
from bridge.media.deliver import deliver
from bridge.media.facts import Codec, Delivery, Frames
from bridge.media.limits import Guard
from bridge.media.reader import pictures
from bridge.media.slate import numbers
from bridge.source import Source
from tests.children import children as living
from tests.engines.test_local import edit, long_edit, motion, rendered

ONLY = (0, 3, 4, 8)


def sketched(*requests: RenderRequest) -> list[RawResult]:
    async def work(engine: LocalEngine) -> list[RawResult]:
        return [await engine.sketch(request) for request in requests]

    return with_engine(work)


def with_engine(work: Callable[[LocalEngine], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        engine = LocalEngine()
        try:
            return await work(engine)
        finally:
            await engine.close()
            assert children() == []

    return asyncio.run(run())


def children() -> list[psutil.Process]:
    return living(SKETCHER)


def frames_of(path: Path, wanted: tuple[int, ...]) -> list[np.ndarray]:
    """As 16 bit RGB."""
    found = pictures(Source(path), wanted, Guard())
    return [frame.to_ndarray(format="rgb48le").astype(np.int32) for frame in found]


def until_there(path: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.01)


def alike(few: Path, whole: Path) -> bool:
    pairs = zip(frames_of(few, tuple(range(len(ONLY)))), frames_of(whole, ONLY), strict=True)
    return all(np.abs(one - other).mean() < 400 for one, other in pairs)


def sparse(request: RenderRequest) -> RenderRequest:
    """The same for a few frames, whose footage holds these alone."""
    few = request.folder.with_name("few.mov")
    footage = request.footage
    assert footage is not None
    order = Delivery(
        (Frames(Source(footage.path), ONLY),), few, Codec.prores_hq, request.rate, 64, 36
    )
    deliver(order, Guard(), lambda _: None)
    cut = Footage(few, len(ONLY), request.rate, 64, 36)
    return replace(request, only=ONLY, footage=cut, folder=request.folder.with_name("sketch"))


def test_a_few_frames_of_a_shot_are_those_of_the_whole(tmp_path: Path) -> None:
    """Grain too, which is another one on every frame."""
    request = edit(tmp_path, frames=9, prompt="dusk, grain", seed=4)
    whole = rendered(request).path
    (few,) = sketched(sparse(request))
    assert numbers(few.path) == ONLY
    assert alike(few.path, whole)


@pytest.mark.parametrize("stills", [(0, 8), (2, 4, 7), (5,)])
def test_a_few_frames_of_a_new_shot_are_those_of_the_whole(
    tmp_path: Path, stills: tuple[int, ...]
) -> None:
    request = motion(tmp_path, *stills, camera=("zoom in 30% ease-in",))
    whole = rendered(request).path
    (few,) = sketched(replace(request, only=ONLY, folder=tmp_path / "sketch"))
    assert alike(few.path, whole)
    backwards = tuple(reversed(frames_of(few.path, (0, 1, 2, 3))))
    pairs = zip(backwards, frames_of(whole, ONLY), strict=True)
    assert not all(np.abs(one - other).mean() < 400 for one, other in pairs)


def test_one_child_makes_one_after_another(tmp_path: Path) -> None:
    async def work(engine: LocalEngine) -> None:
        seen = set()
        for name in "ab":
            await engine.sketch(edit(tmp_path / name))
            seen |= {child.pid for child in children()}
        with pytest.raises(EngineRefused):
            await engine.sketch(edit(tmp_path / "c", prompt="make it purple"))
        lost = edit(tmp_path / "d")
        lost.footage.path.unlink()
        with pytest.raises(MediaMissing):
            await engine.sketch(lost)
        await engine.sketch(edit(tmp_path / "e"))
        seen |= {child.pid for child in children()}
        assert len(seen) == 1

    with_engine(work)


def test_a_preview_that_is_given_up_ends_at_once(tmp_path: Path) -> None:
    async def work(engine: LocalEngine) -> None:
        request = long_edit(tmp_path / "long")
        running = asyncio.ensure_future(engine.sketch(request))
        await asyncio.to_thread(until_there, request.folder / "result.mov.part")
        busy = {child.pid for child in children()}
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not busy & {child.pid for child in children()}
        await engine.sketch(edit(tmp_path / "next"))

    with_engine(work)
