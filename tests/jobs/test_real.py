"""Jobs with the real pipeline, engine and media room: nothing is faked but the footage."""

import asyncio

from bridge.jobs.facts import Status
from bridge.media.facts import Codec
from bridge.source import Source
from bridge.timeline.clips import clips
from bridge.timeline.read import read
from tests.jobs.house import ended, until
from tests.jobs.real import real_jobs, real_plan


def test_two_shots_come_back_frame_for_frame(tmp_path):
    async def walk():
        async with real_jobs(tmp_path) as (jobs, tools):
            job = await jobs.submit(await real_plan(tmp_path, tools))
            job = await ended(jobs, job.id)
            assert job.error is None
            takes = [tools.store.take(run.take) for run in job.shots]
            facts = [await tools.room.probe(Source(take.delivered)) for take in takes]
            return job, takes, facts, await jobs.placements()

    job, takes, facts, orders = asyncio.run(walk())
    assert job.status is Status.done
    assert job.timeline == tmp_path / "new.otio"
    assert [fact.frames for fact in facts] == [12, 12]
    assert [take.codec for take in takes] == [Codec.prores_hq] * 2
    placed = {clip.source.path for clip in clips(read(job.timeline)) if clip.source}
    assert {take.delivered for take in takes} <= placed
    assert [order.instruction["record_start"] for order in orders] == [0, 12]
    assert list(tmp_path.rglob("*.part")) == []
    assert list((tmp_path / "data" / "store" / "scratch").iterdir()) == []


def test_cancelled_in_the_middle_nothing_is_left_running_or_half_written(tmp_path):
    async def walk():
        async with real_jobs(tmp_path) as (jobs, tools):
            job = await jobs.submit(await real_plan(tmp_path, tools, frames=100))
            states = []
            await until(lambda: list(tmp_path.rglob("*.part")))
            cancelled = await jobs.cancel(job.id)
            states.append(cancelled.status)
            await jobs.retry(job.id)
            states.append((await ended(jobs, job.id)).status)
            return states

    assert asyncio.run(walk()) == [Status.cancelled, Status.done]
    assert list(tmp_path.rglob("*.part")) == []
