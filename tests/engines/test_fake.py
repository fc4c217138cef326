"""The fake keeps the engine contract, and does the trouble it is told to."""

import asyncio
from pathlib import Path

import pytest

from bridge.engines.base import Kind, RenderRequest
from bridge.errors import EngineBusy, EngineFailed, EngineUncertain
from bridge.frames import Rate
from bridge.media.slate import numbers
from tests.contracts.engine_contract import EngineContract
from tests.fakes.engine import Answer, Fail, FakeEngine, InstantEngine, RefuseSubmit, Wait


class TestFake(EngineContract):
    make = FakeEngine
    refused = "what is impossible"
    slow_frames = 7

    def slow(self) -> FakeEngine:
        return FakeEngine(Wait())


class TestInstant(TestFake):
    make = InstantEngine

    def slow(self) -> InstantEngine:
        engine = InstantEngine()
        engine.enqueue(Wait())
        return engine


def request(folder: Path, key: str = "a") -> RenderRequest:
    return RenderRequest(
        key=key,
        kind=Kind.generate,
        model="fake-1",
        prompt="anything",
        frames=5,
        rate=Rate.of("23.976"),
        width=64,
        height=36,
        folder=folder / key,
    )


def test_answers_at_once_with_counted_slates(tmp_path):
    async def walk():
        engine = FakeEngine()
        handle = await engine.submit(request(tmp_path))
        notes = [progress.note async for progress in engine.watch(handle)]
        return notes, await engine.fetch(handle, tmp_path / "raw")

    notes, raw = asyncio.run(walk())
    assert notes == ["begun", "done"]
    assert numbers(raw.path) == (0, 1, 2, 3, 4)
    assert raw.credits > 0


def test_the_script_is_played_in_order_and_the_ledger_tells_what_arrived(tmp_path):
    engine = FakeEngine(
        RefuseSubmit(EngineBusy("Later.")),
        RefuseSubmit(EngineUncertain("Lost."), reached=True),
        Fail(),
        Answer(extra_frames=-2),
        ledger=tmp_path / "ledger.txt",
    )

    async def walk():
        with pytest.raises(EngineBusy):
            await engine.submit(request(tmp_path, "busy"))
        with pytest.raises(EngineUncertain):
            await engine.submit(request(tmp_path, "lost"))
        failing = await engine.submit(request(tmp_path, "failing"))
        with pytest.raises(EngineFailed):
            async for _ in engine.watch(failing):
                pass
        short = await engine.submit(request(tmp_path, "short"))
        return await engine.fetch(short, tmp_path / "raw")

    raw = asyncio.run(walk())
    assert (tmp_path / "ledger.txt").read_text().split() == ["lost", "failing", "short"]
    assert [sent.key for sent in engine.submits] == ["lost", "failing", "short"]
    assert numbers(raw.path) == (0, 1, 2)


def test_what_waits_goes_on_when_released(tmp_path):
    engine = FakeEngine(Wait())

    async def walk():
        handle = await engine.submit(request(tmp_path))
        seen = []
        async for progress in engine.watch(handle):
            seen.append(progress.note)
            if progress.note == "waiting":
                engine.release()
        return seen

    assert asyncio.run(walk()) == ["begun", "waiting", "done"]
