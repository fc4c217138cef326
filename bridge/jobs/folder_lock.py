"""One daemon at a time. In: the data folder. Out: the right to walk its jobs."""

from pathlib import Path

from filelock import FileLock, Timeout

from bridge.errors import DaemonBusy, DiskRefused


class FolderLock:
    """Held by this process; the system takes it back when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # any thread of the daemon may give it back
        self._lock = FileLock(folder / "daemon.lock", thread_local=False)

    def take(self) -> None:
        """`DaemonBusy` where another process has it, `DiskRefused` where the folder is not ours."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise DaemonBusy(
                f"Another process works with the data folder {self._folder}.",
                folder=str(self._folder),
            ) from error
        except OSError as error:
            raise DiskRefused(
                f"The data folder {self._folder} cannot be used: {error.strerror}.",
                folder=str(self._folder),
            ) from error

    def give_back(self) -> None:
        self._lock.release()
