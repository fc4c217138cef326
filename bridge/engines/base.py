"""The engine contract. In: a complete `RenderRequest`. Out: one raw result file, whole.

A third party adds an engine by subclassing `Engine` and naming the class under the entry-point
group `nle_bridge.engines`; the built-in ones come through the same group. What an engine can take
(`limits`) and what it costs (`price`) are data on its models, so that planning needs no engine.
Join the contract suite with one line: see `tests/contracts/engine_contract.py`.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bridge.engines.forms import Alpha, Form
from bridge.errors import EngineRefused
from bridge.frames import FrameRange, Rate


class Kind(StrEnum):
    edit = "edit"  # a shot goes in, the changed shot comes out, frame for frame
    generate = "generate"  # stills at given frames and words go in, a new shot comes out


class Positions(StrEnum):
    """Where a model takes its stills."""

    any = "any"
    thirds = "thirds"  # the first, the middle and the last frame
    ends = "ends"  # the first and the last frame
    first = "first"


class Change(StrEnum):
    """What a finishing model changes on purpose, so that conforming leaves it as it came."""

    size = "size"
    rate = "rate"  # more pictures in the same time
    colour = "colour"  # gamut, transfer, bit depth
    sound = "sound"  # what comes back is sound for the shot, not pictures


class EngineOptions(BaseModel):
    """What a model takes beyond the request's own fields; forms, `--help` and checks follow it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Limits:
    """What fits through a model. The planner splits, pads and scales to it."""

    min_seconds: Fraction = Fraction(0)
    max_seconds: Fraction | None = None  # longer shots become overlapping segments
    whole_seconds: bool = False  # the length is asked for in whole seconds
    durations: tuple[int, ...] = ()  # seconds, ascending; none named: any length between the two
    max_rate: Rate | None = None
    sizes: tuple[tuple[int, int], ...] = ()  # exact sizes it makes; none named: any size
    max_pixels: int | None = None
    min_side: int | None = None  # pixels of the shorter side
    max_bytes: int | None = None  # of the footage of one request
    keyframes: int = 0  # stills it takes at most
    min_keyframes: int = 0
    positions: Positions = Positions.any
    windows: bool = False  # a keyframe may say between which frames it works
    references: int = 0
    min_references: int = 0
    prompt: int | None = None  # UTF-16 units at most
    min_prompt: int = 0
    camera: bool = False  # takes camera words
    form: Form = Form.master
    concurrency: int = 1  # requests of this model at the same time


@dataclass(frozen=True)
class Work:
    """What of a request its price may depend on."""

    seconds: Fraction  # asked for, or sent
    frames: int = 0
    width: int = 0
    height: int = 0
    stills: int = 0
    references: int = 0
    footage: bool = False
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])  # defaults included


@dataclass(frozen=True)
class Price:
    """
    Credits; a surcharge applies where option NAME has VALUE, keyed "NAME=VALUE".

    An engine whose prices follow other rules overrides `of` and says them in `rule`.
    """

    per_second: Decimal = Decimal(0)
    minimum: Decimal = Decimal(0)
    surcharges: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])  # per second
    rule: str = ""  # a sentence where the figures above do not say all
    known: bool = True  # False: `of` refuses, and nothing is planned that cannot be priced
    dated: str = ""  # YYYY-MM-DD: when these figures were true

    def of(self, work: Work) -> Decimal:
        """What one request is expected to cost at most, rounded up to a hundredth."""
        per_second = self.per_second + sum(
            (
                self.surcharges.get(f"{name}={value}", Decimal(0))
                for name, value in work.options.items()
            ),
            Decimal(0),
        )
        exact = per_second * work.seconds.numerator / Decimal(work.seconds.denominator)
        return max(self.minimum, exact).quantize(Decimal("0.01"), ROUND_CEILING)


