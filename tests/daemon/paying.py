"""A daemon whose jobs are real and cost something. In: a scripted engine. Out: the daemon."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.client import Client
from bridge.daemon.server import Daemon, Embedded
from bridge.engines.registry import Engines
from bridge.jobs.decide import Pace
from bridge.jobs.service import Jobs
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.store import Store
from bridge.wire.jobs import JobIn, JobOut
from bridge.wire.recipes import RecipeIn
from bridge.wire.selections import FileSelectionIn
from tests.daemon.house import timeline
from tests.fakes.engine import FakeEngine
from tests.fakes.room import FakeRoom
from tests.fakes.stages import Scene
from tests.jobs.house import QUICK


@contextmanager
def paying(
    folder: Path, engine: FakeEngine, pace: Pace = QUICK, **settings: object
) -> Iterator[Daemon]:
    wanted = Settings(**{"data": folder / "data", "port": 0, **settings})

    def rooms(settings: Settings) -> tuple[Tools, Jobs]:
        store = Store(settings.data / "store")
        tools = Tools(FakeRoom(), Engines({engine.name: engine}), store)
        return tools, Jobs(settings, tools, stages=Scene().stages(), pace=pace)

    with Embedded(wanted, rooms=rooms) as daemon:
        yield daemon


def begun(client: Client, folder: Path, clips: tuple[str, ...] = ("all",), **terms) -> JobOut:
    path = folder / "reel 1.otio"
    chosen = FileSelectionIn(timeline=str(path if path.exists() else timeline(folder)), clips=clips)
    selection = client.select(chosen).id
    return client.submit(JobIn(selection=selection, recipe=RecipeIn(engine="fake"), **terms))
