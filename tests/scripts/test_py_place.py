"""Takes above the original and at the end, whatever Resolve does."""

import pytest
from nle_bridge_resolve.daemon import DaemonError

from tests.fakes.resolve import STUDIO, Habits, reel
from tests.scripts.py_house import BINS, FRAMES, HEAD, MEDIA, RECORD, Reply
from tests.scripts.py_house import scene as scene_of

FREE_21 = Habits()
STUDIO_21_1 = Habits(product=STUDIO, version=(21, 1, 0, 14), dict_import_works=False)
OLD = Habits(version=(18, 6, 6, 7), drops_overlaps=False, track_index_honoured=False)
INCLUSIVE = Habits(version=(19, 1, 0, 12), end_frame="inclusive", marker_origin="item")
ODD = Habits(import_returns="nothing", rate_as_number=True, source_start_low=True)


@pytest.mark.parametrize("habits", [FREE_21, STUDIO_21_1, OLD, INCLUSIVE, ODD])
@pytest.mark.parametrize("known", ["", "exclusive", "inclusive"])
def test_a_take_lies_exactly_above_the_original(scene, habits, known):
    here = scene(habits)
    here.measured.end_frame = known
    assert here.work()
    placed = here.one(track=2)
    assert here.state == "placed"
    assert here.readback == {
        "track": 2,
        "track_name": "AI takes",
        "record_start": RECORD,
        "frames": FRAMES,
        "item": placed.id,
        "warnings": [],
        "adopted": False,
        "version": ".".join(map(str, habits.version)),
        "product": habits.product,
        "lane": "python",
        "end_frame": habits.end_frame,
    }
    assert placed.colour == "Purple"
    [marker] = placed.markers.values()
    assert (marker.colour, marker.name, marker.note, marker.custom) == (
        "Purple",
        "AI take",
        "dusk",
        "p1",
    )
    here.original_is_untouched()


@pytest.mark.parametrize(
    ("rate", "start"),
    [("23.976", "00:00:00:00"), ("29.97 DF", "01:00:00;00"), ("50", "10:00:00:00")],
)
def test_rates_and_starts_of_all_kinds(tmp_path, rate, start):
    plain = rate.split()[0]
    film = reel(tmp_path / "film.mov", rate=plain)
    take = reel(tmp_path / "take.mov", rate=plain, frames=MEDIA)
    here = scene_of(tmp_path / "resolve", film, take, rate=rate, start=start)
    here.work()
    here.one(track=2)


def test_media_goes_to_its_bin_and_the_editors_bin_stays_open(scene):
    here = scene()
    there = here.fake.production.bin
    here.work()
    assert here.fake.bins()["/".join(BINS)] == ["take1.mov"]
    assert here.fake.production.bin is there
    here.work(id="p2")
    assert here.fake.bins()["/".join(BINS)] == ["take1.mov"]


def test_the_editors_bin_is_open_again_after_an_import_that_failed(scene):
    here = scene()
    there = here.fake.production.bin
    here.fake.fail("MediaPool.ImportMedia", raises=RuntimeError("no"), times=9)
    here.work()
    assert here.state == "refused"
    assert here.fake.production.bin is there
    assert here.cut.names() == ["Video 1"]


def test_media_that_the_pool_knows_elsewhere_is_used_where_it_lies(scene):
    here = scene()
    here.cut.media(here.take)
    here.work()
    assert here.state == "placed"
    assert here.fake.bins()["/".join(BINS)] == []


def test_media_of_another_length_is_refused(scene):
    here = scene()
    here.work(media_frames=65)
    assert here.state == "refused"
    assert "64 frames" in here.readback["reason"]
    assert "65" in here.readback["reason"]
    assert here.readback["found"]["media_frames"] == 64
    assert here.cut.names() == ["Video 1"]


def test_a_measured_convention_is_kept_for_the_run(scene):
    here = scene(INCLUSIVE)
    here.work()
    before = here.fake.calls.count("MediaPool.AppendToTimeline")
    assert before == 2  # the probe, the take
    here.work(id="p2", media=here.shot.media.path, media_frames=100)
    assert here.fake.calls.count("MediaPool.AppendToTimeline") == before + 1


def test_a_convention_that_turns_out_wrong_is_corrected(scene):
    here = scene(INCLUSIVE)
    here.measured.end_frame = "exclusive"
    here.work()
    here.one(track=2)
    assert here.readback["end_frame"] == "inclusive"


