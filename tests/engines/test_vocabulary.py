"""Words become looks, or the whole prompt is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.local.look import looks, vocabulary
from bridge.engines.local.look.vocabulary import ALIASES, LOOKS, MATCH, USUAL, LookStep, parse
from bridge.errors import EngineRefused

U = float(USUAL)


@pytest.mark.parametrize(
    ("prompt", "steps"),
    [
        ("make it dusk", [("dusk", U)]),
        ("dusk 60% and a little grain", [("dusk", 0.6), ("grain", 0.3)]),
        ("grain, then dusk", [("grain", U), ("dusk", U)]),
        ("slightly warm, strong vignette", [("warm", 0.3), ("vignette", 1)]),
        ("50% fog 20% grain", [("fog", 0.5), ("grain", 0.2)]),
        ("fog 50% grain 20%", [("fog", 0.5), ("grain", 0.2)]),
        ("Black-and-White, please!", [("black and white", 1)]),
        ("b&w at 40 percent", [("black and white", 0.4)]),
        ("B/W", [("black and white", 1)]),
        ("teal & orange with film grain at 12.5%", [("teal and orange", U), ("grain", 0.125)]),
        ("a foggy night", [("fog", U), ("night", U)]),
        ("day for night", [("night", U)]),
        ("make it very dark", [("dark", 1)]),
        ("very very slightly darker", [("dark", 0.3)]),
        ("like the reference", [("match", 1)]),
        ("match it to the reference 50%", [("match", 0.5)]),
        ("match the colours, then sepia", [("match", 1), ("sepia", 1 * U)]),
        ("dusk 0%", [("dusk", 0)]),
        ("dusk from 0% to 100%", [("dusk", 0, 1)]),
        ("from 20 to 80 percent fog, grain", [("fog", 0.2, 0.8), ("grain", U)]),
        ("night 100% to 25%, warm", [("night", 1, 0.25), ("warm", U)]),
        ("fog from 50% to 50%", [("fog", 0.5)]),
        ("  ", []),
        ("please", []),
    ],
)
def test_what_is_understood(prompt, steps):
    assert parse(prompt) == tuple(LookStep(*step) for step in steps)


@pytest.mark.parametrize(
    ("prompt", "unknown"),
    [
        ("remove the boom", ["remove", "boom"]),
        ("no grain", ["no"]),
        ("not too dark", ["not", "too"]),
        ("less warm", ["less"]),
        ("make the sky darker", ["sky"]),
        ("from dusk", ["from"]),
        ("dusk to night", ["to"]),
        ("dusk -20%", ["-"]),
        ("dusk 60", ["60"]),
        ("dusk 150%", ["more than 100% of dusk"]),
        ("dusk from 0% to 150%", ["more than 100% of dusk"]),
        ("from 0% to 100%", ["a strength without a look"]),
        ("dusk from 0% to night", ["from", "to"]),
        ("60%", ["a strength without a look"]),
        ("dusk \N{SUNRISE OVER MOUNTAINS}", ["\N{SUNRISE OVER MOUNTAINS}"]),
        ("crépuscule", ["crépuscule"]),
    ],
)
def test_what_is_not_understood_refuses_all_of_it(prompt, unknown):
    with pytest.raises(EngineRefused) as caught:
        parse(prompt)
    assert caught.value.detail["unknown"] == unknown
    assert all(word in caught.value.message for word in unknown)
    assert "dusk" in caught.value.hint


def test_a_refusal_says_what_was_understood_and_what_may_have_been_meant():
    with pytest.raises(EngineRefused) as caught:
        parse("duskk with fog and grian")
    assert caught.value.detail["understood"] == ["fog"]
    assert caught.value.detail["nearest"] == ["dusk", "grain"]
    assert caught.value.hint.startswith('Did you mean "dusk", "grain"?')


def test_a_prompt_may_not_be_endless():
    with pytest.raises(EngineRefused, match="characters"):
        parse("dusk " * 500)


@given(st.text(max_size=200))
def test_any_text_is_either_understood_or_refused(prompt):
    try:
        steps = parse(prompt)
    except EngineRefused:
        return
    assert all(step.look in LOOKS and 0 <= step.strength <= 1 for step in steps)


@given(
    st.lists(st.tuples(st.sampled_from(sorted(LOOKS)), st.integers(0, 100)), min_size=1, max_size=6)
)
def test_a_list_of_looks_is_read_back(wanted):
    prompt = ", ".join(f"{look} {percent}%" for look, percent in wanted)
    assert [(step.look, round(step.strength * 100)) for step in parse(prompt)] == wanted
    prompt = " and ".join(f"{percent}% {look}" for look, percent in wanted)
    assert [(step.look, round(step.strength * 100)) for step in parse(prompt)] == wanted


@pytest.mark.parametrize("word", [*LOOKS, *ALIASES])
def test_every_word_and_every_other_name_is_one_look(word):
    (step,) = parse(word)
    assert step.look == ALIASES.get(word, word)


def test_every_word_has_a_look_and_every_look_a_word():
    assert set(looks.LOOKS) == set(vocabulary.words()) - {MATCH}
    assert all(meaning for meaning in vocabulary.words().values())
    assert len(LOOKS) >= 14


@pytest.mark.parametrize(("word", "strength"), vocabulary.strengths().items())
def test_strengths_are_what_they_say(word: str, strength: str) -> None:
    (step,) = parse(f"{word} fog")
    assert step.strength == pytest.approx(float(strength.removesuffix("%")) / 100)
