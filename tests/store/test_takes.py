"""Takes keep their whole lineage, their number and nobody's secrets."""

import json
import logging
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import Conflict, DiskRefused, NotFound, UsageError
from bridge.frames import FrameRange, Handles, Rate
from bridge.store.files import Disk
from bridge.store.store import Store
from bridge.store.take_folder import BrokenTake, TakeFolder
from bridge.store.takes import (
    Run,
    SourceFile,
    Status,
    as_data,
    from_data,
    numbers_of,
    runs,
    without_secrets,
)
from tests.store.children import killed_everywhere, race
from tests.store.samples import files_under, lineage, take

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("name"), inner),
    max_leaves=6,
)
WHOLE = st.integers(0, 10**9)
MOMENTS = st.datetimes(timezones=st.timezones(), allow_imaginary=False)
PATHS = st.builds(Path, st.text("a/.é\udc80", min_size=1))  # one byte that is not Unicode
TAKES = st.builds(
    take,
    number=st.integers(1, 10**6),
    id=st.text(st.characters(codec=None), max_size=20),
    clip=st.text(st.characters(codec=None), max_size=20),
    place=st.none() | st.text(),
    source=st.none() | st.builds(SourceFile, PATHS, WHOLE, WHOLE),
    source_frames=st.lists(st.integers(0, 999)).map(runs),
    record=st.builds(FrameRange, st.integers(), WHOLE),
    rate=st.builds(Rate, st.fractions(Fraction(1, 100), 1000)),
    handles=st.builds(Handles, WHOLE, WHOLE),
    recipe=st.dictionaries(st.just("options"), JSON),
    prompt=st.text(),
    seed=st.none() | WHOLE,
    credits=st.decimals(allow_nan=False, allow_infinity=False),
    created=MOMENTS,
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@given(TAKES)
def test_a_take_survives_its_file(made):
    text = json.dumps(as_data(made), ensure_ascii=False).encode("utf-8", "backslashreplace")
    again = from_data(json.loads(text))
    assert again == replace(made, created=made.created.astimezone(UTC))
    assert as_data(again) == as_data(made)


@given(st.lists(st.integers(-5, 5) | st.integers(0, 10**6)))
def test_source_frames_survive_being_written_short(numbers):
    assert numbers_of(runs(numbers)) == tuple(numbers)


@pytest.mark.parametrize(
    ("numbers", "short"),
    [
        (range(1001, 1049), (Run(1001, 1, 48),)),
        (range(60, 10, -2), (Run(60, -2, 25),)),
        ([7] * 24, (Run(7, 0, 24),)),
        ([0, 0, 1, 1, 2, 2], (Run(0, 0, 2), Run(1, 0, 2), Run(2, 0, 2))),
        ([5], (Run(5, 1, 1),)),
        ([], ()),
    ],
)
def test_runs_are_as_short_as_people_would_say_them(numbers, short):
    assert runs(numbers) == short


def test_a_take_needs_a_time_zone():
    with pytest.raises(UsageError, match="time zone"):
        lineage(created=datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


def test_a_take_is_found_by_its_id(store: Store):
    for made in (take(1), take(2, id="Weird/../id \udc80")):
        store.record(made)
        assert store.take(made.id) == store.find_take(made.id) == made
    assert len(files_under(store.root / "takes")) == 2
    assert store.find_take("nobody") is None
    with pytest.raises(NotFound):
        store.take("nobody")


def test_a_take_is_never_written_over(store: Store):
    made = take(1)
    store.record(made)
    store.record(made)
    with pytest.raises(Conflict):
        store.record(replace(made, prompt="something else"))
    assert store.take(made.id) == made


def test_takes_are_chosen_by_what_they_are_and_come_newest_first(store: Store):
    start = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=9)))
    for number, (timeline, clip, job, engine) in enumerate(
        [("A", "x", "1", "local"), ("A", "y", "1", "runway"), ("B", "x", "2", "local")]
    ):
        store.record(
            take(number, timeline=timeline, clip=clip, job=job, engine=engine)
            if number
            else take(0, timeline=timeline, clip=clip, job=job, engine=engine, created=start)
        )
    order = [made.number for made in store.takes()]
    assert order == [2, 1, 0]
    found = lambda **asked: {made.number for made in store.takes(**asked)}  # noqa: E731
    assert found(timeline="A") == {0, 1}
    assert found(clip="x") == {0, 2}
    assert found(job="1", engine="local") == {0}
    assert found(engine="nobody") == set()


def test_what_became_of_a_take_may_change_and_nothing_else(store: Store):
    made = take(1)
    store.record(made)
    path = next((store.root / "takes").iterdir())
    data = json.loads(path.read_bytes())
    path.write_text(json.dumps(data | {"from_the_future": {"kept": [1]}}))
    assert store.mark(made.id, Status.used) == replace(made, status=Status.used)
    assert store.take(made.id).status is Status.used
    assert json.loads(path.read_bytes())["from_the_future"] == {"kept": [1]}
    with pytest.raises(NotFound):
        store.mark("nobody", Status.used)


def test_takes_of_newer_versions_are_read(store: Store):
    made = take(1)
    store.record(made)
    path = next((store.root / "takes").iterdir())
    data = json.loads(path.read_bytes())
    path.write_text(json.dumps(data | {"format": 99, "mood": {"level": 3}}))
    assert store.takes() == (made,)


