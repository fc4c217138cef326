"""The installed engines. In: the entry points of `nle_bridge.engines`. Out: engines by name.

The built-in engines are declared there too. Nothing is imported before it is asked for: `names`
reads metadata only. A package that does not load is listed with its error, and leaves the others
alone.
"""

import logging
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from threading import RLock
from typing import Any

from bridge.engines.base import Engine, EngineOptions, Home, Kind, Limits, Model, Price
from bridge.errors import BridgeError, EngineUnknown, UsageError
from bridge.settings import Settings

GROUP = "nle_bridge.engines"
OWN_PACKAGE = "nle-bridge"

log = logging.getLogger(__name__)


class Engines:
    """`Engines(settings=...)` finds what is installed; `Engines({"x": engine})` holds what it is
    given."""

    def __init__(
        self, engines: Mapping[str, Engine] | None = None, settings: Settings | None = None
    ) -> None:
        self._settings = settings or Settings()
        self._loaded: dict[str, Engine] = dict(engines or {})
        self._entries = _installed() if engines is None else {}
        self._broken: dict[str, dict[str, Any]] = {}  # errors as data, raised anew each time
        self._lock = RLock()

    def names(self) -> tuple[str, ...]:
        """All names, broken packages included, in alphabetical order."""
        return tuple(sorted({*self._loaded, *self._entries}))

    def get(self, name: str) -> Engine:
        """The engine of that name; `EngineUnknown` if there is none or it does not load."""
        with self._lock:
            if name in self._broken:
                raise BridgeError.from_data(self._broken[name])
            if name not in self._loaded:
                self._loaded[name] = self._load(name)
            return self._loaded[name]

    def model(
        self,
        engine: str,
        name: str | None = None,
        kind: Kind | None = None,
        *,
        stills: bool = False,
    ) -> Model:
        """
        The engine's model of that name, or its first, that does this kind of work, with or without
        stills at given times; where none suits in full, the one that comes nearest.
        """
        models = self.get(engine).models()
        named = tuple(model for model in models if name in (None, model.name))
        if not named:
            known = ", ".join(dict.fromkeys(model.name for model in models))
            raise EngineUnknown(
                f"The engine {engine} has no model {name!r}.", hint=f"It has {known}.", model=name
            )
        if kind is None:
            return named[0]
        able = [model for model in named if kind in model.kinds]
        return next(
            (model for model in able if model.suits(kind, stills=stills)), (*able, *named)[0]
        )

    def exact(self, engine: str, name: str, door: str) -> Model:
        """The model that was planned with; `EngineUnknown` where it is no longer there."""
        for model in self.get(engine).models():
            if (model.name, model.door) == (name, door):
                return model
        way = f" by {door}" if door else ""
        raise EngineUnknown(f"The engine {engine} has no model {name!r}{way} any more.", model=name)

    def describe(self) -> list[dict[str, Any]]:
        """Every engine as JSON: `{name, remote, models, error}`; `error` is None where it loads."""
        return [self._description(name) for name in self.names()]

    async def close(self) -> None:
        """Close the engines that were used."""
        with self._lock:
            engines = tuple(self._loaded.values())
        for engine in engines:
            await engine.close()

    def _load(self, name: str) -> Engine:
        entries = self._entries.get(name)
        if not entries:
            known = ", ".join(self.names()) or "none: the package itself is not installed"
            raise EngineUnknown(f"There is no engine {name!r}.", hint=f"Known are {known}.")
        try:
            return _engine(name, entries, self._home(name))
        # plug-in loading is one of the three walls: a stranger's package may raise anything
        except (Exception, SystemExit) as error:
            if not isinstance(error, UsageError):  # of settings the sentence says all
                log.warning("The engine %s does not load.", name, exc_info=True)
            broken = EngineUnknown(
                f"The engine {name!r} does not load: {_first_line(error)}",
                hint=_hint(name, error),
                packages=[_package(entry) for entry in entries],
            )
            self._broken[name] = broken.as_data()
            raise broken from error

    def _home(self, name: str) -> Home:
        told = self._settings.engines.get(name, {})
        return Home(self._settings.data / "engines" / name, told)

    def _description(self, name: str) -> dict[str, Any]:
        try:
            engine = self.get(name)
        except EngineUnknown as error:
            return {"name": name, "remote": None, "models": [], "error": error.as_data()}
        models = [describe_model(model) for model in engine.models()]
        return {"name": name, "remote": engine.remote, "models": models, "error": None}


