"""The gate that every call of a script goes through. In: calls and troubles. Out: answers.

One lock, so that two scripts may run at once; the count of calls; and the troubles that a test
asks for: a killed script, a modal dialog, calls that fail, a Resolve that is gone.
"""

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


class ScriptKilled(BaseException):
    """The script's process ended here. No `except Exception` catches it."""


class NotModelled(BaseException):
    """Resolve has this method, the fake does not: it is to be added here before it is used."""


class ResolveGone(RuntimeError):
    """What a call raises where Resolve was quit."""


@dataclass
class Fault:
    method: str
    returns: Any
    times: int
    after: int
    acts: bool
    raises: BaseException | None
    kills: bool = False


class Gate:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.calls: list[str] = []
        self.unmodelled: list[str] = []
        self.modal_open = False
        self.gone = False
        self.gone_raises = False
        self._faults: list[Fault] = []
        self._meanwhile: list[tuple[int, Callable[[], Any]]] = []
        self._left: int | None = None  # calls before the script is killed
        self._doomed: threading.Thread | None = None  # whose calls count; any thread's if None
        self._dead: weakref.WeakSet[threading.Thread] = weakref.WeakSet()

    def call(self, name: str, refusal: Any, act: Callable[[], Any]) -> Any:
        """`refusal` is what the method gives when it does nothing: False or None."""
        with self.lock:
            self.check_alive()
            self._count(name)
            self._let_happen()
            if self.gone:
                if self.gone_raises:
                    raise ResolveGone("Resolve is gone.")
                return refusal
            if self.modal_open:
                return refusal
            fault = self._fault(name)
            if fault is None:
                return act()
            if fault.acts:
                act()
            if fault.kills:
                self._dead.add(threading.current_thread())
                raise ScriptKilled
            if fault.raises is not None:
                raise fault.raises
            return fault.returns

    def kill_after(self, calls: int, thread: threading.Thread | None = None) -> None:
        """The call of that number, counted from now and from 1, is not made any more."""
        with self.lock:
            self._left, self._doomed = calls, thread

    def restart(self) -> None:
        """A new run of the script: nobody is killed any more."""
        with self.lock:
            self._left = self._doomed = None
            self._dead.clear()

    def kill(self, thread: threading.Thread) -> None:
        """That thread's script makes no call any more."""
        with self.lock:
            self._dead.add(thread)

    def check_alive(self) -> None:
        """`ScriptKilled` in a thread whose script was killed."""
        if threading.current_thread() in self._dead:
            raise ScriptKilled

    def fail(
        self,
        method: str,
        *,
        returns: Any = None,
        times: int = 1,
        after: int = 0,
        acts: bool = False,
        raises: BaseException | None = None,
        kills: bool = False,
    ) -> None:
        """
        'Timeline.AddMarker' gives `returns`, or raises, so many times, when `after` calls of it
        went well. With `acts` it does its work all the same; with `kills` the script ends there.
        """
        with self.lock:
            self._faults.append(Fault(method, returns, times, after, acts, raises, kills))

    def mend(self) -> None:
        """No call fails any more."""
        with self.lock:
            self._faults.clear()

    def meanwhile(self, calls: int, happens: Callable[[], Any]) -> None:
        """Before the call of that number, counted from now and from 1, something else happens."""
        with self.lock:
            self._meanwhile.append((len(self.calls) + calls, happens))

    @contextmanager
    def modal(self) -> Iterator[None]:
        """A dialog is open: every call does nothing and gives None or False."""
        self.modal_open = True
        try:
            yield
        finally:
            self.modal_open = False

    def _count(self, name: str) -> None:
        if self._left is not None and self._doomed in (None, threading.current_thread()):
            self._left -= 1
            if self._left <= 0:
                self._left = None
                self._dead.add(threading.current_thread())
                raise ScriptKilled
        self.calls.append(name)

    def _let_happen(self) -> None:
        due = [row for row in self._meanwhile if row[0] <= len(self.calls)]
        self._meanwhile = [row for row in self._meanwhile if row not in due]
        for _, happens in due:
            happens()

    def _fault(self, name: str) -> Fault | None:
        for fault in self._faults:
            if fault.method == name and fault.times:
                if fault.after:
                    fault.after -= 1
                    return None
                fault.times -= 1
                return fault
        return None
