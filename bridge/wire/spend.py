"""What was spent. In: the ledger's report. Out: JSON, or CSV that no spreadsheet runs as a formula.

Credits are strings with all their digits: they are added up elsewhere.
"""

import csv
import io
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from bridge.jobs.budgets import plain
from bridge.jobs.facts import Left, SpendReport, Sums
from bridge.wire.base import Outward

COLUMNS = ("requests", "planned", "spent", "reserved", "uncertain")
# What a spreadsheet takes for a formula; in some languages the wide ones too
FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")

ExactCredits = Annotated[
    Decimal, PlainSerializer(plain, return_type=str, when_used="json"), Field(examples=["12.5"])
]


class SumsOut(Outward):
    name: str = Field(description="The job, day, project, model or engine; empty: all together.")
    requests: int
    planned: ExactCredits = Field(description="Of all that was not given back.")
    spent: ExactCredits = Field(description="True costs.")
    reserved: ExactCredits = Field(description="Planned; under way, or not known yet.")
    uncertain: ExactCredits = Field(description="Planned, and perhaps charged.")


class BudgetOut(Outward):
    budget: str = Field(description="job, day or project.", examples=["day"])
    of: str = Field(description="Which day or project.", examples=["2026-11-20"])
    limit: ExactCredits
    used: ExactCredits | None = Field(description="None: every job has this budget of its own.")
    left: ExactCredits | None


class SpendOut(Outward):
    by: str
    rows: tuple[SumsOut, ...]
    total: SumsOut
    budgets: tuple[BudgetOut, ...] = Field(
        description="Of today (UTC), and of the project where one is named."
    )


def spend_out(report: SpendReport) -> SpendOut:
    return SpendOut(
        by=report.by.value,
        rows=tuple(_sums_out(row) for row in report.rows),
        total=_sums_out(report.total),
        budgets=tuple(_budget_out(budget) for budget in report.budgets),
    )


def spend_csv(report: SpendOut) -> str:
    """A line for each row and one for the total; RFC 4180."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow((report.by, *COLUMNS))
    for row in (*report.rows, report.total):
        figures = row.model_dump(mode="json")
        name = "total" if row is report.total else _quoted(row.name)
        writer.writerow((name, *(figures[column] for column in COLUMNS)))
    return text.getvalue()


def _quoted(name: str) -> str:
    """A name that a person chose, as text also to a spreadsheet and to a terminal."""
    shown = name.encode("utf-8", "replace").decode()
    clean = "".join(sign if sign.isprintable() else " " for sign in shown)
    return f"'{clean}" if clean.lstrip().startswith(FORMULA) else clean


def _sums_out(row: Sums) -> SumsOut:
    return SumsOut(
        name=row.name.encode("utf-8", "replace").decode(),
        requests=row.requests,
        planned=row.planned,
        spent=row.spent,
        reserved=row.reserved,
        uncertain=row.uncertain,
    )


def _budget_out(left: Left) -> BudgetOut:
    return BudgetOut(
        budget=left.budget,
        of=left.of.encode("utf-8", "replace").decode(),
        limit=left.limit,
        used=left.used,
        left=left.left,
    )
