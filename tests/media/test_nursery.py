"""Where media children come from: forked from a mother that may die, or started anew."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import psutil
import pytest

from bridge.media.nursery import Forked, Nursery
from tests.children import children

BAD = "tests.media.bad_worker"
MOTHER = "bridge.media.mother"


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    before = {mother.pid for mother in mothers()}
    nursery = Nursery()
    yield nursery
    nursery.close()
    assert {mother.pid for mother in mothers()} == before


def mothers() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if MOTHER in each.cmdline()]


def ask(nursery: Nursery, how: str) -> tuple[bytes, int]:
    """What such a child says, and its exit status."""
    child = nursery.child(BAD)
    out, _ = told(child, b'{"order": {"source": {"path": "/%s"}}}\n' % how.encode())
    return out, child.wait(20)


def told(child, line: bytes) -> tuple[bytes, bytes]:
    with child.stdin as stdin, child.stdout as stdout, child.stderr as stderr:
        stdin.write(line)
        stdin.flush()
        return stdout.read(), stderr.read()


def test_a_child_ends_as_it_does(nursery: Nursery) -> None:
    out, status = ask(nursery, "other")
    assert (b"other" in out, status) == (True, 0)
    assert ask(nursery, "quit") == (b"", 3)


def test_what_it_dies_of_is_on_its_error_output(nursery: Nursery) -> None:
    child = nursery.child(BAD)
    _, errors = told(child, b"no JSON\n")
    assert b"JSONDecodeError" in errors
    assert child.wait(20) == 1


def test_a_killed_child_says_so_and_its_siblings_live(nursery: Nursery) -> None:
    one, other = nursery.child(BAD), nursery.child(BAD)
    assert os.getpgid(one.pid) == one.pid != os.getpgid(other.pid)
    with pytest.raises(subprocess.TimeoutExpired):
        one.wait(0.01)
    os.killpg(one.pid, signal.SIGKILL)
    assert (one.wait(20), one.poll()) == (-signal.SIGKILL, -signal.SIGKILL)
    assert other.poll() is None
    for child in (one, other):
        for pipe in (child.stdin, child.stdout, child.stderr):
            pipe.close()
    assert other.wait(20) == 1  # its input has ended


def test_a_mother_that_dies_is_followed_by_another(nursery: Nursery) -> None:
    orphan = nursery.child(BAD)
    (first,) = [m for m in mothers() if orphan.pid in {c.pid for c in m.children()}]
    first.kill()
    assert orphan.wait(20) == -signal.SIGKILL
    gone = time.monotonic() + 20
    while BAD.rpartition(".")[2] in {child.name() for child in children(BAD)}:
        assert time.monotonic() < gone
    assert ask(nursery, "quit") == (b"", 3)  # an interpreter of its own
    child = nursery.child(BAD)
    assert isinstance(child, Forked)
    assert told(child, b'{"order": {"source": {"path": "/quit"}}}\n')[0] == b""
    assert child.wait(20) == 3
    for pipe in (orphan.stdin, orphan.stdout, orphan.stderr):
        pipe.close()
