"""The mailbox's words: parts found in whatever surrounds them, answers that Lua reads back."""

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lupa import luajit21

from bridge.hosts.resolve.mailbox import (
    MOST_PARTS,
    Part,
    Received,
    answer_file,
    answer_text,
    error_text,
    lua,
    parts_in,
    put,
    received,
    received_text,
    request_of,
)

SESSION = "0123456789abcdef"
PART = Part(SESSION, 7, 2, 3, b"")


def frame(data: bytes, seq: int = 1, number: int = 1, of: int = 1, check: int | None = None) -> str:
    checked = zlib.adler32(data) if check is None else check
    return f"NLEB1:{SESSION}:{seq}:{number}:{of}:{checked:08x}:{data.hex()}:END"


def back(value: Any, runtime: Any) -> Any:
    """A Lua value as JSON: a table with the keys 1 to n is a list."""
    if luajit21.lua_type(value) != "table":
        return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
    keys = list(value)
    if keys and keys == list(range(1, len(keys) + 1)):
        return [back(value[key], runtime) for key in keys]
    return {back(key, runtime): back(value[key], runtime) for key in keys}


def loaded(text: str) -> Any:
    runtime = luajit21.LuaRuntime(encoding=None)
    return back(runtime.execute(text.encode("ascii")), runtime)


@pytest.mark.parametrize(
    "around",
    [
        'Global = {{ NLEBridge = {{ S1 = "{}", Other = "NLEB1:" }} }}',
        "<pref name='NLEBridge.S1'>{}</pref>",
        "\0\xff{}",
    ],
)
def test_a_part_is_found_whatever_is_written_around_it(around):
    data = '{"verb": "next", "body": {"timeline": "Ä"}}'.encode()
    text = around.format(frame(data, 3, 1, 2)).encode("latin-1")
    assert list(parts_in(text)) == [Part(SESSION, 3, 1, 2, data)]


@pytest.mark.parametrize(
    "text",
    [
        frame(b"whole")[:-1],
        frame(b"whole", check=1),
        frame(b"whole").replace(":END", "0:END"),
        frame(b"whole", number=2, of=1),
        frame(b"whole", number=0),
        frame(b"whole", of=MOST_PARTS + 1),
        frame(b"whole").replace(SESSION, SESSION.upper()),
    ],
)
def test_what_is_not_whole_is_not_found(text):
    assert list(parts_in(text.encode())) == []
    assert list(parts_in(text.encode() + frame(b"other").encode())) != []


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"verb": 1, "body": {}}', '{"verb": "next"}', "[" * 100_000]
)
def test_what_is_no_request_is_none(text):
    assert request_of([text.encode()]) is None


def test_a_request_comes_together_in_the_middle_of_a_letter():
    text = json.dumps({"verb": "ack", "body": {"why": "Spur gesperrt: Ä"}}, ensure_ascii=False)
    data = text.encode()
    cut = data.index("Ä".encode()) + 1
    assert request_of([data[:cut], data[cut:]]) == ("ack", {"why": "Spur gesperrt: Ä"})


JSON = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.sampled_from(["\udcff", "]]", '"\\', "\r\n\0009", "\u2028"]),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4)
        | st.dictionaries(st.text(min_size=1).filter(lambda key: not key.isdigit()), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_every_value_comes_back_from_lua(value):
    assert loaded(f"return {lua(value)}") == value


def test_null_is_an_absent_key_and_a_lone_surrogate_is_said():
    assert loaded(f"return {lua({'a': None, 'b': [], 'c': 1.5})}") == {"b": {}, "c": 1.5}
    assert loaded(f"return {lua(chr(0xD800))}") == "?"
    with pytest.raises(TypeError):
        lua({1, 2})


def test_answers_are_tables_with_everything_in_them():
    assert loaded(received_text(PART)) == {
        "session": SESSION,
        "seq": 7,
        "part": 2,
        "done": False,
    }
    whole = loaded(answer_text(PART, {"placement": None, "say": "'];os.exit()--"}))
    assert (whole["ok"], whole["body"]) == (True, {"say": "'];os.exit()--"})
    failed = loaded(error_text(PART, {"code": "not_found", "message": 'no "such"', "hint": ""}))
    assert (failed["ok"], failed["error"]["message"]) == (False, 'no "such"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (received_text(PART), Received(7, 2, False)),
        (answer_text(PART, {}), Received(7, 2, True)),
        ("return {}", Received()),
        ("\xff", Received()),
    ],
)
def test_what_was_answered_last_is_read_from_the_answer(tmp_path, text, expected):
    assert received(tmp_path, SESSION) == Received()
    if text.isascii():
        put(answer_file(tmp_path, SESSION), text)
    else:
        answer_file(tmp_path, SESSION).write_bytes(text.encode("latin-1"))
    assert received(tmp_path, SESSION) == expected
