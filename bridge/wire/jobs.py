"""Jobs: started, looked at, decided upon. In: what to do. Out: where it stands, what came of it."""

from typing import Annotated

from pydantic import Field

from bridge.jobs.facts import Job, ShotRun, Status
from bridge.wire.base import (
    Credits,
    CreditsIn,
    ErrorOut,
    Id,
    Inward,
    Outward,
    PathOut,
    RateText,
    Time,
    Word,
    error_out,
)
from bridge.wire.recipes import RecipeIn


class JobIn(Inward):
    selection: Id
    recipe: RecipeIn = Field(default_factory=RecipeIn)
    quote: str | None = Field(
        None, max_length=64, description="From the plan: another price now is a conflict."
    )
    key: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9_.:-]{1,100}$",
        description="Of the caller's own: sent twice, it is one job.",
        examples=["panel-7f3a"],
    )
    budget: CreditsIn | None = Field(None, description="Credits it may spend at most.")
    project: Word | None = Field(
        None,
        description="Whose budget it counts against; the timeline's folder, or the host's "
        "project, if not given.",
    )
    new_timeline: bool = Field(
        False,
        strict=True,
        description="The host imports the whole new timeline instead of placing each take.",
    )


class RetryIn(Inward):
    shot: Id | None = Field(None, description="One shot; if not given, all that failed.")
    budget: CreditsIn | None = Field(
        None, description="Credits the job may spend at most from now on; as before, if not given."
    )
    fresh: bool = Field(
        False,
        description="Render all of these shots anew, and pay for them again; else what was paid "
        "for is used.",
    )


class ResolveIn(Inward):
    """A person's decision on a render of which nobody knows whether it was started."""

    shot: Id | None = Field(None, description="May be left out where only one is uncertain.")
    ran: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")] | None = Field(
        description="The engine's name for the work, or null: it did not run."
    )


class ShotRunOut(Outward):
    id: str
    name: str
    place: str | None
    attempt: int
    status: str
    stage: str
    progress: float | None = Field(description="Of the stage, 0 to 1.")
    note: str
    take: str | None
    credits: Credits | None
    error: ErrorOut | None
    started: Time | None
    ended: Time | None
    price: Credits | None = Field(None, description="Planned credits, where all is rendered.")


class JobOut(Outward):
    id: Id
    created: Time
    changed: Time
    status: str = Field(description=", ".join(Status))
    kind: str
    engine: str
    model: str
    prompt: str
    timeline_name: str
    timeline: PathOut | None = Field(description="The new timeline, once written.")
    price: Credits
    credits: Credits
    shots: tuple[ShotRunOut, ...]
    warnings: tuple[str, ...]
    error: ErrorOut | None
    budget: Credits | None = Field(None, description="Credits it may spend at most.")
    project: str = Field("", description="Whose budget it counts against.")

    @property
    def ended(self) -> bool:
        return Status(self.status).ended


class JobsOut(Outward):
    jobs: tuple[JobOut, ...]


class ResultTakeOut(Outward):
    """One take as it lies on the new timeline."""

    take: str
    clip: str
    media: PathOut = Field(description="The delivered file.")
    record_start: int = Field(description="Record frames from the timeline's start.")
    frames: int = Field(description="Frames on the timeline.")
    rate: RateText
    source_start: int = Field(description="Frame of `media` shown first: its head handle.")
    engine: str
    model: str
    credits: Credits


class ResultOut(Outward):
    job: str
    status: str
    timeline: PathOut | None
    takes: tuple[ResultTakeOut, ...]
    warnings: tuple[str, ...]


def job_out(job: Job) -> JobOut:
    return JobOut(
        id=job.id,
        created=job.created,
        changed=job.changed,
        status=job.status.value,
        kind=job.kind,
        engine=job.engine,
        model=job.model,
        prompt=job.prompt,
        timeline_name=job.timeline_name,
        timeline=job.timeline,
        price=job.price,
        credits=job.credits,
        shots=tuple(_run_out(run) for run in job.shots),
        warnings=job.warnings,
        error=error_out(job.error),
        budget=job.budget,
        project=job.project,
    )


def _run_out(run: ShotRun) -> ShotRunOut:
    return ShotRunOut(
        id=run.id,
        name=run.name,
        place=run.place,
        attempt=run.attempt,
        status=run.status.value,
        stage=run.stage.value,
        progress=run.progress,
        note=run.note,
        take=run.take,
        credits=run.credits,
        error=error_out(run.error),
        started=run.started,
        ended=run.ended,
        price=run.price,
    )
