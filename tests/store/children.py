"""Other processes. In: what a child does. Out: the child, or what is left after it was killed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Stands still before the n-th call that touches a file below the watched folder. Audit hooks are
# Python's own; nothing is patched.
HOOK = """
import sys, time
from pathlib import Path
watched, stop_at = sys.argv[1], int(sys.argv[2])
seen = 0
def hook(event, args):
    global seen
    if event not in ("open", "os.rename", "os.link", "os.chmod", "os.utime", "os.mkdir",
                     "os.remove", "os.scandir"):
        return
    if not any(str(part).startswith(watched) for part in args[:2]):
        return
    seen += 1
    if seen == stop_at:
        print("here", flush=True)
        time.sleep(60)
sys.addaudithook(hook)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


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

    Yields after each kill, until it got through. The child's own arguments start at `sys.argv[3]`.
    """
    for number in range(1, 200):
        child = start(HOOK + code + "\nprint('through', flush=True)", watched, number, *arguments)
        said = child.stdout.readline()
        child.kill()
        child.communicate()
        if said == "through\n":
            assert number > 5, "the hook saw nothing"
            return
        assert said == "here\n"
        yield number
    raise AssertionError("never got through")
