"""The contract of all lanes, on Premiere's: frames, places, retimes, tracks.

The cases are those of `tests/scripts/test_lanes.py`; Premiere's own are in `test_lane_own.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.premiere.lane import PremiereHouse, PremiereLane
from tests.scripts.test_lanes import (  # noqa: F401, collected here
    test_a_take_may_come_after_the_end,
    test_handles_stay_behind_the_cuts,
    test_media_of_another_rate_is_seen_at_the_timelines,
    test_several_shots_come_back_each_in_its_place,
    test_ten_takes_of_one_shot_lie_on_ten_tracks,
    test_the_frames_come_back_where_they_were,
    test_the_track_of_the_original_may_be_locked,
    test_what_is_no_plain_clip_is_named,
)


@pytest.fixture
def kind() -> Iterator[Any]:
    """Makes lanes."""
    made: list[PremiereLane] = []

    def build(folder: Path, house: PremiereHouse, **cut: Any) -> PremiereLane:
        made.append(PremiereLane(folder, house, **cut))
        return made[-1]

    yield build
    for lane in made:
        lane.quit()


@pytest.fixture
def lane(kind: Any, house: PremiereHouse, tmp_path: Path) -> PremiereLane:
    return kind(tmp_path, house, rate="25", width=64, height=36)


@pytest.fixture
def scripted(lane: PremiereLane) -> PremiereLane:
    return lane
