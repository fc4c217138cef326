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
    return authorization(headers, b"bearer")


def authorization(headers: Headers, wanted: bytes) -> bytes | None:
    """The token that is given under this scheme."""
    single(headers, b"authorization")
    scheme, _, token = headers.get(b"authorization", [b""])[0].partition(b" ")
    return token.strip() if scheme.lower() == wanted else None


def cookie(headers: Headers, wanted: str) -> bytes | None:
    """Its value; None where it is not there, or there twice: only one can be ours."""
    pairs = (single(headers, b"cookie") or "").split(";")
    named = (pair.strip().partition("=") for pair in pairs)
    found = [value for name, _, value in named if name == wanted]
    return found[0].encode("latin-1") if len(found) == 1 else None
