"""Previews by the local engine. In: a request for a small work. Out: its folder, done.

Its children wait, warm, as the media room's do; one that is given up dies.
"""

import asyncio
import json
from contextlib import suppress

from bridge.engines.local.folder import WorkFolder
from bridge.errors import BridgeError
from bridge.media.limits import Limits
from bridge.media.workers import Crew, Patience, Running

SKETCHER = "bridge.engines.local.sketcher"
SECONDS = 300  # of one preview


class Sketches:
    """Children are started with the first preview. `close` it in the end."""

    def __init__(self) -> None:
        self._crew = Crew(Limits(), Patience(SECONDS, SECONDS), SKETCHER)

    async def make(self, folder: WorkFolder, memory_mb: int) -> None:
        """Do what the folder's request says; a cancelled call ends its child."""
        told = json.dumps({"folder": str(folder.path), "memory_mb": memory_mb})
        running = Running()
        line = f"{told}\n".encode()
        work = asyncio.ensure_future(
            asyncio.to_thread(self._crew.ask, line, lambda _: None, running)
        )
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            running.stop()
            with suppress(BridgeError):
                await work
            raise

    def close(self) -> None:
        self._crew.close()
