"""Plug-ins inside editors, each with a key of its own. In: a request. Out: whose, and what it may.

A plug-in cannot read the daemon's token, which would open everything. Its key opens the few routes
that it needs. It asks from a place that is no web page, and names that in a header `Origin` which
no vendor documents: with a good key any such name is taken, and noted; an address of the web never.
"""

import asyncio
import re
from pathlib import Path

from starlette.types import Scope

from bridge.daemon.heads import Headers, bearer, single
from bridge.daemon.host_facts import HostFacts
from bridge.hosts.keys import HostKeys

WEB = re.compile(r"https?:", re.IGNORECASE)
ROUTES = re.compile(
    r"POST /v1/hosts/(?P<host>[a-z]+)/[a-z]+"
    r"|POST /v1/placements/[^/]+/(hold|release|ack)"
    r"|POST /v1/panel/open"
    r"|GET /v1/health"
)
ASKED_METHOD = b"access-control-request-method"


class PlugIns:
    """Of one data folder."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._keys = HostKeys(data)
        self._noted: set[tuple[str, str]] = set()

    def host_of(self, headers: Headers) -> str | None:
        """The host whose key the request carries."""
        given = bearer(headers)
        return None if given is None else self._keys.host_of(given)

    async def note(self, host: str, origin: str) -> None:
        """For `doctor`, once while the daemon runs."""
        if (host, origin) not in self._noted:
            self._noted.add((host, origin))
            await asyncio.to_thread(HostFacts(self._data, host).came_from, origin)


def may(host: str, method: str, path: str) -> bool:
    found = ROUTES.fullmatch(f"{method} {path}")
    return found is not None and found["host"] in (None, host)


def foreign_place(headers: Headers) -> str | None:
    """Where the request says it comes from, if that is no address of the web."""
    origin = single(headers, b"origin")
    return None if origin is None or WEB.match(origin) else origin


def asks_first(scope: Scope, headers: Headers) -> bool:
    """A preflight, which carries no key, of what a plug-in may ask."""
    method = single(headers, ASKED_METHOD)
    return (
        scope["method"] == "OPTIONS"
        and method is not None
        and foreign_place(headers) is not None
        and ROUTES.fullmatch(f"{method} {scope['path']}") is not None
    )
