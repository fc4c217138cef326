"""What the engine is told. In: `[engines.runway]` of settings.toml, the environment. Out: `Setup`.

[engines.runway]
base_url = "https://api.dev.runwayml.com"   # another service that speaks the same
key_file = "/run/secrets/runway"            # only its owner may read it
keyring = true                              # use this system's, where it is one to trust
hosts = ["*.cdn.example"]                   # more names that results may come from
max_bytes = 8589934592                      # of one result
headers = { X-Runway-On-Behalf-Of = "..." }
[engines.runway.prices]                     # see `models`
"""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bridge.errors import UsageError

BASE_URL = "https://api.dev.runwayml.com"  # as the SDK has it
VARIABLE = "RUNWAYML_BASE_URL"
# What says who asks, and what the API is: not for settings
OWN_HEADERS = frozenset({"authorization", "host", "content-length", "x-runway-version"})


class _Table(BaseModel):
    """The table's form; prices are read where the models are made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    base_url: str = ""
    key_file: str = ""
    keyring: bool = True
    hosts: list[str] = Field(default_factory=list)
    max_bytes: int = Field(8 << 30, ge=1 << 20)
    headers: dict[str, str] = Field(default_factory=dict)
    prices: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class Setup:
    base_url: str
    key_file: Path | None
    keyring: bool
    hosts: tuple[str, ...]
    max_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def setup_of(settings: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Setup:
    """`UsageError` for a name that is not known and for a value that cannot be."""
    try:
        table = _Table.model_validate(dict(settings))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"[engines.runway] {name} is not right: {first['msg']}.",
            hint=f"Its settings are: {', '.join(_Table.model_fields)}.",
        ) from error
    return Setup(
        base_url=_base_url(table.base_url or environ.get(VARIABLE) or BASE_URL),
        key_file=Path(table.key_file).expanduser() if table.key_file else None,
        keyring=table.keyring,
        hosts=tuple(_host(name) for name in table.hosts),
        max_bytes=table.max_bytes,
        headers={name: _header(name, value) for name, value in table.headers.items()},
    )


def _base_url(text: str) -> str:
    try:
        url = httpx.URL(text.strip().rstrip("/").removesuffix("/v1"))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise UsageError("The base_url of the engine runway is no address.") from error
    if url.userinfo or url.query or url.fragment or not url.host:
        raise UsageError(f"The base_url of the engine runway cannot be on {url.host!r} like this.")
    if url.scheme != "https" and not (url.scheme == "http" and _is_near(url.host)):
        raise UsageError(
            f"The base_url of the engine runway must be https: {url.host} would get the key "
            "for everybody on the way to read.",
            hint="Plain http is for this machine and for addresses of a private network.",
        )
    return str(url)


def _is_near(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _host(name: str) -> str:
    plain = name.removeprefix("*.")
    if not plain or set(plain) & set("*/:@ ") or "." not in plain:
        raise UsageError(f"[engines.runway] hosts has {name!r}, which is no host's name.")
    return name.lower()


def _header(name: str, value: str) -> str:
    good = name.isascii() and name.replace("-", "").isalnum() and value.isascii()
    if not good or not value.isprintable() or name.lower() in OWN_HEADERS:
        raise UsageError(f"[engines.runway] headers cannot set {name[:80]!r} like this.")
    return value
