"""A chain of three paid generations whose last one fails: what was paid for is paid once.

Nothing is faked but the service, which bills: its ledger and ours must say the same.
"""

import asyncio
from dataclasses import replace
from decimal import Decimal

from bridge.engines.base import Kind
from bridge.engines.registry import Engines
from bridge.engines.runway.fake.server import FakeRunway
from bridge.jobs.facts import SpendFilter, Status
from bridge.jobs.service import Jobs
from bridge.media.room import MediaRoom
from bridge.pipeline.plan import models_for, plan
from bridge.pipeline.recipe import Recipe
from bridge.pipeline.selection import select
from bridge.pipeline.tools import Tools
from bridge.settings import Settings
from bridge.store.store import Store
from tests.engines.runway.house import house
from tests.jobs.house import ended
from tests.jobs.real import timeline_in

SECONDS = 16.2  # this model makes 8 at most
MODEL = "veo3.1_fast"
BAD = {"code": "INTERNAL.BAD_OUTPUT.CODE01"}


async def planned(folder, tools):
    recipe = Recipe(
        Kind.generate, "a calm sea", "runway", MODEL, at="0", duration=round(25 * SECONDS),
        out=folder / "new.otio",
    )  # fmt: skip
    selection = await select(timeline_in(folder, 12), (), recipe, tools)
    selection = replace(selection, facts=replace(selection.facts, width=64, height=36))
    return plan(selection, recipe, *models_for(recipe, tools.engines))


def test_only_the_part_that_failed_is_paid_again(tmp_path):
    async def walk(fake, engine):
        settings = Settings(data=tmp_path / "data")
        tools = Tools(
            MediaRoom(settings), Engines({"runway": engine}), Store(settings.data / "store")
        )
        jobs = Jobs(settings, tools)
        await jobs.start()
        try:
            made = await planned(tmp_path, tools)
            fake.script(fates=[{}, {}, BAD])
            failed = await ended(jobs, (await jobs.submit(made)).id)
            before = len(fake.creates)
            await jobs.retry(failed.id)
            done = await ended(jobs, failed.id)
            take = tools.store.take(done.shots[0].take)
            return made, failed, before, done, take, await jobs.spend(SpendFilter())
        finally:
            await jobs.stop()
            await tools.engines.close()
            await tools.room.close()

    with FakeRunway(tmp_path / "runway") as fake, house(fake, tmp_path, tmp_path) as home:
        made, failed, before, done, take, spend = asyncio.run(walk(fake, home.engine()))
        bill = sum((entry.credits for entry in fake.ledger()), Decimal(0))
        assert [part.follows for part in made.shots[0].segments] == [False, True, True]
        assert (failed.status, before) == (Status.failed, 3)
        assert failed.shots[0].error["code"] == "engine_failed"
        assert len(fake.creates) == 4
    assert (done.status, done.shots[0].attempt) == (Status.done, 2)
    assert spend.total.spent == done.credits == bill
    assert (spend.total.reserved, spend.total.uncertain) == (0, 0)
    assert take.credits == made.shots[0].price == bill  # what failed was put back
