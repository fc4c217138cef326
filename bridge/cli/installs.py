"""What both installers have in common. In: what is to be written. Out: it done, and told."""

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.cli.output import DONE, out, print_json
from bridge.hosts.installing import Plan, State, Step, do
from bridge.store.files import Disk


@dataclass(frozen=True)
class Work:
    """What one command is to do for one editor, and what it says afterwards."""

    plan: Plan
    record: Path  # the file in which it is noted
    facts: dict[str, Any] = field(default_factory=dict)  # for programs
    after: tuple[str, ...] = ()  # what to do next, a sentence each
    homes: tuple[Path, ...] = ()  # folders of ours: told in one line
    finish: Callable[[], None] | None = None  # when all lies there


def carry_out(works: list[Work], *, dry: bool) -> None:
    if dry:
        return
    for work in works:
        do(work.plan, work.record, Disk())
        if work.finish is not None:
            work.finish()


def told(args: Namespace, works: list[Work]) -> int:
    """One JSON object, or lines; of the same things."""
    steps = [step for work in works for step in work.plan.steps]
    after = [line for work in works for line in work.after]
    if args.json:
        files = [{"path": str(step.path), "state": step.state} for step in steps]
        facts = {name: value for work in works for name, value in work.facts.items()}
        print_json({"host": args.host, **facts, "files": files, "next": after})
        return DONE
    if args.dry_run:
        out.print("This is what would be done; nothing was.")
    homes = tuple(home for work in works for home in work.homes)
    for line in (*_lines(homes, steps), *after):
        out.print(line)
    return DONE


def _lines(homes: tuple[Path, ...], steps: list[Step]) -> Iterator[str]:
    """A line for each file that is not as it was; of our own folders one for all."""
    insides: Counter[tuple[State, Path]] = Counter()
    for step in steps:
        home = next((home for home in homes if home in step.path.parents), None)
        if home and step.state is not State.kept:
            insides[step.state, home] += 1
        elif step.state is not State.same:
            yield f"{step.state:<8} {step.path}"
    for (state, home), count in insides.items():
        if state is not State.same:
            yield f"{state:<8} {home} (files: {count})"
    same = sum(step.state is State.same for step in steps)
    if same == len(steps):
        yield "Everything is in place already." if same else "Nothing is installed."
    elif same:
        yield f"Already as they should be: {same}."


def at_login_lines(host: str, login: bool) -> Iterator[str]:
    if login:
        yield "The daemon starts at login; until then start it with `nle-bridge serve`."
    else:
        yield (
            "The daemon starts with `nle-bridge serve`, or by itself at login after "
            f"`nle-bridge install {host} --at-login`."
        )


def kept_lines(plan: Plan) -> Iterator[str]:
    for path in kept(plan):
        yield f"{path} is not as it was written and stays; remove it and install again for ours."


def left_lines(plan: Plan) -> Iterator[str]:
    for path in kept(plan):
        yield f"{path} was changed after it was written and stays; remove it if you do not want it."


def kept(plan: Plan) -> tuple[Path, ...]:
    return tuple(step.path for step in plan.steps if step.state is State.kept)
