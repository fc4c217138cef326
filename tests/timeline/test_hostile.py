"""Timelines broken on purpose: each ends in an edit that is exact, or in an error of ours."""

import copy
import json
import random

import pytest

from bridge.errors import BridgeError, InternalError
from bridge.timeline.clips import clips
from bridge.timeline.facts import Flavour, Mode
from bridge.timeline.markers import marks
from bridge.timeline.read import read
from bridge.timeline.reinsert import reinsert
from bridge.timeline.write import write
from tests.timeline.making import (
    clip,
    dissolve,
    gap,
    placement,
    saved,
    span,
    stack,
    timeline,
    track,
    tree,
    warp,
)

NUMBERS = (0, -1, 1.5, 1e9, 1e300, 24, 23.976, 1e-9, -3.7, float("nan"), float("inf"), 2**63)
WORDS = (
    "",
    "a\0b",
    "C:",
    "\\\\",
    "file:",
    "file://",
    "%d",
    "[1-0].x",
    "Audio",
    "http://x",
    "x" * 9999,
)
OTHERS = (None, [], {}, True, {"OTIO_SCHEMA": "Clip.2"}, {"OTIO_SCHEMA": "Gap.1"}, "../..")


def whole(folder):
    nest = stack(track(clip("x", count=50), dissolve(1, 1), clip("y")), source=span(9, 40))
    made = timeline(
        track(clip("a", effects=[warp(2)]), gap(3), dissolve(2, 2), clip("b"), nest),
        track(gap(5), clip("c", rate=25.0)),
    )
    return tree(saved(made, folder, "whole.otio"))


def spots(value, found):
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        found.append((value, key))
        if isinstance(inner, dict | list):
            spots(inner, found)
    return found


def broken(data, chance):
    """The data with one to three values changed, taken away or put elsewhere."""
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(spots(data, []))
        value = holder[key]
        if isinstance(value, str) and key != "OTIO_SCHEMA":
            holder[key] = chance.choice(WORDS)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            holder[key] = chance.choice(NUMBERS)
        elif chance.random() < 0.2:
            del holder[key]
        elif chance.random() < 0.5:
            holder[key] = chance.choice(OTHERS)
    return data


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_in_a_file(tmp_path, seed):
    chance = random.Random(seed)
    good = whole(tmp_path)
    path = tmp_path / "cut.otio"
    worked = 0
    errors: list[BridgeError] = []
    for _ in range(50):
        path.write_text(json.dumps(broken(copy.deepcopy(good), chance)))
        try:
            worked += edited(path, chance)
        except BridgeError as error:
            errors.append(error)
    assert not [error for error in errors if isinstance(error, InternalError) or not error.message]
    assert worked > 3


def edited(path, chance):
    document = read(path)
    listed = clips(document)
    marks(document)
    placements = [placement(one, document.facts) for one in listed if one.record.count]
    after = reinsert(document, placements, chance.choice([Mode.above, Mode.append, Mode.replace]))
    out = write(after, path.with_name("out.otio"), chance.choice(list(Flavour)))
    shown = {one.place: one.record for one in clips(read(out))}
    assert all(shown[lies.place] == lies.record for lies in after.placed)
    return True
