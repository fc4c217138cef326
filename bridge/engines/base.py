"""The engine contract. In: a complete `RenderRequest`. Out: one raw result file, whole.

A third party adds an engine by subclassing `Engine` and naming the class under the entry-point
group `nle_bridge.engines`; the built-in ones come through the same door. What an engine can take
(`limits`) and what it costs (`price`) are data on its models, so that planning needs no engine.
Join the contract suite with one line: see `tests/contracts/engine_contract.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bridge.errors import EngineRefused
from bridge.frames import Rate


class Kind(StrEnum):
    edit = "edit"  # a shot goes in, the changed shot comes out, frame for frame
    generate = "generate"  # stills at given frames and words go in, a new shot comes out


class Positions(StrEnum):
    """Where a model takes its stills."""

    any = "any"
    ends = "ends"  # the first and the last frame
    first = "first"


class Form(StrEnum):
    """How the footage an engine gets is written."""

    master = "master"  # ProRes 422 HQ, .mov
    h264 = "h264"  # H.264 8 bit, .mp4


class EngineOptions(BaseModel):
    """What a model takes beyond the request's own fields; forms, `--help` and checks follow it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Limits:
    """What fits through a model. The planner splits, pads and scales to it."""

    min_seconds: Fraction = Fraction(0)
    max_seconds: Fraction | None = None  # longer shots become overlapping segments
    whole_seconds: bool = False
    max_rate: Rate | None = None
    sizes: tuple[tuple[int, int], ...] = ()  # exact sizes it makes; none named: any size
    max_pixels: int | None = None
    keyframes: int = 0  # stills it takes at most
    positions: Positions = Positions.any
    references: int = 0
    camera: bool = False  # takes camera words
    form: Form = Form.master
    concurrency: int = 1  # requests of this model at the same time


@dataclass(frozen=True)
class Price:
    """Credits; a surcharge applies where option NAME has VALUE, keyed "NAME=VALUE"."""

    per_second: Decimal = Decimal(0)
    minimum: Decimal = Decimal(0)
    surcharges: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])  # per second

    def of(self, seconds: Fraction, options: Mapping[str, Any]) -> Decimal:
        """What one request of that length is expected to cost, rounded up to a hundredth."""
        per_second = self.per_second + sum(
            (self.surcharges.get(f"{name}={value}", Decimal(0)) for name, value in options.items()),
            Decimal(0),
        )
        exact = per_second * seconds.numerator / Decimal(seconds.denominator)
        return max(self.minimum, exact).quantize(Decimal("0.01"), ROUND_CEILING)


@dataclass(frozen=True)
class Model:
    name: str
    kinds: frozenset[Kind]
    limits: Limits = field(default_factory=Limits)
    price: Price = field(default_factory=Price)
    options: type[EngineOptions] = EngineOptions
    words: Mapping[str, str] = field(default_factory=dict[str, str])  # word -> what it does
    summary: str = ""

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

    def cost(self, seconds: Fraction, options: Mapping[str, Any]) -> Decimal:
        """As `Price.of`; an option that is not given counts with its default."""
        return self.price.of(seconds, self.checked(options).model_dump(exclude_none=True))


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


class Engine(ABC):
    """One instance serves one daemon; `name` is what users type after `--engine`."""

    name: ClassVar[str]
    remote: ClassVar[bool] = True  # pictures leave this machine
    repeatable: ClassVar[bool] = False  # submitting one key twice starts and costs nothing twice

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

    @abstractmethod
    async def submit(self, request: RenderRequest) -> RenderHandle:
        """
        Start the work and return as soon as it has a name.

        * The handle alone must be enough for `watch`, `fetch` and `cancel`, in another process.
        * Nothing is retried here; `EngineBusy` says that nothing began: the runner comes back.
        * Raises `EngineUncertain` if the work may have started but its name was lost.
        """

    @abstractmethod
    def watch(self, handle: RenderHandle) -> AsyncIterator[Progress]:
        """
        Report until the work has ended.

        * Ends normally on success, whether or not anybody watched before.
        * Raises `EngineCancelled` or another `EngineError` if the work failed, on whichever side.
        """

    @abstractmethod
    async def fetch(self, handle: RenderHandle, folder: Path) -> RawResult:
        """Bring the whole result into `folder`. May be called again, with the same outcome."""

    @abstractmethod
    async def cancel(self, handle: RenderHandle) -> None:
        """Ask the work to stop. Of work that has ended, or was never known, it says nothing."""

    def adopt(self, key: str, name: str) -> RenderHandle:
        """The handle of work that a person found under `name` in the engine's own history."""
        return RenderHandle(self.name, key, {"task": name})

    # most engines hold nothing
    async def close(self) -> None:  # noqa: B027
        """Release what the instance holds; work under way goes on or is taken up later."""
