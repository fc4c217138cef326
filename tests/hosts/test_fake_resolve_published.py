"""The fake Resolve has what Resolve has: its methods against the published stubs, by version."""

import inspect

import pytest

from tests.fakes.resolve import STUDIO, Habits, NotModelled, opened, reel
from tests.fakes.resolve.media import MediaPoolItem
from tests.fakes.resolve.pool import Folder, MediaPool
from tests.fakes.resolve.prefs import Fusion
from tests.fakes.resolve.project import Project, ProjectManager, Resolve
from tests.fakes.resolve.published import LATER, UNDOCUMENTED, Signature, constants, methods
from tests.fakes.resolve.timeline import Timeline, TimelineItem

KINDS = (
    Fusion, Resolve, ProjectManager, Project, MediaPool, Folder, MediaPoolItem, Timeline,
    TimelineItem,
)  # fmt: skip
MADE = {
    f"{kind.__name__}.{name}": method
    for kind in KINDS
    for name, method in inspect.getmembers(kind, inspect.isfunction)
    if not name.startswith("_")
}


def arity(method):
    """Fewest and most arguments after `self`."""
    parameters = list(inspect.signature(method).parameters.values())[1:]
    least = sum(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters)
    any_number = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    return least, Signature.MANY if any_number else len(parameters)


@pytest.mark.parametrize("name", sorted(MADE))
def test_every_method_is_published_or_listed_with_its_source(name):
    assert name in methods() or name in LATER or name in UNDOCUMENTED


@pytest.mark.parametrize("name", sorted(name for name in MADE if name in methods()))
def test_no_method_takes_what_the_published_one_does_not(name):
    least, most = arity(MADE[name])
    published = methods()[name]
    assert least >= min(signature.least for signature in published)
    assert most <= max(signature.most for signature in published)


def test_the_check_itself_can_fail():
    assert "Timeline.GetSelectedItems" not in methods()
    assert methods()["Timeline.AddMarker"] == (Signature(5, 6, studio=False),)
    assert arity(lambda self, a, b=1: None) == (1, 2)


def test_later_methods_are_not_in_these_stubs():
    assert not set(LATER) & set(methods())
    assert not set(UNDOCUMENTED) & set(methods())


@pytest.mark.parametrize(
    ("version", "selected", "speed"),
    [((21, 0, 0), False, False), ((21, 0, 4, 5), True, False), ((21, 1, 0, 17), True, True)],
)
def test_what_a_version_does_not_have_is_none(tmp_path, version, selected, speed):
    here = opened(tmp_path, Habits(version=version))
    here.cut.put(reel(tmp_path / "film.mov"))
    [item] = here.items()
    assert callable(here.timeline.GetSelectedClips) is selected
    assert callable(item.GetSpeed) is speed
    assert ("GetSelectedClips" in dir(here.timeline)) is selected
    assert "DetectSceneCuts" in dir(here.timeline)  # though the fake has it not
    assert hasattr(here.timeline, "GetSelectedClips")
    if not selected:
        with pytest.raises(TypeError, match="'NoneType' object is not callable"):
            here.timeline.GetSelectedClips()


def test_an_unknown_name_is_none_as_on_a_real_proxy(tmp_path):
    here = opened(tmp_path)
    assert hasattr(here.timeline, "GetSelectedTimelineItems")
    assert here.timeline.GetSelectedTimelineItems is None
    assert (here.timeline.held, here.timeline.put) == (None, None)


def test_a_method_that_resolve_has_and_the_fake_has_not_says_so(tmp_path):
    here = opened(tmp_path)
    with pytest.raises(NotModelled, match=r"Timeline\.DetectSceneCuts"):
        here.timeline.DetectSceneCuts()
    assert here.fake.gate.unmodelled == ["Timeline.DetectSceneCuts"]


def test_a_method_of_studio_opens_a_dialog_on_free(tmp_path):
    free, studio = opened(tmp_path), opened(tmp_path, Habits(product=STUDIO))
    assert free.project.GenerateSpeech({}, "") is False
    assert free.timeline.GetName() is None
    with pytest.raises(NotModelled):
        studio.project.GenerateSpeech({}, "")


def test_methods_take_no_keywords_and_no_more_arguments(tmp_path):
    here = opened(tmp_path)
    with pytest.raises(TypeError):
        here.timeline.GetTrackCount(trackType="video")
    with pytest.raises(TypeError):
        here.timeline.GetName(1)


def test_constants_are_tested_against_none(tmp_path):
    here, old = opened(tmp_path), opened(tmp_path, Habits(version=(18, 1)))
    assert here.resolve.EXPORT_AAF == 0.0
    assert here.resolve.EXPORT_OTIO not in (None, here.resolve.EXPORT_NONE)
    assert here.resolve.EXPORT_NEVER is None
    assert old.resolve.EXPORT_OTIO is None
    assert len(set(constants().values())) == len(constants())


def test_edition_and_version(tmp_path):
    studio = opened(tmp_path, Habits(product=STUDIO, version=(21, 1, 0, 17))).resolve
    free = opened(tmp_path, Habits(version=(19, 1, 3))).resolve
    assert (studio.GetProductName(), free.GetProductName()) == (STUDIO, "DaVinci Resolve")
    assert studio.GetVersion() == [21, 1, 0, 17, ""]
    assert free.GetVersionString() == "19.1.3.0"
