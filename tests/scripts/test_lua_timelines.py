"""The whole timeline with its takes as a new one, by the Lua script: the same as by Python."""

import pytest

from tests.scripts.lua_house import killed_at_each_call, lua_scene
from tests.scripts.test_py_timelines import *  # noqa: F403


@pytest.fixture
def scene(tmp_path, film, takes):
    return lambda *habits, **cut: lua_scene(tmp_path, film, takes[0], *habits, **cut)


def test_killed_at_each_call(whole):
    for here in killed_at_each_call(whole):
        assert here.state == "placed"
        assert names(here) == ["Cut", NAME]  # noqa: F405
