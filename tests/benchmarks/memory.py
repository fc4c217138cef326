"""The most memory that this process had. In: nothing. Out: megabytes."""

import resource
from pathlib import Path

STATUS = Path("/proc/self/status")


def peak_mb() -> int:
    """Linux: its own. Elsewhere also what a larger parent had: `getrusage` counts on over exec."""
    if not STATUS.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines = STATUS.read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) // 1024
