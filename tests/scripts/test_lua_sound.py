"""The sound of a take, laid by the Lua script: the same as by Python."""

import pytest

from tests.scripts.lua_house import lua_scene
from tests.scripts.test_py_sound import *  # noqa: F403


@pytest.fixture
def scene(tmp_path, film, takes):
    return lambda *habits, **cut: lua_scene(tmp_path, film, takes[0], *habits, **cut)
