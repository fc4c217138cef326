"""How a running daemon is found: `runtime.json`, and its answer to "are you there"."""

from pydantic import Field

from bridge.wire.base import Outward, Time


class Runtime(Outward):
    """Written for this user only; the token opens every route."""

    port: int
    pid: int
    token: str = Field(repr=False)
    instance: str = Field(description="Another one at every start.")
    version: str
    started: Time = Field(description="When the process with that pid was started.")


class Health(Outward):
    status: str = "ok"
    version: str
    instance: str
    pid: int
    started: Time
    data: str = Field(description="The data folder.")
    libraries: dict[str, str] = Field(description="Versions, for reports.")
