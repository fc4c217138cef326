"""Files kept in case they are asked for again. In: a folder, a bound. Out: no more than that.

    <folder>/ab/abcd....

Who uses one touches it; it then stays longer than what nobody asked for.
"""

from contextlib import suppress
from pathlib import Path


def sweep(folder: Path, most_bytes: int) -> None:
    """Remove what was not asked for the longest, until the rest is small enough."""
    found: list[tuple[int, int, Path]] = []
    for path in folder.glob("*/*"):
        with suppress(OSError):  # another process sweeps too
            status = path.stat()
            found.append((status.st_mtime_ns, status.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= most_bytes:
            return
        with suppress(OSError):
            path.unlink()
        total -= size
