"""Bring a result here, whole. In: where it lies. Out: a verified file under its own name.

The address is a stranger's: only hosts that results come from, at an address that was looked at,
without the key, with bounds on bytes and time. What was begun is gone on with (Range, If-Range);
what does not verify is fetched again; the file gets its name only after that.
"""

import asyncio
import hashlib
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bridge.engines.runway import containers, failures
from bridge.engines.runway.hosts import Hosts, Target
from bridge.engines.runway.parts import Part
from bridge.errors import (
    BridgeError,
    DeliveryError,
    DiskFull,
    EngineBusy,
    EngineUnavailable,
    MediaDamaged,
    MediaUnsupported,
    disk_error,
)

MOST_HOPS = 3
SPARE_BYTES = 256 << 20  # of the disk, that a download leaves free
CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(?:\d{1,18}|\*)")
EXPIRED = frozenset({401, 403, 404, 410})

Start = tuple[int, str]
"""What lies here already: so many bytes, of the object with this tag."""
Locate = Callable[[bool], Awaitable[str]]
"""Where it lies; told whether to ask for a new address, as they expire."""
Verify = Callable[[Path, bool], Awaitable[object]]
"""
Decodes the file from end to end; `MediaDamaged` or `MediaUnsupported` where that fails. Told
whether to be strict: to take each fault that a decoder notices for damage.
"""


@dataclass(frozen=True)
class Bounds:
    connect: float = 10.0  # seconds
    silence: float = 60.0  # seconds without a byte
    total: float = 3600.0  # seconds for one file
    most_bytes: int = 8 << 30
    pauses: tuple[float, ...] = (1, 2, 5, 10, 20)  # seconds before each further try


@dataclass(frozen=True)
class _Came:
    """What the storage said of what it sent."""

    tag: str
    length_known: bool


