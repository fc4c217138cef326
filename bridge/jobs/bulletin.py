"""Who waits for news. In: "something was written". Out: listeners of this process wake at once.

What happened is read from the ledger; this only says when to look. On a shared database other
machines write too, so there a listener also looks by itself now and then.
"""

import asyncio

LOOK_SECONDS = 0.5  # on a shared database


class Bulletin:
    def __init__(self, *, shared: bool) -> None:
        self._look_after = LOOK_SECONDS if shared else None
        self._news = asyncio.Event()
        self._ended: dict[str, asyncio.Event] = {}

    def post(self, *, ended: str | None = None) -> None:
        """Wake everybody who waits for news, and those who wait for that job."""
        self._news.set()
        self._news = asyncio.Event()
        if ended is not None and (waiting := self._ended.pop(ended, None)):
            waiting.set()

    def news(self) -> asyncio.Event:
        """Set by the next post. Ask for it before looking, so that nothing falls between."""
        return self._news

    def end_of(self, job: str) -> asyncio.Event:
        """Set when that job ends. Look once more after asking; only of a job that has not ended."""
        return self._ended.setdefault(job, asyncio.Event())

    async def wait(self, event: asyncio.Event) -> None:
        """Until it is set, or until it is time to look anyway."""
        try:
            await asyncio.wait_for(event.wait(), self._look_after)
        except TimeoutError:
            return