def describe_model(model: Model) -> dict[str, Any]:
    """
    A model as JSON. Times are fractions of a second and rates of frames per second, as strings;
    prices are credits, as strings.
    """
    return {
        "name": model.name,
        "door": model.door,
        "summary": model.summary,
        "kinds": sorted(kind.value for kind in model.kinds),
        "changes": sorted(change.value for change in model.changes),
        "alpha": model.alpha.value,
        "limits": _limits(model.limits),
        "price": _price(model.price),
        "options": _schema(model.options),
        "words": dict(model.words),
        "strengths": dict(model.strengths),
    }


@cache
def _schema(options: type[EngineOptions]) -> dict[str, Any]:
    """Made once: every page that is opened asks for all of them."""
    return options.model_json_schema()


def _limits(limits: Limits) -> dict[str, Any]:
    return {
        "min_seconds": str(limits.min_seconds),
        "max_seconds": None if limits.max_seconds is None else str(limits.max_seconds),
        "whole_seconds": limits.whole_seconds,
        "max_rate": None if limits.max_rate is None else str(limits.max_rate),
        "durations": list(limits.durations),
        "sizes": [list(size) for size in limits.sizes],
        "max_pixels": limits.max_pixels,
        "min_side": limits.min_side,
        "max_bytes": limits.max_bytes,
        "keyframes": limits.keyframes,
        "min_keyframes": limits.min_keyframes,
        "positions": limits.positions.value,
        "windows": limits.windows,
        "references": limits.references,
        "min_references": limits.min_references,
        "prompt": limits.prompt,
        "min_prompt": limits.min_prompt,
        "camera": limits.camera,
        "form": limits.form.value,
        "concurrency": limits.concurrency,
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "per_second": str(price.per_second),
        "minimum": str(price.minimum),
        "surcharges": {option: str(extra) for option, extra in price.surcharges.items()},
        "rule": price.rule,
        "known": price.known,
        "dated": price.dated,
    }


def _installed() -> dict[str, tuple[EntryPoint, ...]]:
    """Entry points by name; our own package's name for an engine cannot be taken over."""
    found: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        found.setdefault(entry.name, []).append(entry)
    return {name: _without_rivals(entries) for name, entries in found.items()}


def _without_rivals(entries: list[EntryPoint]) -> tuple[EntryPoint, ...]:
    own = [entry for entry in entries if _package(entry) == OWN_PACKAGE]
    # a package that lies on the path twice (a checkout beside an installation) says the same twice
    by_value = {entry.value: entry for entry in own or entries}
    return tuple(by_value.values())


def _engine(name: str, entries: tuple[EntryPoint, ...], home: Home) -> Engine:
    if len(entries) > 1:
        rivals = " and ".join(sorted(_package(entry) for entry in entries))
        raise TypeError(f"{rivals} both bring an engine of this name")
    kind = entries[0].load()
    if not (isinstance(kind, type) and issubclass(kind, Engine)):
        raise TypeError(f"{entries[0].value} is not an Engine class")
    if kind.name != name:
        raise TypeError(f"{entries[0].value} calls itself {kind.name!r}")
    engine = kind.opened(home)
    names = [f"{model.name} {model.door}".strip() for model in engine.models()]
    if not names or len(set(names)) != len(names):
        raise TypeError(f"its models are {names}: there must be some, and none twice")
    for model in engine.models():
        describe_model(model)  # what cannot be described must not break the list of all engines
    return engine


def _package(entry: EntryPoint) -> str:
    return entry.dist.name.lower().replace("_", "-") if entry.dist is not None else "?"


def _hint(name: str, error: BaseException) -> str:
    """What to do: about the settings, where the engine says that it is them."""
    if not isinstance(error, UsageError):
        return "Update or remove the package that brings it."
    own = "" if error.hint == UsageError.default_hint else f" {error.hint}"
    return f"Mend [engines.{name}] in settings.toml.{own}"


def _first_line(error: BaseException) -> str:
    if isinstance(error, BridgeError):
        return error.message
    return (str(error).splitlines() or [""])[0][:300] or type(error).__name__
