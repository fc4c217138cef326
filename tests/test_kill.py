"""Killed at every boundary and taken up again: the same end, each submit once, no half files."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.jobs.process import Case, RealCase, report_of, run

KILLED = -9
AT_ONCE = 4  # they mostly wait

POINTS = [
    *(f"{when}:extract:s001" for when in ("before", "in", "after")),
    *(f"{when}:render:s001" for when in ("before", "after")),
    *(f"{when}:collect:s001" for when in ("before", "in", "after")),
    *(f"{when}:conform:s001" for when in ("before", "in", "after")),
    *(f"{when}:reinsert" for when in ("before", "in", "after")),
]


def end_state(case: Case) -> dict[str, object]:
    report = report_of(case)
    submits = case.ledger.read_text().split() if case.ledger.exists() else []
    parts = [str(path) for path in case.data.rglob("*.part")]
    return {
        "status": report["status"],
        "shots": report["shots"],
        "takes": [take.removeprefix(report["job"]) for take in report["takes"] if take],
        "credits": report["credits"],
        "placements": [take.removeprefix(report["job"]) for take in report["placements"]],
        "submits": sorted(key.removeprefix(report["job"]) for key in submits),
        "parts": parts,
        "timelines": len(list((case.data / "timelines").rglob("*.otio"))),
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> dict[str, object]:
    case = Case(tmp_path_factory.mktemp("undisturbed"))
    assert run(case) == 0
    state = end_state(case)
    assert state["status"] == "done"
    assert state["submits"] == ["-s001-1-0"]
    assert state["placements"] == ["-s001-1"]
    return state


def killed_and_taken_up(folder: Path, **kill: object) -> Case:
    case = Case(folder, **kill)
    assert run(case) == KILLED
    again = Case(folder, submit=False, repeatable=case.repeatable)
    assert run(again) == 0
    return again


def together(cases: dict[str, dict[str, object]], folder: Path) -> dict[str, Case]:
    """Run them side by side, each in a folder of its own."""

    def one(name: str) -> Case:
        return killed_and_taken_up(folder / name.replace(":", "-"), **cases[name])

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(zip(cases, threads.map(one, cases), strict=True))


def test_killed_in_any_stage_the_job_ends_as_if_nothing_had_been(tmp_path, undisturbed):
    cases = together({point: {"kill_at": point} for point in POINTS}, tmp_path)
    differences = {
        point: {
            name: value for name, value in end_state(case).items() if value != undisturbed[name]
        }
        for point, case in cases.items()
    }
    assert differences == {point: {} for point in POINTS}


def test_a_submit_cut_short_is_never_sent_again_by_itself(tmp_path, undisturbed):
    cases = together(
        {"before": {"kill_in_submit": "before"}, "after": {"kill_in_submit": "after"}}, tmp_path
    )
    for name, case in cases.items():
        state = end_state(case)
        assert state["status"] == "uncertain", name
        assert state["submits"] == ([] if name == "before" else ["-s001-1-0"]), name
        assert state["placements"] == [], name


def test_a_repeatable_engine_is_simply_asked_again(tmp_path, undisturbed):
    cases = together(
        {
            "before": {"kill_in_submit": "before", "repeatable": True},
            "after": {"kill_in_submit": "after", "repeatable": True},
        },
        tmp_path,
    )
    for name, case in cases.items():
        state = end_state(case)
        assert set(state.pop("submits")) == set(undisturbed["submits"]), name
        assert state == {key: value for key, value in undisturbed.items() if key != "submits"}, name


def test_killed_with_real_media_under_way(tmp_path):
    def taken_up(stage: str) -> Path:
        folder = tmp_path / stage
        folder.mkdir()
        assert run(RealCase(folder, kill_in=stage)) == KILLED
        assert run(RealCase(folder)) == 0
        return folder

    with ThreadPoolExecutor(AT_ONCE) as threads:
        folders = list(threads.map(taken_up, ("extract", "render", "collect", "conform")))
    for folder in folders:
        names = ["shot-1_take01_looks.mov", "shot-2_take01_looks.mov"]
        assert report_of(RealCase(folder)) == {
            "status": "done",
            "frames": [25, 25],
            "names": names,
            "placements": 2,
        }
        assert list(folder.rglob("*.part")) == []
        assert sorted(path.name for path in (folder / "new takes").glob("*.mov")) == names
        assert len(list(folder.glob("*.otio"))) == 2  # the one that came in and the new one


def test_killed_before_any_commit_of_any_database(tmp_path, undisturbed):
    """The n-th commit never happens, for n = 1, 3, 5 ... until a run gets to its end."""
    uncertain, number, ended = [], 1, False
    while not ended:
        numbers = range(number, number + 4 * AT_ONCE, 2)
        number = numbers.stop
        with ThreadPoolExecutor(AT_ONCE) as threads:
            states = list(threads.map(lambda n: _killed_at_commit(tmp_path / str(n), n), numbers))
        ended = None in states
        for commit, state in zip(numbers, states, strict=True):
            if state is None:
                continue
            assert state["submits"] in (["-s001-1-0"], []), commit
            assert state["parts"] == [], commit
            assert state["status"] in ("done", "uncertain"), commit
            if state["status"] == "done":
                assert state["placements"] == ["-s001-1"], commit
                assert state["timelines"] == 1, commit
            else:
                uncertain.append(commit)
    # in doubt is only what was sent and had no name yet
    assert len(uncertain) <= 2


def _killed_at_commit(folder: Path, number: int) -> dict[str, object] | None:
    """None where the run ended before."""
    if run(Case(folder, kill_at_commit=number)) == 0:
        return None
    again = Case(folder)  # submits once more under the same key, as its caller would
    assert run(again) == 0
    return end_state(again)