@dataclass(frozen=True)
class Model:
    """
    One way through an engine. A name may stand for several, told apart by their `door`: one that
    edits footage, one that begins from stills, one that needs words only.
    """

    name: str
    kinds: frozenset[Kind]
    limits: Limits = field(default_factory=Limits)
    price: Price = field(default_factory=Price)
    options: type[EngineOptions] = EngineOptions
    words: Mapping[str, str] = field(default_factory=dict[str, str])  # word -> what it does
    strengths: Mapping[str, str] = field(default_factory=dict[str, str])  # word -> how much of one
    summary: str = ""
    door: str = ""  # the engine's own name for this way in
    changes: frozenset[Change] = frozenset()  # of a finishing model
    alpha: Alpha = Alpha.none
    sparse: bool = False  # makes single frames of a shot without those between: quick previews

    def suits(self, kind: Kind, *, stills: bool) -> bool:
        """Whether work of this kind, with or without stills at given times, can go this way."""
        limits = self.limits
        return kind in self.kinds and bool(limits.keyframes if stills else not limits.min_keyframes)

    def checked(self, options: Mapping[str, Any]) -> EngineOptions:
        """The options as this model's own type; `EngineRefused` names those it does not take."""
        try:
            return self.options.model_validate(dict(options))
        except ValidationError as error:
            faults = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
            known = ", ".join(self.options.model_fields) or "none"
            raise EngineRefused(
                f"{self.name} does not take these options: "
                + "; ".join(f"{name[:80]}: {reason[:200]}" for name, reason in faults[:8])
                + ".",
                hint=f"Its options are: {known}.",
                options=[name[:80] for name, _ in faults[:8]],
            ) from error

    def cost(self, work: Work) -> Decimal:
        """As `Price.of`; an option that is not given counts with its default."""
        options = self.checked(work.options).model_dump(exclude_none=True)
        return self.price.of(replace(work, options=options))


@dataclass(frozen=True)
class Footage:
    """The shot as the engine gets it: exactly the frames of the request, nothing else."""

    path: Path
    frames: int
    rate: Rate
    width: int
    height: int


@dataclass(frozen=True)
class Keyframe:
    frame: int  # of this request, from 0
    image: Path
    window: FrameRange | None = None  # frames of this request between which it works; None: all


@dataclass(frozen=True)
class RenderRequest:
    """Everything relevant to the work; an engine asks nobody else anything."""

    key: str  # one per attempt, stable over restarts
    kind: Kind
    model: str
    prompt: str
    frames: int
    rate: Rate
    width: int
    height: int
    folder: Path  # the engine's own, for as long as the attempt lives
    footage: Footage | None = None  # the shot, for edits
    keyframes: tuple[Keyframe, ...] = ()  # by frame, ascending
    references: tuple[Path, ...] = ()
    camera: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    seed: int | None = None
    door: str = ""  # the model's
    seconds: int | None = None  # asked for, where the model counts whole seconds
    # A preview's, ascending: the frames of this request that are wanted; none named: all. Footage
    # and result hold these alone. Asked only of models that are `sparse`.
    only: tuple[int, ...] = ()
    # A preview's: a folder for what makes the next one over the same frames quicker; it may be
    # emptied at any time.
    kept: Path | None = None

    @property
    def wanted(self) -> Sequence[int]:
        """The frames of this request that are made, in order."""
        return self.only or range(self.frames)

    @property
    def work(self) -> Work:
        """What its price depends on."""
        return Work(
            self.rate.seconds(self.frames) if self.seconds is None else Fraction(self.seconds),
            self.frames,
            self.width,
            self.height,
            len(self.keyframes),
            len(self.references),
            self.footage is not None,
            self.options,
        )


@dataclass(frozen=True)
class RenderHandle:
    """The name of work under way; with it alone another process can watch, fetch and cancel."""

    engine: str
    key: str
    data: Mapping[str, str]

    def as_data(self) -> dict[str, Any]:
        return {"engine": self.engine, "key": self.key, "data": dict(self.data)}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> "RenderHandle":
        return RenderHandle(data["engine"], data["key"], data["data"])


@dataclass(frozen=True)
class Progress:
    done: float | None  # 0 to 1; None where the engine cannot tell
    note: str = ""


@dataclass(frozen=True)
class RawResult:
    """What came back, as it came: kept as it is and never delivered directly."""

    path: Path
    credits: Decimal  # what it truly cost
    seed: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict[str, str])  # notes, for the lineage
    warnings: tuple[str, ...] = ()  # sentences for the editor
    # of each frame of the result, 0 to 1: how far it is what was asked for; none: not told
    sureness: tuple[float, ...] = ()


@dataclass(frozen=True)
class Account:
    """What the engine's own books say now; a model that is not named has no limit there."""

    credits: Decimal | None = None  # left to spend
    at_once: Mapping[str, int] = field(default_factory=dict[str, int])  # by model name
    a_day: Mapping[str, int] = field(default_factory=dict[str, int])  # by model name
    started: Mapping[str, int] = field(default_factory=dict[str, int])  # within the last day


