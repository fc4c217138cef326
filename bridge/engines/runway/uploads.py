"""Files at Runway. In: a path. Out: the `runway://` name under which a request may use it.

A file is sent once while its name lives (a day), whoever asks for it. Sending costs nothing: what
went wrong on the way is begun again from a new slip, never with an old one.
"""

import asyncio
import hashlib
import mimetypes
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary

import httpx

from bridge.engines.runway.answers import Slip
from bridge.engines.runway.client import Api
from bridge.engines.runway.hosts import Hosts
from bridge.engines.runway.memory import Memory
from bridge.errors import EngineBusy, EngineRefused

LEAST_BYTES, MOST_BYTES = 512, 200_000_000  # docs.dev.runwayml.com/assets/uploads
TOO_MANY = 429
BINARY = getattr(os, "O_BINARY", 0)  # Windows
ENDING = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True)
class Bounds:
    connect: float = 10.0  # seconds
    silence: float = 60.0  # seconds without a byte, either way
    total: float = 1800.0  # seconds for one file
    pauses: tuple[float, ...] = (1, 4)  # seconds before each further try


@dataclass(frozen=True)
class Uploads:
    """`scope` is the account that uploads belong to."""

    memory: Memory
    hosts: Hosts
    bounds: Bounds = Bounds()
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=WeakValueDictionary, compare=False
    )

    async def uri(self, api: Api, scope: str, path: Path, sha256: str) -> str:
        """
        The name of the file with that content.

        Raises `EngineRefused` for a file that Runway does not take, and `EngineBusy`: nothing was
        begun that costs.
        """
        turn = self._turns.setdefault(f"{scope} {sha256}", asyncio.Lock())
        async with turn:  # who asks meanwhile finds it uploaded
            known = await asyncio.to_thread(self.memory.upload, scope, sha256)
            if known is not None:
                return known
            uri = await self._persistently(api, path, f"{sha256[:12]}{_ending(path)}")
            await asyncio.to_thread(self.memory.keep_upload, scope, sha256, uri)
            return uri

    async def _persistently(self, api: Api, path: Path, filename: str) -> str:
        for pause in self.bounds.pauses:
            try:
                return await self._sent(api, path, filename)
            except EngineBusy as error:
                if error.detail.get("http") == TOO_MANY:  # it says how long: not for us to wait
                    raise
                await asyncio.sleep(pause)
        return await self._sent(api, path, filename)

    async def _sent(self, api: Api, path: Path, filename: str) -> str:
        slip = await api.start_upload(filename)
        try:
            async with asyncio.timeout(self.bounds.total):
                await self._put(slip, path, filename)
        except httpx.HTTPError as error:
            kind = type(error).__name__
            raise EngineBusy(f"The upload of {path.name} was cut ({kind}).") from error
        except TimeoutError as error:
            raise EngineBusy(f"The upload of {path.name} took too long.") from error
        except OSError as error:
            raise EngineBusy(f"{path.name} cannot be read: {error.strerror}.") from error
        return slip.uri

    async def _put(self, slip: Slip, path: Path, filename: str) -> None:
        """Fields first, the file last, from the disk piece by piece; no key."""
        target = await self.hosts.for_upload(slip.url)
        times = httpx.Timeout(self.bounds.silence, connect=self.bounds.connect)
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        with path.open("rb") as file:
            async with httpx.AsyncClient(timeout=times, trust_env=False) as client:
                request = target.request(
                    client,
                    "POST",
                    {"Accept-Encoding": "identity"},
                    data=dict(slip.fields),
                    files={"file": (filename, file, kind)},
                )
                response = await client.send(request, stream=True)
                await response.aclose()
        if response.status_code not in (200, 201, 204):
            raise EngineBusy(
                f"Runway's storage answered {response.status_code} to {path.name}.",
                http=response.status_code,
            )


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    return ending if ENDING.fullmatch(ending) else ".bin"


def fingerprint(path: Path) -> str:
    """
    The content's SHA-256, of a plain file of a size that Runway takes.

    `EngineRefused` for every other; `EngineBusy` where it cannot be read now.
    """
    try:
        # a pipe in the file's place would wait for a writer
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | BINARY)
        with os.fdopen(descriptor, "rb") as file:
            _check(path, os.fstat(file.fileno()))
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EngineBusy(f"{path.name} cannot be read: {error.strerror}.") from error


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise EngineRefused(f"{path} is not a plain file.")
    if not LEAST_BYTES <= status.st_size <= MOST_BYTES:
        raise EngineRefused(
            f"{path.name} has {status.st_size} bytes; Runway takes {LEAST_BYTES} to {MOST_BYTES}.",
            hint="Work on a shorter shot, or choose a model that takes H.264.",
            bytes=status.st_size,
        )
