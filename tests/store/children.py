"""Other processes. In: what a child does. Out: the child, or what is left after it was killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Forks for every number that it is given. The fork stands still before its n-th call that touches a
# file below the watched folder. Audit hooks are Python's own; nothing is patched.
HOOK = """
import os, sys, time
from pathlib import Path
import tests.store.samples
watched = sys.argv[1]
def hold(stop_at):
    seen = 0
    def hook(event, args):
        nonlocal seen
        if event not in ("open", "os.rename", "os.link", "os.chmod", "os.utime", "os.mkdir",
                         "os.remove", "os.scandir"):
            return
        if not any(str(part).startswith(watched) for part in args[:2]):
            return
        seen += 1
        if seen == stop_at:
            print(os.getpid(), "here", flush=True)
            time.sleep(60)
    sys.addaudithook(hook)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        hold(int(line))
        break
    os.waitpid(child, 0)
    print("gone", flush=True)
else:
    sys.exit()
"""


def start(code: str, *arguments: object, stdin: int | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def run(code: str, *arguments: object) -> str:
    """What the child printed; fails where the child did."""
    child = start(code, *arguments)
    output = child.communicate(timeout=60)[0]
    assert child.returncode == 0
    return output


def race(code: str, folder: Path, children: list[list[object]]) -> list[str]:
    """Let them all go at the same moment. Out: what each printed. `code` calls `wait()` first."""
    wait = f"""
import sys, time
from pathlib import Path
def wait():
    print("ready", flush=True)
    while not Path({str(folder / "go")!r}).exists(): time.sleep(0.001)
"""
    racing = [start(wait + code, *arguments) for arguments in children]
    assert [child.stdout.readline() for child in racing] == ["ready\n"] * len(racing)
    (folder / "go").touch()
    outputs = [child.communicate(timeout=60)[0] for child in racing]
    assert [child.returncode for child in racing] == [0] * len(racing)
    return outputs


def killed_everywhere(code: str, watched: Path, *arguments: object) -> Iterator[int]:
    """
    Run the child again and again, killed before its 1st, 2nd, 3rd ... file call.

    Yields after each kill, until it got through. The child's own arguments start at `sys.argv[2]`.
    """
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    code = HOOK + code + "\nprint(os.getpid(), 'through', flush=True)"
    with start(code, watched, *arguments, stdin=subprocess.PIPE) as forking:
        for number in range(1, 200):
            print(number, file=forking.stdin, flush=True)
            process, said = forking.stdout.readline().split()
            if said == "here":
                os.kill(int(process), signal.SIGKILL)
            assert forking.stdout.readline() == "gone\n"
            if said == "through":
                assert number > 5, "the hook saw nothing"
                return
            yield number
    raise AssertionError("never got through")
