"""A socket on this machine alone. In: the wanted port. Out: a bound socket, or `PortTaken`."""

import errno
import os
import socket

from bridge.errors import PortTaken

ADDRESS = "127.0.0.1"  # never the wildcard: the daemon is for this machine
NEXT_PORTS = 20  # tried one after another before any free one is taken
TAKEN = frozenset((errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL))


def bound(port: int, *, exactly: bool) -> socket.socket:
    """Bound to `port`, or to the next free one unless it must be `exactly` that."""
    if exactly or port == 0:
        return _bind(port)
    for candidate in range(port, min(port + NEXT_PORTS, 65_536)):
        try:
            return _bind(candidate)
        except PortTaken:
            continue
    return _bind(0)


def _bind(port: int) -> socket.socket:
    # named as TCP, or asyncio leaves Nagle's algorithm on: 45 ms an answer instead of 2 (measured)
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "nt":  # where SO_REUSEADDR lets two programs share a port
            # the name is known to type checkers on Windows only
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((ADDRESS, port))
        found.listen(128)
    except (OSError, OverflowError) as error:
        found.close()
        if isinstance(error, OSError) and error.errno not in TAKEN:
            raise
        raise PortTaken(f"Port {port} is not free.", port=port) from error
    return found
