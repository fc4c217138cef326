"""A scripted engine. In: requests and a script. Out: results at once, or the trouble asked for.

`FakeEngine()` answers at once. Script it before, inspect it after:

    engine = FakeEngine()
    engine.enqueue(RefuseSubmit(EngineBusy("Come back later.")), Wait())
    ... submit twice ...
    engine.release()                     # the waiting work goes on and ends well
    assert [r.key for r in engine.submits] == ["a", "b"]

What is under way lies in the request's folder, so a second instance, or another process, can
watch, fetch and cancel with the handle alone. `books`, `blocked` and `costs` say what the account
answers, what keeps it from being ready, and what work has cost. `ledger=PATH` also writes one line
for each submit that reached the engine, for tests that kill the process.
"""

import asyncio
import json
import os
import shutil
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pydantic import Field

from bridge.engines.base import (
    Account,
    Engine,
    EngineOptions,
    Kind,
    Limits,
    Model,
    Price,
    Progress,
    RawResult,
    RenderHandle,
    RenderRequest,
)
from bridge.errors import (
    AccountBlocked,
    BridgeError,
    EngineCancelled,
    EngineFailed,
    EngineRefused,
    EngineUnknown,
)
from bridge.media.slate import Slate, make

STATE = "fake.json"
RESULT = "fake-result.mov"


@dataclass(frozen=True)
class Answer:
    """Ends well: the footage itself, or slates numbered from 0 where there is none."""

    extra_frames: int = 0  # slates only: more (or fewer) frames than were asked for
    credits: Decimal | None = None  # None: what the model's price says
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wait:
    """Goes on until `release` (then ends as `then` says) or until it is cancelled."""

    then: "Answer | Fail" = field(default_factory=Answer)


@dataclass(frozen=True)
class Fail:
    """Starts, and ends in this error."""

    error: BridgeError = field(default_factory=lambda: EngineFailed("The fake failed as told."))


@dataclass(frozen=True)
class RefuseSubmit:
    """
    `submit` raises this: EngineBusy, EngineUnavailable, EngineUncertain, ...

    `reached`: the request did reach the engine, as with an answer that was lost.
    """

    error: BridgeError
    reached: bool = False


Act = Answer | Wait | Fail | RefuseSubmit


class FakeOptions(EngineOptions):
    strength: float = Field(1.0, ge=0, le=1, description="How much of it.")


FAKE_MODEL = Model(
    name="fake-1",
    kinds=frozenset(Kind),
    limits=Limits(keyframes=16, references=4, camera=True, concurrency=4),
    price=Price(per_second=Decimal(5)),
    options=FakeOptions,
    words={"anything": "is honoured, except the word impossible"},
    summary="Answers at once",
)


