"""What every engine keeps to. In: an engine class. Out: the suite, joined with one line.

    class TestMine(EngineContract):
        make = MyEngine                 # called without arguments, as the registry does
        prompt = "make it dusk"         # words that it honours
        refused = "make it purple"      # words that it does not; None where it takes all

Every model of the engine is taken through every kind that it knows. An engine whose work is too
quick to be cancelled overrides `slow`.
"""

import asyncio
import json
from dataclasses import asdict, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import pytest

from bridge.engines.base import (
    Engine,
    EngineOptions,
    Footage,
    Keyframe,
    Kind,
    Model,
    Progress,
    RawResult,
    RenderHandle,
    RenderRequest,
    Work,
)
from bridge.engines.registry import describe_model
from bridge.errors import EngineCancelled, EngineError, EngineRefused
from bridge.frames import Rate
from bridge.media.facts import MediaFacts
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.slate import Slate, make
from bridge.source import Source

RATES = (Rate.of("24000/1001"), Rate.of(25))
WIDTH, HEIGHT, FRAMES = 64, 36, 7
SECOND = Work(Fraction(1))


class EngineContract:
    make: ClassVar[type[Engine]]
    prompt: ClassVar[str] = "make it dusk"
    prompts: ClassVar[dict[str, str]] = {}  # by model, where one prompt does not suit all
    options: ClassVar[dict[str, dict[str, object]]] = {}  # by model, what it cannot do without
    refused: ClassVar[str | None] = None

    def slow(self) -> Engine:
        """An engine whose work of `slow_frames` frames is still under way when it is cancelled."""
        return self.make()

    slow_frames: ClassVar[int] = 300

    # What it says of itself

    def test_has_a_name_and_models(self):
        engine = self.make()
        names = [model.name for model in engine.models()]
        assert engine.name
        assert names
        assert len(set(names)) == len(names)
        assert engine.models() == self.make().models()

    def test_limits_make_sense(self):
        for model in self.make().models():
            limits = model.limits
            assert model.kinds, model.name
            assert limits.min_seconds >= 0
            assert limits.max_seconds is None or limits.min_seconds <= limits.max_seconds
            assert limits.concurrency >= 1
            assert all(width > 0 and height > 0 for width, height in limits.sizes)
            assert limits.keyframes >= 0
            assert limits.references >= 0

    def test_prices_are_exact_and_never_negative(self):
        for model in self.make().models():
            short = model.price.of(Work(Fraction(1, 24)))
            long = model.price.of(Work(Fraction(10)))
            assert isinstance(short, Decimal)
            assert 0 <= short <= long

    def test_options_are_a_closed_model_whose_fields_are_described(self):
        for model in self.make().models():
            assert issubclass(model.options, EngineOptions)
            assert model.options.model_config["extra"] == "forbid"
            schema = model.options.model_json_schema()
            assert schema["additionalProperties"] is False
            for name, field in model.options.model_fields.items():
                assert field.description, f"{model.name}: {name} is not described"
                assert not field.is_required(), f"{model.name}: {name} has no default"

    def test_can_be_described_as_json(self):
        for model in self.make().models():
            assert json.loads(json.dumps(describe_model(model)))["name"] == model.name

    # What it refuses

    def test_an_unknown_option_is_refused(self, tmp_path):
        engine = self.make()
        for request in self.requests(engine, tmp_path):
            with pytest.raises(EngineRefused, match="no_such_option"):
                engine.check(replace(request, options={"no_such_option": 1}))

    def test_refused_words_are_refused_before_anything_is_spent(self, tmp_path):
        if self.refused is None:
            pytest.skip("this engine takes any words")
        engine = self.make()
        for request in self.requests(engine, tmp_path):
            refused = replace(request, prompt=self.refused)
            with pytest.raises(EngineRefused) as caught:
                engine.check(refused)
            assert caught.value.hint
            with pytest.raises(EngineRefused):
                asyncio.run(engine.submit(refused))

    def test_a_good_request_passes_the_check_even_before_its_files_exist(self, tmp_path):
        engine = self.make()
        for request in self.requests(engine, tmp_path, with_files=False):
            assert all(isinstance(warning, str) for warning in engine.check(request))

    # What it does

    def test_gives_exactly_the_frames_the_rate_and_the_size(self, tmp_path):
        engine = self.make()
        for request in self.requests(engine, tmp_path):
            _, raw, facts = asyncio.run(self.walk(engine, request, tmp_path / "raw"))
            assert (facts.frames, facts.width, facts.height) == (FRAMES, WIDTH, HEIGHT), request
            assert facts.rate == request.rate
            assert raw.credits == raw.credits.quantize(Decimal("0.01"))
            assert raw.credits >= 0

    def test_costs_no_more_than_its_price(self, tmp_path):
        engine = self.make()
        for model, request in self.pairs(engine, tmp_path):
            quoted = model.cost(request.work)
            _, raw, _ = asyncio.run(self.walk(engine, request, tmp_path / "raw"))
            assert raw.credits <= quoted

    def test_progress_rises_to_its_end(self, tmp_path):
        engine = self.make()
        request = self.requests(engine, tmp_path)[0]
        steps, _, _ = asyncio.run(self.walk(engine, request, tmp_path / "raw"))
        done = [step.done for step in steps if step.done is not None]
        assert done == sorted(done)
        assert all(0 <= step <= 1 for step in done)

    def test_the_handle_alone_is_enough_for_another_instance(self, tmp_path):
        first, second = self.make(), self.make()
        request = self.requests(first, tmp_path)[0]

        async def walk():
            handle = through_json(await first.submit(request))
            await first.close()
            await watched(second, handle)
            return await second.fetch(handle, tmp_path / "raw")

        raw = asyncio.run(walk())
        assert facts_of(raw.path).frames == FRAMES

    def test_finished_work_can_be_watched_again_and_fetched_twice(self, tmp_path):
        engine = self.make()
        request = self.requests(engine, tmp_path)[0]

        async def walk():
            handle = await engine.submit(request)
            await watched(engine, handle)
            await watched(self.make(), handle)
            return [await engine.fetch(handle, tmp_path / name) for name in ("a", "b", "a")]

        results = asyncio.run(walk())
        assert len({result.path.read_bytes() for result in results}) == 1
        assert len({result.credits for result in results}) == 1
        assert results[0].path.parent == tmp_path / "a"

    def test_a_preview_is_whole(self, tmp_path):
        """Of engines on this machine; also of a few frames, where a model says that it does."""
        engine = self.make()

        async def looks():
            for model, request in self.pairs(engine, tmp_path):
                request.folder.mkdir(parents=True, exist_ok=True)
                raw = await engine.sketch(request)
                assert facts_of(raw.path).frames == request.frames
                assert raw.credits == 0
                if model.sparse and request.footage is None:
                    few = replace(request, only=(1, 4), folder=tmp_path / f"few {model.name}")
                    few.folder.mkdir()
                    assert facts_of((await engine.sketch(few)).path).frames == 2
            await engine.close()

        if not engine.remote and not any(model.price.of(SECOND) for model in engine.models()):
            asyncio.run(looks())

    def test_cancelled_work_ends_as_cancelled_for_every_watcher(self, tmp_path):
        engine, other = self.slow(), self.make()
        request = self.requests(engine, tmp_path, frames=self.slow_frames)[0]

        async def walk():
            handle = through_json(await engine.submit(request))
            await other.cancel(handle)
            await other.cancel(handle)
            for watcher in (engine, other):
                with pytest.raises(EngineCancelled):
                    await watched(watcher, handle)

        asyncio.run(walk())

    def test_cancelling_what_has_ended_or_never_was_says_nothing(self, tmp_path):
        engine = self.make()
        request = self.requests(engine, tmp_path)[0]

        async def walk():
            handle = await engine.submit(request)
            await watched(engine, handle)
            await engine.cancel(handle)
            await watched(engine, handle)
            nobody = {name: f"{value}-gone" for name, value in handle.data.items()}
            await engine.cancel(RenderHandle(engine.name, "nobody", nobody))
            return await engine.fetch(handle, tmp_path / "raw")

        assert facts_of(asyncio.run(walk()).path).frames == FRAMES

    def test_unknown_work_fails_for_its_watcher(self, tmp_path):
        engine = self.make()
        request = self.requests(engine, tmp_path)[0]

        async def walk():
            handle = await engine.submit(request)
            await watched(engine, handle)
            nobody = {name: f"{value}-gone" for name, value in handle.data.items()}
            with pytest.raises(EngineError):
                await watched(engine, RenderHandle(engine.name, "nobody", nobody))

        asyncio.run(walk())

    # Requests

    def requests(
        self, engine: Engine, folder: Path, *, frames: int = FRAMES, with_files: bool = True
    ) -> list[RenderRequest]:
        """One small request for every model and kind."""
        return [
            request
            for _, request in self.pairs(engine, folder, frames=frames, with_files=with_files)
        ]

    def pairs(
        self, engine: Engine, folder: Path, *, frames: int = FRAMES, with_files: bool = True
    ) -> list[tuple[Model, RenderRequest]]:
        kinds = [(model, kind) for model in engine.models() for kind in sorted(model.kinds)]
        return [
            (model, self.request(model, kind, folder / f"{place}", frames, with_files))
            for place, (model, kind) in enumerate(kinds)
        ]

    def request(
        self, model: Model, kind: Kind, folder: Path, frames: int, with_files: bool
    ) -> RenderRequest:
        folder.mkdir(parents=True, exist_ok=True)
        rate = RATES[len(model.name) % 2]
        edit = kind is Kind.edit
        footage = Footage(folder / "shot.mov", frames, rate, WIDTH, HEIGHT) if edit else None
        needed = model.limits.min_keyframes if edit else model.limits.keyframes
        stills = (Keyframe(0, folder / "still.png"),) if needed else ()
        if with_files and edit:
            make(folder / "shot.mov", master(frames, rate))
        if with_files and stills:
            make_still(folder / "still.png")
        return RenderRequest(
            key=f"{model.name}-{kind}",
            kind=kind,
            model=model.name,
            prompt=self.prompts.get(model.name, self.prompt),
            frames=frames,
            rate=rate,
            width=WIDTH,
            height=HEIGHT,
            folder=folder / "work",
            footage=footage,
            keyframes=stills,
            options=self.options.get(model.name, {}),
            seed=7,
        )

    async def walk(
        self, engine: Engine, request: RenderRequest, folder: Path
    ) -> tuple[list[Progress], RawResult, MediaFacts]:
        handle = await engine.submit(request)
        steps = await watched(engine, handle)
        raw = await engine.fetch(handle, folder)
        return steps, raw, facts_of(raw.path)


async def watched(engine: Engine, handle: RenderHandle) -> list[Progress]:
    return [step async for step in engine.watch(handle)]


def through_json(handle: RenderHandle) -> RenderHandle:
    """What is left of a handle after a restart."""
    return RenderHandle(**json.loads(json.dumps(asdict(handle))))


def facts_of(path: Path) -> MediaFacts:
    return probe(Source(path), Guard())


def master(frames: int, rate: Rate, width: int = WIDTH, height: int = HEIGHT) -> Slate:
    return Slate(
        frames,
        rate,
        width,
        height,
        codec="prores_ks",
        pixel_format="yuv422p10le",
        options=(("profile", "hq"),),
    )


def make_still(path: Path, number: int = 1, width: int = WIDTH, height: int = HEIGHT) -> Path:
    """A slate as a picture file."""
    import cv2

    from bridge.media.slate import paint

    cv2.imwrite(str(path), paint(number, width, height)[:, :, ::-1])
    return path
