"""Long timelines: the work grows with the clips, not with their square."""

import ast
import sys
from pathlib import Path

import pytest

from bridge.timeline import document
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode
from bridge.timeline.read import read
from bridge.timeline.references import choose
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write
from tests.benchmarks.bench_timeline import make
from tests.timeline.making import placement

ROOM = Path(document.__file__).parent
# each of these walks over all items before the one it is asked for
QUADRATIC = {
    "range_in_parent", "trimmed_range_in_parent", "range_of_child_at_index", "range_of_child",
    "transformed_time", "transformed_time_range", "child_at_time", "deepcopy", "is_equivalent_to",
}  # fmt: skip


def calls(work):
    """How many Python and C functions the work calls: the same number on a busy machine."""
    count = 0

    def seen(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("mode", list(Mode))
def test_calls_grow_with_the_clips(tmp_path, mode):
    def walk(size):
        path = make(tmp_path / f"{size}.otio", size)

        def work():
            found = read(path)
            listed = choose(found, clips(found), ["all"])
            placements = [placement(one, found.facts, head=0) for one in listed]
            if mode is Mode.take:
                placements = []
            write(reinsert(found, placements, mode), tmp_path / "out.otio", Flavour.otio)

        return calls(work)

    few, many = walk(100), walk(1000)
    assert many < 10.5 * few


def test_a_range_over_alternating_clips_is_one_pass(tmp_path):
    def walk(size):
        found = read(make(tmp_path / f"{size}.otio", size))
        listed = clips(found)
        return calls(lambda: choose(found, listed, [f"0-{found.facts.frames}"]))

    assert walk(1000) < 10.5 * walk(100)


@pytest.mark.parametrize("module", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_no_call_of_otios_is_used_that_walks_over_all_items(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not used & QUADRATIC
