"""What the service's refusals mean. In: an HTTP answer, a lost connection, a failed task.

Out: errors of the tree. What the service says itself is quoted short, without what looks secret.
Sources: docs.dev.runwayml.com, errors/errors and errors/task-failures; the SDK's own docstrings.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bridge.errors import (
    AccountBlocked,
    BridgeError,
    EngineBusy,
    EngineFailed,
    EngineRefused,
    EngineUncertain,
    SafetyRefused,
)
from bridge.secrets import redacted

LONGEST_QUOTE = 300  # letters
MOST_ISSUES = 8
LONGEST_WAIT_SECONDS = 3600
WAIT_SECONDS = 60  # where the service does not say for how long
SHORT_WAIT_SECONDS = 5  # after a connection that failed
NO_CREDIT = re.compile(r"(?i)not\s+(?:have\s+)?enough\s+credits|insufficient\s+credits")
# The request did not leave this machine.
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
# It may have been taken: a time-out on the way, a conflict with itself.
AMBIGUOUS = frozenset({408, 409})
KEY_HINT = (
    "Give a valid key with `nle-bridge key runway`; "
    "then work goes on by itself, or with `nle-bridge engines --resume runway`."
)


def quoted(text: object) -> str:
    """The service's own words: one short line, no control characters, nothing secret."""
    plain = redacted(str(text)[: LONGEST_QUOTE * 20])
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in plain)
    words = " ".join(kept.split())
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"


# ---- requests


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: `body` is its JSON, None where it has none."""

    status: int
    body: Any
    headers: Mapping[str, str]


def of_create(answer: Answer) -> BridgeError:
    """Why no work has a name after this answer to its creation."""
    refused = _refusal(answer)
    if refused is not None:
        return refused
    return EngineUncertain(
        f"Runway answered {answer.status} when the work was sent: it may have begun.",
        http=answer.status,
    )


def of_question(answer: Answer) -> BridgeError:
    """The same for requests that begin nothing: what is no refusal may be asked again."""
    refused = _refusal(answer)
    if refused is not None:
        return refused
    return EngineBusy(
        f"Runway answered {answer.status}.", wait_seconds=SHORT_WAIT_SECONDS, http=answer.status
    )


def _refusal(answer: Answer) -> BridgeError | None:
    """What says for certain that nothing began."""
    said = _issues(answer.body)
    match answer.status:
        case 401 | 403:
            return AccountBlocked(
                f"Runway does not accept the key: {said}", hint=KEY_HINT, reason="key"
            )
        case 402:
            return _out_of_credit(said)
        case 400 if NO_CREDIT.search(said):
            return _out_of_credit(said)
        case 429:
            return EngineBusy(
                f"Runway takes nothing more now: {said}",
                wait_seconds=wait_seconds(answer.headers.get("retry-after")),
                http=429,
            )
        case status if 400 <= status < 500 and status not in AMBIGUOUS:
            return EngineRefused(f"Runway refused it: {said}", http=status)
    return None


def _out_of_credit(said: str) -> AccountBlocked:
    return AccountBlocked(
        f"Runway's account has no credit left: {said}",
        hint="Buy credits at dev.runwayml.com (the API has a wallet of its own), "
        "then `nle-bridge engines --resume runway`.",
        reason="credit",
    )


def _issues(body: Any) -> str:
    """What the answer says, each fault with the field that it is about, as one sentence."""
    if not isinstance(body, Mapping):
        return "it does not say why."
    issues = body.get("issues")
    faults = [_issue(issue) for issue in issues[:MOST_ISSUES]] if isinstance(issues, list) else []
    said = "; ".join(filter(None, (quoted(body.get("error") or ""), *faults)))
    return f"{quoted(said).rstrip('.') or 'it does not say why'}."


def _issue(issue: Any) -> str:
    if not isinstance(issue, Mapping):
        return ""
    path = issue.get("path")
    place = ".".join(map(str, path[:8])) if isinstance(path, list) else str(path or "")
    return quoted(f"{place}: {issue.get('message') or issue.get('code') or '?'}").removeprefix(": ")


def wait_seconds(retry_after: str | None) -> int:
    """Seconds, or an HTTP date, or nothing: never below 1, never above an hour."""
    if retry_after is None:
        return WAIT_SECONDS
    if retry_after.strip().isdecimal() and len(retry_after) < 20:
        seconds = int(retry_after)
    else:
        seconds = _until(retry_after)
    return max(1, min(seconds, LONGEST_WAIT_SECONDS))


def _until(date: str) -> int:
    try:
        then = parsedate_to_datetime(date)
    except (TypeError, ValueError, IndexError, OverflowError):
        return WAIT_SECONDS
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return int((then - datetime.now(UTC)).total_seconds()) + 1


def of_lost_create(cause: BaseException | None) -> BridgeError:
    """The work was sent, or not, and no answer came."""
    if isinstance(cause, UNSENT):
        return of_lost_question(cause)
    return EngineUncertain(
        f"Runway's answer to the work that was sent is lost ({_kind(cause)}): it may have begun."
    )


def of_lost_question(cause: BaseException | None) -> EngineBusy:
    return EngineBusy(
        f"Runway cannot be reached ({_kind(cause)}).", wait_seconds=SHORT_WAIT_SECONDS
    )


def _kind(cause: BaseException | None) -> str:
    """The kind alone: what a foreign exception says may hold an address."""
    return "no answer" if cause is None else type(cause).__name__


# ---- tasks


@dataclass(frozen=True)
class _Row:
    """`prefix`: how the failure's code begins."""

    prefix: str
    kind: type[BridgeError]
    words: str
    hint: str | None = None  # None: the kind's own
    again: bool = False  # one more try is worth it, where the first cost nothing


