"""`runtime.json`, where a daemon is found. In: port and token. Out: a file for this user only."""

import contextlib
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bridge.errors import disk_error
from bridge.wire.runtime import Runtime


def new_runtime(port: int, version: str) -> Runtime:
    """Of this process, with a token that nobody can guess."""
    return Runtime(
        port=port,
        pid=os.getpid(),
        token=secrets.token_urlsafe(32),
        instance=secrets.token_hex(8),
        version=version,
        started=datetime.fromtimestamp(psutil.Process().create_time(), UTC),
    )


def write_runtime(file: Path, runtime: Runtime) -> None:
    """Whole or not at all, and never readable for others, not even while it is written."""
    part = file.with_name(f"{runtime.instance}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(runtime.model_dump_json())
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise disk_error(error, file) from error


def remove_runtime(file: Path, instance: str) -> None:
    """Only one's own: another daemon may have taken the place meanwhile."""
    with contextlib.suppress(OSError, ValueError):
        if Runtime.model_validate_json(file.read_bytes()).instance == instance:
            file.unlink()