@dataclass(frozen=True)
class Home:
    """What an engine has of its own on this machine."""

    folder: Path  # in the data folder; made by the engine when it first needs it
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])  # [engines.NAME]


class Engine(ABC):
    """One instance serves one daemon; `name` is what users type after `--engine`."""

    name: ClassVar[str]
    remote: ClassVar[bool] = True  # pictures leave this machine
    repeatable: ClassVar[bool] = False  # submitting one key twice starts and costs nothing twice

    @classmethod
    def opened(cls, home: Home) -> Self:  # noqa: ARG003 - most engines keep nothing
        """The instance for a daemon; `UsageError` for settings that it does not understand."""
        return cls()

    @abstractmethod
    def models(self) -> tuple[Model, ...]:
        """The models, the default one first. Must be cheap and touch neither network nor disk."""

    # the default has nothing to refuse
    def check(self, request: RenderRequest) -> tuple[str, ...]:  # noqa: ARG002
        """
        Refuse what cannot be honoured before anything is spent; return warnings.

        * Raises `EngineRefused` naming what was not understood and what would be.
        * Must not touch the network; is called again by `submit`'s caller with files in place, and
          while planning with files that may not exist yet.
        """
        return ()

    # most engines need nothing
    async def prepare(self, request: RenderRequest) -> None:  # noqa: B027
        """
        Do what `submit` needs and what costs nothing: bring files to where the work will be.

        Called before the intent is noted, so that a stop or a cancel here leaves no doubt. May be
        called again; raises what `submit` raises where nothing began. `submit` works without it.
        """

    @abstractmethod
    async def submit(self, request: RenderRequest) -> RenderHandle:
        """
        Start the work and return as soon as it has a name.

        * The handle alone must be enough for `watch`, `fetch` and `cancel`, in another process.
        * Nothing is retried here; `EngineBusy` says that nothing began: the runner comes back,
          after `wait_seconds` where its detail says so.
        * Raises `AccountBlocked` where nothing can begin until a person has done something.
        * Raises `EngineUncertain` if the work may have started but its name was lost.
        """

    @abstractmethod
    def watch(self, handle: RenderHandle) -> AsyncIterator[Progress]:
        """
        Report until the work has ended.

        * Ends normally on success, whether or not anybody watched before.
        * Raises `EngineCancelled` or another `EngineError` if the work failed, on whichever side;
          its detail says the `credits` it cost, and with `again` that one more try is worth it.
        """

    @abstractmethod
    async def fetch(self, handle: RenderHandle, folder: Path) -> RawResult:
        """Bring the whole result into `folder`. May be called again, with the same outcome."""

    @abstractmethod
    async def cancel(self, handle: RenderHandle) -> None:
        """Ask the work to stop. Of work that has ended, or was never known, it says nothing."""

    async def sketch(self, request: RenderRequest) -> RawResult:
        """
        The whole of a small request for a preview, as soon as can be; `request.folder` is there.

        * Asked only of engines that are not remote, for work that costs nothing.
        * A cancelled call leaves nothing running; nobody takes it up in another process.
        * An engine with a quicker way than through `submit` overrides it.
        """
        handle = await self.submit(request)
        try:
            async for _ in self.watch(handle):
                pass
            return await self.fetch(handle, request.folder)
        except asyncio.CancelledError:
            await asyncio.shield(self.cancel(handle))
            raise

    # most engines keep no books
    async def account(self) -> Account | None:
        """What the engine's books say; None where it keeps none. Costs nothing."""
        return None

    # most engines are always ready
    async def ready(self) -> None:  # noqa: B027
        """Raise the `AccountBlocked` for which `submit` would refuse everything now."""

    # most engines block nobody by themselves
    async def resume(self) -> None:  # noqa: B027
        """A person has acted on the `AccountBlocked`: what the engine itself blocks is free."""

    # most engines tell it with the result
    async def cost(self, handle: RenderHandle) -> Decimal | None:  # noqa: ARG002
        """What that work has truly cost, once it has ended in whichever way; None: not known."""
        return None

    def adopt(self, key: str, name: str) -> RenderHandle:
        """The handle of work that a person found under `name` in the engine's own history."""
        return RenderHandle(self.name, key, {"task": name})

    # most engines cannot be asked
    async def check_known(self, handle: RenderHandle) -> None:  # noqa: B027
        """Raise `EngineRefused` where there is no such work: a person named it. Costs nothing."""

    # most engines hold nothing
    async def close(self) -> None:  # noqa: B027
        """Release what the instance holds; work under way goes on or is taken up later."""
