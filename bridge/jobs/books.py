"""Engines' own books. In: questions about balance and limits. Out: answers, a minute old at most.

An engine without books, or whose books are not to be had, limits nothing and proves nothing.
"""

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bridge.engines.base import Account
from bridge.engines.registry import Engines
from bridge.jobs.asking import asked


@dataclass
class _Page:
    account: Account | None = None
    looked: float | None = None  # when, by the monotonic clock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one question at a time


class Books:
    def __init__(self, engines: Engines, keep_seconds: float) -> None:
        self._engines, self.keep_seconds = engines, keep_seconds
        self._pages: dict[str, _Page] = {}

    async def at_once(self, engine: str, model: str, otherwise: int) -> int:
        """How many requests of the model the account takes at the same time; 1 at least."""
        account = await self._account(engine)
        allowed = None if account is None else account.at_once.get(model)
        return max(1, otherwise if allowed is None else allowed)

    async def daily_limit(self, engine: str, model: str) -> int | None:
        """The model's limit a day, where it is reached now."""
        account = await self._account(engine)
        limit = None if account is None else account.a_day.get(model)
        if account is None or limit is None or account.started.get(model, 0) < limit:
            return None
        return limit

    async def look(self, engine: str, model: str) -> dict[str, Any] | None:
        """What they say right now, as evidence: `{time, credits, started}`."""
        account = await self._account(engine, keep_seconds=0)
        if account is None:
            return None
        return {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "credits": None if account.credits is None else str(account.credits),
            "started": account.started.get(model),
        }

    async def look_before(self, engine: str, model: str) -> dict[str, Any] | None:
        """The same before a request is sent, which counts until the books are looked into again."""
        found = await self.look(engine, model)
        page = self._pages[engine]
        if page.account is not None:
            count = page.account.started.get(model, 0) + 1
            page.account = replace(page.account, started={**page.account.started, model: count})
        return found

    async def _account(self, engine: str, keep_seconds: float | None = None) -> Account | None:
        page = self._pages.setdefault(engine, _Page())
        keep = self.keep_seconds if keep_seconds is None else keep_seconds
        async with page.turn:
            if page.looked is None or time.monotonic() - page.looked >= keep:
                page.account = await asked(
                    lambda: self._engines.get(engine).account(), f"the account at {engine}"
                )
                page.looked = time.monotonic()
            return page.account