def broken_takes(store: Store) -> tuple[BrokenTake, ...]:
    return TakeFolder(store.root, Disk()).shelf().broken


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"null",
        b"[1, 2]",
        b'"text"',
        b"{}",
        b"\xff\xfe",
        b'{"id": "x"}',
        b"[" * 100_000,
        {"rate": "0/1"},
        {"rate": "1/0"},
        {"created": "yesterday"},
        {"created": "2026-01-01T00:00:00"},
        {"credits": "much"},
        {"record": [1]},
        {"record": [1, -2]},
        {"source": 5},
        {"status": "lost"},
        {"source_frames": 3},
    ],
)
def test_a_broken_take_file_is_told_of_and_the_others_are_read(store: Store, caplog, broken):
    caplog.set_level(logging.WARNING)
    store.record(take(1))
    store.record(take(2))
    path = min((store.root / "takes").iterdir())
    if isinstance(broken, dict):
        broken = json.dumps(json.loads(path.read_bytes()) | broken).encode()
    path.write_bytes(broken)
    assert [made.number for made in store.takes()] == [2]
    assert [bad.path for bad in broken_takes(store)] == [path]
    assert str(path) in caplog.text
    with pytest.raises(DiskRefused, match="broken") as caught:
        store.take("take-1")
    assert str(path) in caught.value.hint


def test_no_secret_is_written_down(store: Store):
    secret = "s3cr3t"
    made = take(
        1,
        recipe={
            "api_key": secret,
            "options": [
                {"X-Auth-Token": secret, "accessToken": secret, "Password": secret, "strength": 3}
            ],
            "url": f"https://user:{secret}@cdn.example/out.mp4?_jwt={secret}&x=1 then",
            "image": f"data:image/png;base64,{secret}",
            "folder": Path("/media"),
            "keyframes": ["01:00:00:00"],
            "monkey": "kept",
        },
        warnings=(f"https://cdn.example/a.mp4#{secret} is slow.",),
    )
    store.record(made)
    text = next((store.root / "takes").iterdir()).read_text()
    assert secret not in text
    recipe = store.take(made.id).recipe
    assert recipe["url"] == "https://cdn.example/out.mp4 then"
    assert recipe["options"][0]["strength"] == 3
    assert (recipe["folder"], recipe["keyframes"]) == ("/media", ["01:00:00:00"])
    assert recipe["monkey"] == "kept"


def test_hostile_text_does_not_hold_up_the_search_for_secrets():
    for text in ("http://" * 50_000, "data:" * 50_000, "https://" + "a" * 300_000, "_token" * 9000):
        without_secrets({"prompt": text, text: 1})


# ---- numbers


def test_numbers_count_up_per_place_and_timeline(store: Store):
    asked = [("Reel 1", "V1:1"), ("Reel 1", "V1:2"), ("Reel 2", "V1:1"), ("Reel 1", "new: V1:1")]
    for number in (1, 2, 3):
        for timeline, place in asked:
            made = f"{timeline}{place}{number}"
            assert store.next_number(timeline, place, made) == number


def test_a_take_keeps_its_number_when_it_asks_again(store: Store):
    assert store.next_number("Reel", "V1:1", "a") == 1
    assert store.next_number("Reel", "V1:1", "b") == 2
    assert Store(store.root).next_number("Reel", "V1:1", "a") == 1
    assert store.next_number("Reel", "V1:1", "c") == 3


def test_timelines_and_places_are_not_mixed_up(store: Store):
    """`a` + `b:c` is not `a:b` + `c`, however the two are put together."""
    names = [("a", "b:c"), ("a:b", "c"), ("a", "None"), ("A", "b:c"), ('a","b', "c")]
    numbers = [store.next_number(*name, str(take)) for take, name in enumerate(names)]
    assert numbers == [1] * len(names)


def test_processes_never_get_the_same_number(tmp_path: Path):
    code = """
from bridge.store.store import Store
wait()
store = Store(Path(sys.argv[1]))
print([store.next_number("Reel", "V1:1", f"{sys.argv[2]}-{n}") for n in range(40)])
"""
    said = race(code, tmp_path, [[tmp_path / "data", child] for child in range(2)])
    numbers = [number for text in said for number in json.loads(text)]
    assert sorted(numbers) == list(range(1, 81))


def test_a_kill_while_a_number_is_given_out_leaves_nothing_behind(tmp_path: Path):
    code = """
from bridge.store.store import Store
Store(Path(sys.argv[2])).next_number("Reel", "V1:1", "take-1")
"""
    store = Store(tmp_path / "data")
    for _ in killed_everywhere(code, tmp_path / "data", store.root):
        assert store.next_number("Reel", "V1:1", "take-1") == 1
        (given,) = (path.name for path in (store.root / "numbers").rglob("*") if path.is_file())
        assert given == "0001"
        shutil.rmtree(store.root / "numbers")


def test_a_kill_while_recording_leaves_the_take_or_nothing(tmp_path: Path):
    code = """
from bridge.store.store import Store
from tests.store.samples import take
store = Store(Path(sys.argv[2]))
store.next_number("Reel", "V1:1", "take-1")
store.record(take(1))
"""
    store = Store(tmp_path / "data")
    killed = 0
    for killed in killed_everywhere(code, tmp_path / "data", store.root):  # noqa: B007 - counted
        assert broken_takes(store) == ()
        assert store.takes() in ((), (take(1),))
        assert store.next_number("Reel", "V1:1", "take-1") == 1
    assert killed
    store.record(take(1))
    assert Store(store.root).takes() == (take(1),)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_money_is_kept_to_the_last_digit(amount: Decimal):
    assert str(from_data(as_data(take(1, credits=amount))).credits) == str(amount)
