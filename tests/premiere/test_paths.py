"""Paths as Premiere may spell them, and exact ticks."""

import json
import subprocess

import pytest

from tests.premiere.driver import PANEL, node


def evaluated(expression):
    script = f"process.stdout.write(JSON.stringify({expression}))"
    ended = subprocess.run(
        [node(), "-e", script], cwd=PANEL, capture_output=True, text=True, check=True
    )
    return json.loads(ended.stdout)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("C:\\Users\\Eva\\Take.mov", "c:/users/eva/take.MOV", True),
        ("\\\\?\\C:\\Users\\Eva\\Take.mov", "C:\\Users\\Eva\\Take.mov", True),
        ("\\\\Server\\share\\a.mov", "//server/Share/a.mov", True),
        ("file:///C:/Users/Eva/K%C3%A4se.mov", "C:\\Users\\Eva\\Käse.mov", True),
        ("file://localhost/Users/eva/a.mov", "/Users/eva/a.mov", True),
        ("file:/Users/eva/a%20b.mov", "/Users/eva/a b.mov", True),
        ("/takes/Ka\u0308se.mov", "/takes/K\u00e4se.mov", True),
        ("/takes/100%.mov", "/takes/100%.mov", True),
        ("file:///takes/100%.mov", "/takes/100%.mov", True),
        ("/takes/a.mov", "/takes/A.mov", False),
        ("/takes/a.mov", "/takes/b.mov", False),
        ("", "", False),
    ],
)
def test_one_file_has_many_spellings(one, other, same):
    given = f"{json.dumps(one)}, {json.dumps(other)}"
    assert evaluated(f'require("./paths.js").sameFile({given})') is same
