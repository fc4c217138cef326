"""`spend`: what was paid, for what. In: days, a project. Out: a table, CSV, or JSON."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import date

from bridge.cli.connect import connected, settings_for
from bridge.cli.options import Commands, common, one_of
from bridge.cli.output import DONE, out, print_json, print_table
from bridge.errors import UsageError
from bridge.jobs.budgets import plain
from bridge.jobs.facts import By
from bridge.wire.spend import COLUMNS, BudgetOut, SpendOut, SumsOut, spend_csv


def add(commands: "Commands[ArgumentParser]") -> None:
    spend = commands.add_parser(
        "spend", parents=[common()], help="credits spent, reserved and perhaps charged"
    )
    spend.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="from this UTC day on")
    spend.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="up to this UTC day")
    spend.add_argument("--project", help="only of this project, with what its budget still holds")
    spend.add_argument("--by", **one_of(By), default=By.job, help="one line for each")
    spend.add_argument("--csv", action="store_true", help="print CSV")
    spend.set_defaults(run=run_spend)


def run_spend(args: Namespace) -> int:
    with connected(settings_for(args)) as client:
        report = client.spend(
            since=args.since, until=args.until, project=args.project, by=args.by.value
        )
    if args.json:
        print_json(report)
    elif args.csv:
        sys.stdout.write(spend_csv(report))
    else:
        _show(report)
    return DONE


def _show(report: SpendOut) -> None:
    rows = [_cells(row) for row in report.rows]
    print_table((report.by, *COLUMNS), [*rows, ("total", *_cells(report.total)[1:])])
    for budget in report.budgets:
        out.print(_sentence(budget))


def _cells(row: SumsOut) -> tuple[object, ...]:
    credits_ = (row.planned, row.spent, row.reserved, row.uncertain)
    return (row.name, row.requests, *(plain(amount) for amount in credits_))


def _sentence(budget: BudgetOut) -> str:
    if budget.left is None:
        return f"Every job may spend {plain(budget.limit)} credits."
    of = f"{budget.budget} {budget.of}"
    return f"The {of} may spend {plain(budget.limit)} credits; {plain(budget.left)} are left."


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day; write YYYY-MM-DD.") from error
