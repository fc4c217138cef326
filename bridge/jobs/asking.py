"""Questions to an engine beside its work. In: a question. Out: the answer, or None; never an error.

What its books say, what something cost, that something may stop: good to have, and nothing waits
for it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bridge.errors import BridgeError

R = TypeVar("R")

ANSWER_SECONDS = 20.0

log = logging.getLogger(__name__)


async def asked(question: Callable[[], Awaitable[R]], about: str) -> R | None:
    """The answer; None where there is none in time. `about` says in the log what was asked."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await question()
    except (BridgeError, TimeoutError) as error:
        log.info("No answer about %s: %s", about, error)
    # still the wall around a stage: an engine may raise anything, and the work goes on without
    except Exception:
        log.exception("No answer about %s", about)
    return None
