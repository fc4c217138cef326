"""One folder of footage for all tests of this room."""

from pathlib import Path

import pytest

from tests.media.footage import SOUND, made


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("footage")


@pytest.fixture(scope="session")
def film(footage: Path) -> Path:
    """60 counted frames at 29.97 with B-frames and sound that counts its samples."""
    return made(footage, "film_with_sound.mov", SOUND)
