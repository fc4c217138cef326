"""The account. In: keys, what is remembered. Out: a client; whether anything can be begun now.

What blocks the account stays noted until the account says otherwise, or a person does: so that a
queue that waits is not refused again and again.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

from bridge.engines.base import Account
from bridge.engines.runway.client import Api
from bridge.engines.runway.keys import Keys
from bridge.engines.runway.memory import MOST_REFUSALS, Memory
from bridge.engines.runway.setup import Setup
from bridge.errors import AccountBlocked, BridgeError


@dataclass
class Access:
    setup: Setup
    keys: Keys
    memory: Memory
    _api: Api | None = None
    _blocked: AccountBlocked | None = None  # by the service, for the key or for credit
    _credits: Decimal | None = None  # the balance with which it was not enough

    async def api(self) -> Api:
        """The client, once there is a key: listing models needs none."""
        if self._api is None:
            key = await asyncio.to_thread(self.keys.find)
            self._api = Api(key, self.setup.base_url, self.setup.headers)
        return self._api

    async def scope(self) -> str:
        """Whose uploads and tasks these are: not the key, but told from another's by it."""
        whose = f"{self.setup.base_url} {(await self.api()).key.reveal()}"
        return hashlib.sha256(whose.encode()).hexdigest()[:16]

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[Api]:
        """The client; notes what blocks the account."""
        api: Api | None = None
        try:
            api = await self.api()
            yield api
        except AccountBlocked as error:
            self._blocked, self._api = error, None  # the next question looks for the key anew
            if api is not None and error.detail.get("reason") == "credit":
                self._credits = await _balance(api)
            raise

    async def account(self) -> Account:
        async with self.asking() as api:
            return await api.organization()

    async def ready(self) -> None:
        """Raise the `AccountBlocked` for which everything would be refused now."""
        await self.api()
        since = await asyncio.to_thread(self.memory.breaker)
        if since is not None:
            raise AccountBlocked(
                f"Runway's moderation refused {MOST_REFUSALS} requests within a day "
                f"(since {since[:16]} UTC): more of them can cost the account.",
                hint="Look at what was refused, then `nle-bridge engines --resume runway`.",
                reason="safety",
            )
        if self._blocked is not None:
            await self._look_again(self._blocked)

    async def _look_again(self, blocked: AccountBlocked) -> None:
        """A question to the account costs nothing, other than one more refusal."""
        now = (await self.account()).credits  # raises where the key is still refused
        if self._credits is not None and now is not None and now <= self._credits:
            raise blocked
        self._blocked = self._credits = None

    async def resume(self) -> None:
        """A person says that it is mended."""
        self._api = self._blocked = self._credits = None
        await asyncio.to_thread(self.memory.reset)


async def _balance(api: Api) -> Decimal | None:
    """None where the account does not say; then the next create tells."""
    try:
        return (await api.organization()).credits
    except BridgeError:
        return None
