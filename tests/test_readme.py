"""The README says what is so: its commands run in CI, parse, and its map is the house."""

import re
import shlex
from pathlib import Path

import pytest

from bridge.cli.app import parser
from bridge.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```\n(.*?)```", README, re.DOTALL)
EXAMPLES = [line for block in BLOCKS for line in block.splitlines() if line.startswith("nle-")]


def commands() -> dict[str, object]:
    return dict(parser()._subparsers._group_actions[0].choices)


def test_ci_runs_the_very_test_command() -> None:
    (command,) = (block.strip() for block in BLOCKS if "pytest" in block)
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_first_screen_has_both_commands() -> None:
    first_screen = "\n".join(README.splitlines()[:24])
    assert "nle-bridge demo" in first_screen
    assert "-m pytest" in first_screen


def test_the_table_lists_every_command() -> None:
    listed = set(re.findall(r"^\| `(\w+)", README, re.MULTILINE))
    assert listed == set(commands())


@pytest.mark.parametrize("line", EXAMPLES)
def test_examples_are_understood(line: str) -> None:
    parser().parse_args(shlex.split(line)[1:])


@pytest.mark.parametrize("name", commands())
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parser().parse_args([name, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert f"nle-bridge {name}" in said


def test_the_map_is_the_house() -> None:
    (block,) = (block for block in BLOCKS if block.startswith("bridge/\n"))
    named = re.findall(r"^  (\w+(?:\.py|/))", block, re.MULTILINE)
    assert set(named) == {path.name + "/" * path.is_dir() for path in rooms()}
    for top in ("resolve_scripts/", "otio_adapters/", "tests/"):
        assert top in block
        assert (ROOT / top).is_dir()


def rooms() -> list[Path]:
    hidden = ("__init__.py", "__pycache__")
    return [path for path in (ROOT / "bridge").iterdir() if path.name not in hidden]


def test_every_setting_is_explained_where_the_readme_sends_people() -> None:
    text = (ROOT / "bridge" / "settings.py").read_text(encoding="utf-8")
    for name in Settings.__dataclass_fields__:
        (line,) = re.findall(rf"^    {name}: .*$", text, re.MULTILINE)
        assert "#" in line or name == "data", name
