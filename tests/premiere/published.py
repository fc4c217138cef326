"""The published types of Premiere and UXP. Out: they lie beside this file, as locked.

They are fetched once with npm; where the registry cannot be reached, tests that need them skip.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from tests.premiere.driver import node

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
PREMIERE = MODULES / "@adobe" / "premierepro" / "src" / "premierepro.d.ts"
TSC = MODULES / "typescript" / "bin" / "tsc"
FETCH_SECONDS = 120
TYPE = re.compile(r"^export declare type (\w+) = \{$(.*?)^\};$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
MEMBER = re.compile(r"(?:readonly )?(\w+)(\(.*)?(?::|\?:)(.*)", re.DOTALL)


@cache
def fetched() -> None:
    """Skips the test that asks where there is no registry."""
    if (MODULES / ".package-lock.json").exists() and TSC.exists() and PREMIERE.exists():
        return
    npm = Path(node()).with_name("npm")
    try:
        ended = subprocess.run(
            [str(npm), "ci"],
            cwd=HERE,
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"Adobe's types could not be fetched: {error}")
    if ended.returncode:
        pytest.skip(f"Adobe's types could not be fetched: {ended.stderr[-300:]}")


def tsc(project: Path) -> subprocess.CompletedProcess[str]:
    fetched()
    command = [node(), str(TSC), "-p", str(project)]
    environ = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=environ, check=False
    )


@cache
def members() -> Mapping[str, Mapping[str, bool]]:
    """'Project' and its members: whether each gives a Promise."""
    fetched()
    text = COMMENT.sub("", PREMIERE.read_text(encoding="utf-8"))
    return {name: dict(_members(body)) for name, body in TYPE.findall(text)}


def _members(body: str) -> list[tuple[str, bool]]:
    found = (MEMBER.match(" ".join(statement.split())) for statement in body.split(";"))
    return [(one[1], one[3].strip().startswith("Promise<")) for one in found if one]