class FakeEngine(Engine):
    """`models` sets other limits and prices; every submit takes the next act of the script."""

    name = "fake"
    remote = False

    def __init__(
        self, *acts: Act, models: Sequence[Model] = (FAKE_MODEL,), ledger: Path | None = None
    ) -> None:
        self._models = tuple(models)
        self._script: deque[Act] = deque(acts)
        self._ledger = ledger
        self._waiting: list[Path] = []
        self.submits: list[RenderRequest] = []
        self.cancels: list[RenderHandle] = []
        self.fetches: list[RenderHandle] = []
        self.closed = False
        self.books: Account | BridgeError | None = None
        self.looks = 0  # into the books
        self.blocked: AccountBlocked | None = None  # `submit` and `ready` raise it
        self.costs: dict[str, Decimal | BridgeError | None] = {}  # by request; else what it says
        self.prices_asked: list[str] = []
        self.refused = 0  # submits, while it was blocked

    def enqueue(self, *acts: Act) -> None:
        self._script.extend(acts)

    def release(self) -> None:
        """Let everything that waits end."""
        for folder in self._waiting:
            state = _read(folder)
            if state is not None and state["state"] == "waiting":
                _write(folder, state | {"state": "released"})
        self._waiting.clear()

    def models(self) -> tuple[Model, ...]:
        return self._models

    def check(self, request: RenderRequest) -> tuple[str, ...]:
        if "impossible" in request.prompt:
            raise EngineRefused("The fake does not do what is impossible.", hint="Leave it out.")
        self._model(request).checked(request.options)
        return ()

    def _model(self, request: RenderRequest) -> Model:
        for model in self._models:
            if model.name == request.model:
                return model
        raise EngineUnknown(f"The fake has no model {request.model!r}.")

    async def account(self) -> Account | None:
        self.looks += 1
        if isinstance(self.books, BridgeError):
            raise self.books
        return self.books

    async def ready(self) -> None:
        if self.blocked is not None:
            raise self.blocked

    async def cost(self, handle: RenderHandle) -> Decimal | None:
        self.prices_asked.append(handle.key)
        if handle.key in self.costs:
            told = self.costs[handle.key]
            if isinstance(told, BridgeError):
                raise told
            return told
        state = _read(Path(handle.data["folder"])) or {}
        told = state.get("credits", state.get("error", {}).get("detail", {}).get("credits"))
        return None if told is None or state["state"] == "waiting" else Decimal(told)

    async def submit(self, request: RenderRequest) -> RenderHandle:
        self.check(request)
        if self.blocked is not None:
            self.refused += 1
            raise self.blocked
        act = self._script.popleft() if self._script else Answer()
        if isinstance(act, RefuseSubmit) and not act.reached:
            raise act.error
        self._note(request)
        if isinstance(act, RefuseSubmit):
            raise act.error
        self._start(request, act)
        return RenderHandle(self.name, request.key, {"folder": str(request.folder)})

    def _note(self, request: RenderRequest) -> None:
        self.submits.append(request)
        if self._ledger is not None:
            with self._ledger.open("a", encoding="utf-8") as ledger:
                ledger.write(f"{request.key}\n")
                ledger.flush()
                os.fsync(ledger.fileno())

    def _start(self, request: RenderRequest, act: Answer | Wait | Fail) -> None:
        request.folder.mkdir(parents=True, exist_ok=True)
        last = act.then if isinstance(act, Wait) else act
        state: dict[str, object] = {"state": "waiting" if isinstance(act, Wait) else "released"}
        if isinstance(last, Fail):
            state["error"] = last.error.as_data()
        else:
            state |= self._result(request, last)
        _write(request.folder, state)
        if isinstance(act, Wait):
            self._waiting.append(request.folder)

    def _result(self, request: RenderRequest, answer: Answer) -> dict[str, object]:
        if request.footage is not None:
            path = request.footage.path
        else:
            path = request.folder / RESULT
            frames = request.frames + answer.extra_frames
            make(path, _slate(request, frames))
        price = self._model(request).price
        cost = price.of(request.work) if answer.credits is None else answer.credits
        return {
            "path": str(path),
            "credits": str(cost),
            "seed": request.seed,
            "warnings": list(answer.warnings),
        }

    async def watch(self, handle: RenderHandle) -> AsyncIterator[Progress]:
        yield Progress(0.0, "begun")
        while (state := _known(handle))["state"] == "waiting":
            yield Progress(0.5, "waiting")
            await asyncio.sleep(0.01)
        if state["state"] == "cancelled":
            raise EngineCancelled("The fake was cancelled.")
        if "error" in state:
            raise BridgeError.from_data(state["error"])
        yield Progress(1.0, "done")

    async def fetch(self, handle: RenderHandle, folder: Path) -> RawResult:
        self.fetches.append(handle)
        state = _known(handle)
        source = Path(state["path"])
        target = await asyncio.to_thread(_copied, source, folder)
        return RawResult(
            path=target,
            credits=Decimal(state["credits"]),
            seed=state["seed"],
            facts={"engine": self.name},
            warnings=tuple(state["warnings"]),
        )

    async def cancel(self, handle: RenderHandle) -> None:
        self.cancels.append(handle)
        folder = Path(handle.data["folder"])
        state = _read(folder)
        if state is not None and state["state"] == "waiting":
            _write(folder, state | {"state": "cancelled"})

    async def close(self) -> None:
        self.closed = True


class InstantEngine(FakeEngine):
    """Free, and as fast as a link: what is measured with it is everything around it."""

    name = "instant"

    def __init__(self) -> None:
        model = Model(
            name="instant-1",
            kinds=frozenset(Kind),
            limits=Limits(keyframes=16, references=4, camera=True, concurrency=16),
            options=FakeOptions,
        )
        super().__init__(models=(model,))

    async def fetch(self, handle: RenderHandle, folder: Path) -> RawResult:
        state = _known(handle)
        return RawResult(_linked(Path(state["path"]), folder), Decimal(0))


def _slate(request: RenderRequest, frames: int) -> Slate:
    return Slate(
        frames,
        request.rate,
        request.width,
        request.height,
        codec="prores_ks",
        pixel_format="yuv422p10le",
        options=(("profile", "hq"),),
    )


def _copied(source: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"raw{source.suffix}"
    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    return part.replace(target)


def _linked(source: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"raw{source.suffix}"
    target.unlink(missing_ok=True)
    os.link(source, target)
    return target


def _read(folder: Path) -> dict | None:
    try:
        return json.loads((folder / STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _known(handle: RenderHandle) -> dict:
    state = _read(Path(handle.data["folder"]))
    if state is None:
        raise EngineFailed(f"The fake knows nothing of {handle.key}.")
    return state


def _write(folder: Path, state: dict) -> None:
    part = folder / f"{STATE}.part"
    part.write_text(json.dumps(state), encoding="utf-8")
    part.replace(folder / STATE)
