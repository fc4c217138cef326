"""The mother of media children: `python -m bridge.media.mother`. In: requests. Out: pids.

It has loaded what children need, and forks one when it is asked: that takes some milliseconds,
where a new interpreter takes half a second of a core. It opens no media itself.

Its standard input is a Unix socket. A request is a module's name with four files: the child's
input, output and error output, and where its exit status is told in the end. With no files it only
loads the module. It ends when the other end of the socket is closed; its children live on until
their own input ends.
"""

import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

FILES = 4
MOST_LETTERS = 200  # of a module's name
WAKE_BYTES = 512


def main() -> None:
    with socket.socket(fileno=os.dup(0)) as line, selectors.DefaultSelector() as ready:
        woken, wake = os.pipe()
        os.set_blocking(woken, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        ready.register(line, selectors.EVENT_READ)
        ready.register(woken, selectors.EVENT_READ)
        living: dict[int, int] = {}  # by pid: where its status is told
        while True:
            for key, _ in ready.select():
                if key.fileobj is not line:
                    os.read(woken, WAKE_BYTES)
                elif not _answer(line, living):
                    return
            _bury(living)


def _load(module: str) -> None:
    importlib.import_module(module)
    gc.freeze()  # children leave in peace what they share


def _answer(line: socket.socket, living: dict[int, int]) -> bool:
    """False where nobody will ask any more."""
    name, files, _, _ = socket.recv_fds(line, MOST_LETTERS, FILES)
    if not name:
        return False
    module = name.decode()
    _load(module)
    if files:
        *streams, status = files
        pid = os.fork()
        if not pid:
            _be(module, streams)
        os.setpgid(pid, pid)  # here too: whoever is told of it may want to end all of its group
        living[pid] = status
        for stream in streams:
            os.close(stream)
        line.send(str(pid).encode())
    return True


def _be(module: str, streams: list[int]) -> NoReturn:
    """Become the child; what the mother holds is closed."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setpgid(0, 0)
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
    os.closerange(len(streams), os.sysconf("SC_OPEN_MAX"))
    Path("/proc/self/comm").write_text(module.rpartition(".")[2])  # for whoever lists processes
    status = 1
    try:
        try:
            sys.modules[module].main()
        finally:
            status = _ended(sys.exc_info()[1])
    finally:
        os._exit(status)  # whatever happened: it is not the mother


def _ended(how: BaseException | None) -> int:
    """The exit status, as an interpreter finds it; what is left to say is said."""
    status = 0 if how is None else 1
    if isinstance(how, SystemExit):
        status = how.code if isinstance(how.code, int) else 0 if how.code is None else 1
    elif how is not None:
        sys.excepthook(type(how), how, how.__traceback__)
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def _bury(living: dict[int, int]) -> None:
    """Tell the status of every child that has ended, while its pid is still its own."""
    while living:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is None:
            return
        status = found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
        told = living.pop(found.si_pid)
        with contextlib.suppress(BrokenPipeError):  # nobody wants to know any more
            os.write(told, str(status).encode())
        os.close(told)
        os.waitpid(found.si_pid, 0)


if __name__ == "__main__":
    main()
