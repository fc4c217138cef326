"""The models. In: the SDK's types, `models.toml`, the settings. Out: what the planner reads.

Cheap, once it has been asked: nothing is read but the package's own file and the SDK's types.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from bridge.engines.base import (
    Change,
    EngineOptions,
    Kind,
    Limits,
    Model,
    Positions,
    RenderRequest,
)
from bridge.engines.forms import Form
from bridge.engines.runway import catalogue, roles, rows, tariff
from bridge.engines.runway.catalogue import Shape
from bridge.engines.runway.options import options_class
from bridge.engines.runway.rows import Figures, Row
from bridge.errors import EngineUnknown, UsageError
from bridge.frames import Rate

EDITS = frozenset({Kind.edit})
GENERATES = frozenset({Kind.generate})
WAYS = {  # what a door's models do, in words
    "video_to_video": "Changes a shot by words",
    "image_to_video": "Makes a shot from stills",
    "text_to_video": "Makes a shot from words",
    "character_performance": "Lets a character play what the shot's performer does",
    "video_upscale": "Makes a shot larger",
    "video_to_hdr": "Brings a shot into high dynamic range",
    "video_to_audio": "Makes sound for a shot",
}
PLACES_IN_WORDS = {
    Positions.first: "the first frame",
    Positions.ends: "the first and the last frame",
    Positions.thirds: "the first, middle and last frame",
    Positions.any: "any frame",
}


def models(settings: Mapping[str, Any]) -> tuple[Model, ...]:
    """
    Every model at every door, those that are chosen unasked first.

    `settings` may state prices: `prices."DOOR/MODEL"` with the names of a tariff in `models.toml`.
    `UsageError` for a price that is none, or of a model that is none.
    """
    prices = _prices(settings)
    made = tuple(model(shape, prices.get(_way(shape))) for shape in catalogue.shapes())
    order = {way: number for number, way in enumerate(rows.first())}
    return tuple(sorted(made, key=lambda each: order.get(f"{each.door}/{each.name}", len(order))))


@cache
def known() -> tuple[Model, ...]:
    """The models at their published prices."""
    return models({})


def model_of(request: RenderRequest) -> Model:
    """The model that a request names; where it names no door, the one that suits it."""
    named = [each for each in known() if each.name == request.model]
    for each in named:
        if request.door == each.door or (
            not request.door and each.suits(request.kind, stills=bool(request.keyframes))
        ):
            return each
    doors = ", ".join(each.door for each in named)
    raise EngineUnknown(
        f"Runway has no model {request.model[:80]!r} for this work"
        + (f" at {request.door[:80]}." if request.door else "."),
        hint=f"It is known at {doors}." if doors else "List them with `nle-bridge engines`.",
        model=request.model[:80],
    )


def limits(shape: Shape, row: Row) -> Limits:
    """What fits through one model at one door."""
    lengths = roles.durations(shape)
    positions, stills = _stills(shape, row)
    return Limits(
        min_seconds=Fraction(lengths[0] if lengths else row.min_seconds),
        max_seconds=Fraction(lengths[-1] if lengths else row.max_seconds),
        whole_seconds=roles.asks_seconds(shape) and not _follows(shape, row),
        durations=lengths,
        max_rate=None if row.max_rate is None else Rate.of(row.max_rate),
        sizes=_sizes(shape, row),
        max_pixels=row.max_pixels if roles.footage_field(shape) else None,
        min_side=row.min_side,
        max_bytes=row.max_bytes,
        keyframes=stills,
        min_keyframes=1 if _requires(shape, roles.STILLS) else 0,
        positions=positions,
        windows=_has_windows(shape),
        references=_references(shape, row),
        min_references=1 if _requires(shape, roles.CHARACTER) else 0,
        prompt=row.prompt if roles.WORDS in shape.fields else None,
        min_prompt=_least_words(shape, row),
        camera=roles.WORDS in shape.fields,
        form=Form.h264,
    )


def model(shape: Shape, stated: Mapping[str, Any] | None = None) -> Model:
    """One model at one door, at the price that is stated or else published."""
    row = rows.row(shape.door, shape.model)
    fits = limits(shape, row)
    return Model(
        name=shape.model,
        door=shape.door,
        kinds=EDITS if roles.footage_field(shape) else GENERATES,
        limits=fits,
        price=tariff.price(
            _way(shape),
            _figures(row, stated),
            fits,
            () if row.ratios else roles.sizes(shape),
            asks=roles.asks_seconds(shape),
            auto=_follows(shape, row),
        ),
        options=_options(shape.door, shape.model, shape.params),
        summary=_summary(shape, fits),
        changes=_changes(shape),
    )


@cache
def _options(door: str, name: str, params: Any) -> type[EngineOptions]:
    """One class a model, so that models compare equal."""
    shape = next(shape for shape in catalogue.read(door, params) if shape.model == name)
    return options_class(shape, rows.row(door, name))


def _figures(row: Row, stated: Mapping[str, Any] | None) -> Figures | None:
    """The row's figures; those that the settings state take their place."""
    if stated is None:
        return row.figures
    own = {} if row.figures is None else vars(row.figures)
    told = vars(rows.figures({"source": "your settings", "dated": "", **stated}))
    given = {"source", "dated", *stated}
    return Figures(**{**own, **{name: told[name] for name in given}})


