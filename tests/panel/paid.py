"""A daemon whose one engine is scripted and costs credits. In: a folder. Out: a house."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path

from bridge.client import Client
from bridge.daemon.server import Embedded
from bridge.engines.base import RenderHandle
from bridge.engines.registry import Engines
from bridge.jobs.service import Jobs
from bridge.media.room import MediaRoom
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.store import Store
from bridge.wire.jobs import JobIn
from bridge.wire.recipes import RecipeIn
from tests.fakes.engine import FakeEngine
from tests.jobs.house import QUICK
from tests.panel.house import House


class Findable(FakeEngine):
    """Its name for a piece of work is the work's folder."""

    def adopt(self, key: str, name: str) -> RenderHandle:
        return RenderHandle(self.name, key, {"folder": name})


@contextmanager
def paid_house(folder: Path, engine: FakeEngine, budget_day: Decimal) -> Iterator[House]:
    def rooms(settings: Settings) -> tuple[Tools, Jobs]:
        engines = Engines({engine.name: engine})
        tools = Tools(MediaRoom(settings), engines, Store(settings.data / "store"))
        return tools, Jobs(settings, tools, pace=QUICK)

    settings = Settings(
        data=folder / "data",
        port=0,
        open_browser=False,
        takes_folder=folder / "takes",
        budget_day=budget_day,
    )
    with ExitStack() as stack:
        daemon = stack.enter_context(Embedded(settings, rooms=rooms))
        client = stack.enter_context(Client.at(daemon.url, daemon.token))
        yield House(daemon, folder, client)


def start(house: House, selection: str, prompt: str = "anything") -> str:
    recipe = RecipeIn(prompt=prompt, engine="fake")
    return house.client.submit(JobIn(selection=selection, recipe=recipe)).id
