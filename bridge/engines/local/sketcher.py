"""The local engine's child for previews. In: lines with a work folder. Out: answer lines.

    python -m bridge.engines.local.sketcher

It waits with its libraries loaded and makes one preview after another, until its input ends. The
work is the worker's; of what it leaves in the folder there is the result alone.
"""

import json
import sys
from pathlib import Path
from typing import Any

# loaded before the first request comes
from bridge.engines.local import border, pictures, render  # noqa: F401
from bridge.engines.local.folder import WorkFolder
from bridge.engines.local.worker import render as made
from bridge.errors import BridgeError
from bridge.media.limits import confine


def main() -> None:
    say({"ready": True})
    for line in sys.stdin.buffer:
        say(_answer(json.loads(line)))


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _answer(told: dict[str, Any]) -> dict[str, Any]:
    folder, memory_mb = WorkFolder(Path(told["folder"])), told["memory_mb"]
    confine(memory_mb)
    request = folder.request()
    if request is None:
        return {"result": None}
    try:
        made(folder, request, memory_mb, lasting=False)
    except BridgeError as error:
        return {"error": error.as_data()}
    return {"result": None}


if __name__ == "__main__":
    main()
