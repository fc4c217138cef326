"""Media that the scripts' tests read and none of them writes."""

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.resolve import Habits, reel
from tests.scripts import py_house

SAMPLES = 48000  # a second


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> str:
    return reel(tmp_path_factory.mktemp("film") / "film.mov", frames=100)


@pytest.fixture(scope="session")
def takes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Ten takes of one shot, with handles."""
    folder = tmp_path_factory.mktemp("takes")
    return [reel(folder / f"take{n}.mov", frames=py_house.MEDIA) for n in range(1, 11)]


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> str:
    """As long as a take."""
    path = tmp_path_factory.mktemp("sound") / "take1.sound.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, SAMPLES, 0, "NONE", ""))
        out.writeframes(bytes(2 * SAMPLES * py_house.MEDIA // 24))
    return str(path)


@pytest.fixture
def scene(tmp_path: Path, film: str, takes: list[str]) -> Callable[..., py_house.Scene]:
    def made(habits: Habits | None = None, **cut: Any) -> py_house.Scene:
        return py_house.scene(tmp_path, film, takes[0], habits, **cut)

    return made
