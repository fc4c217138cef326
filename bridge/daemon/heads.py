"""The headers of a request. In: an ASGI scope. Out: values, each given once or refused."""

from starlette.types import Scope

from bridge.daemon.answers import refused

Headers = dict[bytes, list[bytes]]


def headers_of(scope: Scope) -> Headers:
    found: Headers = {}
    for name, value in scope["headers"]:
        found.setdefault(name.lower(), []).append(value)
    return found


def single(headers: Headers, name: bytes) -> str | None:
    """A header that may stand once only: of two, programs along the way believe different ones."""
    values = headers.get(name, [])
    if len(values) > 1:
        raise refused(400, f"The header {name.decode()} is given twice.")
    return values[0].decode("latin-1") if values else None


def has_body(headers: Headers) -> bool:
    return b"transfer-encoding" in headers or headers.get(b"content-length", [b"0"]) != [b"0"]


def bearer(headers: Headers) -> bytes | None:
    single(headers, b"authorization")
    scheme, _, token = headers.get(b"authorization", [b""])[0].partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None
