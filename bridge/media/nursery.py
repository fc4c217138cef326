"""Where media children come from. In: a module's name. Out: a running process with its pipes.

On Linux one mother process, which has the libraries loaded, forks them (`mother`); elsewhere, and
where the mother does not answer, each is an interpreter of its own. One mother for this process.
"""

import atexit
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

import bridge

MOTHER = "bridge.media.mother"
FORKS = sys.platform == "linux"  # elsewhere system libraries do not outlive a fork
ANSWER_SECONDS = 30.0  # until a child is born; the libraries are loaded meanwhile
KILLED = -9  # the exit status of a killed process
MOST_DIGITS = 32  # of a pid, of a status
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
# glibc gives every thread its own 64 MiB arena, which would use the memory limit up by itself;
# numpy's own threads are not needed.
LEAN = {"MALLOC_ARENA_MAX": "4", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
CODE = Path(bridge.__file__).resolve().parents[1]


class Process(Protocol):
    """As of `subprocess.Popen`, which is one."""

    @property
    def pid(self) -> int: ...

    @property
    def stdin(self) -> IO[bytes] | None: ...

    @property
    def stdout(self) -> IO[bytes] | None: ...

    @property
    def stderr(self) -> IO[bytes] | None: ...

    def poll(self) -> int | None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class Forked:
    """A child of the mother's."""

    def __init__(self, pid: int, files: tuple[int, ...]) -> None:
        stdin, stdout, stderr, self._told = files
        self.pid = pid
        self.stdin: IO[bytes] = os.fdopen(stdin, "wb")
        self.stdout: IO[bytes] = os.fdopen(stdout, "rb")
        self.stderr: IO[bytes] = os.fdopen(stderr, "rb")
        self._status: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status; `subprocess.TimeoutExpired` where it lives on."""
        with self._lock:
            if self._status is None:
                self._status = self._heard(timeout)
            return self._status

    def _heard(self, timeout: float | None) -> int:
        waiting = select.poll()
        waiting.register(self._told, select.POLLIN)
        if not waiting.poll(None if timeout is None else timeout * 1000):
            raise subprocess.TimeoutExpired(MOTHER, timeout or 0)
        told = os.read(self._told, MOST_DIGITS)
        os.close(self._told)
        if told:
            return int(told)
        self.kill()  # the mother has died: nobody would hear of its end
        return KILLED


class Nursery:
    """Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mother: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def expect(self, *modules: str) -> None:
        """Children of these kinds will be asked for: have all loaded by then."""
        if FORKS:
            with self._lock, suppress(OSError):
                for module in modules:
                    self._opened().send(module.encode())

    def child(self, module: str) -> Process:
        born = self._born(module) if FORKS else None
        return born or _started(module)

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _born(self, module: str) -> Process | None:
        """None where the mother does not answer."""
        with self._lock:
            pipes = [os.pipe() for _ in range(4)]
            (child_in, ours_in), *outs = pipes
            theirs = (child_in, *(out for _, out in outs))
            ours = (ours_in, *(read for read, _ in outs))
            try:
                line = self._opened()
                socket.send_fds(line, [module.encode()], theirs)
                pid = int(line.recv(MOST_DIGITS) or 0)
            except OSError:  # TimeoutError is one
                pid = 0
            finally:
                for file in theirs:
                    os.close(file)
            if not pid:
                self._drop()
                for file in ours:
                    os.close(file)
                return None
        return Forked(pid, ours)

    def _opened(self) -> socket.socket:
        if self._line is None:
            self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._line.settimeout(ANSWER_SECONDS)
            with theirs:
                self._mother = _started(MOTHER, stdin=theirs.fileno(), out=subprocess.DEVNULL)
        return self._line

    def _drop(self) -> None:
        if self._line is not None and self._mother is not None:
            self._line.close()
            self._mother.kill()
            self._mother.wait()
        self._line = self._mother = None


def _started(
    module: str, stdin: int = subprocess.PIPE, out: int = subprocess.PIPE
) -> "subprocess.Popen[bytes]":
    # Our own interpreter and module, no shell; nothing of a request is in the command.
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-X", "utf8", "-m", module],
        stdin=stdin,
        stdout=out,
        stderr=out,
        env=_environment(),
        cwd=Path(sys.executable).parent,
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, **LEAN, "PYTHONPATH": str(CODE)}


NURSERY = Nursery()
atexit.register(NURSERY.close)
