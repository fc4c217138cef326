"""Jobs: started, listed, shown, stopped, tried again, decided upon."""

from typing import Annotated

from fastapi import Query

from bridge.daemon.house import HouseHere
from bridge.daemon.routes.common import Limit, Named, router
from bridge.daemon.work import start_job, takes_of
from bridge.jobs.facts import JobFilter, Status
from bridge.wire.jobs import JobIn, JobOut, JobsOut, ResolveIn, ResultOut, RetryIn, job_out
from bridge.wire.takes import result_out

routes = router("jobs")


@routes.post("/jobs", status_code=201)
async def create_job(wanted: JobIn, house: HouseHere) -> JobOut:
    return job_out(await start_job(wanted, house))


@routes.get("/jobs")
async def list_jobs(
    house: HouseHere,
    status: Annotated[tuple[Status, ...], Query()] = (),
    engine: Annotated[str | None, Query(max_length=200)] = None,
    text: Annotated[str | None, Query(max_length=200)] = None,
    before: Annotated[str | None, Query(max_length=128)] = None,
    limit: Limit = 50,
) -> JobsOut:
    wanted = JobFilter(status, engine, text, limit, before)
    return JobsOut(jobs=tuple(job_out(job) for job in await house.jobs.jobs(wanted)))


@routes.get("/jobs/{job}")
async def show_job(job: Named, house: HouseHere) -> JobOut:
    return job_out(await house.jobs.job(job))


@routes.get("/jobs/{job}/result")
async def result(job: Named, house: HouseHere) -> ResultOut:
    found = await house.jobs.job(job)
    orders = await house.jobs.placements(job=found.id, state=None)
    return result_out(found, await takes_of(found, house), orders)


@routes.post("/jobs/{job}/cancel")
async def cancel(job: Named, house: HouseHere) -> JobOut:
    return job_out(await house.jobs.cancel(job))


@routes.post("/jobs/{job}/retry")
async def retry(job: Named, house: HouseHere, wanted: RetryIn | None = None) -> JobOut:
    wanted = wanted or RetryIn()
    return job_out(
        await house.jobs.retry(job, wanted.shot, budget=wanted.budget, fresh=wanted.fresh)
    )


@routes.post("/jobs/{job}/resolve")
async def resolve(job: Named, wanted: ResolveIn, house: HouseHere) -> JobOut:
    return job_out(await house.jobs.resolve(job, wanted.shot, ran=wanted.ran))
