"""Who may ask. In: the headers of a request, the daemon's rules. Out: nothing, or a refusal."""

import hmac
import re
from dataclasses import dataclass, field

from starlette.types import Scope

from bridge.daemon.answers import refused
from bridge.daemon.bodies import too_large
from bridge.daemon.heads import Headers, authorization, bearer, cookie, single
from bridge.daemon.plugins import PlugIns, foreign_place, may
from bridge.daemon.sessions import Sessions, cookie_name

BODY_LIMIT = 1 << 20  # bytes
PAGE = re.compile(r"/panel/[a-z.]*")
SESSION = ("POST", "/v1/panel/session")  # swaps a launch token for a session
BEARERS_ONLY = ("/v1/panel/open",)
CSRF = b"x-nle-bridge-csrf"


@dataclass(frozen=True)
class Rules:
    token: str = field(repr=False)
    port: int
    instance: str
    sessions: Sessions
    plugins: PlugIns
    origins: frozenset[str] = frozenset()  # foreign pages that may ask, as they name themselves
    large: tuple[tuple[str, str, int], ...] = ()  # method, path, bytes: routes that take more

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]"))

    def limit(self, scope: Scope) -> int:
        sizes = {(method, path): size for method, path, size in self.large}
        return sizes.get((scope["method"], scope["path"]), BODY_LIMIT)


def check_place(headers: Headers, rules: Rules, *, plugin: bool = False) -> None:
    """The request names this daemon, and no foreign page sent it; a `plugin` is on no page."""
    host, origin = single(headers, b"host"), single(headers, b"origin")
    if host is None or host.lower() not in rules.hosts:
        raise refused(
            421, "This is not the host that was asked for.", "Ask for 127.0.0.1 and the port."
        )
    listed = origin in rules.origins
    own = origin is None or origin in {f"http://{name}" for name in rules.hosts}
    if not (own or listed or (plugin and foreign_place(headers) is not None)):
        raise refused(
            403, "Requests from this origin are not served.", "Ask from the daemon's page."
        )
    site = single(headers, b"sec-fetch-site")
    if site not in (None, "same-origin", "none") and not (listed or plugin):
        raise refused(403, "Requests from another site are not served.")


def is_page(scope: Scope) -> bool:
    """A file of the page, which a browser asks for with nothing but its address."""
    return scope["method"] in ("GET", "HEAD") and bool(PAGE.fullmatch(scope["path"]))


def check_caller(scope: Scope, headers: Headers, rules: Rules, host: str | None) -> None:
    """
    The token, a session of the page, the launch token where a session is asked for, or the key of
    a `host`'s plug-in for what that may ask.
    """
    given = bearer(headers)
    if given is not None and hmac.compare_digest(given, rules.token.encode()):
        return
    if host is not None:
        if may(host, scope["method"], scope["path"]):
            return
        raise refused(403, f"The key of {host} does not open this.")
    if (scope["method"], scope["path"]) == SESSION:
        launch = authorization(headers, b"launch")
        if launch is not None and rules.sessions.used(launch):
            return
    elif scope["path"] not in BEARERS_ONLY and in_session(headers, single(headers, CSRF), rules):
        return
    raise refused(
        401,
        "The token is missing or wrong.",
        "Send `Authorization: Bearer TOKEN` with the token in runtime.json of the data folder.",
        WWW_Authenticate="Bearer",
    )


def in_session(headers: Headers, csrf: str | None, rules: Rules) -> bool:
    """The cookie, which a browser sends by itself, and the value that only our page can send."""
    given = cookie(headers, cookie_name(rules.instance))
    if given is None or csrf is None:
        return False
    return rules.sessions.known(given, csrf.encode("utf-8", "replace"))


def check_body_kind(headers: Headers, limit: int) -> None:
    """A body is plain JSON, and not longer than `limit` by its own word."""
    kind, *parameters = (single(headers, b"content-type") or "").lower().split(";")
    known = {"charset=utf-8", 'charset="utf-8"', ""}
    if kind.strip() != "application/json" or not {part.strip() for part in parameters} <= known:
        raise refused(415, "Bodies are JSON.", "Send `Content-Type: application/json`.")
    if single(headers, b"content-encoding") not in (None, "identity"):
        raise refused(415, "Compressed bodies are not taken.")
    length = single(headers, b"content-length")
    if length is not None and length.isdecimal() and int(length) > limit:
        raise too_large(limit)


def listed_origin(scope: Scope, rules: Rules) -> bytes | None:
    """The foreign page that asks, if it is one that may."""
    origins = [value for name, value in scope["headers"] if name.lower() == b"origin"]
    named = origins[0].decode("latin-1") if len(origins) == 1 else None
    return origins[0] if named in rules.origins else None
