"""The error tree: drawn as it is, stable on the wire, with something to do for everyone."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import errors
from bridge.errors import ERRORS_BY_CODE, BridgeError, DiskFull, InternalError, UsageError

KINDS = sorted(
    (
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, BridgeError)
    ),
    key=lambda kind: kind.__name__,
)
# Why these say nothing by themselves about what to do
NO_HINT = {
    "BridgeError": "never raised itself",
    "InputError": "never raised itself",
    "TimelineError": "never raised itself",
    "MediaError": "never raised itself",
    "EngineError": "never raised itself",
    "MachineError": "never raised itself",
}
KNOWN_CODES = """
clip_ambiguous clip_not_found conflict daemon_busy daemon_not_running database delivery
disk_full disk_refused engine engine_busy engine_cancelled engine_failed engine_refused
engine_unavailable engine_uncertain engine_unknown error forbidden frame_count_wrong input
internal machine media media_changed media_damaged media_forbidden media_missing
media_unsupported not_found plan_refused port_taken range shot_refused timeline
timeline_unreadable timeline_unwritable usage worker_died
"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def _drawn() -> dict[str, str | None]:
    """Each drawn class and the one it hangs from."""
    branches = re.findall(r"^([ │]*(?:[├└]── )?)(\b[A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    tree: dict[str, str | None] = {}
    above: list[str] = []
    for branch, name in branches[: len(KINDS) + 9]:
        if not branch.startswith("    "):
            continue
        depth = len(branch) // 4 - 1
        del above[depth:]
        tree[name] = above[-1] if above else None
        above.append(name)
    return tree


def test_the_tree_is_drawn_as_it_is():
    drawn = _drawn()
    real = {kind.__name__: kind.__base__.__name__ for kind in KINDS}
    assert drawn == real | {"BridgeError": None}


def test_codes_are_unique_and_plain():
    assert len({kind.code for kind in KINDS}) == len(KINDS)
    assert set(ERRORS_BY_CODE.values()) == set(KINDS)
    for kind in KINDS:
        assert "code" in vars(kind), f"{kind.__name__} has its parent's code"
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_to_do_or_there_is_a_reason(kind):
    has_hint = bool(kind.default_hint)
    assert has_hint is (kind.__name__ not in NO_HINT)
    if has_hint:
        assert re.fullmatch(r"[A-Z].*\.", kind.default_hint)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_an_http_status_for_an_error(kind):
    assert 400 <= kind.status <= 599
    if issubclass(kind, errors.InputError):
        assert kind.status < 500


def test_only_what_may_pass_by_itself_is_tried_again():
    again = {kind.__name__ for kind in KINDS if kind.retryable}
    assert again == {"EngineBusy", "EngineFailed", "DiskFull", "WorkerDied", "DatabaseError"}
    assert not issubclass(errors.EngineUncertain, errors.EngineFailed), "it may have been paid"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_survives_the_wire(kind):
    for error in (kind("Words.", clip="V1:3", frames=[48, 47]), kind("Words.", hint="Do this.")):
        data = json.loads(json.dumps(error.as_data()))
        again = BridgeError.from_data(data)
        assert type(again) is kind
        assert (again.message, again.hint, again.detail) == (
            error.message,
            error.hint,
            error.detail,
        )
        assert str(again) == "Words."
        assert again.as_data() == data


@given(st.sampled_from(KINDS), st.text(), st.none() | st.text(), st.dictionaries(st.text(), JSON))
def test_any_words_and_facts_survive_the_wire(kind, message, hint, detail):
    error = kind(message, hint=hint)
    error.detail = detail
    again = BridgeError.from_data(json.loads(json.dumps(error.as_data())))
    assert again.as_data() == error.as_data()


@pytest.mark.parametrize(
    "data",
    [{}, {"code": None}, {"code": "from_the_future"}, {"code": 5, "detail": None, "hint": None}],
)
def test_what_nobody_knows_any_more_is_an_internal_error(data):
    error = BridgeError.from_data(data)
    assert type(error) is InternalError
    assert error.hint == InternalError.default_hint


@pytest.mark.parametrize("name", ["message", "hint", "self", "code", ""])
def test_a_fact_may_have_any_name(name):
    data = DiskFull("Full.").as_data() | {"detail": {name: 1}}
    assert BridgeError.from_data(data).detail == {name: 1}


def test_a_hint_of_its_own_beats_the_usual_one():
    assert UsageError("No.").hint == UsageError.default_hint
    assert UsageError("No.", hint="Try this.").hint == "Try this."
    assert UsageError("No.", hint="").hint == ""


def test_the_codes_are_the_ones_that_clients_know():
    """Panels, scripts and other people's programs compare these: a change breaks them."""
    assert set(ERRORS_BY_CODE) >= set(KNOWN_CODES.split())
