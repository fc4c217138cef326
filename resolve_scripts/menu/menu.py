"""A menu entry. In: what Resolve put into its globals. Out: the library's work.

The installer writes one for each action, with its own texts for both values below.
"""

import sys

LIB = "@LIB@"
ACTION = "@ACTION@"


def main() -> None:
    # a Python inside Resolve keeps modules: an update must not run half old
    for name in [name for name in sys.modules if name.split(".")[0] == "nle_bridge_resolve"]:
        del sys.modules[name]
    sys.path[:] = [LIB, *(folder for folder in sys.path if folder != LIB)]
    try:
        from nle_bridge_resolve import entry  # noqa: PLC0415, found only now
    except ImportError:
        sys.stdout.write("NLE Bridge is not here any more. Run: nle-bridge install resolve\n")
        return
    entry.main(ACTION, globals())


main()
