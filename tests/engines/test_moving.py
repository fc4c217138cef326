"""A motion passes through its stills exactly, at its own speed, and near things move more."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.engines.base import Keyframe, Kind, RenderRequest
from bridge.engines.local.models import check
from bridge.engines.local.move.moving import motion
from bridge.engines.local.notes import Notes
from bridge.errors import EngineRefused
from bridge.frames import Rate
from bridge.media.limits import Guard
from tests.engines.pictures import psnr, scene, texture


@dataclass(frozen=True)
class Desk:
    """Where stills lie as files of 16 bits, and motions are made from them."""

    folder: Path

    def still(self, name: str, picture: np.ndarray) -> Path:
        path = self.folder / f"{name}.png"
        levels = np.round(picture[:, :, ::-1] * 65535).astype(np.uint16)
        assert cv2.imwrite(str(path), levels)
        return path

    def request(self, stills: dict[int, np.ndarray], frames: int, **more) -> RenderRequest:
        height, width = next(iter(stills.values())).shape[:2]
        return RenderRequest(
            key="a",
            kind=Kind.generate,
            model="motion",
            prompt="",
            frames=frames,
            rate=Rate.of(24),
            width=width,
            height=height,
            folder=self.folder,
            keyframes=tuple(
                Keyframe(frame, self.still(f"still {frame}", picture))
                for frame, picture in stills.items()
            ),
            **more,
        )

    def made(self, stills: dict[int, np.ndarray], frames: int, **more) -> list[np.ndarray]:
        return list(motion(self.request(stills, frames, **more), Guard(), Notes()))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def left_of(picture: np.ndarray) -> int:
    """Where the square of a scene stands."""
    return max(range(20, 130), key=lambda left: psnr(picture, scene(left)))


def test_every_still_stands_on_its_frame_exactly_and_is_held_outside(desk):
    stills = {2: scene(60), 5: scene(66), 9: scene(80)}
    made = desk.made(stills, 12)
    for frame, still in ((0, 2), (1, 2), (2, 2), (5, 5), (9, 9), (10, 9), (11, 9)):
        assert np.abs(made[frame] - stills[still]).max() <= 1 / 65535
    assert np.array_equal(made[0], made[2])
    assert np.array_equal(made[11], made[9])
    assert all(not np.array_equal(made[frame], made[frame - 1]) for frame in range(3, 10))


def test_stills_around_a_way_bend_it(desk):
    """The square is thrown: 40, 52 and 84 at frames 0, 4 and 8."""
    thrown = {0: scene(40), 4: scene(52), 8: scene(84)}
    bent = desk.made(thrown, 9)
    straight = desk.made({0: scene(40), 4: scene(52)}, 5)
    assert left_of(straight[2]) == pytest.approx(46, abs=1)
    assert left_of(bent[2]) == pytest.approx(43.5, abs=1.5)
    assert left_of(bent[6]) == pytest.approx(65.5, abs=1.5)


def test_what_stands_still_between_two_moves_does_not_swing(desk):
    made = desk.made({0: scene(40), 4: scene(60), 8: scene(60), 12: scene(80)}, 13)
    assert psnr(made[6], scene(60)) > 45


def test_each_way_has_its_own_easing(desk):
    stills = {0: scene(40), 8: scene(60), 16: scene(80)}
    made = desk.made(stills, 17, options={"easings": "ease-in, Ease-Out"})
    assert left_of(made[4]) < 48
    assert left_of(made[12]) > 72
    even = desk.made(stills, 17)
    assert left_of(even[4]) == pytest.approx(50, abs=1)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("linear", "1 easings were given, and the stills have 2"),
        ("linear, ease-in, ease-in", "3 easings"),
        ("linear, bouncy", "'bouncy' is not an easing"),
    ],
)
def test_easings_that_do_not_fit_are_refused(desk, words, reason):
    stills = {0: scene(40), 8: scene(60), 16: scene(80)}
    with pytest.raises(EngineRefused) as caught:
        check(desk.request(stills, 17, options={"easings": words}))
    assert reason in caught.value.message


def test_single_frames_are_those_of_the_whole(desk):
    stills = {0: scene(40), 4: scene(50), 8: scene(66), 12: scene(70)}
    whole = desk.made(stills, 13)
    for only in ((2,), (6, 8, 11), (4,)):
        alone = desk.made(stills, 13, only=only)
        assert len(alone) == len(only)
        assert all(
            np.array_equal(one, whole[frame]) for one, frame in zip(alone, only, strict=True)
        )


def test_what_cannot_be_moved_is_said_and_the_sureness_falls(desk):
    notes = Notes()
    stills = {0: texture(1, softness=0.5), 4: 1 - texture(2, softness=0.5), 8: texture(3)}
    list(motion(desk.request(stills, 9), Guard(), notes))
    assert [warning for warning in notes.warnings if "frames 0 and 4" in warning]
    assert len(notes.sureness) == 9
    assert notes.sureness[0] == notes.sureness[4] == notes.sureness[8] == 1
    assert max(notes.sureness[1:4]) < 0.8
    assert min(notes.sureness) >= 0


NEAR_LEFT, NEAR_TOP, NEAR_SIDE = 70, 30, 48


def matte_of_the_square() -> np.ndarray:
    matte = np.zeros((108, 192, 3), np.float32)
    matte[NEAR_TOP : NEAR_TOP + NEAR_SIDE, NEAR_LEFT : NEAR_LEFT + NEAR_SIDE] = 1
    return matte


def place_of(picture: np.ndarray, part: np.ndarray) -> tuple[int, int]:
    """Right and down, where a part of another picture is found."""
    found = cv2.matchTemplate(picture, np.ascontiguousarray(part), cv2.TM_SQDIFF)
    return cv2.minMaxLoc(found)[2]


@pytest.mark.parametrize(("words", "sign"), [("pan left 20%", 1), ("pan right 20%", -1)])
def test_near_things_move_more_than_what_lies_behind(desk, words, sign):
    picture = scene(NEAR_LEFT)
    reference = (desk.still("matte", matte_of_the_square()),)
    flat = desk.made({0: picture}, 9, camera=(words,))
    deep = desk.made({0: picture}, 9, camera=(words,), references=reference)
    assert np.abs(deep[4] - flat[4]).max() < 0.02  # half way, the view stands in the middle
    near = cv2.resize(picture, None, fx=1.2, fy=1.2)[46:84, 94:132]  # as large as the overscan
    ways = [place_of(made[8], near)[0] - place_of(made[4], near)[0] for made in (flat, deep)]
    assert sign * ways[0] > 10
    assert ways[1] / ways[0] == pytest.approx(1.5, abs=0.15)
    corner = (slice(0, 15), slice(0, 192))
    assert psnr(deep[8][corner], flat[8][corner]) > 40


def test_a_still_with_a_matte_is_whole_at_rest(desk):
    picture = scene(NEAR_LEFT)
    soft = cv2.GaussianBlur(matte_of_the_square(), (0, 0), 3)
    reference = (desk.still("matte", soft),)
    made = desk.made({0: picture}, 9, camera=("zoom in 0.01%",), references=reference)
    assert np.abs(made[0] - picture).max() <= 1 / 65535
    assert psnr(made[1], picture) > 60


def test_what_the_near_part_uncovers_is_not_the_near_part(desk):
    ground, near = np.float32([0.1, 0.5, 0.2]), np.float32([0.9, 0.1, 0.1])
    matte = matte_of_the_square()
    picture = ground + (near - ground) * matte
    made = desk.made(
        {0: picture}, 9, camera=("pan left 20%",), references=(desk.still("matte", matte),)
    )
    share = made[8].reshape(-1, 3)
    is_ground = np.abs(share - ground).max(axis=1) < 0.02
    is_near = np.abs(share - near).max(axis=1) < 0.02
    assert is_near.mean() == pytest.approx(1.44 * matte.mean(), rel=0.15)  # less its edge
    assert (is_ground | is_near).mean() > 0.95


def test_a_matte_that_parts_nothing_is_said(desk):
    notes = Notes()
    reference = (desk.still("matte", np.zeros((108, 192, 3), np.float32)),)
    request = desk.request({0: scene(60)}, 3, camera=("pan left 5%",), references=reference)
    made = list(motion(request, Guard(), notes))
    assert len(made) == 3
    assert "no near part" in notes.warnings[0]


def test_a_matte_needs_a_single_still_and_a_move(desk):
    reference = (desk.still("matte", matte_of_the_square()),)
    several = desk.request({0: scene(60), 4: scene(64)}, 5, references=reference)
    with pytest.raises(EngineRefused, match="several stills"):
        check(several)
    (warning,) = check(desk.request({0: scene(60)}, 5, references=reference))
    assert "matte is not used" in warning
