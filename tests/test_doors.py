"""A host at the daemon's door: it pushes a selection, pulls placements, places them, says so.

A real daemon with real media and real jobs; only the engine gives back what it gets.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.client import Client
from bridge.daemon.server import Embedded
from bridge.engines.base import Kind
from bridge.engines.registry import Engines
from bridge.errors import Conflict, MediaMissing, RangeError
from bridge.frames import Rate
from bridge.jobs.facts import PlacementState
from bridge.jobs.service import Jobs
from bridge.media.room import MediaRoom
from bridge.media.slate import Slate, make, numbers
from bridge.pipeline.tools import Tools
from bridge.settings import Settings, load
from bridge.store.store import Store
from bridge.timeline.clips import clips
from bridge.timeline.read import read
from bridge.wire.jobs import JobIn, ResultOut
from bridge.wire.placements import AckIn, PlacementOut
from bridge.wire.plans import PlanIn
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import PushedClipIn, PushedSelectionIn
from tests.fakes.engine import InstantEngine

ASKED = RecipeIn(kind=Kind.edit, engine="instant")


def rooms(settings: Settings) -> tuple[Tools, Jobs]:
    engines = Engines({"instant": InstantEngine()})
    tools = Tools(MediaRoom(settings), engines, Store(settings.data / "store"))
    return tools, Jobs(settings, tools)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    settings = load({}, data=tmp_path_factory.mktemp("daemon"), port=0)
    with (
        Embedded(settings, rooms=rooms) as daemon,
        Client.at(daemon.url, daemon.house.token) as client,
    ):
        yield client


def pushed(folder: Path, rate: str, *, host: str = "resolve", **clip: object) -> PushedSelectionIn:
    """One clip of 60 counted frames with a timecode, as a host would describe it."""
    media = folder / "A001.mov"
    make(media, Slate(60, Rate.of(rate), start_timecode=Rate.of(rate).nominal * 3600, b_frames=2))
    described = {
        "name": "A001",
        "media": str(media),
        "record_start": 33,
        "frames": 12,
        "source_start": 20,
        **clip,
    }
    return PushedSelectionIn(
        host=host,
        name="reel",
        rate=rate,
        start_frame=Rate.of(rate).nominal * 3600,
        clips=(PushedClipIn.model_validate(described),),
    )


def done(client: Client, selection: str, recipe: RecipeIn = ASKED) -> ResultOut:
    quote = client.plan(PlanIn(selection=selection, recipe=recipe)).quote
    job = client.submit(JobIn(selection=selection, recipe=recipe, quote=quote))
    assert client.wait(job.id).status == "done"
    return client.result(job.id)


def order_of(client: Client, result: ResultOut, host: str) -> PlacementOut:
    (order,) = [order for order in client.placements(host=host) if order.job == result.job]
    return order


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "60000/1001"])
def test_a_pushed_shot_comes_back_as_a_placement(rate: str, client: Client, tmp_path: Path) -> None:
    result = done(client, client.select(pushed(tmp_path, rate)).id)
    order = order_of(client, result, "resolve")
    asked = order.instruction
    assert (asked["record_start"], asked["frames"], asked["source_start"]) == (33, 12, 0)
    assert Rate.of(asked["rate"]) == Rate.of(rate)
    assert numbers(Path(asked["media"])) == tuple(range(20, 32))
    (placed,) = [clip for clip in clips(read(Path(str(result.timeline)))) if clip.place[:2] == "V2"]
    assert (placed.record.start, placed.record.count) == (33, 12)


@pytest.mark.parametrize(
    ("speed", "first", "shown"),
    [
        ("-1", 31, tuple(range(31, 19, -1))),
        ("2", 20, tuple(range(20, 44, 2))),
        ("1/2", 20, tuple(20 + frame // 2 for frame in range(12))),
        ("0", 20, (20,) * 12),
    ],
)
def test_a_pushed_retime_is_baked(
    speed: str, first: int, shown: tuple[int, ...], client: Client, tmp_path: Path
) -> None:
    selection = client.select(pushed(tmp_path, "25", speed=speed, source_start=first))
    (take,) = done(client, selection.id).takes
    assert numbers(Path(str(take.media))) == shown


def test_a_placement_is_made_once(client: Client, tmp_path: Path) -> None:
    result = done(client, client.select(pushed(tmp_path, "25", host="premiere")).id)
    order = order_of(client, result, "premiere")
    told = AckIn(state=PlacementState.placed, readback={"track": 2, "record_start": 33})
    assert client.acknowledge(order.id, told).state == "placed"
    assert client.acknowledge(order.id, told).readback == {"track": 2, "record_start": 33}
    assert order.id not in [other.id for other in client.placements(host="premiere")]
    with pytest.raises(Conflict):
        client.acknowledge(order.id, AckIn(state=PlacementState.refused))


def test_the_same_key_is_the_same_job(client: Client, tmp_path: Path) -> None:
    selection = client.select(pushed(tmp_path, "25")).id
    asked = JobIn(selection=selection, recipe=ASKED, key="panel-1")
    first, second = client.submit(asked), client.submit(asked)
    assert first.id == second.id
    assert client.wait(first.id).status == "done"


def test_a_changed_price_asks_again(client: Client, tmp_path: Path) -> None:
    selection = client.select(pushed(tmp_path, "25")).id
    with pytest.raises(Conflict):
        client.submit(JobIn(selection=selection, recipe=ASKED, quote="another"))


def test_what_cannot_be_worked_on_is_refused_before_anything_begins(
    client: Client, tmp_path: Path
) -> None:
    with pytest.raises(MediaMissing):
        client.select(pushed(tmp_path, "25", media=str(tmp_path / "gone.mov")))
    selection = client.select(pushed(tmp_path, "25", frames=50))
    with pytest.raises(RangeError, match=r"20 to 69.*0 to 59"):
        client.plan(PlanIn(selection=selection.id, recipe=ASKED))
