"""Why a task failed, by the beginning of its code; the service's words are looked at first."""

from decimal import Decimal

import pytest

from bridge.engines.runway.failures import LONGEST_QUOTE, of_task, quoted
from bridge.errors import EngineFailed, SafetyRefused
from bridge.secrets import Secret

ZERO = Decimal(0)


@pytest.mark.parametrize(
    ("code", "kind", "again"),
    [
        ("SAFETY.INPUT.TEXT", SafetyRefused, False),
        ("SAFETY.OUTPUT.VIDEO", SafetyRefused, False),
        ("safety", SafetyRefused, False),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", SafetyRefused, False),
        ("INPUT_PREPROCESSING.INTERNAL", EngineFailed, True),
        ("INTERNAL.BAD_OUTPUT.01", EngineFailed, False),
        ("INTERNAL.BAD_OUTPUT", EngineFailed, False),
        ("INTERNAL", EngineFailed, True),
        ("INTERNAL.GPU", EngineFailed, True),
        ("THIRD_PARTY.UNAVAILABLE", EngineFailed, True),
        ("ASSET.INVALID", EngineFailed, False),
        (None, EngineFailed, True),
        ("SOMETHING.NEW", EngineFailed, False),
        ("SAFETYNET", EngineFailed, False),
        ("INTERNALS", EngineFailed, False),
    ],
)
def test_the_code_says_what_it_is_and_whether_once_more_helps(code, kind, again):
    error = of_task(code, "words", ZERO)
    assert type(error) is kind
    assert error.detail.get("again", False) is again
    assert error.detail["credits"] == "0"
    assert error.hint


@pytest.mark.parametrize("cost", [Decimal(1), Decimal("0.01"), None])
def test_what_has_cost_something_or_may_have_is_not_begun_again(cost):
    error = of_task("INTERNAL", "", cost)
    assert "again" not in error.detail
    assert error.detail.get("credits") == (None if cost is None else str(cost))


def test_a_quote_is_short_plain_and_holds_no_secret():
    Secret("key_canary_quote_77")
    text = (
        "a\x1b[2Jb\u202ec\r\nkey_canary_quote_77 runway://abc https://a.b/c?sig=ABCDEF "
        + "x" * 9999
    )
    said = quoted(text)
    assert said.startswith("a [2Jb c\\r\\n*** runway://*** https://a.b/c?***")
    assert len(said) <= LONGEST_QUOTE
    assert said.isprintable()
    assert quoted(None) == "None"
