"""`python -m tests.kills [kills] [seed]`: paid jobs, killed at random; exit 1 for a loss."""

import sys
import tempfile
from pathlib import Path

from tests.kills.paid import loop

if __name__ == "__main__":
    words = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        found = loop(
            Path(scratch),
            int(words[0]) if words else 1000,
            int(words[1]) if words[1:] else 1,
            lambda line: sys.stdout.write(f"{line}\n"),
        )
    sys.stdout.write(f"{found}\n")
    sys.exit(1 if found.doubled or found.lost else 0)
