"""The commands. In: words from a terminal. Out: results on stdout, errors on stderr."""

import os
import sys

__all__ = ["main"]


def main() -> None:
    sys.exit(_status())


def _status() -> int:
    try:
        # takes a moment, in which Ctrl-C may come
        from bridge.cli.app import run  # noqa: PLC0415
        from bridge.cli.output import show_all_letters  # noqa: PLC0415

        show_all_letters()
        status = run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 1
    except OSError as error:  # nobody reads the answer, or there is no room where it goes
        sys.stderr.write(f"The answer cannot be printed: {error.strerror}.\n")
        # or Python tries once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return status
