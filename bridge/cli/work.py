"""`plan`, `edit`, `generate`, `extend`, `fill`: the walk from the command line.

In: a timeline, references, words. Out: a plan, or a result.
"""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from bridge.cli import options
from bridge.cli.connect import connected, settings_for
from bridge.cli.options import Commands
from bridge.cli.output import DONE, FAILED, err, out, print_json, print_table, progress_bars, tell
from bridge.cli.waiting import check_paused
from bridge.client import Client
from bridge.engines.base import Kind
from bridge.errors import BridgeError, DaemonNotRunning
from bridge.frames import timecode
from bridge.timeline.clips import clips
from bridge.timeline.facts import Clip, TimelineFacts
from bridge.timeline.read import read
from bridge.wire.base import ErrorOut
from bridge.wire.events import EventOut
from bridge.wire.jobs import JobIn, JobOut, ResultOut
from bridge.wire.plans import PlanIn, PlannedShotOut, PlanOut
from bridge.wire.selections import FileSelectionIn

MOST_DAEMONS = 5  # that may end, one after the other, while one command waits


def add(commands: "Commands[ArgumentParser]") -> None:
    plan = commands.add_parser(
        "plan", parents=[options.work()], help="show clips, segments, frames and price; do nothing"
    )
    options.edits(plan)
    options.generates(plan, required=False)
    options.new_shots(plan)
    plan.add_argument("--list", action="store_true", help="list the clips and their places")
    plan.set_defaults(run=run_plan)
    for name, kind, words, options_of in (
        ("edit", Kind.edit, "change chosen clips by words and stills", options.edits),
        ("generate", Kind.generate, "make a new shot through stills at given times", _generates),
        ("extend", Kind.generate, "go on from a clip's last frame", options.extends),
        ("fill", Kind.generate, "fill a gap from the frames on both sides", options.fills),
    ):
        worker = commands.add_parser(name, parents=[options.work()], help=words)
        options_of(worker)
        options.terms(worker)
        worker.set_defaults(run=run_work, kind=kind)


def _generates(parser: ArgumentParser) -> None:
    options.generates(parser, required=True)


def run_plan(args: Namespace) -> int:
    if args.list:
        return _list_clips(args)
    kind = Kind.generate if _is_new(args) else Kind.edit
    with connected(settings_for(args)) as client:
        planned = client.plan(
            PlanIn(selection=_select(client, args), recipe=options.recipe(kind, args))
        )
    if args.json:
        print_json(planned)
    else:
        _show_plan(planned)
    return DONE


def run_work(args: Namespace) -> int:
    recipe = options.recipe(args.kind, args)
    with connected(settings_for(args)) as client:
        selection = _select(client, args)
        planned = client.plan(PlanIn(selection=selection, recipe=recipe))
        if not _agreed(planned, args):
            return FAILED
        wanted = JobIn(selection=selection, recipe=recipe, quote=planned.quote, **_terms(args))
        job = client.submit(wanted)
        return see_through(client, job, args, said=_notes(planned))


def see_through(
    client: Client,
    job: JobOut,
    args: Namespace,
    daemons: int = MOST_DAEMONS,
    said: tuple[str, ...] = (),
) -> int:
    """
    Wait for a job and print what came of it, but for notes that were `said` before.

    Where its daemon goes away, the next goes on.
    """
    try:
        ended = follow(client, job, shown=not args.json)
        return show_result(client.result(ended.id), ended, args, said)
    except DaemonNotRunning as gone:
        if daemons == 1:
            raise DaemonNotRunning(
                f"{gone.message} The job {job.id} is kept.",
                hint=f"See it through with `nle-bridge jobs wait {job.id}`.",
                job=job.id,
            ) from gone
    err.print(f"The daemon has stopped; looking for {job.id} again.")
    with connected(settings_for(args)) as other:
        return see_through(other, job, args, daemons - 1, said)


def follow(client: Client, job: JobOut, *, shown: bool) -> JobOut:
    """Wait until the job has ended; Ctrl-C cancels it."""
    names = {shot.id: shot.name for shot in job.shots}
    try:
        with progress_bars(shown=shown) as show:

            def on_event(event: EventOut) -> None:
                check_paused(client, job, event)
                if event.shot is not None:
                    data: dict[str, Any] = event.data
                    words = str(data.get("note") or data.get("stage") or event.what)
                    show(names.get(event.shot, event.shot), data.get("progress"), words)

            return client.wait(job.id, on_event)
    except KeyboardInterrupt:
        err.print(f"Stopping {job.id}; what is finished is kept.")
        return client.cancel(job.id)


