"""Settings, from four places, as one frozen value.

In: explicit values, `settings.toml` of the data folder, `NLE_BRIDGE_*` variables. Out: `Settings`.

Explicit beats file beats environment beats default.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeAlias

from platformdirs import user_data_path, user_videos_path

from bridge.errors import DiskRefused, UsageError

PREFIX = "NLE_BRIDGE_"
FILE = "settings.toml"
# Of all others 1. Port 0 is any free one; a child with its decoders takes a third of a gigabyte.
LOWEST = {"port": 0, "keep_days": 0, "worker_memory_mb": 512}
HIGHEST = {"port": 65535}
FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


EngineTables: TypeAlias = Mapping[str, Mapping[str, Any]]


def _videos() -> Path:
    """Where an editor looks for media, and where sandboxed ones may read."""
    return user_videos_path() / "NLE Bridge"


@dataclass(frozen=True)
class Settings:
    data: Path = field(default_factory=lambda: user_data_path("nle-bridge", appauthor=False))
    port: int = 4747  # first choice; the next free one is taken when this is held by somebody else
    database: str = ""  # SQLAlchemy URL of a studio's PostgreSQL; empty: SQLite in the data folder
    executor: str = "local"  # this machine's name among those that share a database
    roots: tuple[Path, ...] = ()  # folders media may be read from; none named: any local folder
    jobs_at_once: int = 4  # shots in local work (extract, conform) at the same time
    worker_memory_mb: int = 4096  # of one media child
    worker_seconds: int = 3600  # of one media child, in all
    stall_seconds: int = 60  # of one media child without progress
    max_pixels: int = 67_000_000  # of one frame
    keep_days: int = 14  # work files of finished jobs
    takes_folder: Path = field(default_factory=_videos)  # of editors' projects; each has its own
    open_browser: bool = True  # show the page when an editor pushes a selection
    origins: tuple[str, ...] = ()  # pages of others that may ask, with the token: "https://panel.x"
    budget_job: Decimal | None = None  # credits one job may spend at most
    budget_day: Decimal | None = None  # credits all jobs may spend within a UTC day
    budget_project: Decimal | None = None  # credits all jobs of one project may spend
    engines: EngineTables = field(default_factory=dict)  # [engines.NAME]: what each is told

    @property
    def runtime_file(self) -> Path:
        """Where a running daemon writes its port and token, for this user only."""
        return self.data / "runtime.json"


def load(environ: Mapping[str, str] = os.environ, **explicit: Any) -> Settings:
    """
    Read the settings; keyword arguments that are None count as not given.

    `UsageError` for an unknown name in the file and for a value of the wrong kind.
    """
    given = {name: value for name, value in explicit.items() if value is not None}
    from_environment = {
        name: environ[PREFIX + name.upper()]
        for name in _names()
        if environ.get(PREFIX + name.upper())
    }
    data = given.get("data") or from_environment.get("data") or Settings().data
    from_file = _read(_converted("data", data) / FILE)
    merged = from_environment | from_file | given | {"data": data}
    return Settings(**{name: _converted(name, value) for name, value in merged.items()})


def _names() -> frozenset[str]:
    return frozenset(field.name for field in fields(Settings))


def _read(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8-sig"))  # Notepad puts a mark first
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise DiskRefused(f"{file} cannot be read: {error.strerror}.", path=str(file)) from error
    except ValueError as error:  # not TOML, not UTF-8, no file name
        raise UsageError(
            f"{file} is not valid TOML: {error}.", hint="Mend or remove it."
        ) from error
    # the file lies in the data folder: it cannot say where that is
    known_here = _names() - {"data"}
    unknown = sorted(set(values) - known_here)
    if unknown:
        known = ", ".join(sorted(known_here))
        raise UsageError(f"{file} has unknown settings: {unknown}.", hint=f"Known are {known}.")
    return values


def _converted(name: str, value: Any) -> Any:
    try:
        if name in CONVERTERS:
            return CONVERTERS[name](value)
        return _number(value, lowest=LOWEST.get(name, 1), highest=HIGHEST.get(name))
    # RuntimeError: the `~` of nobody
    except (TypeError, ValueError, AttributeError, RuntimeError) as error:
        raise UsageError(f"The setting {name} cannot be {value!r}.") from error


def _folder(value: Any) -> Path:
    return Path(value).expanduser().absolute()


def _roots(value: Any) -> tuple[Path, ...]:
    folders = value.split(os.pathsep) if isinstance(value, str) else value
    return tuple(_folder(folder) for folder in folders if str(folder))


def _origins(value: Any) -> tuple[str, ...]:
    return tuple(value.split() if isinstance(value, str) else map(_text, value))


def _engines(value: Any) -> dict[str, dict[str, Any]]:
    return {_text(engine): dict(told) for engine, told in value.items()}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _flag(value: Any) -> bool:
    """A word from the environment, true or false from elsewhere."""
    if isinstance(value, str) and value.lower() in FLAGS:
        return FLAGS[value.lower()]
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _credits(value: Any) -> Decimal:
    """Credits, digit for digit."""
    if not isinstance(value, (int, float, str, Decimal)) or isinstance(value, bool):
        raise TypeError(value)
    try:
        budget = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(value) from error
    if not (budget.is_finite() and budget >= 0):
        raise ValueError(value)
    return budget


def _number(value: Any, lowest: int, highest: int | None) -> int:
    """Words of digits from the environment, whole numbers from elsewhere; not 4.7, not `true`."""
    if not isinstance(value, (int, str)) or isinstance(value, bool):
        raise TypeError(value)
    number = int(value)
    if number < lowest or (highest is not None and number > highest):
        raise ValueError(value)
    return number


CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "data": _folder,
    "takes_folder": _folder,
    "roots": _roots,
    "origins": _origins,
    "database": _text,
    "executor": _text,
    "open_browser": _flag,
    "budget_job": _credits,
    "budget_day": _credits,
    "budget_project": _credits,
    "engines": _engines,
}
