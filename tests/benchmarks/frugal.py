"""The environment of the engine's worker. In: a module's name. Out: it runs with that environment.

malloc and OpenCV read it when a process starts; without it a picture costs more than it does.
"""

import os
import subprocess
import sys

from bridge.engines.local.process import FRUGAL


def again(module: str, *words: str) -> bool:
    """Whether the module was run again as a child, because this process has no such environment."""
    if FRUGAL.items() <= os.environ.items():
        return False
    subprocess.run([sys.executable, "-m", module, *words], env=os.environ | FRUGAL, check=True)
    return True
