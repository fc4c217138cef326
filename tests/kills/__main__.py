"""`python -m tests.kills [kills] [seed] [--media]`: paid jobs, killed at random; 1 for a loss."""

import sys
import tempfile
from pathlib import Path

from tests.kills.paid import loop

if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--media"]
    with tempfile.TemporaryDirectory() as scratch:
        found = loop(
            Path(scratch),
            int(words[0]) if words else 1000,
            int(words[1]) if words[1:] else 1,
            print,
            media="--media" in sys.argv,
        )
    sys.stdout.write(f"{found}\n")
    sys.exit(1 if found.doubled or found.lost or found.unbooked else 0)
