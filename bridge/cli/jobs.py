"""`jobs`: look at jobs and decide about them. In: a job's id. Out: where it stands."""

from argparse import ArgumentParser, Namespace
from decimal import Decimal

from bridge.cli.connect import connected, settings_for
from bridge.cli.options import Commands, common, job_id
from bridge.cli.output import DONE, err, out, print_json, print_table
from bridge.cli.values import credit_sum
from bridge.cli.work import doubts, see_through
from bridge.jobs.budgets import plain
from bridge.jobs.facts import Status
from bridge.wire.jobs import JobOut


def add(commands: "Commands[ArgumentParser]") -> None:
    jobs = commands.add_parser("jobs", help="list, show, wait for, cancel, retry, decide")
    actions = jobs.add_subparsers(title="actions", dest="action", required=True)
    listing = _action(actions, "list", run_list, "newest first", with_job=False)
    listing.add_argument("--status", action="append", default=[], help="only these; repeatable")
    listing.add_argument("--text", help="in the prompt, a shot's or the timeline's name")
    listing.add_argument("--limit", type=int, default=50)
    _action(actions, "show", run_show, "one job, shot by shot")
    _action(actions, "wait", run_wait, "until it has ended, then its result")
    _action(actions, "cancel", run_cancel, "stop it; finished takes stay")
    retry = _action(actions, "retry", run_retry, "take up what failed; what was paid for is used")
    retry.add_argument("--shot", help="one shot: s001, s002, ...")
    retry.add_argument("--budget", type=credit_sum, help="credits the job may now spend at most")
    retry.add_argument(
        "--fresh", action="store_true", help="render all of it anew, which costs again"
    )
    resolve = _action(actions, "resolve", run_resolve, "decide about an uncertain render")
    resolve.add_argument("--shot", help="may be left out where only one is uncertain")
    decision = resolve.add_mutually_exclusive_group(required=True)
    decision.add_argument("--ran", metavar="TASK", help="it ran: the engine's name for the work")
    decision.add_argument("--did-not-run", action="store_true", help="it never started")


def run_list(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        found = client.jobs(status=tuple(args.status), text=args.text, limit=args.limit)
    if args.json:
        print_json({"jobs": [job.model_dump(mode="json") for job in found]})
        return DONE
    rows = [
        (job.id, job.created.strftime("%Y-%m-%d %H:%M"), job.status, len(job.shots), job.prompt)
        for job in found
    ]
    print_table(("job", "created", "status", "shots", "prompt"), rows)
    return DONE


def run_show(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        return _show(client.job(args.job), args)


def run_wait(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        return see_through(client, client.job(args.job), args)


def run_cancel(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        return _show(client.cancel(args.job), args)


def run_retry(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        before = client.job(args.job)
        job = client.retry(args.job, args.shot, args.budget, fresh=args.fresh)
        if args.fresh and not args.json:
            out.print(_anew(before, job))
        return see_through(client, job, args)


def _anew(before: JobOut, job: JobOut) -> str:
    """Which shots are paid again, and what they cost at most."""
    attempts = {shot.id: shot.attempt for shot in before.shots}
    shots = [shot for shot in job.shots if shot.attempt != attempts.get(shot.id)]
    prices = [shot.price for shot in shots if shot.price is not None]
    most = sum(prices, Decimal(0)) if len(prices) == len(shots) else job.price
    return f"Rendering {', '.join(shot.id for shot in shots)} anew, for {plain(most)} credits."


def run_resolve(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        return _show(client.resolve(args.job, args.shot, args.ran), args)


def _action(
    actions: "Commands[ArgumentParser]", name: str, run: object, text: str, *, with_job: bool = True
) -> ArgumentParser:
    parser = actions.add_parser(name, parents=[common()], help=text)
    if with_job:
        parser.add_argument("job", type=job_id)
    parser.set_defaults(run=run)
    return parser


def _show(job: JobOut, args: Namespace) -> int:
    if args.json:
        print_json(job)
        return DONE
    out.print(f"{job.id}  {job.status}  {job.engine}/{job.model}  {job.prompt}")
    rows = [
        (shot.id, shot.name, shot.place, shot.status, shot.stage, shot.attempt, shot.take)
        for shot in job.shots
    ]
    print_table(("shot", "name", "place", "status", "stage", "attempt", "take"), rows)
    out.print(f"{plain(job.credits)} of {plain(job.price)} planned credits are spent.")
    for shot in job.shots:
        if shot.note and not Status(shot.status).ended:
            out.print(f"{shot.name}: {shot.note}")
        if shot.error is not None:
            err.print(f"{shot.name}: {shot.error.message}\n  -> {shot.error.hint}")
            for doubt in doubts(shot.error):
                err.print(f"  {doubt}")
    if job.timeline is not None:
        out.print(f"New timeline: {job.timeline}")
    return DONE
