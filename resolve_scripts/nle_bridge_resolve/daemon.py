"""The daemon, over HTTP on this machine. In: a path, a body. Out: its answer, or `DaemonError`."""

import http.client
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Dict, NamedTuple, Optional

from nle_bridge_resolve.config import read_json

ANSWER_SECONDS = 60  # for everything but a wait that was asked for
HEALTH_SECONDS = 3
SILENT = "The NLE Bridge daemon does not answer."


class Runtime(NamedTuple):
    """What a running daemon says of itself in `runtime.json`."""

    port: int
    token: str
    instance: str


class DaemonError(Exception):
    """The daemon's own words: `code` for programs, `message` and `hint` for people."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class DaemonGone(DaemonError):
    """Nobody answers, or somebody who does not know our token: look for it again."""


class Daemon:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        # whatever proxy this machine has: these requests do not leave it
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def post(self, path: str, body: Dict[str, Any], wait: float = 0) -> Dict[str, Any]:
        """`wait`: seconds that the daemon may take on top, because it was asked to."""
        return self._ask(path, json.dumps(body).encode("utf-8"), ANSWER_SECONDS + wait)

    def is_itself(self) -> bool:
        """Whether the daemon at that port is the one that wrote its runtime file."""
        try:
            told = self._ask("/v1/health", None, HEALTH_SECONDS)
        except DaemonError:
            return False
        return told.get("instance") == self.runtime.instance

    def _ask(self, path: str, data: Optional[bytes], timeout: float) -> Dict[str, Any]:
        address = f"http://127.0.0.1:{self.runtime.port}{path}"
        headers = {"Authorization": "Bearer " + self.runtime.token}
        if data is not None:
            headers["Content-Type"] = "application/json"
        asked = urllib.request.Request(address, data, headers)
        try:
            with self._opener.open(asked, timeout=timeout) as answer:
                return _object(answer.read())
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DaemonGone("daemon_gone", SILENT, str(error)) from error


def read_runtime(file: Path) -> Optional[Runtime]:
    """None where no daemon has written one."""
    told = read_json(file)
    port, token, instance = told.get("port"), told.get("token"), told.get("instance")
    if not (isinstance(port, int) and isinstance(token, str) and isinstance(instance, str)):
        return None
    return Runtime(port, token, instance)


def _refusal(error: urllib.error.HTTPError) -> DaemonError:
    try:
        told = _object(error.read())
    except (OSError, http.client.HTTPException, ValueError):
        told = {}
    finally:
        error.close()
    message = str(told.get("message") or f"The NLE Bridge daemon answered {error.code}.")
    code, hint = str(told.get("code") or "http"), str(told.get("hint") or "")
    # a wrong token: the port went to a newer daemon, whose runtime file is to be read
    return (
        DaemonGone(code, message, hint) if error.code == 401 else DaemonError(code, message, hint)
    )


def _object(data: bytes) -> Dict[str, Any]:
    found = json.loads(data.decode("utf-8"))
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004, as for what is no JSON at all
    return found
