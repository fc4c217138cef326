"""What is known of a request whose answer was lost. Pure: its money and two looks into books in.

Out: the facts, and one line for the person who has to decide.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bridge.jobs.budgets import plain
from bridge.jobs.facts import Spend


def doubt_of(spend: Spend, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """`{request, time, credits, before, after, others, sentence}`; JSON values only."""
    return {
        "request": spend.key,
        "time": spend.created.isoformat(timespec="seconds"),
        "credits": plain(spend.planned),
        "before": evidence.get("before"),
        "after": evidence.get("after"),
        "others": evidence.get("others", 0),
        "sentence": sentence(spend, evidence),
    }


def sentence(spend: Spend, evidence: Mapping[str, Any]) -> str:
    charged = f"May have been charged at {spend.created:%H:%M} UTC, {plain(spend.planned)} credits."
    known = (_balance(evidence), _started(evidence))
    figures = [words for words in known if words is not None]
    if not figures:
        return f"{charged} The engine's books say nothing about it."
    if evidence.get("others"):
        figures.append("Other work ran meanwhile, so these figures prove nothing.")
    return " ".join((charged, *figures))


def _balance(evidence: Mapping[str, Any]) -> str | None:
    before, after = _figures(evidence, "credits")
    if before is None or after is None:
        return None
    return f"Balance before {plain(Decimal(before))}, after {plain(Decimal(after))}."


def _started(evidence: Mapping[str, Any]) -> str | None:
    before, after = _figures(evidence, "started")
    if before is None or after is None:
        return None
    more = int(after) - int(before)
    number = {0: "No generation more", 1: "1 generation more"}.get(more, f"{more} generations more")
    return f"{number} today than before." if more >= 0 else "Fewer generations today than before."


def _figures(evidence: Mapping[str, Any], name: str) -> tuple[Any, Any]:
    before, after = evidence.get("before") or {}, evidence.get("after") or {}
    return before.get(name), after.get(name)
