"""`python -m bridge.cli`: the commands by their Python. In: the command line. Out: exit status.

Resolve's scripts and the login item start the daemon by it: they know no other name that lasts.
"""

from bridge.cli import main

if __name__ == "__main__":
    main()
