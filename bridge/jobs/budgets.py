"""Whether a budget holds what is asked for.

Pure. In: limits and what is used. Out: `BudgetReached`, or nothing.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from bridge.errors import BudgetReached
from bridge.settings import Settings


@dataclass(frozen=True)
class Budgets:
    """Credits that may be spent at most; None: no limit."""

    job: Decimal | None = None
    day: Decimal | None = None  # UTC
    project: Decimal | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.budget_job, settings.budget_day, settings.budget_project)

    def for_job(self, own: Decimal | None) -> Decimal | None:
        """The smaller of the settings' limit and the job's own."""
        return min((limit for limit in (self.job, own) if limit is not None), default=None)


@dataclass(frozen=True)
class Used:
    spent: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)  # under way, or in doubt

    @property
    def total(self) -> Decimal:
        return self.spent + self.reserved


def check(budget: str, of: str, limit: Decimal | None, used: Used, asked: Decimal) -> None:
    """`budget` is job, day or project; `of` says in words which one."""
    if limit is None or used.total + asked <= limit:
        return
    raise BudgetReached(
        f"The budget of {of} is {plain(limit)} credits: {plain(used.spent)} are spent,"
        f" {plain(used.reserved)} reserved, and this asks for {plain(asked)} more.",
        hint=_hint(budget),
        budget=budget,
        limit=plain(limit),
        spent=plain(used.spent),
        reserved=plain(used.reserved),
        asked=plain(asked),
    )


def _hint(budget: str) -> str:
    if budget == "job":
        return (
            "Raise it with `nle-bridge jobs retry JOB --budget N` "
            "(budget_job in settings.toml must hold it, too), or do less."
        )
    return f"Raise it (budget_{budget} in settings.toml) or do less, then retry the shot."


def plain(number: Decimal) -> str:
    """Credits with all their digits, without an exponent or empty places."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
