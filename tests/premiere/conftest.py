"""What the tests of the Premiere panel share."""

import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fakes.resolve import reel
from tests.premiere import office
from tests.premiere.lane import PremiereHouse
from tests.premiere.office import Scene
from tests.scripts import py_house

SAMPLES = 48000  # a second


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PremiereHouse]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        made = PremiereHouse(tmp_path_factory.mktemp("house"))
        made.start()
        yield made
        made.stop()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> str:
    return reel(tmp_path_factory.mktemp("film") / "film.mov", frames=100)


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> str:
    """With handles, and an accent in its name."""
    return reel(tmp_path_factory.mktemp("takes") / "Käse take.mov", frames=py_house.MEDIA)


@pytest.fixture(scope="session")
def sounding(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A take whose file has sound of its own."""
    folder = tmp_path_factory.mktemp("sounding")
    return reel(folder / "take.mov", frames=py_house.MEDIA, sound=True)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> str:
    """As long as a take, to the frame."""
    path = tmp_path_factory.mktemp("sound") / "take.sound.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, SAMPLES, 0, "NONE", ""))
        out.writeframes(bytes(2 * SAMPLES * py_house.MEDIA // 24))
    return str(path)


@pytest.fixture
def scene(tmp_path: Path, film: str, take: str) -> Iterator[Callable[..., Scene]]:
    """Makes scenes: `scene(**habits)`."""
    with ExitStack() as stack:
        yield lambda **habits: stack.enter_context(office.scene(tmp_path, film, take, **habits))