@dataclass(frozen=True)
class Downloads:
    hosts: Hosts
    verify: Verify
    bounds: Bounds = Bounds()

    async def bring(self, locate: Locate, folder: Path, name: str) -> Path:
        """
        The file in `folder`, under `name` with the ending of what it is.

        A file that is there already was verified before it got its name. Raises `EngineBusy` for
        trouble on the way, `EngineUnavailable` for addresses and sizes that are not taken,
        `DiskFull` and `DiskRefused`, and `DeliveryError` where the same broken file came twice.
        """
        part = Part(folder, name)
        done = part.finished()
        if done is not None:
            return done
        seen: set[str] = set()  # checksums of what came whole and did not verify
        error: BridgeError | None = None
        for pause in (0.0, *self.bounds.pauses):
            await asyncio.sleep(pause)
            try:
                # after whatever went wrong, another address can do no harm
                return await self._tried(locate, part, seen, anew=error is not None)
            except EngineBusy as busy:
                error = busy
        raise error or EngineBusy("The result did not come.")

    async def _tried(self, locate: Locate, part: Part, seen: set[str], *, anew: bool) -> Path:
        url = await locate(anew)
        came = await self._fetched(url, part)
        await self._verified(part, came, seen)
        return await asyncio.to_thread(part.finish)

    async def _verified(self, part: Part, came: _Came, seen: set[str]) -> None:
        """
        `EngineBusy` for what is to be fetched again.

        The same bytes a second time are what Runway has: then only what gives no picture counts.
        """
        md5 = await asyncio.to_thread(_md5, part.path)
        again = md5 in seen and came.length_known
        try:
            await asyncio.to_thread(containers.check_whole, part.path)
            if came.tag != f'"{md5}"':  # the storage's own checksum, where its tag is one
                await self.verify(part.path, not again)
        except (MediaDamaged, MediaUnsupported) as error:
            if again:
                raise _kept(part, error) from error
            seen.add(md5)
            part.forget()
            raise EngineBusy(f"The result came damaged: {error.message}") from error

    async def _fetched(self, url: str, part: Part) -> _Came:
        try:
            async with asyncio.timeout(self.bounds.total):
                return await self._streamed(url, part)
        except httpx.HTTPError as error:
            kind = type(error).__name__
            raise EngineBusy(f"The result's transfer was cut ({kind}).", wait_seconds=5) from error
        except TimeoutError as error:
            raise EngineBusy(
                f"The result did not come within {self.bounds.total:g} seconds.", wait_seconds=5
            ) from error
        except OSError as error:
            raise disk_error(error, part.path) from error

    async def _streamed(self, url: str, part: Part) -> _Came:
        start = part.begun()
        async with self._client() as client, self._answered(client, url, start) as response:
            begin = _first_byte(response, start)
            if begin is None:  # what lies here is of another object
                part.forget()
                raise EngineBusy("The result has changed at Runway: it is fetched from its start.")
            length = _length(response)
            tag = response.headers.get("etag", "")
            part.begin(tag)
            self._check_room(part.folder, begin, length)
            await self._written(response, part.path, begin, length)
        return _Came(tag, length is not None)

    async def _written(
        self, response: httpx.Response, part: Path, begin: int, length: int | None
    ) -> None:
        size = begin
        with part.open("r+b" if begin else "wb") as file:
            file.seek(begin)
            file.truncate()
            async for chunk in response.aiter_raw():  # as it comes: what came before a cut counts
                size += len(chunk)
                if size > self.bounds.most_bytes:
                    raise _too_large(self.bounds.most_bytes)
                file.write(chunk)
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        if length is not None and size - begin != length:
            raise EngineBusy(f"The result ended after {size} of {begin + length} bytes.")

    def _check_room(self, folder: Path, begin: int, length: int | None) -> None:
        if begin + (length or 0) > self.bounds.most_bytes:
            raise _too_large(self.bounds.most_bytes)
        free = shutil.disk_usage(folder).free
        if (length or 0) + SPARE_BYTES > free:
            raise DiskFull(
                f"The result needs {(length or 0) >> 20} MB and {folder} has {free >> 20} MB.",
                path=str(folder),
            )

    def _client(self) -> httpx.AsyncClient:
        """No key, no cookies, no proxies, no redirects that nobody looks at."""
        times = httpx.Timeout(self.bounds.silence, connect=self.bounds.connect)
        return httpx.AsyncClient(timeout=times, trust_env=False, follow_redirects=False)

    @asynccontextmanager
    async def _answered(
        self, client: httpx.AsyncClient, url: str, start: Start | None
    ) -> AsyncIterator[httpx.Response]:
        headers = {"Accept-Encoding": "identity", "User-Agent": "nle-bridge"}
        if start:
            headers |= {"Range": f"bytes={start[0]}-", "If-Range": start[1]}
        for _ in range(MOST_HOPS + 1):
            target: Target = await self.hosts.for_download(url)
            response = await client.send(target.request(client, "GET", headers), stream=True)
            try:
                if not response.is_redirect:
                    _check(response)
                    yield response
                    return
                url = str(target.url.join(response.headers.get("location", "")))
            finally:
                await response.aclose()
        raise EngineUnavailable("Runway's address for the result leads from one to the next.")


# ---- what the storage says


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status in EXPIRED:
        raise EngineBusy("Runway's address for the result has expired.", expired=True)
    if status == 416:  # what lies here is longer than the object: `_first_byte` starts anew
        return
    if status not in (200, 206):
        raise EngineBusy(
            f"Runway's storage answered {status}.",
            wait_seconds=failures.wait_seconds(response.headers.get("retry-after", "5")),
        )
    if response.headers.get("content-encoding", "identity") != "identity":
        raise EngineUnavailable("The result came packed, which was not asked for; it is not read.")


def _first_byte(response: httpx.Response, start: Start | None) -> int | None:
    """Where the body begins: what was asked for, or 0 where all comes again; None: neither."""
    if response.status_code == 200:
        return 0
    found = CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    if start and found and int(found.group(1)) == start[0]:
        return start[0]
    return None


def _length(response: httpx.Response) -> int | None:
    text = response.headers.get("content-length", "")
    return int(text) if text.isdecimal() and len(text) <= 20 else None


def _too_large(most: int) -> EngineUnavailable:
    return EngineUnavailable(
        f"The result is larger than {most >> 20} MB.",
        hint="Raise max_bytes under [engines.runway] in settings.toml, then retry the shot.",
    )


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _kept(part: Part, error: BridgeError) -> DeliveryError:
    """Set aside what Runway has and nobody can decode."""
    return DeliveryError(
        f"What Runway made does not decode: {error.message}",
        hint="The file is kept for a look. A retry of the shot fetches it once more; where that "
        "fails too, the next one renders, and costs, this part again.",
        path=str(part.set_aside()),
    )
