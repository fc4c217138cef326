"""What the service says, as values. In: JSON of a stranger. Out: values; nothing in it is believed.

What cannot be read is `EngineBusy`: nothing here begins anything, so it may be asked again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Any

from bridge.engines.base import Account
from bridge.engines.runway.failures import quoted
from bridge.errors import EngineBusy

TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
LONGEST_URI = 16_384
HIGHEST_CREDITS = Decimal(10) ** 9
HUNDREDTH = Decimal("0.01")


class State(StrEnum):
    waiting = "waiting"  # for its turn; also what a newer service calls something else
    running = "running"
    succeeded = "succeeded"
    failed = "failed"
    cancelled = "cancelled"


STATES = {state.value.upper(): state for state in State if state is not State.waiting}


@dataclass(frozen=True)
class Created:
    id: str
    estimated: Decimal | None  # credits; at most what it will cost


@dataclass(frozen=True)
class Task:
    id: str
    state: State
    said: str  # the service's own word for the state
    progress: float | None = None  # 0 to 1
    output: tuple[str, ...] = ()  # addresses; they expire within 24 to 48 hours
    cost: Decimal | None = None  # credits, once it has ended
    failure: str = ""
    code: str | None = None  # of the failure

    @property
    def ended(self) -> bool:
        return self.state not in (State.waiting, State.running)


@dataclass(frozen=True)
class Slip:
    """Where to put one file: `fields` go with it, `uri` names it afterwards."""

    uri: str
    url: str
    fields: Mapping[str, str]


def read_json(content: bytes) -> Any:
    """Numbers with a point stay exact; None for what is no JSON."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _no_number(text: str) -> Any:
    raise ValueError(text)


def created(body: Any) -> Created | None:
    """None where it gives no name that can be asked for."""
    name = body.get("id") if isinstance(body, Mapping) else None
    if not isinstance(name, str) or not TASK_ID.fullmatch(name):
        return None
    return Created(name, _credits(body.get("estimatedCost")))


def task(name: str, body: Any) -> Task:
    if not isinstance(body, Mapping) or not isinstance(body.get("status"), str):
        raise EngineBusy("Runway's answer about a task cannot be read.")
    output = body.get("output")
    progress = _number(body.get("progress"))
    code = body.get("failureCode")
    return Task(
        name,
        STATES.get(body["status"], State.waiting),
        quoted(body["status"])[:40],
        float(progress) if progress is not None and 0 <= progress <= 1 else None,
        tuple(x for x in output if isinstance(x, str)) if isinstance(output, list) else (),
        _credits(body.get("cost")),
        str(body.get("failure") or ""),
        code if isinstance(code, str) and code else None,
    )


def _credits(cost: Any) -> Decimal | None:
    """Exact, rounded up to a hundredth; None for what is no amount."""
    amount = _number(cost.get("credits")) if isinstance(cost, Mapping) else None
    if amount is None or not 0 <= amount <= HIGHEST_CREDITS:
        return None
    return amount.quantize(HUNDREDTH, ROUND_CEILING).normalize() + 0


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if type(value) in (int, Decimal) else None


def account(body: Any) -> Account:
    balance = _number(body.get("creditBalance")) if isinstance(body, Mapping) else None
    if balance is None:
        raise EngineBusy("Runway's answer about the account cannot be read.")
    tier = _by_model(body.get("tier"))
    return Account(
        balance,
        _counts(tier, "maxConcurrentGenerations"),
        _counts(tier, "maxDailyGenerations"),
        _counts(_by_model(body.get("usage")), "dailyGenerations"),
    )


def _by_model(part: Any) -> Mapping[str, Any]:
    models = part.get("models") if isinstance(part, Mapping) else None
    return models if isinstance(models, Mapping) else {}


def _counts(models: Mapping[str, Any], name: str) -> dict[str, int]:
    counts = {
        model: entry.get(name) for model, entry in models.items() if isinstance(entry, Mapping)
    }
    return {model: n for model, n in counts.items() if type(n) is int and n >= 0}


def slip(body: Any) -> Slip:
    found = body if isinstance(body, Mapping) else {}
    uri, url, fields = found.get("runwayUri"), found.get("uploadUrl"), found.get("fields")
    if not (isinstance(uri, str) and isinstance(url, str) and isinstance(fields, Mapping)):
        raise EngineBusy("Runway's answer to an upload cannot be read.")
    if not uri.startswith("runway://") or len(uri) > LONGEST_URI:
        raise EngineBusy("Runway's name for an upload is not one.")
    return Slip(uri, url, {str(name): str(value) for name, value in fields.items()})
