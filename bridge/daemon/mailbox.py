"""The mailbox's door. In: preference files that Resolve writes. Out: answers that its Lua loads.

The preference files are looked at, never written. What was answered stands in the answer file of
its session, so that no request is carried out twice, not even after a restart of the daemon.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bridge.daemon.hosts import Doors, carried_out
from bridge.errors import BridgeError, InternalError, MachineError
from bridge.hosts.resolve.mailbox import (
    Part,
    answer_file,
    answer_text,
    error_text,
    lua,
    parts_in,
    put,
    received,
    received_text,
    request_of,
)
from bridge.store import files

QUICK_SECONDS = 0.1  # between looks while a script speaks
SLOW_SECONDS = 0.5
QUIET_SECONDS = 30.0  # after which it is looked at slowly again
MOST_BYTES = 64 << 20  # of a preference file
OLD_SECONDS = 24 * 3600  # of answer files

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Box:
    """One installation's: where answers lie, and where its requests may appear."""

    folder: Path
    preferences: tuple[Path, ...]

    @property
    def open(self) -> bool:
        """Installed, and not closed to us, as macOS closes containers: `is_dir` raises there."""
        return os.access(self.folder, os.R_OK | os.W_OK | os.X_OK)


Stamp = tuple[int, int]  # modification time, size


@dataclass
class Mailman:
    """Goes round the boxes until it is cancelled."""

    boxes: tuple[Box, ...]
    doors: Doors
    instance: str
    version: str
    _stamps: dict[Path, Stamp] = field(default_factory=dict)
    _working: dict[tuple[Path, str], asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        heard = time.monotonic() - QUIET_SECONDS
        self._announce()
        try:
            while True:
                if await self._round():
                    heard = time.monotonic()
                quiet = time.monotonic() - heard > QUIET_SECONDS
                await asyncio.sleep(SLOW_SECONDS if quiet else QUICK_SECONDS)
        finally:
            for task in self._working.values():
                task.cancel()
            self._withdraw()

    async def _round(self) -> bool:
        """Look at every file once; True where a script has said something."""
        heard = False
        for box in self.boxes:
            if not box.open:
                continue
            for file in box.preferences:
                text = await asyncio.to_thread(self._changed, file)
                heard |= self._sort(box, parts_in(text))
        return heard

    def _changed(self, file: Path) -> bytes:
        """What it holds, where that is new; it may be half written, and is looked at again then."""
        try:
            status = file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if self._stamps.get(file) == stamp or status.st_size > MOST_BYTES:
                return b""
            text = file.read_bytes()
        except OSError:
            return b""
        self._stamps[file] = stamp
        return text

    def _sort(self, box: Box, parts: Iterable[Part]) -> bool:
        heard = False
        for part in parts:
            known = (box.folder, part.session)
            task = self._working.get(known)
            if task is not None and not task.done():
                continue
            last = received(box.folder, part.session)
            if (part.seq, part.number) <= (last.seq, last.part):
                continue
            heard = True
            self._working[known] = asyncio.create_task(self._taken_in(box, part))
        return heard

    async def _taken_in(self, box: Box, part: Part) -> None:
        try:
            await self._answered(box, part)
        except MachineError as error:
            log.warning("The mailbox cannot be written: %s", error.message)
        finally:
            self._stamps.clear()  # the next part may have come meanwhile

    async def _answered(self, box: Box, part: Part) -> None:
        piece = _piece(box.folder, part, part.number)
        await asyncio.to_thread(files.write, piece, part.data, files.Disk())
        pieces = [_piece(box.folder, part, number) for number in range(1, part.of + 1)]
        if part.number < part.of:
            text = received_text(part)
        else:
            text = await self._done(part, await asyncio.to_thread(_read_all, pieces))
        await asyncio.to_thread(put, answer_file(box.folder, part.session), text)
        if part.number == part.of:
            for file in pieces:
                files.discard(file)

    async def _done(self, part: Part, pieces: list[bytes]) -> str:
        asked = request_of(pieces)
        if asked is None:
            return error_text(part, {"code": "usage", "message": "This is no request of ours."})
        failure: BridgeError
        try:
            return answer_text(part, await carried_out(*asked, self.doors))
        except BridgeError as error:
            failure = error
        # the wall of requests, at its other door
        except Exception as error:
            log.exception("The request %s failed.", asked[0])
            failure = InternalError(f"The daemon failed: {type(error).__name__}.")
        data = failure.as_data()
        return error_text(part, {name: data.get(name) for name in ("code", "message", "hint")})

    def _announce(self) -> None:
        """`daemon.lua` while there is a daemon; leavings of sessions long past are swept up."""
        told = {"instance": self.instance, "version": self.version}
        for box in self.boxes:
            if box.open:
                with contextlib.suppress(MachineError):
                    put(_sign(box), f"return {lua(told)}\n")
                _sweep(box.folder)

    def _withdraw(self) -> None:
        for box in self.boxes:
            files.discard(_sign(box))


def _sign(box: Box) -> Path:
    return box.folder / "daemon.lua"


def _piece(folder: Path, part: Part, number: int) -> Path:
    """Each part in a file of its own: written twice, after a restart, it is the same."""
    return folder / f"request-{part.session}-{part.seq}-{number}.part"


def _read_all(pieces: list[Path]) -> list[bytes]:
    """A piece that is missing leaves a request that nobody can read, and that is answered."""
    return [piece.read_bytes() if piece.exists() else b"" for piece in pieces]


def _sweep(folder: Path) -> None:
    oldest = time.time() - OLD_SECONDS
    for file in (*folder.glob("in-*.lua"), *folder.glob("request-*"), *folder.glob("exports/*")):
        with contextlib.suppress(OSError):
            if file.stat().st_mtime < oldest:
                file.unlink()
