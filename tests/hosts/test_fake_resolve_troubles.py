"""Troubles that a test can ask the fake Resolve for: kills, faults, dialogs, closed projects."""

import threading

import pytest

from tests.fakes.resolve import STUDIO, Habits, ResolveGone, ScriptKilled, opened, reel


def script(here):
    """Three calls, and what a script that catches too much would do about trouble."""
    try:
        here.timeline.SetTrackName("video", 1, "one")
        here.timeline.SetTrackName("video", 1, "two")
        here.timeline.SetTrackName("video", 1, "three")
    except Exception:  # noqa: BLE001  a script may
        here.timeline.SetTrackName("video", 1, "caught")


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_script_is_killed_before_the_call_of_that_number(tmp_path, calls):
    here = opened(tmp_path)
    here.fake.kill_after(calls)
    with pytest.raises(ScriptKilled):
        script(here)
    assert here.cut.names() == [["Video 1", "one", "two"][calls - 1]]
    assert len(here.fake.calls) == calls - 1
    with pytest.raises(ScriptKilled):
        here.timeline.GetName()
    here.fake.restart()
    script(here)
    assert here.cut.names() == ["three"]


def test_a_script_of_fewer_calls_is_not_killed(tmp_path):
    here = opened(tmp_path)
    here.fake.kill_after(4)
    script(here)
    assert here.fake.calls == ["Timeline.SetTrackName"] * 3


def test_one_of_two_scripts_is_killed_and_the_other_goes_on(tmp_path):
    here = opened(tmp_path)
    ended = []

    def run():
        try:
            for number in range(50):
                here.timeline.AddMarker(number, "Red", "", "", 1)
        except ScriptKilled:
            ended.append("killed")
        else:
            ended.append("whole")

    here.cut.put(reel(tmp_path / "film.mov"))
    threads = [threading.Thread(target=run) for _ in range(2)]
    here.fake.kill_after(3, threads[0])
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(ended) == ["killed", "whole"]
    assert len(here.timeline.GetMarkers()) == 50


def test_two_scripts_at_once_lose_nothing(tmp_path):
    here = opened(tmp_path)
    threads = [
        threading.Thread(target=lambda: [here.timeline.AddTrack("video") for _ in range(100)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(here.cut.names()) == 401
    assert len(here.fake.calls) == 400


def test_scripted_faults(tmp_path):
    here = opened(tmp_path)
    here.fake.fail("Timeline.SetTrackName", returns=False, times=2, after=1)
    asked = [here.timeline.SetTrackName("video", 1, name) for name in "abcd"]
    assert (asked, here.cut.names()) == ([True, False, False, True], ["d"])


def test_a_call_that_lies_or_raises(tmp_path):
    here = opened(tmp_path)
    here.fake.fail("Timeline.AddTrack", returns=False, acts=True)
    here.fake.fail("Timeline.GetName", raises=RuntimeError("lost"))
    assert here.timeline.AddTrack("video") is False
    assert len(here.cut.names()) == 2
    with pytest.raises(RuntimeError, match="lost"):
        here.timeline.GetName()
    assert here.timeline.GetName() == "Cut"


def test_while_a_dialog_is_open_nothing_works(tmp_path):
    here = opened(tmp_path)
    with here.fake.modal():
        assert here.timeline.GetName() is None
        assert here.timeline.AddTrack("video") is False
        assert here.resolve.GetProjectManager() is None
    assert (here.timeline.GetName(), len(here.cut.names())) == ("Cut", 1)


def test_the_editor_does_something_between_two_calls(tmp_path):
    here = opened(tmp_path)
    here.fake.meanwhile(2, lambda: here.cut.name_track(1, "theirs"))
    here.fake.meanwhile(3, here.fake.close_project)
    asked = [here.timeline.GetTrackName("video", 1) for _ in range(3)]
    assert asked == ["Video 1", "theirs", None]


def test_objects_of_a_closed_project_are_dead(tmp_path):
    here = opened(tmp_path)
    here.cut.put(reel(tmp_path / "film.mov"))
    [item] = here.items()
    here.fake.close_project()
    manager = here.resolve.GetProjectManager()
    assert manager.GetCurrentProject() is None
    assert here.project.GetName() is here.timeline.GetName() is item.GetName() is None
    assert here.timeline.AddTrack("video") is False
    assert here.pool.GetRootFolder() is None
    assert not here.resolve.OpenPage("edit")
    other = here.fake.open_project("Other")
    assert manager.GetCurrentProject().GetUniqueId() == other.id
    assert manager.GetCurrentProject().GetCurrentTimeline() is None
    assert here.project.GetName() is None
    assert manager.LoadProject("Film").GetCurrentTimeline().GetName() == "Cut"
    assert (here.project.GetName(), item.GetName()) == ("Film", "film.mov")
    assert manager.LoadProject("None") is None


def test_a_project_is_closed_by_the_script(tmp_path):
    here = opened(tmp_path)
    manager = here.resolve.GetProjectManager()
    assert manager.SaveProject()
    assert manager.CloseProject(here.project)
    assert not manager.CloseProject(here.project)
    assert not manager.SaveProject()


def test_resolve_is_quit(tmp_path):
    silent, loud = opened(tmp_path), opened(tmp_path, Habits())
    silent.fake.quit()
    assert silent.resolve.GetProjectManager() is None
    silent.fake.relaunch()
    assert silent.timeline.GetName() == "Cut"
    loud.fake.quit(raising=True)
    with pytest.raises(ResolveGone):
        loud.timeline.GetName()


@pytest.mark.parametrize(
    ("habits", "name"),
    [(Habits(), None), (Habits(version=(18, 6)), "Cut"), (Habits(product=STUDIO), "Cut")],
)
def test_to_ask_free_for_uimanager_opens_a_dialog(tmp_path, habits, name):
    here = opened(tmp_path, habits)
    assert here.fake.fusion.UIManager is None
    assert here.timeline.GetName() == name


def test_each_answer_is_a_new_object(tmp_path):
    here = opened(tmp_path)
    again = here.project.GetCurrentTimeline()
    assert again != here.timeline
    assert again.GetUniqueId() == here.timeline.GetUniqueId()
