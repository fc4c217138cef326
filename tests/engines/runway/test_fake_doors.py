"""Who may come in, with what, and what becomes of it; all of it billed once."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import runwayml
from runwayml import RunwayML

from bridge.engines.runway.fake.ledger import Status
from bridge.engines.runway.fake.server import FakeRunway
from bridge.frames import Rate
from tests.engines.runway.wares import (
    FILM,
    client_of,
    edit,
    ended,
    facts_of,
    fetched,
    raw,
    shot,
    until,
    upload,
)

ALEPH = {"model": "aleph2", "promptText": "dusk"}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeRunway]:
    """One at which nothing is ever begun."""
    with FakeRunway(tmp_path_factory.mktemp("quiet") / "fake") as fake:
        yield fake
        assert fake.ledger() == ()


@pytest.fixture(scope="module")
def quiet_source(quiet: FakeRunway, tmp_path_factory: pytest.TempPathFactory) -> str:
    with client_of(quiet) as client:
        return upload(client, shot(tmp_path_factory.mktemp("shots")))


# ---- who may come in, and with what


@pytest.mark.parametrize(
    ("headers", "status", "word"),
    [
        ({"Authorization": ""}, 401, "API key"),
        ({"Authorization": "Bearer"}, 401, "API key"),
        ({"Authorization": "Basic key_x"}, 401, "API key"),
        ({"X-Runway-Version": ""}, 400, "X-Runway-Version"),
        ({"X-Runway-Version": "2023-01-01"}, 400, "X-Runway-Version"),
    ],
)
def test_a_request_needs_a_key_and_the_version(
    quiet: FakeRunway, headers: dict[str, str], status: int, word: str
):
    with raw(quiet, **headers) as http:
        answer = http.get("/v1/organization")
    assert (answer.status_code, word in answer.json()["error"]) == (status, True)


def test_a_key_can_be_revoked(fake: FakeRunway, client: RunwayML):
    fake.script(keys=["key_other"])
    with pytest.raises(runwayml.AuthenticationError):
        client.organization.retrieve()
    fake.script(keys=[fake.key])
    assert client.organization.retrieve().credit_balance == 100_000


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"promptTxt": "dusk"}, ["promptTxt"]),
        ({"seed": -1}, ["seed"]),
        ({"seed": "7"}, ["seed"]),
        ({"model": "aleph1"}, ["model"]),
        ({"videoUri": "https://example.com/shot.mp4"}, ["videoUri"]),
        ({"videoUri": "runway://nothing"}, ["videoUri"]),
        ({"videoUri": "runway://../../etc"}, ["videoUri"]),
        ({"videoUri": "file:///etc/passwd"}, ["videoUri"]),
        ({"keyframes": [{"uri": "http://10.0.0.1/x.png", "seconds": 1}]}, ["keyframes", 0, "uri"]),
        ({"promptText": ""}, ["promptText"]),
    ],
)
def test_a_wrong_body_is_refused_and_costs_nothing(
    quiet: FakeRunway, quiet_source: str, wrong: dict[str, Any], path: list[Any]
):
    with raw(quiet) as http:
        answer = http.post("/v1/video_to_video", json={**ALEPH, "videoUri": quiet_source, **wrong})
    said = answer.json()
    assert answer.status_code == 400
    assert path in [issue["path"] for issue in said["issues"]]
    assert all(set(issue) == {"code", "path", "message"} for issue in said["issues"])
    assert said["docUrl"].startswith("https://")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"model": NaN}',
        b'{"model": "aleph2", "promptText": "\\ud800"}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_body_is_refused(quiet: FakeRunway, data: bytes):
    with raw(quiet) as http:
        assert http.post("/v1/video_to_video", content=data).status_code == 400


def test_a_data_uri_is_taken_up_to_its_limit(fake: FakeRunway, client: RunwayML, tmp_path: Path):
    small = base64.b64encode(shot(tmp_path).read_bytes()).decode()
    edit(client, f"data:video/mp4;base64,{small}")
    large = base64.b64encode(bytes(4_000_000)).decode()
    with pytest.raises(runwayml.BadRequestError, match="characters"):
        edit(client, f"data:video/mp4;base64,{large}")
    assert "data:" not in json.dumps([entry.as_data() for entry in fake.ledger()])


def test_footage_that_is_none_is_refused(fake: FakeRunway, client: RunwayML, tmp_path: Path):
    (tmp_path / "words.mp4").write_bytes(b"these are words " * 100)
    with pytest.raises(runwayml.BadRequestError, match="could not be read"):
        edit(client, upload(client, tmp_path / "words.mp4"))
    assert fake.ledger() == ()


def test_the_books_need_the_token(quiet: FakeRunway):
    for path in ("/fake/ledger", "/fake/tasks"):
        with raw(quiet) as http:
            assert http.get(path).status_code == 401
        with raw(quiet, Authorization=f"Bearer {quiet.token}") as http:
            assert http.get(path).status_code == 200


# ---- uploads


def slip_of(http: httpx.Client, filename: str = "shot.mp4") -> dict[str, Any]:
    answer = http.post("/v1/uploads", json={"filename": filename, "type": "ephemeral"})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("filename", ["x", "shot", "shot.exe", "a" * 260 + ".mp4"])
def test_a_file_needs_a_name_that_says_what_it_is(quiet: FakeRunway, filename: str):
    with raw(quiet) as http:
        answer = http.post("/v1/uploads", json={"filename": filename, "type": "ephemeral"})
    assert answer.status_code == 400


def test_a_name_is_no_path(fake: FakeRunway, tmp_path: Path):
    with raw(fake) as http:
        slip = slip_of(http, "../../../over.mp4")
        files = {"file": ("../../../over.mp4", bytes(600))}
        sent = httpx.post(slip["uploadUrl"], data=slip["fields"], files=files)
    assert sent.status_code == 204
    assert [path.name for path in tmp_path.rglob("*.mp4")] == ["media.mp4"]


def test_an_upload_is_held_to_its_slip(quiet: FakeRunway):
    file = {"file": ("shot.mp4", bytes(600))}
    with raw(quiet) as http:
        slip = slip_of(http)
        url, fields = slip["uploadUrl"], slip["fields"]
        assert httpx.post(url, data={**fields, "policy": "x"}, files=file).status_code == 403
        assert httpx.post(url, files=file).status_code == 403
        assert httpx.post(url + "0", data=fields, files=file).status_code == 403
        assert httpx.post(url, data=fields).status_code == 400
        assert http.post(url, data=fields, files=file).status_code == 400  # with a key
        small = {"file": ("shot.mp4", bytes(511))}
        assert httpx.post(url, data=fields, files=small).status_code == 400
        assert httpx.post(url, data=fields, files=file).status_code == 204
        assert httpx.post(url, data=fields, files=file).status_code == 403  # used


def test_the_file_comes_last(quiet: FakeRunway):
    with raw(quiet) as http:
        slip = slip_of(http)
        late = [("file", ("a.mp4", bytes(600))), ("key", (None, slip["fields"]["key"]))]
        late.append(("policy", (None, slip["fields"]["policy"])))
        assert httpx.post(slip["uploadUrl"], files=late).status_code == 400


def test_an_upload_expires(fake: FakeRunway, client: RunwayML, source: str):
    fake.script(clock_seconds=24 * 3600 - 5)
    edit(client, source)
    fake.script(clock_seconds=24 * 3600 + 5)
    with pytest.raises(runwayml.BadRequestError, match="expired"):
        edit(client, source)


# ---- the life of a task


def test_what_finds_no_place_waits_in_its_order(fake: FakeRunway, client: RunwayML, source: str):
    fake.script(limits={"aleph2": {"at_once": 1}}, fates=[{"hold": True}] * 3)
    first, second, third = (edit(client, source) for _ in range(3))
    until(client, first, "RUNNING")
    assert [client.tasks.retrieve(name).status for name in (second, third)] == ["THROTTLED"] * 2
    fake.script(release=True)
    until(client, second, "RUNNING")
    assert client.tasks.retrieve(first).status == "SUCCEEDED"
    assert client.tasks.retrieve(third).status == "THROTTLED"


def test_what_waits_is_paid_back_and_what_runs_is_not(
    fake: FakeRunway, client: RunwayML, source: str
):
    fake.script(limits={"aleph2": {"at_once": 1}}, fates=[{"hold": True}] * 2)
    runs, waits = edit(client, source), edit(client, source)
    until(client, runs, "RUNNING")
    for name in (waits, runs):
        client.tasks.delete(name)
        with pytest.raises(runwayml.NotFoundError, match="Could not find Task"):
            client.tasks.retrieve(name)
        with pytest.raises(runwayml.NotFoundError):
            client.tasks.delete(name)
    assert [(e.what, e.task, e.credits) for e in fake.ledger()] == [
        ("create", runs, 56),
        ("create", waits, 56),
        ("refund", waits, -56),
    ]
    assert [task.status for task in fake.tasks()] == [Status.cancelled] * 2


def test_a_place_that_is_given_up_is_taken(fake: FakeRunway, client: RunwayML, source: str):
    fake.script(limits={"aleph2": {"at_once": 1}}, fates=[{"hold": True}])
    runs, waits = edit(client, source), edit(client, source)
    client.tasks.delete(runs)
    assert ended(client, waits).status == "SUCCEEDED"


def test_what_is_deleted_after_its_end_is_gone_and_stays_paid(
    fake: FakeRunway, client: RunwayML, source: str
):
    name = edit(client, source)
    url = ended(client, name).output[0]
    client.tasks.delete(name)
    assert httpx.get(url).status_code == 404
    with pytest.raises(runwayml.NotFoundError):
        client.tasks.retrieve(name)
    assert fake.credits == 100_000 - 56


def test_a_cancelled_task_can_be_shown(fake: FakeRunway, client: RunwayML, source: str):
    fake.script(show_cancelled=True, fates=[{"hold": True}])
    name = edit(client, source)
    client.tasks.delete(name)
    shown = client.tasks.retrieve(name)
    assert (shown.status, shown.cost.credits) == ("CANCELLED", 56)


def test_an_output_expires_and_is_signed_anew(fake: FakeRunway, client: RunwayML, source: str):
    name = edit(client, source)
    old = ended(client, name).output[0]
    fake.script(clock_seconds=25 * 3600)
    late = httpx.get(old)
    assert (late.status_code, late.headers["content-type"]) == (403, "application/xml")
    assert httpx.get(client.tasks.retrieve(name).output[0]).status_code == 200


def test_an_output_needs_its_signature(fake: FakeRunway, client: RunwayML, source: str):
    url = ended(client, edit(client, source)).output[0].partition("?")[0]
    for spoilt in ("", "x", "a.b.c", "\u00e9.\u00e9.\u00e9"):
        assert httpx.get(url, params={"_jwt": spoilt}).status_code == 403


def test_one_signature_opens_one_output(fake: FakeRunway, client: RunwayML, source: str):
    first, second = (ended(client, edit(client, source)).output[0] for _ in range(2))
    mixed = first.partition("?")[0] + "?" + second.partition("?")[2]
    assert httpx.get(mixed).status_code == 403


def test_an_output_is_served_in_parts(fake: FakeRunway, client: RunwayML, source: str):
    url = ended(client, edit(client, source)).output[0]
    whole = httpx.get(url)
    assert int(whole.headers["content-length"]) == len(whole.content)
    part = {"Range": "bytes=100-199", "If-Range": whole.headers["etag"]}
    cut = httpx.get(url, headers=part)
    assert (cut.status_code, cut.content) == (206, whole.content[100:200])
    changed = httpx.get(url, headers={**part, "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, whole.content)


# ---- money


def test_the_account_says_what_is_left_and_what_was_begun(
    fake: FakeRunway, client: RunwayML, source: str
):
    fake.script(limits={"aleph2": {"at_once": 2, "a_day": 3}})
    for left in (99_944, 99_888, 99_832):
        edit(client, source)
        account = client.organization.retrieve()
        assert account.credit_balance == left
    assert account.usage.models["aleph2"].daily_generations == 3
    limits = account.tier.models["aleph2"]
    assert (limits.max_concurrent_generations, limits.max_daily_generations) == (2, 3)
    with pytest.raises(runwayml.RateLimitError):
        edit(client, source)
    fake.script(clock_seconds=24 * 3600 - 3500)  # the next day, for the daily limit as well
    with pytest.raises(runwayml.RateLimitError):
        edit(client, source)
    used = client.organization.retrieve_usage()
    assert [(u.model, u.amount) for u in used.results[0].used_credits] == [("aleph2", 168)]


def test_nothing_begins_without_credit(fake: FakeRunway, client: RunwayML, source: str):
    fake.script(credits=100)
    edit(client, source)
    with pytest.raises(runwayml.BadRequestError, match="enough credits"):
        edit(client, source)
    assert (len(fake.creates), fake.credits) == (1, 44)


@pytest.mark.parametrize(
    ("fate", "cost"),
    [
        ({"code": "SAFETY.INPUT.TEXT"}, 56),
        ({"code": "INPUT_PREPROCESSING.SAFETY.TEXT"}, 0),
        ({"code": "INTERNAL.BAD_OUTPUT.01"}, 0),
        ({"code": "INTERNAL", "credits": "20"}, 20),
        ({"failure": "no code at all"}, 0),
    ],
)
def test_a_failure_costs_what_the_rules_or_the_script_say(
    fake: FakeRunway, client: RunwayML, source: str, fate: dict[str, str], cost: int
):
    fake.script(fates=[fate])
    failed = ended(client, edit(client, source))
    assert (failed.status, failed.failure_code) == ("FAILED", fate.get("code"))
    assert failed.cost.credits == cost
    assert fake.credits == 100_000 - cost


def test_an_open_length_is_settled_at_its_end(fake: FakeRunway, client: RunwayML, tmp_path: Path):
    task = client.video_to_video.create(
        model="seedance2_5",
        prompt_video=upload(client, shot(tmp_path, 100)),
        prompt_text="dusk",
        mode="edit",
        duration="auto",
    )
    done = ended(client, task.id)
    begun, refund = fake.ledger()
    assert begun.credits == task.estimated_cost.credits
    assert begun.credits + refund.credits == done.cost.credits < begun.credits


def test_a_result_can_be_another_than_was_asked_for(
    fake: FakeRunway, client: RunwayML, source: str, tmp_path: Path
):
    fates = [{"more_frames": -1}, {"more_frames": 2}, {"size": (64, 64)}, {"rate": "25"}]
    fake.script(fates=fates)
    found = []
    for _ in fates:
        facts = facts_of(fetched(ended(client, edit(client, source)).output[0], tmp_path))
        found.append((facts.frames, facts.width, facts.height, facts.rate))
    assert found == [
        (48, 128, 72, FILM),
        (51, 128, 72, FILM),
        (49, 64, 64, FILM),
        (49, 128, 72, Rate.of(25)),
    ]
