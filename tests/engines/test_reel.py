"""A shot gone through several times: the same frames, held only where they are few."""

import numpy as np
import pytest

from bridge.engines.local.reel import Reel
from bridge.frames import Rate
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.slate import Slate, make
from bridge.source import Source

FRAMES = 9


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    path = make(tmp_path_factory.mktemp("reel") / "shot.mov", Slate(FRAMES, Rate.of(25), 64, 36))
    return probe(Source(path), Guard())


@pytest.mark.parametrize("most_bytes", [1 << 20, 1000])
def test_the_same_frames_every_time(facts, most_bytes):
    reel = Reel(facts, Guard(), most_bytes)
    first, second = ([frame.to_ndarray() for frame in reel] for _ in range(2))
    assert len(first) == FRAMES
    assert all(map(np.array_equal, first, second))
    assert all(np.array_equal(reel.frame(place).to_ndarray(), first[place]) for place in (0, 7))


def test_few_frames_are_decoded_once_and_many_are_not_held(facts):
    few, many = Reel(facts, Guard(), 1 << 20), Reel(facts, Guard(), 1000)
    held, new = ([id(frame) for frame in list(few)] for _ in range(2))
    assert held == new
    assert list(many)[3] is not list(many)[3]


def test_a_walk_that_was_broken_off_holds_nothing(facts):
    reel = Reel(facts, Guard())
    assert next(iter(reel)) is not None
    assert len(list(reel)) == FRAMES
