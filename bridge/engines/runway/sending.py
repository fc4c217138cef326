"""What goes before the one paid request. In: a request. Out: the body to send, and what it is.

Whatever goes wrong here, nothing has begun: every error says so.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.engines.base import RenderRequest
from bridge.engines.runway import bodies
from bridge.engines.runway.client import Api
from bridge.engines.runway.uploads import Uploads, fingerprint
from bridge.errors import (
    EngineBusy,
    EngineError,
    EngineRefused,
    InputError,
    MachineError,
)

SEEDS = frozenset({"seed"})  # another throw of the same dice is the same input


@dataclass(frozen=True)
class Contents:
    """A request's files by their content, and what it asks for as one checksum."""

    sha256s: Mapping[Path, str]
    input: str


@dataclass(frozen=True)
class Prepared:
    """All that goes into the one request."""

    door: str
    body: Mapping[str, Any]
    contents: Contents
    scope: str  # whose uploads are in the body


async def contents(request: RenderRequest, door: str) -> Contents:
    """Read the files; nothing leaves this machine."""
    sha256s = {path: await asyncio.to_thread(fingerprint, path) for path in bodies.files(request)}
    placed = {path: f"runway://{sha256}" for path, sha256 in sha256s.items()}
    return Contents(sha256s, input_hash(door, bodies.body(request, placed)))


def input_hash(door: str, body: Mapping[str, Any]) -> str:
    """The same for what moderation would see as the same: model, words, files, options."""
    asked = {name: value for name, value in body.items() if name not in SEEDS}
    text = json.dumps([door, asked], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


async def uploaded(
    request: RenderRequest, found: Contents, uploads: Uploads, api: Api, scope: str
) -> dict[str, Any]:
    """The body, its files at Runway."""
    uris = {
        path: await uploads.uri(api, scope, path, sha256) for path, sha256 in found.sha256s.items()
    }
    return bodies.body(request, uris)


@contextmanager
def nothing_began() -> Iterator[None]:
    """What goes wrong inside is told as what it means for the work: not now, or not like this."""
    try:
        yield
    except EngineError:
        raise
    except MachineError as error:
        raise EngineBusy(f"Nothing was sent: {error.message}", hint=error.hint) from error
    except InputError as error:
        raise EngineRefused(f"Nothing was sent: {error.message}", hint=error.hint) from error
