"""Takes in the take selector, by the Lua script: the same as by Python."""

import pytest

from tests.scripts.lua_house import lua_scene
from tests.scripts.test_py_takes import *  # noqa: F403


@pytest.fixture
def scene(tmp_path, film, takes):
    return lambda *habits, **cut: lua_scene(tmp_path, film, takes[0], *habits, **cut)


def test_only_what_was_there_is_adopted(scene):
    here = scene()
    here.work(mode="take")
    here.work(id="p2", mode="take")
    assert [ack["readback"]["adopted"] for ack in here.office.acks] == [False, True]
    assert len(here.shot.takes) == 2


def test_without_the_hold_no_take_is_chosen(scene):
    here = scene()
    here.work(mode="take")
    here.shot.take = 1
    here.office.held = [False]
    assert not here.work(id="p2", mode="take")
    assert here.shot.take == 1
