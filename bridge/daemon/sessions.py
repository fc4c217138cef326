"""Pages in a browser that may ask. In: a one-time token. Out: a cookie and the value beside it.

A page cannot be given the daemon's token: it would lie in the browser's history. It is opened with
a launch token instead, good once and for a minute, and swaps that for a cookie, which no script can
read, and a CSRF value, which no other page can send. Neither opens anything without the other.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

LAUNCH_SECONDS = 60
MOST_LAUNCHES = 32
SESSION_SECONDS = 12 * 60 * 60
MOST_SESSIONS = 64


@dataclass(frozen=True)
class Session:
    """A browser whose pages were let in."""

    cookie: str = field(repr=False)
    csrf: str = field(repr=False)
    end: float  # of the clock


@dataclass
class Sessions:
    """In memory: a restart of the daemon ends them. Used from the event loop alone."""

    clock: Callable[[], float] = time.monotonic
    _launches: dict[str, float] = field(default_factory=dict, repr=False)  # token: its end
    _sessions: list[Session] = field(default_factory=list, repr=False)

    def launch(self) -> str:
        """A one-time token; of too many that nobody used the oldest is forgotten."""
        self._forget_old()
        while len(self._launches) >= MOST_LAUNCHES:
            del self._launches[next(iter(self._launches))]
        token = secrets.token_urlsafe(32)
        self._launches[token] = self.clock() + LAUNCH_SECONDS
        return token

    def used(self, token: bytes) -> bool:
        """Whether this launch token is good; from now on it is not."""
        self._forget_old()
        found = [one for one in self._launches if _same(one, token)]
        for one in found:
            del self._launches[one]
        return bool(found)

    def start(self, cookie: bytes = b"") -> Session:
        """
        A new session; of too many the oldest ends. A browser that has one already goes on with it:
        another cookie would shut out the pages that are open there.
        """
        self._forget_old()
        end = self.clock() + SESSION_SECONDS
        of_browser = [one for one in self._sessions if _same(one.cookie, cookie)]
        others = [one for one in self._sessions if one not in of_browser]
        fresh = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), end)
        started = replace(of_browser[0], end=end) if of_browser else fresh
        self._sessions = [*others, started][-MOST_SESSIONS:]
        return started

    def known(self, cookie: bytes, csrf: bytes) -> bool:
        """Whether both belong to one session."""
        self._forget_old()
        return any(_same(one.cookie, cookie) & _same(one.csrf, csrf) for one in self._sessions)

    def _forget_old(self) -> None:
        now = self.clock()
        self._launches = {token: end for token, end in self._launches.items() if end > now}
        self._sessions = [one for one in self._sessions if one.end > now]


def _same(secret: str, given: bytes) -> bool:
    """On bytes: of texts beyond ASCII `compare_digest` raises."""
    return hmac.compare_digest(secret.encode(), given)


def cookie_name(instance: str) -> str:
    """Browsers keep one jar for all ports of this machine: each daemon has a name of its own."""
    return f"nle-bridge-{instance}"
