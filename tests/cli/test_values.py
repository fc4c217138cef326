"""Words from the command line become values as they are meant."""

import pytest

from bridge.cli.values import option
from bridge.errors import UsageError


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("strength=0.5", 0.5),
        ("strength=.5", 0.5),
        ("creativity=-3", -3),
        ("audio=True", True),
        ("targetFramerate=60", 60),
        ("targetFramerate=23_98", "23_98"),  # Python reads a number in it
        ("negativePrompt=nan", "nan"),
        ("negativePrompt=infinity", "infinity"),
        ("negativePrompt=1e999", "1e999"),
        ("negativePrompt=" + "9" * 5000, "9" * 5000),
        ("ratio=1280:720", "1280:720"),
        ('a={"b": [1, true]}', {"b": [1, True]}),
        ("a=", ""),
        ("a=b=c", "b=c"),
    ],
)
def test_a_value_is_read_as_it_is_meant(typed: str, value: object) -> None:
    name, read = option(typed)
    assert (name, read, type(read)) == (typed.partition("=")[0], value, type(value))


@pytest.mark.parametrize("typed", ["strength", "=3", 'a={"b":'])
def test_what_means_nothing_is_said(typed: str) -> None:
    with pytest.raises(UsageError):
        option(typed)