def test_where_one_frame_does_not_tell_the_read_back_does(scene):
    here = scene(INCLUSIVE)
    here.fake.fail("MediaPool.AppendToTimeline", returns=None)  # the probe
    here.work()
    here.one(track=2)
    assert here.readback["end_frame"] == "inclusive"


def test_a_lie_is_found_out_and_tried_again_on_the_edit_page(scene):
    here = scene()
    here.fake.page = "color"
    here.measured.end_frame = "exclusive"
    here.fake.fail("MediaPool.AppendToTimeline", returns=[object()], times=1)
    here.work()
    here.one(track=2)
    assert "Resolve.OpenPage" in here.fake.calls
    assert here.fake.page == "color"


def test_the_page_is_left_alone_where_all_goes_well(scene):
    here = scene()
    here.fake.page = "color"
    here.measured.end_frame = "exclusive"
    here.work()
    here.one(track=2)
    assert "Resolve.OpenPage" not in here.fake.calls


def test_deleting_a_probe_goes_to_the_edit_page_and_back(scene):
    here = scene()
    here.fake.page = "fairlight"
    here.work()
    here.one(track=2)
    assert here.fake.page == "fairlight"


def test_what_is_never_placed_is_refused_and_nothing_is_left(scene):
    here = scene()
    here.fake.fail("MediaPool.AppendToTimeline", returns=[object()], times=9)
    here.work()
    assert here.state == "refused"
    assert "placed nothing" in here.readback["reason"]
    assert "undone" in here.readback["reason"]
    assert here.ours() == []
    assert here.cut.names() == ["Video 1"]
    assert here.fake.calls.count("MediaPool.AppendToTimeline") == 4  # the probe, three tries
    here.original_is_untouched()


def test_a_take_that_is_always_short_is_refused_with_what_was_found(scene):
    here = scene()
    here.work(source_start=20, frames=FRAMES)  # 64 frames hold but 44 of them
    assert here.state == "refused"
    assert here.readback["found"]["frames"] == 44
    assert here.ours() == []
    assert here.cut.names() == ["Video 1"]


def test_what_cannot_be_deleted_is_named(scene):
    here = scene()
    here.fake.fail("Timeline.DeleteClips", returns=False, times=9)
    here.work()
    assert here.state == "refused"
    assert "by hand" in here.readback["reason"]


def test_a_hold_that_is_lost_undoes_everything(scene):
    for held in ([False], [True, False]):  # at the probe, at the take
        here = scene()
        here.office.held = list(held)
        assert not here.work()
        assert here.office.acks == []
        assert here.ours() == []
        assert here.cut.names() == ["Video 1"]


def test_a_marker_that_does_not_take_is_a_warning(scene):
    here = scene()
    here.fake.fail("TimelineItem.AddMarker", returns=False, times=99)
    here.work()
    here.one(track=2)
    assert here.readback["warnings"] == ["The take could not be marked."]
    assert here.said == ["The take could not be marked."]


def test_a_take_that_was_placed_is_acknowledged_and_not_placed_again(scene):
    here = scene()
    here.work()
    here.office.acks.clear()
    calls = len(here.fake.calls)
    here.work()
    here.one(track=2)
    assert here.readback["adopted"] is True
    assert "MediaPool.AppendToTimeline" not in here.fake.calls[calls:]


def test_a_marked_take_that_the_editor_moved_is_left_where_it_is(scene):
    here = scene()
    here.work()
    here.office.acks.clear()
    [moved] = here.ours()
    moved.start += 100
    here.work()
    assert here.ours() == [moved]
    assert here.readback["record_start"] == RECORD + 100


def test_an_exact_take_without_marker_is_finished(scene):
    here = scene()
    left = here.cut.put(here.take, track=2, record=RECORD, frames=FRAMES, source=HEAD)
    here.work()
    assert here.one(track=2) is left
    assert [marker.custom for marker in left.markers.values()] == ["p1"]
    assert here.readback["adopted"] is True


def test_what_a_killed_run_left_is_taken_away(scene):
    here = scene()
    here.cut.put(here.take, track=2, record=RECORD, frames=1, source=HEAD)
    here.cut.name_track(2, "AI takes")
    here.work()
    here.one(track=2)


def test_leftovers_that_stay_are_refused(scene):
    here = scene()
    here.cut.put(here.take, track=2, record=RECORD, frames=1, source=HEAD)
    here.cut.lock(2)
    here.work()
    assert here.state == "refused"
    assert "track 2" in here.readback["reason"]


