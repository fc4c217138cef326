"""Which addresses may be fetched from or sent to. In: an address that the service gave.

Out: the same, with the network address that was looked at. Who connects does so to that one, so
that a name which means something else a moment later leads nowhere.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from bridge.errors import EngineBusy, EngineUnavailable

# Where Runway keeps results: signed CloudFront addresses, and its own names.
HOSTS = ("*.cloudfront.net", "*.runwayml.com", "*.runway.com")
NAME = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,30}\.?")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# All that is given out (RFC 4291, 2.4); Python takes old site-local addresses, and several that
# hide one of IPv4, for global
GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
MOST_LETTERS = 16_384  # of an address; signatures are long

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolved(host: str, port: int) -> tuple[str, ...]:
    """The network addresses of a host, by the system; `EngineBusy` where there are none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EngineBusy(f"The address of {host} cannot be looked up.", wait_seconds=5) from error
    return tuple(str(entry[4][0]) for entry in found)


@dataclass(frozen=True)
class Target:
    """Where to connect to, and in whose name."""

    url: httpx.URL
    numeric: str  # the address that was looked at

    def request(
        self, client: httpx.AsyncClient, method: str, headers: Mapping[str, str], **body: Any
    ) -> httpx.Request:
        """The request, to the address that was looked at, in the name that was asked for."""
        return client.build_request(
            method,
            self.url.copy_with(host=self.numeric),
            headers={**headers, "Host": self.url.netloc.decode()},
            # the certificate is checked against this name
            extensions={"sni_hostname": self.url.host},
            **body,
        )


@dataclass(frozen=True)
class Hosts:
    """`base_url` is the service's own origin, which is trusted wherever it is."""

    base_url: str
    more: tuple[str, ...] = ()  # "cdn.example", "*.cdn.example"
    resolve: Resolve = field(default=resolved, compare=False)

    async def for_download(self, url: str) -> Target:
        """`EngineUnavailable` for an address that is not fetched from."""
        parsed = self._parsed(url)
        if not self._own(parsed) and not self._listed(parsed.host):
            raise _refused(
                parsed,
                "it is not one that results come from",
                f'If it is right, name it: hosts = ["{parsed.host}"] under [engines.runway].',
            )
        return await self._looked_at(parsed)

    async def for_upload(self, url: str) -> Target:
        """Storage may have any name; but nothing is sent into a private network."""
        return await self._looked_at(self._parsed(url))

    def _parsed(self, url: str) -> httpx.URL:
        try:
            parsed = httpx.URL(url if len(url) <= MOST_LETTERS else "")
        except (httpx.InvalidURL, UnicodeError, ValueError) as error:
            raise EngineUnavailable("Runway gave an address that is none.") from error
        if self._own(parsed):
            return parsed
        if not NAME.fullmatch(parsed.host):
            raise _refused(parsed, "its host has no plain name")
        if parsed.scheme != "https":
            raise _refused(parsed, "it is not https")
        if parsed.userinfo or parsed.port not in (None, 443):
            raise _refused(parsed, "it has a name or a port in it")
        return parsed

    def _own(self, url: httpx.URL) -> bool:
        base = httpx.URL(self.base_url)
        return not url.userinfo and (url.scheme, url.host, url.port) == (
            base.scheme,
            base.host,
            base.port,
        )

    def _listed(self, host: str) -> bool:
        name = host.rstrip(".").lower()
        return any(_fits(name, pattern.lower()) for pattern in (*HOSTS, *self.more))

    async def _looked_at(self, url: httpx.URL) -> Target:
        if self._own(url):
            return Target(url, url.host)
        found = await self.resolve(url.host, 443)
        if not found:
            raise EngineBusy(f"The address of {url.host} cannot be looked up.", wait_seconds=5)
        # all of them: which one comes first is not for the other side to choose
        if not all(map(is_public, found)):
            raise _refused(url, "it leads into a private network")
        return Target(url, found[0])


def _fits(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and len(host) > len(pattern) - 1
    return host == pattern


def is_public(numeric: str) -> bool:
    """Whether anybody in the world may mean this address, looking through those that hide one."""
    try:
        address = ipaddress.ip_address(numeric.partition("%")[0])
    except ValueError:
        return False
    inner = _inside(address)
    if inner is not None:
        return is_public(str(inner))
    given_out = isinstance(address, ipaddress.IPv4Address) or address in GIVEN_OUT
    return given_out and address.is_global and not address.is_multicast


def _inside(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def _refused(url: httpx.URL, reason: str, hint: str | None = None) -> EngineUnavailable:
    where = f"{url.scheme[:10]}://{url.host[:200]}"
    return EngineUnavailable(
        f"Runway's address {where} is not used: {reason}.",
        hint=hint or "Nothing was sent there. What Runway has made it keeps for a day; try again.",
        host=url.host[:200],
    )
