"""Hostile JSON: refused with a sentence, never a crash, never repeated back."""

import contextlib
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.daemon.answers import Answer
from bridge.daemon.bodies import strict_json
from tests.daemon.house import Running

ROUTES = ("/v1/selections", "/v1/plans", "/v1/jobs", "/v1/timelines", "/v1/jobs/j1/retry")
CANARY = "canary-7f3a"

BROKEN = {
    "nothing but space": b"  ",
    "not JSON": b"make it dusk " + CANARY.encode(),
    "two values": b"{} {}",
    "cut short": b'{"selection": "' + CANARY.encode(),
    "NaN": b'{"selection": NaN}',
    "Infinity": b'{"selection": -Infinity}',
    "beyond a double": b'{"selection": 1e400}',
    "endless digits": b'{"selection": ' + b"9" * 10_000 + b"}",
    "lone surrogate": b'{"selection": "\\ud800' + CANARY.encode() + b'"}',
    "lone low surrogate": b'{"selection": "\\udc00"}',
    "lone surrogate as a name": b'{"\\udfff": 1}',
    "surrogate in UTF-8": b'{"selection": "\xed\xa0\x80"}',
    "zero": b'{"selection": "s\\u0000' + CANARY.encode() + b'"}',
    "zero in a name": b'{"sel\\u0000": "s"}',
    "bare zero": b'{"selection": "\x00"}',
    "zero behind a backslash": b'{"selection": "\\\\\\u0000"}',
    "same name twice": b'{"selection": "a", "selection": "b"}',
    "same name twice inside": b'{"recipe": {"prompt": "a", "prompt": "b"}}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep names": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep and never closed": b'{"a":[' * 100_000,
    "UTF-16": '{"selection": "s"}'.encode("utf-16"),
    "not UTF-8": b'{"selection": "\xff\xfe"}',
    "byte order mark": b'\xef\xbb\xbf{"selection": "s"}',
    "comment": b'{"selection": "s" /* x */}',
    "trailing comma": b'{"selection": "s",}',
}
MISSHAPEN = {
    "list": b"[]",
    "word": b'"' + CANARY.encode() + b'"',
    "number": b"1",
    "null": b"null",
    "true": b"true",
    "empty": b"{}",
    "unknown field": b'{"' + CANARY.encode() + b'": 1}',
    "wrong kinds": b'{"selection": {"a": 1}, "recipe": [1], "timeline": 5, "content": []}',
    "strange letters": '{"selection": "\u202e\ufeff\U0001f3ac", "timeline": "\u202e"}'.encode(),
}


def post(daemon: Running, path: str, body: bytes) -> httpx.Response:
    headers = {**daemon.headers, "Content-Type": "application/json"}
    return httpx.post(daemon.url + path, content=body, headers=headers, trust_env=False)


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_broken_bodies(daemon: Running, body: bytes) -> None:
    for path in ROUTES:
        answer = post(daemon, path, body)
        assert answer.status_code == 400, path
        error = answer.json()
        assert error["code"] == "usage"
        assert error["hint"]
        assert CANARY not in answer.text


@pytest.mark.parametrize("body", MISSHAPEN.values(), ids=MISSHAPEN.keys())
def test_misshapen_bodies(daemon: Running, body: bytes) -> None:
    for path in ROUTES[:4]:
        answer = post(daemon, path, body)
        assert answer.status_code == 422, path
        error = answer.json()
        assert error["code"] == "usage"
        assert error["detail"]["problems"]
        assert all(set(problem) == {"at", "problem"} for problem in error["detail"]["problems"])


def test_what_was_sent_is_not_repeated(daemon: Running) -> None:
    secret = {"selection": "s1", "recipe": {"prompt": 5, "options": CANARY, "seed": CANARY}}
    answer = post(daemon, "/v1/plans", json.dumps(secret).encode())
    assert answer.status_code == 422
    assert CANARY not in answer.text
    assert {problem["at"] for problem in answer.json()["detail"]["problems"]} == {
        "body.recipe.prompt",
        "body.recipe.options",
        "body.recipe.seed",
    }


def test_name_of_an_unknown_field_is_cleaned(daemon: Running) -> None:
    name = "\x1b[31m" + "x" * 500
    answer = post(daemon, "/v1/plans", json.dumps({"selection": "s", name: 1}).encode())
    assert answer.status_code == 422
    assert "\x1b" not in answer.json()["message"]
    assert len(answer.json()["message"]) < 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prompt", "x" * 10_001),
        ("keyframes", [{"at": "1", "image": "/a.png"}] * 65),
        ("keyframes", [{"at": 1.5, "image": "/a.png"}]),
        ("keyframes", [{"at": True, "image": "/a.png"}]),
        ("keyframes", [{"at": "1", "image": "a.png"}]),
        ("keyframes", [{"at": "1", "image": "/a.png", "more": 1}]),
        ("references", ["/a.png"] * 65),
        ("camera", ["x"] * 17),
        ("options", {"a": "x" * 10_001}),
        ("options", {"a": [1] * 1000}),
        ("seed", -1),
        ("seed", 2**63),
        ("seed", 1.0),
        ("seed", True),
        ("handles", -1),
        ("handles", 2**31),
        ("handles", 8.0),
        ("handles", "8"),
        ("duration", 0),
        ("mode", "over"),
        ("kind", "delete"),
        ("codec", "h265"),
        ("flavour", "avid"),
    ],
)
def test_recipes_are_bounded(daemon: Running, field: str, value: object) -> None:
    body = {"selection": "s1", "recipe": {field: value}}
    answer = post(daemon, "/v1/plans", json.dumps(body).encode())
    assert answer.status_code == 422
    assert answer.json()["message"].startswith(f"body.recipe.{field}")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate", "0"),
        ("rate", "-25"),
        ("rate", "1/0"),
        ("rate", "nan"),
        ("rate", "inf"),
        ("rate", "1e9"),
        ("rate", "9" * 25),
        ("rate", 25),
        ("start_frame", -1),
        ("start_frame", 90000.0),
        ("drop_frame", 1),
        ("host", "avid"),
        ("width", 0),
        ("width", 10**9),
        ("name", ""),
    ],
)
def test_pushed_selections_are_bounded(daemon: Running, field: str, value: object) -> None:
    body = {"rate": "25", "clips": [], field: value}
    answer = post(daemon, "/v1/selections", json.dumps(body).encode())
    assert answer.status_code == 422
    assert field in answer.json()["message"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("speed", "1/0"),
        ("speed", "fast"),
        ("speed", "1001"),
        ("speed", 1),
        ("frames", 0),
        ("frames", 2**31),
        ("record_start", -1),
        ("track", 0),
        ("track", 1000),
        ("rate", "zero"),
        ("enabled", "yes"),
    ],
)
def test_pushed_clips_are_bounded(daemon: Running, field: str, value: object) -> None:
    clip = {"media": "/a.mov", "record_start": 0, "frames": 1, "source_start": 0, field: value}
    body = {"rate": "25", "clips": [clip]}
    answer = post(daemon, "/v1/selections", json.dumps(body).encode())
    assert answer.status_code == 422
    assert field in answer.json()["message"]


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab\\u0", max_size=3), inner)
    ),
    max_leaves=12,
)


@given(JSON_VALUES, st.booleans())
def test_what_means_one_thing_is_read(value: object, ascii_only: bool) -> None:
    assert strict_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with contextlib.suppress(Answer):  # anything else is a fault
        strict_json(data)