def show_result(result: ResultOut, job: JobOut, args: Namespace, said: tuple[str, ...]) -> int:
    """Print what came of a job; 0 only when every shot is a take."""
    failed = [shot for shot in job.shots if shot.error is not None]
    errors = [error for error in (job.error, *(shot.error for shot in failed)) if error is not None]
    if args.json:
        plain = result.model_dump(mode="json")
        if errors:
            plain["errors"] = [error.model_dump(mode="json") for error in errors]
        print_json(plain)
    else:
        _show_takes(result, said)
    for error in errors:
        tell(BridgeError.from_data(error.model_dump(mode="json")))
        for doubt in doubts(error):
            err.print(f"  {doubt}")
    if job.status == "done":
        return DONE
    err.print(f"The job is {job.id}, and it is {job.status}.")
    return FAILED


def doubts(error: ErrorOut) -> list[str]:
    """What is known of renders that may have been charged."""
    evidence = error.detail.get("evidence")
    known = evidence if isinstance(evidence, list) else []
    return [str(one.get("sentence", "")) for one in known if isinstance(one, dict)]


def _select(client: Client, args: Namespace) -> str:
    path = str(args.timeline)
    references = tuple(getattr(args, "clip", ()))
    if not references and not _is_new(args):
        references = ("all",) if args.command == "plan" else ()
    return client.select(FileSelectionIn(timeline=path, clips=references)).id


def _is_new(args: Namespace) -> bool:
    """Whether a new shot is asked for, and no clip is changed."""
    return any(getattr(args, way, None) is not None for way in ("at", "extend", "fill"))


def _terms(args: Namespace) -> dict[str, Any]:
    given = {"budget": args.budget, "project": args.project}
    return {name: value for name, value in given.items() if value is not None}


def _agreed(planned: PlanOut, args: Namespace) -> bool:
    """Show the price; on a terminal, ask before anything is spent."""
    if not args.json:
        _show_plan(planned)
    if planned.price == 0 or args.yes or args.json or not sys.stdin.isatty():
        return True
    return input(f"Spend {planned.price} credits? [y/N] ").strip().lower() in ("y", "yes")


def _show_plan(planned: PlanOut) -> None:
    print_table(
        ("shot", "clip", "record", "frames", "source frames", "handles", "segments", "credits"),
        [
            (
                shot.place or "new",
                shot.name,
                shot.record_start,
                shot.frames,
                _source(shot),
                f"{shot.handles.head}+{shot.handles.tail}",
                len(shot.segments),
                shot.price,
            )
            for shot in planned.shots
        ],
    )
    _show_segments(planned)
    out.print(f"{planned.engine}/{planned.model}: {planned.price} credits")
    where = "stays on this machine" if planned.sent_to is None else "; ".join(planned.sent_to.what)
    out.print(f"Sent: {where}")
    for left in planned.left_out:
        err.print(f"Left out {left.place} ({left.name}): {left.error.message}")
    for warning in _notes(planned):
        err.print(f"Note: {warning}")


def _notes(planned: PlanOut) -> tuple[str, ...]:
    return (*planned.warnings, *(note for shot in planned.shots for note in shot.warnings))


def _show_segments(planned: PlanOut) -> None:
    """What each request costs, where there is more than one or any costs something."""
    parts = [(shot, n, part) for shot in planned.shots for n, part in enumerate(shot.segments, 1)]
    if len(parts) == len(planned.shots) and not planned.price:
        return
    print_table(
        ("shot", "part", "first frame", "frames", "sent", "by", "credits"),
        [
            (
                shot.place or "new",
                f"{number} of {len(shot.segments)}",
                part.first,
                part.frames,
                f"{part.sent} = {part.seconds} s" if part.seconds else part.sent,
                part.door or planned.model,
                part.price,
            )
            for shot, number, part in parts
        ],
    )


def _source(shot: PlannedShotOut) -> str:
    return "" if shot.source_first is None else f"{shot.source_first}..{shot.source_last}"


def _show_takes(result: ResultOut, said: tuple[str, ...]) -> None:
    for take in result.takes:
        out.print(f"{take.clip}: {take.media} ({take.frames} frames at {take.record_start})")
    for warning in (new for new in result.warnings if new not in said):
        err.print(f"Note: {warning}")
    if result.timeline is not None:
        out.print(f"New timeline: {result.timeline}")


def _list_clips(args: Namespace) -> int:
    document = read(args.timeline)
    listed = clips(document)
    if args.json:
        print_json({"clips": [_listed(clip, document.facts) for clip in listed]})
        return DONE
    rows = [tuple(_listed(clip, document.facts).values()) for clip in listed]
    print_table(("place", "name", "timecode", "frames", "speed", "refused"), rows)
    return DONE


def _listed(clip: Clip, facts: TimelineFacts) -> dict[str, Any]:
    start = timecode(facts.start_frame + clip.record.start, facts.rate, drop=facts.drop)
    return {
        "place": clip.place,
        "name": clip.name,
        "timecode": start,
        "frames": clip.record.count,
        "speed": str(clip.speed),
        "refused": None if clip.refusal is None else clip.refusal.sentence,
    }
