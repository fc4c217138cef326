"""The worker's process. In: a work folder. Out: a child in a process group of its own, or its end.

The child outlives the daemon that started it. It gets no keys from the environment: it decodes
files that strangers made.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import psutil

from bridge.engines.local.folder import Worker, WorkFolder
from bridge.errors import EngineBusy

MODULE = "bridge.engines.local.worker"
KEPT_VARIABLES = frozenset({"PATH", "HOME", "USERPROFILE", "LANG", "LC_ALL", "LC_CTYPE", "TZ"}) | {
    *("TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV"),
}
# Each thread of a numeric library, and each arena of malloc, reserves address space, of which the
# worker has a limit; on a machine with many cores they alone would go over it. What was freed is
# kept: a picture of 4K is 100 MB, and given back and asked for anew, its pages cost as much as what
# is calculated with it (measured, glibc 2.36: 449 and 271 ms a frame).
FRUGAL = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(1 << 33),  # bytes
    "MALLOC_TOP_PAD_": str(1 << 26),
    # OpenCV's threads turn in circles while they wait for one another
    "OPENCV_THREAD_POOL_ACTIVE_WAIT_WORKER": "0",
    "OPENCV_THREAD_POOL_ACTIVE_WAIT_MAIN": "0",
}

# The running children of this process, by work folder: the youngest have not signed in there yet.
_children: dict[Path, subprocess.Popen[bytes]] = {}


def start(folder: WorkFolder, memory_mb: int) -> None:
    """Start a worker; where another already works in the folder, the new one ends by itself."""
    command = [sys.executable, "-P", "-m", MODULE, str(folder.path), str(memory_mb)]
    try:
        with folder.log.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                cwd=folder.path,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    except OSError as error:
        raise EngineBusy(f"The local worker did not start: {error.strerror}.") from error
    _children[folder.path] = child
    Thread(target=_reap, args=(folder.path, child), daemon=True).start()


def alive(folder: WorkFolder) -> bool:
    """Whether a worker of this folder runs, whoever started it."""
    child = _children.get(folder.path)
    if child is not None and child.poll() is None:
        return True
    worker = folder.worker()
    return worker is not None and _is_ours(worker, folder)


def stop(folder: WorkFolder) -> None:
    """Kill the folder's worker with all that it started."""
    child, worker = _children.get(folder.path), folder.worker()
    if child is not None and child.poll() is None:
        _kill_group(child.pid)
        child.wait()
    if worker is not None and _is_ours(worker, folder):
        _kill_group(worker.process)


def _reap(path: Path, child: "subprocess.Popen[bytes]") -> None:
    child.wait()
    if _children.get(path) is child:
        del _children[path]


def _is_ours(worker: Worker, folder: WorkFolder) -> bool:
    """A process id is used again: the command line says whose it is now. A zombie has none."""
    try:
        process = psutil.Process(worker.process)
        words: list[str] = process.cmdline()
        return MODULE in words and str(folder.path) in words
    except psutil.Error:
        return False


def _kill_group(process: int) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process, signal.SIGKILL)
        else:
            psutil.Process(process).kill()
    except (ProcessLookupError, PermissionError, psutil.Error):
        return  # it ended meanwhile


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name.upper() in KEPT_VARIABLES}
    return kept | FRUGAL | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
