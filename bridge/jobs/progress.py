"""How far stages are. In: reports, as many as they like. Out: a few writes a second."""

import asyncio
import logging
from collections.abc import Sequence

from bridge.errors import BridgeError
from bridge.jobs.bulletin import Bulletin
from bridge.jobs.desk import Desk
from bridge.jobs.facts import Stage
from bridge.jobs.shot_ledger import ProgressNow, ShotLedger
from bridge.pipeline.tools import Report

EVERY_SECONDS = 0.25

log = logging.getLogger(__name__)


class ProgressWriter:
    """Keeps the last word of every shot and writes it down when it is time."""

    def __init__(self, ledger: ShotLedger, desk: Desk, bulletin: Bulletin) -> None:
        self._ledger, self._desk, self._bulletin = ledger, desk, bulletin
        self._latest: dict[str, ProgressNow] = {}
        self._some = asyncio.Event()

    def reporter(self, key: str, stage: Stage) -> Report:
        """What a stage is given; may be called from any thread."""
        loop = asyncio.get_running_loop()

        def report(done: float | None, note: str) -> None:
            quiet = not self._latest
            self._latest[key] = ProgressNow(key, stage, done, note)
            if quiet:
                loop.call_soon_threadsafe(self._some.set)

        return report

    def forget(self, key: str) -> None:
        self._latest.pop(key, None)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._some.wait()
            self._some.clear()
            reports: Sequence[ProgressNow] = tuple(self._latest.values())
            self._latest = {}
            try:
                changed = await self._desk(self._ledger.report, reports)
                if changed:
                    self._bulletin.post()
            except BridgeError as error:
                log.warning("Progress was not written down: %s", error.message)
            await asyncio.sleep(EVERY_SECONDS)
