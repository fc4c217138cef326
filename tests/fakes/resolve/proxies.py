"""What a script holds of Resolve. In: a model object and the host. Out: an object of its API.

As on the real ones, every name can be asked for and `hasattr` is always true: what Resolve of that
version does not have is None. Methods take no keywords. Each answer is a new object, so that only
ids can be compared. What belongs to a closed project or was deleted answers None or False.
"""

import inspect
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.fakes.resolve.gate import NotModelled
from tests.fakes.resolve.published import known, names_of, studio_only

if TYPE_CHECKING:
    from tests.fakes.resolve.host import FakeResolve


class Proxy:
    """Public methods of a subclass begin with a capital; all else is the fake's own."""

    def __init__(self, host: "FakeResolve", held: Any) -> None:
        self._host = host
        self._held = held

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_"):
            return object.__getattribute__(self, name)
        return self._answer(name)

    def __dir__(self) -> list[str]:
        return sorted(names_of(type(self).__name__, self._host.habits.version))

    def _answer(self, name: str) -> Any:
        full = self._full(name)
        if not name[:1].isupper() or not known(full, self._host.habits.version):
            return None
        return self._gated(full, getattr(type(self), name, None))

    def _gated(self, full: str, method: Callable[..., Any] | None) -> Callable[..., Any]:
        refusal = None if method is None else refusal_of(method)

        def call(*arguments: Any) -> Any:
            def act() -> Any:
                if studio_only(full) and not self._host.habits.studio:
                    self._host.gate.modal_open = True
                    return False
                if method is None:
                    self._host.gate.unmodelled.append(full)
                    raise NotModelled(f"{full} is missing in tests/fakes/resolve.")
                return method(self, *arguments) if self._alive() else refusal

            return self._host.gate.call(full, refusal, act)

        return call

    def _full(self, name: str) -> str:
        return f"{type(self).__name__}.{name}"

    def _alive(self) -> bool:
        return True


@cache
def refusal_of(method: Callable[..., Any]) -> Any:
    """False for what answers a truth, else None."""
    return False if inspect.signature(method).return_annotation is bool else None