CHANGE_INPUT = "Change the prompt, the stills or the shot; text and logos in them are often why."
# The first that fits counts.
TASK_FAILURES = (
    _Row("SAFETY", SafetyRefused, "Runway's moderation refused it"),
    _Row("INPUT_PREPROCESSING.SAFETY", SafetyRefused, "Runway's moderation refused the prompt"),
    _Row("INPUT_PREPROCESSING.INTERNAL", EngineFailed, "Runway could not begin", again=True),
    _Row("INTERNAL.BAD_OUTPUT", EngineFailed, "Runway threw its own result away", CHANGE_INPUT),
    _Row("INTERNAL", EngineFailed, "Runway failed", again=True),
    _Row(
        "ASSET",
        EngineFailed,
        "Runway cannot use the footage or a still",
        "Change the shot or the stills: the same again would fail again.",
    ),
    _Row("THIRD_PARTY.UNAVAILABLE", EngineFailed, "The model's maker is not there", again=True),
)
UNKNOWN = _Row("", EngineFailed, "Runway failed for a reason that is not known here")
UNNAMED = _Row("", EngineFailed, "Runway failed without a reason", again=True)


def of_task(code: str | None, failure: str, cost: Decimal | None) -> BridgeError:
    """Why a task failed; the detail says its true cost, where that is known."""
    row = UNNAMED if code is None else _row(code)
    named = f" ({quoted(code)})" if code else ""
    said = f": {quoted(failure)}" if failure else ""
    detail: dict[str, Any] = {"failure": quoted(code or "")}
    if cost is not None:
        detail["credits"] = str(cost)
    if row.again and cost == 0:
        detail["again"] = True
    return row.kind(f"{row.words}{named}{said}".rstrip(".") + ".", hint=row.hint, **detail)


def is_of_a_file(code: str | None) -> bool:
    """Whether it may be what was uploaded that is bad, and not only what was to be."""
    return code is not None and _row(code).prefix == "ASSET"


def _row(code: str) -> _Row:
    name = code.strip().upper()
    fits = (r for r in TASK_FAILURES if name == r.prefix or name.startswith(f"{r.prefix}."))
    return next(fits, UNKNOWN)
