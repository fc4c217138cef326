"""A plan's price is what the ledger bills, for every model, however it is asked."""

import math
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bridge.engines.base import Model, RenderRequest
from bridge.engines.runway import bodies, catalogue, models, rows
from bridge.engines.runway.fake.bill import bill
from bridge.errors import EngineRefused
from bridge.frames import Rate
from tests.engines.runway.asking import URIS, full, plain

STATED = {
    f"{each.door}/{each.name}": {"per_second": "7.3", "auto_seconds": 9}
    for each in models.known()
    if not each.price.known
}
PRICES = {way: rows.figures(told) for way, told in STATED.items()}
ALL = models.models({"prices": STATED})
SHAPES = ((1280, 720), (1920, 1080), (1000, 600), (720, 1280))


@dataclass(frozen=True)
class Shot:
    """What the ledger reads of the footage that arrived."""

    rate: Rate
    frames: int
    width: int
    height: int
    size: int = 1_000_000


@st.composite
def requests(draw: st.DrawFn, model: Model) -> RenderRequest:
    base = draw(st.sampled_from([plain, full]))(model)
    rate = Rate.of(draw(st.sampled_from(["24000/1001", "25", "30000/1001"])))
    limits = model.limits
    least = math.ceil(rate.frames(limits.min_seconds)) or 1
    frames = draw(st.integers(least, math.floor(rate.frames(limits.max_seconds or least))))
    seconds = math.ceil(rate.seconds(frames)) if limits.whole_seconds else None
    if limits.durations:
        seconds = draw(st.sampled_from(limits.durations))
    width, height = draw(st.sampled_from(limits.sizes or SHAPES))
    return replace(
        base,
        rate=rate,
        frames=frames,
        seconds=seconds,
        width=width,
        height=height,
        options=draw(_options(model)),
        keyframes=tuple(
            replace(still, frame=min(still.frame, frames - 1)) for still in base.keyframes
        ),
    )


def _options(model: Model) -> st.SearchStrategy[dict[str, Any]]:
    shape = catalogue.shape(model.door, model.name)
    choices = {
        name: st.booleans() if name == "audio" else st.sampled_from(shape.literals(name))
        for name in model.options.model_fields
        if name == "audio" or shape.literals(name)
    }
    return st.fixed_dictionaries({}, optional=choices)


@pytest.mark.parametrize("model", ALL, ids=lambda each: f"{each.door}/{each.name}")
@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_the_plan_says_what_the_ledger_bills(model, data):
    request = data.draw(requests(model))
    try:
        bodies.check(request)
    except EngineRefused:
        assume(False)
    arrived = Shot(request.rate, request.frames, request.width, request.height)
    body = bodies.body(request, URIS)
    billed = bill(model.door, body, lambda uri: arrived, PRICES)  # type: ignore[arg-type]
    assert model.cost(request.work) == billed.most
