import asyncio
import os
from datetime import timedelta

from bridge.errors import DiskFull
from bridge.jobs.durable import State
from bridge.jobs.upkeep import Upkeep
from tests.fakes.stages import Scene, plan_of
from tests.jobs.house import ended, raising, running


def upkeep_of(jobs):
    parts = jobs._parts
    return Upkeep(parts.events, parts.shots, parts.durable, parts._tools.store, parts.desk)


def test_old_things_go_and_what_an_unfinished_shot_needs_stays(tmp_path):
    scene = Scene()

    async def walk():
        async with running(tmp_path, scene=scene) as jobs:
            done = await ended(jobs, (await jobs.submit(plan_of("boat"))).id)
            scene.acts["before:conform"] = raising(DiskFull("Full."))
            failed = await ended(jobs, (await jobs.submit(plan_of("pier"))).id)
            needed = await jobs._parts.desk(jobs._parts.shots.needed)
            store = tmp_path / "store"
            for path in [*store.glob("objects/*/*"), *store.glob("scratch/*")]:
                os.utime(path, (0, 0))
            await asyncio.sleep(0.01)
            await upkeep_of(jobs).once(timedelta(0))
            assert await jobs._parts.desk(jobs._parts.events.after, 0) == ()
            assert await jobs._parts.durable.state(done.id, 1) is State.unknown
            # jobs and takes stay, and the failed one goes on with the render it has
            assert (await jobs.job(done.id)) == done
            scene.acts.clear()
            await jobs.retry(failed.id)
            return failed, needed, await ended(jobs, failed.id)

    failed, needed, again = asyncio.run(walk())
    assert {f"{failed.id}-s001-1", "reel"} < needed
    assert len(needed) == 3  # and the hash of what was collected
    assert again.status == "done"
    assert again.shots[0].attempt == 1


def test_what_is_under_way_is_not_forgotten(tmp_path):
    scene = Scene()

    async def walk():
        scene.waits["before:conform"] = asyncio.Event()
        async with running(tmp_path, scene=scene) as jobs:
            job = await jobs.submit(plan_of("boat"))
            await asyncio.sleep(0.3)
            await upkeep_of(jobs).once(timedelta(0))
            scene.waits["before:conform"].set()
            return await ended(jobs, job.id)

    assert asyncio.run(walk()).status == "done"
