"""What a fake is told to do wrong, or otherwise than usual. In: JSON. Out: checked values.

{"faults": [{"on": "create", "act": "drop_after"}]}         the answer to the next create is lost
{"faults": [{"on": "poll", "act": "status", "status": 502, "times": 100}]}
{"fates": [{"code": "SAFETY.INPUT.TEXT", "credits": 140}]}  the next task fails
{"credits": 5, "limits": {"aleph2": {"at_once": 1, "a_day": 50}}, "keys": [], "speed": "fast"}
"""

import threading
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class Speed(StrEnum):
    instant = "instant"  # a canned film, finished before the create is answered
    fast = "fast"  # a task takes as long as its rendering
    real = "real"  # and at least twice as long as what it makes plays


class On(StrEnum):
    create = "create"
    poll = "poll"
    delete = "delete"
    upload = "upload"  # the request for a place
    upload_file = "upload_file"
    download = "download"
    organization = "organization"


class Act(StrEnum):
    # in place of an answer
    drop_before = "drop_before"  # closed before anything was done
    drop_after = "drop_after"  # done, billed, and closed without an answer
    reset = "reset"  # done, and the connection torn down
    hang = "hang"  # never answered, for `seconds` at most
    # another answer; with `accepted` what was asked for is done all the same
    status = "status"
    html = "html"
    bad_json = "bad_json"
    no_id = "no_id"  # the answer without its `id`
    say = "say"  # the answer with `fields` changed
    redirect = "redirect"
    expired = "expired"  # the storage's 403
    # the right answer, sent badly
    slow = "slow"  # `bytes` a second
    cut = "cut"  # closed when `part` of it is sent
    cut_chunked = "cut_chunked"  # the same, without a length
    no_length = "no_length"  # whole, ended by closing
    wrong_length = "wrong_length"  # announced `bytes` longer than it is, or shorter
    gzip = "gzip"
    flip_byte = "flip_byte"
    empty = "empty"
    oversize = "oversize"  # `bytes` more than there should be


# What is asked for is done, unless the script says otherwise
DONE_FIRST = frozenset(
    set(Act) - {Act.drop_before, Act.status, Act.hang, Act.redirect, Act.expired}
)


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fault(Strict):
    """One thing that goes wrong at one door, `times` times, after it went well `skip` times."""

    on: On
    act: Act
    times: int = Field(1, ge=1)
    skip: int = Field(0, ge=0)
    accepted: bool | None = None  # whether what was asked for is done
    status: int = Field(500, ge=200, le=599)
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None  # of a status, as JSON; text as it is
    fields: dict[str, Any] = Field(default_factory=dict)
    seconds: float = Field(3600.0, ge=0)
    part: float = Field(0.5, ge=0, le=1)
    bytes: int = 1 << 20
    url: str = ""

    @property
    def done(self) -> bool:
        return self.act in DONE_FIRST if self.accepted is None else self.accepted


class Fate(Strict):
    """What becomes of one task."""

    code: str | None = None  # fails with this failureCode
    failure: str = ""  # fails with these words
    credits: Decimal | None = None  # what it costs in the end
    hold: bool = False  # runs until the script says `release`
    drift: int = Field(0, ge=-100, le=100)  # percent brighter or darker than asked for
    more_frames: int = 0  # or fewer, than asked for
    size: tuple[PositiveInt, PositiveInt] | None = None  # another than asked for
    # another than asked for: "25", "30000/1001"
    rate: str | None = Field(None, pattern=r"^[1-9]\d{0,6}(/[1-9]\d{0,6})?$")
    output: list[str] | None = None  # URLs in place of the right ones

    @property
    def fails(self) -> bool:
        return bool(self.code or self.failure)


class Limit(Strict):
    at_once: int | None = None
    a_day: int | None = None


class Script(Strict):
    """What is not given stays as it is; `faults` and `fates` are added to those that wait."""

    faults: list[Fault] = Field(default_factory=list)
    fates: list[Fate] = Field(default_factory=list)
    credits: Decimal | None = None  # left to spend
    limits: dict[str, Limit] | None = None  # by model
    prices: dict[str, dict[str, Any]] | None = None  # by "DOOR/MODEL", as tariffs of models.toml
    keys: list[str] | None = None  # the good ones; [] revokes all
    any_key: bool | None = None
    speed: Speed | None = None
    any_words: bool | None = None
    url_seconds: int | None = None  # how long an output's URL lives
    upload_seconds: int | None = None
    clock_seconds: int | None = None  # how far the fake's clock goes ahead
    show_cancelled: bool | None = None  # a deleted task is told as CANCELLED in place of a 404
    release: bool = False  # of the tasks on hold
    clear: bool = False  # forget the faults and fates that wait

    @staticmethod
    def of(data: Any) -> "Script":
        """A whole script, a list of faults, or one fault."""
        if isinstance(data, list):
            return Script.model_validate({"faults": data})
        if isinstance(data, Mapping) and "on" in data:
            return Script.model_validate({"faults": [data]})
        return Script.model_validate(data)


class Waiting:
    """The faults and fates that have not come to pass. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._fates: list[Fate] = []

    def add(self, script: Script) -> None:
        with self._lock:
            if script.clear:
                self._faults, self._fates = [], []
            self._faults += script.faults
            self._fates += script.fates

    def fault(self, on: On) -> Fault | None:
        """What goes wrong at that door now, if anything; it is used up by one."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.on is on:
                    return self._used(place, fault)
        return None

    def _used(self, place: int, fault: Fault) -> Fault | None:
        if fault.skip:
            self._faults[place] = fault.model_copy(update={"skip": fault.skip - 1})
            return None
        if fault.times > 1:
            self._faults[place] = fault.model_copy(update={"times": fault.times - 1})
        else:
            del self._faults[place]
        return fault

    def fate(self) -> Fate:
        """Of the task that begins now."""
        with self._lock:
            return self._fates.pop(0) if self._fates else Fate()