@pytest.mark.parametrize("at", [{"track": 1, "record": 200}, {"track": 3, "record": 300}])
def test_what_the_editor_laid_by_hand_is_neither_counted_nor_touched(scene, at):
    here = scene()
    hand = here.cut.put(here.take, frames=20, **at)
    here.work()
    assert here.state == "placed"
    assert hand in here.cut.items(at["track"] + (at["track"] > 1))
    assert len(here.ours()) == 2


def test_a_take_laid_over_the_original_by_hand_is_never_deleted(scene):
    here = scene()
    here.cut.cut.track("video", 1).lift(here.shot)
    hand = here.cut.put(here.take, record=RECORD, frames=FRAMES - 5, source=HEAD)
    here.work()
    assert hand in here.cut.items(1)
    assert here.state == "placed"


def test_another_project_or_timeline_is_open(scene):
    here = scene()
    assert not here.work(project_id="other")
    assert not here.work(timeline_id="other")
    here.fake.close_project()
    assert not here.work(project_id="other")
    assert [why for _, why in here.office.releases] == [
        'The project "Film" is open; the take belongs to another.',
        'The timeline "Cut" is open; the take belongs to another.',
        "No project is open; the take belongs to one.",
    ]
    assert here.office.acks == []


def test_ids_that_resolve_never_gave_fit_anything(scene):
    here = scene()
    here.work(project_id="", timeline_id="")
    here.one(track=2)


@pytest.mark.parametrize("number", [1, 2])
def test_a_timeline_opened_in_the_middle_gets_nothing(scene, number):
    """The editor's click falls just before the append, or right into it."""
    here = scene()
    other = here.fake.new_timeline("Other")
    here.fake.switch(here.cut)
    holds = []

    def click(verb: str) -> None:
        holds.append(verb)
        if holds.count("hold") == number:
            here.fake.switch(other)

    here.office.after = click
    assert not here.work()
    assert other.items() == []
    assert here.ours() == []
    assert [why for _, why in here.office.releases] == [
        "Another timeline was opened while the take was being placed."
    ]


def test_media_pool_that_is_not_given_is_no_refusal(scene):
    here = scene()
    now_order = here.order()
    here.fake.fail("Project.GetMediaPool", returns=None, times=9)
    assert not here.work_on(now_order)
    assert here.office.acks == []
    assert len(here.office.releases) == 1


def test_a_take_for_the_pool_alone(scene):
    here = scene()
    here.work(mode="bin", timeline_id="elsewhere")
    assert here.state == "placed"
    assert here.ours() == []
    assert here.fake.bins()["/".join(BINS)] == ["take1.mov"]


@pytest.mark.parametrize("calls", [8, 20, 40, 60])
def test_a_dialog_in_the_middle_refuses_nothing(scene, calls):
    here = scene()
    order = here.order()
    gate, left = here.fake.gate, [calls]

    class Opening(list):
        def append(self, name):
            left[0] -= 1
            gate.modal_open = gate.modal_open or left[0] == 0
            super().append(name)

    gate.calls = Opening()
    here.work_on(order)
    assert gate.modal_open
    assert here.office.acks == []
    gate.modal_open = False
    here.work_on(order)
    here.one(track=here.readback["track"])
    assert here.state == "placed"


def test_a_daemon_that_does_not_know_the_order_leaves_nothing(scene):
    here = scene()

    def unknown(verb):
        raise Reply(404, "not_found", "There is no such placement.")

    here.office.before = unknown
    with pytest.raises(DaemonError):
        here.work()
    assert here.cut.names() == ["Video 1"]


def test_a_mode_of_a_newer_daemon_is_refused(scene):
    here = scene()
    here.work_on({**here.order(), "mode": "beside"})
    assert here.state == "refused"
    assert "install resolve" in here.readback["reason"]


def test_a_take_that_another_order_placed_is_left_alone(scene):
    """The same file may be ordered twice: each placement has an item and a marker of its own."""
    here = scene()
    here.work()
    [first] = here.ours()
    here.work(id="p2")
    one, other = here.ours()
    assert first in (one, other)
    assert [ack["readback"]["adopted"] for ack in here.office.acks] == [False, False]
    customs = [{m.custom for m in shot.markers.values()} for shot in (one, other)]
    assert sorted(customs, key=str) == [{"p1"}, {"p2"}]


def test_placing_asks_no_more_of_a_long_timeline(scene):
    """Each question to Resolve goes from one process to another; a film has thousands of clips."""
    asked = []
    for clips in (1, 300):
        here = scene()
        here.order()
        for number in range(clips):
            here.cut.put(here.shot.media.path, record=500 + number * 10, frames=10)
        here.fake.calls.clear()
        assert here.work()
        asked.append(len(here.fake.calls))
    assert asked[0] == asked[1] < 150