def _prices(settings: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    prices = settings.get("prices", {})
    if not isinstance(prices, Mapping) or not all(
        isinstance(stated, Mapping) for stated in prices.values()
    ):
        raise UsageError(
            "The prices in [engines.runway] are not understood.",
            hint='Write [engines.runway.prices."DOOR/MODEL"] and, below it, per_second = "17".',
        )
    strangers = sorted(set(prices) - {_way(shape) for shape in catalogue.shapes()})
    if strangers:
        raise UsageError(
            f"The settings price what Runway does not have: {', '.join(strangers)}.",
            hint="A model is written DOOR/MODEL, as `nle-bridge engines --json` lists them.",
        )
    return dict(prices)


def _way(shape: Shape) -> str:
    return f"{shape.door}/{shape.model}"


def _sizes(shape: Shape, row: Row) -> tuple[tuple[int, int], ...]:
    """The exact sizes, as far as the footage and the stills, which come in them, may have them."""
    if _follows(shape, row) or row.ratios:
        return ()
    sizes = roles.sizes(shape)
    if roles.footage_field(shape):
        sizes = tuple(size for size in sizes if size[0] * size[1] <= row.max_pixels)
    return tuple(
        size
        for size in sizes
        if min(size) >= (row.min_side or 0)
        and (row.max_aspect is None or Fraction(max(size), min(size)) <= row.max_aspect)
    )


def _requires(shape: Shape, name: str) -> bool:
    return name in shape.fields and shape.fields[name].required


def _follows(shape: Shape, row: Row) -> bool:
    return roles.follows_footage(shape, row.defaults)


def _stills(shape: Shape, row: Row) -> tuple[Positions, int]:
    """Where stills at given times go, and how many."""
    match roles.stills_field(shape):
        case None:
            return Positions.any, 0
        case roles.TIMED:
            return Positions.any, row.keyframes or 1
        case name:
            places = roles.places(shape, name, row.positions)
            return roles.PLACES.get(places, Positions.first), len(places)


def _references(shape: Shape, row: Row) -> int:
    fields = (roles.REFERENCES, roles.CHARACTER)
    return row.references if any(name in shape.fields for name in fields) else 0


def _has_windows(shape: Shape) -> bool:
    timed = shape.fields.get(roles.TIMED)
    return timed is not None and any("range" in item for item in timed.items)


def _least_words(shape: Shape, row: Row) -> int:
    """One where words are required, and where nothing else says what to make."""
    if roles.WORDS not in shape.fields:
        return 0
    alone = roles.footage_field(shape) is None and roles.STILLS not in shape.fields
    return 1 if alone or _requires(shape, roles.WORDS) else row.min_prompt


def _changes(shape: Shape) -> frozenset[Change]:
    match shape.door:
        case "video_upscale":
            return frozenset({Change.rate if roles.FRAME_RATE in shape.fields else Change.size})
        case "video_to_hdr":
            return frozenset({Change.colour})
        case "video_to_audio":
            return frozenset({Change.sound})
    return frozenset()


def _summary(shape: Shape, fits: Limits) -> str:
    way = WAYS.get(shape.door, "Works on a shot")
    if Change.rate in _changes(shape):
        way = "Makes more pictures a second"
    stills = f", with stills at {PLACES_IN_WORDS[fits.positions]}" if fits.keyframes else ""
    references = f", references: {fits.references}" if fits.references else ""
    return f"{way}{stills}{references}; {fits.min_seconds} to {fits.max_seconds} s"
