"""Where a job's files go. Pure: a plan and the data folder in, paths out."""

from pathlib import Path

from bridge.pipeline.planned import Plan
from bridge.store.names import safe_stem


def timeline_path(job: str, plan: Plan, data: Path) -> Path:
    """The new timeline: where the recipe says, else in a folder of the job's own."""
    if plan.recipe.out is not None:
        return plan.recipe.out
    return data / "timelines" / job / f"{safe_stem(plan.facts.name)}.otio"


def media_folder(job: str, plan: Plan, data: Path) -> Path:
    """Delivered files: where the recipe says, else beside the new timeline."""
    if plan.recipe.media_folder is not None:
        return plan.recipe.media_folder
    out = timeline_path(job, plan, data)
    return out.parent / f"{out.stem} takes"
