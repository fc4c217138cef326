"""Finds the daemon, and starts it where none runs. In: `Config`, a clock. Out: a `Daemon`."""

import os
import subprocess
from typing import Callable, Dict, Mapping, NamedTuple, Optional, Sequence

from nle_bridge_resolve.config import Config
from nle_bridge_resolve.daemon import Daemon, DaemonGone, read_runtime

START_SECONDS = 20
RETURN_SECONDS = 600  # for a daemon that is being updated, or a machine that wakes up
STEP, SLOW_STEP = 0.25, 2.0  # seconds between two looks
DETACHED = 0x00000008 | 0x00000200  # Windows: DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP
HINT = "Run: nle-bridge serve"


Launch = Callable[[Sequence[str], Mapping[str, str]], object]


class Clock(NamedTuple):
    now: Callable[[], float]  # seconds of a clock that only goes forward
    sleep: Callable[[float], None]


def find_daemon(config: Config) -> Optional[Daemon]:
    """The daemon that runs now, if it is the one that wrote the runtime file."""
    runtime = read_runtime(config.runtime_file)
    if runtime is None:
        return None
    daemon = Daemon(runtime)
    return daemon if daemon.is_itself() else None


def find_or_start(
    config: Config,
    environ: Mapping[str, str],
    clock: Clock,
    launch: Optional[Launch] = None,
) -> Daemon:
    """`DaemonGone` where it cannot be started or does not come up in time."""
    running = find_daemon(config)
    if running is not None:
        return running
    if not config.command:
        raise DaemonGone("daemon_not_running", "The NLE Bridge daemon does not run.", HINT)
    (launch or start)(config.command, environ)
    return wait_for_daemon(config, clock, START_SECONDS, STEP)


def wait_for_daemon(
    config: Config, clock: Clock, seconds: float = RETURN_SECONDS, step: float = SLOW_STEP
) -> Daemon:
    """The daemon once it is there, at whatever port; `DaemonGone` after so many seconds."""
    until = clock.now() + seconds
    while True:
        found = find_daemon(config)
        if found is not None:
            return found
        if clock.now() >= until:
            message = f"The NLE Bridge daemon did not answer within {int(seconds)} seconds."
            raise DaemonGone("daemon_not_running", message, HINT)
        clock.sleep(step)


def start(command: Sequence[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """A process of its own, which outlives this script and Resolve."""
    windows = os.name == "nt"
    try:
        return subprocess.Popen(  # noqa: S603, the installer's own command
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            env=clean(environ),
            start_new_session=not windows,
            creationflags=DETACHED if windows else 0,
        )
    except (OSError, ValueError) as error:
        message = f"The NLE Bridge daemon could not be started: {error}."
        raise DaemonGone("daemon_not_running", message, HINT) from error


def clean(environ: Mapping[str, str]) -> Dict[str, str]:
    """Without what Resolve sets for its own Python: another Python would not even start with it."""
    return {name: value for name, value in environ.items() if not name.startswith("PYTHON")}
