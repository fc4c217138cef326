"""What a prompt's words mean. In: "dusk 60% and a little grain". Out: looks with strengths.

A strength may change over the shot: "dusk from 20% to 100%".

Nothing is guessed: a word that is neither a look, a strength nor one of the small words refuses
the whole prompt, so that "no grain" does not add grain. The pictures are made in `looks.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from bridge.engines.local.look.strengths import between
from bridge.errors import EngineRefused

MATCH = "match"

LOOKS: Mapping[str, str] = {
    "dusk": "after sunset: darker, blue shadows, a last warm light",
    "night": "day for night: dark, blue and drained of colour",
    "golden hour": "low warm sun: amber light, soft glow",
    "black and white": "no colour, weighted as film sees it",
    "sepia": "brown tones of an old print",
    "bleach bypass": "silver left in the print: hard and pale",
    "teal and orange": "teal shadows, orange skin",
    "warm": "warmer light",
    "cool": "colder light",
    "bright": "one stop more light",
    "dark": "one stop less light",
    "high contrast": "deeper shadows and harder light",
    "faded": "vintage: lifted blacks, tired colours",
    "vivid": "stronger colours",
    "muted": "weaker colours",
    "fog": "a pale veil over the picture",
    "bloom": "light that glows over its edges",
    "blur": "out of focus",
    "sharpen": "crisper edges",
    "vignette": "darker corners",
    "grain": "film grain, new on every frame",
    "negative": "all tones and colours inverted",
    MATCH: "the shot takes on the colours of the reference still",
}

ALIASES: Mapping[str, str] = {
    "twilight": "dusk",
    "blue hour": "dusk",
    "nightfall": "dusk",
    "evening": "dusk",
    "night time": "night",
    "nighttime": "night",
    "day for night": "night",
    "moonlight": "night",
    "sunset": "golden hour",
    "sunrise": "golden hour",
    "golden light": "golden hour",
    "golden": "golden hour",
    "magic hour": "golden hour",
    "black white": "black and white",
    "bw": "black and white",
    "monochrome": "black and white",
    "grayscale": "black and white",
    "greyscale": "black and white",
    "bleached": "bleach bypass",
    "orange and teal": "teal and orange",
    "teal orange": "teal and orange",
    "warmer": "warm",
    "warm light": "warm",
    "warmer light": "warm",
    "cooler": "cool",
    "cool light": "cool",
    "cold light": "cool",
    "cold": "cool",
    "colder": "cool",
    "brighter": "bright",
    "darker": "dark",
    "contrast": "high contrast",
    "contrasty": "high contrast",
    "punchy": "high contrast",
    "vintage": "faded",
    "retro": "faded",
    "saturated": "vivid",
    "colourful": "vivid",
    "colorful": "vivid",
    "desaturated": "muted",
    "foggy": "fog",
    "mist": "fog",
    "misty": "fog",
    "haze": "fog",
    "hazy": "fog",
    "glow": "bloom",
    "glowing": "bloom",
    "dreamy": "bloom",
    "blurred": "blur",
    "blurry": "blur",
    "defocus": "blur",
    "out of focus": "blur",
    "sharp": "sharpen",
    "sharper": "sharpen",
    "crisp": "sharpen",
    "vignetting": "vignette",
    "dark corners": "vignette",
    "grainy": "grain",
    "film grain": "grain",
    "noise": "grain",
    "inverted": "negative",
    "invert": "negative",
    "match reference": "match",
    "like reference": "match",
    "match colour": "match",
    "match color": "match",
    "match colours": "match",
    "match colors": "match",
    "match grade": "match",
    "colour match": "match",
    "color match": "match",
}

STRENGTHS: Mapping[str, Fraction] = {
    "barely": Fraction(15, 100),
    "hint": Fraction(15, 100),
    "touch": Fraction(20, 100),
    "slightly": Fraction(30, 100),
    "slight": Fraction(30, 100),
    "subtle": Fraction(30, 100),
    "subtly": Fraction(30, 100),
    "little": Fraction(30, 100),
    "bit": Fraction(30, 100),
    "light": Fraction(30, 100),
    "lightly": Fraction(30, 100),
    "gently": Fraction(30, 100),
    "gentle": Fraction(30, 100),
    "weak": Fraction(30, 100),
    "medium": Fraction(50, 100),
    "moderate": Fraction(50, 100),
    "moderately": Fraction(50, 100),
    "strong": Fraction(1),
    "strongly": Fraction(1),
    "very": Fraction(1),
    "heavy": Fraction(1),
    "heavily": Fraction(1),
    "intense": Fraction(1),
    "deep": Fraction(1),
    "full": Fraction(1),
    "fully": Fraction(1),
    "completely": Fraction(1),
    "extremely": Fraction(1),
    "much": Fraction(1),
    "lot": Fraction(1),
    "lots": Fraction(1),
}

# How strong a look is when nothing is said. Room is left for "very", save where half of it is odd.
USUAL = Fraction(75, 100)
WHOLE_LOOKS = frozenset({"black and white", "negative", MATCH})

JOINTS = frozenset({*",;.:!+/", "and", "with", "plus", "then", "also", "but"})
QUOTES = frozenset("\"'`()[]\u2018\u2019\u201c\u201d")
SMALL_WORDS = frozenset(
    """
    a an the it its this that of in at to into on like by for make made turn give put add apply set
    get let look looks looking feel feeling style styled mood effect tone tones please more some all
    whole entire shot scene clip picture image video footage frame film movie be is should would
    could we i want need us me my our so just now everything colours colors grade colour color
    strength reference still
    """.split()  # noqa: SIM905 - a list of ninety literals is harder to read
)
ARTICLES = frozenset({"the", "a", "an", "it", "its", "to"})
TURNS = frozenset({"to", "into"})  # "dusk to night" would be a change of the look itself
NUMBER, PERCENT = r"(\d+(?:\.\d+)?)\s*", r"(?:%|percent\b|per cent\b)"
# a change in time, "from 20% to 100%", is one word for what follows: "20%>100%"
CHANGE = re.compile(rf"(?:\bfrom\s+)?\b{NUMBER}{PERCENT}?\s*to\s+{NUMBER}{PERCENT}")
TOKEN = re.compile(
    r"[\d.]+%>[\d.]+%|\d+(?:\.\d+)?\s*(?:%|percent\b|per cent\b)|[^\W_]+(?:'[^\W_]+)*|[^\s\w]|_"
)
BLACK_AND_WHITE = re.compile(r"\bb\s*(?:&|/|and|n)\s*w\b")
HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")  # "black-and-white", but not "-20%"
LONGEST_PROMPT = 2000  # characters
LONGEST_PHRASE = max(len(phrase.split()) for phrase in (*LOOKS, *ALIASES))


@dataclass(frozen=True)
class LookStep:
    look: str  # a key of LOOKS
    strength: float  # 0 to 1; at the shot's first frame, where it changes
    until: float | None = None  # at its last frame; None: as at the first

    @property
    def nothing(self) -> bool:
        """Whether it changes no frame at all."""
        return not self.strength and not self.until

    def scaled(self, factor: float) -> "LookStep":
        until = None if self.until is None else self.until * factor
        return LookStep(self.look, self.strength * factor, until)

    def at(self, moment: Fraction) -> "LookStep":
        """As it is at a moment, 0 to 1, of the shot."""
        if self.until is None:
            return self
        return LookStep(self.look, between(self.strength, self.until, moment))


Strength = tuple[Fraction, Fraction]  # at the shot's first frame and at its last


@dataclass(frozen=True)
class Word:
    """One understood piece of a prompt; `value` is a look's name or a strength."""

    value: str | Strength


def parse(prompt: str) -> tuple[LookStep, ...]:
    """
    The looks of a prompt in order; empty for an empty prompt.

    A strength belongs to the look before it ("dusk 60%, grain 10%"), or to the one after it where
    it comes first ("slightly warm", "50% fog"); commas and "and" part the looks. "from 20% to
    100%" is a strength that changes from the shot's first frame to its last.
    Raises `EngineRefused` naming what was understood, what was not, and the nearest known words.
    """
    if len(prompt) > LONGEST_PROMPT:
        raise EngineRefused(
            f"The prompt has {len(prompt)} characters; {LONGEST_PROMPT} are allowed.",
            hint="Name the looks only.",
        )
    steps: list[LookStep] = []
    unknown: list[str] = []
    for clause in _clauses(_tokens(prompt), unknown):
        steps.extend(_steps(clause, unknown))
    if unknown:
        raise _refusal(prompt, steps, list(dict.fromkeys(unknown)))
    return tuple(steps)


def words() -> dict[str, str]:
    """Every look with what it does: the vocabulary that forms and refusals show."""
    return dict(LOOKS)


def strengths() -> dict[str, str]:
    """Every word that says how strong a look is, with its strength: "slightly" is "30%"."""
    return {word: f"{strength * 100}%" for word, strength in STRENGTHS.items()}


def _tokens(prompt: str) -> list[str]:
    """Lower-case words, signs, and percentages written as "60%" or "20%>100%"."""
    text = BLACK_AND_WHITE.sub("bw", prompt.casefold()).replace("&", " and ")
    text = CHANGE.sub(r" \1%>\2% ", text)
    return [_spelled(token) for token in TOKEN.findall(HYPHEN.sub(" ", text))]


def _spelled(token: str) -> str:
    if ">" in token:
        return token
    number = re.match(r"[\d.]+(?=\s*(?:%|per))", token)
    return f"{number[0]}%" if number else token


def _clauses(tokens: list[str], unknown: list[str]) -> Iterator[list[Word]]:
    """Looks and strengths between one joint and the next; what is not known goes into `unknown`."""
    clause: list[Word] = []
    place = 0
    while place < len(tokens):
        look, length = _look_at(tokens, place)
        token = tokens[place]
        if look is not None:
            clause.append(Word(look))
        elif token in JOINTS:
            yield clause
            clause = []
        elif (strength := _strength(token)) is not None:
            clause.append(Word(strength))
        elif (token in TURNS and _has_look(clause)) or token not in SMALL_WORDS | QUOTES:
            unknown.append(token)
        place += length
    yield clause


def _has_look(clause: list[Word]) -> bool:
    return any(isinstance(word.value, str) for word in clause)


def _look_at(tokens: list[str], place: int) -> tuple[str | None, int]:
    """The longest look that begins here, small words in it skipped ("match the reference")."""
    for length in range(min(LONGEST_PHRASE + 2, len(tokens) - place), 0, -1):
        phrase = tokens[place : place + length]
        if phrase[-1] in ARTICLES:
            continue
        for candidate in (phrase, [phrase[0], *_without_articles(phrase[1:])]):
            known = " ".join(candidate)
            known = ALIASES.get(known, known)
            if known in LOOKS:
                return known, length
    return None, 1


def _without_articles(tokens: Iterable[str]) -> list[str]:
    return [token for token in tokens if token not in ARTICLES]


def _strength(token: str) -> Strength | None:
    if token.endswith("%") and len(token) > 1:
        first, _, last = token.partition(">")
        return Fraction(first[:-1]) / 100, Fraction((last or first)[:-1]) / 100
    known = STRENGTHS.get(token)
    return None if known is None else (known, known)


def _steps(clause: list[Word], unknown: list[str]) -> Iterator[LookStep]:
    """A clause that begins with a strength says each strength before its look, others after it."""
    before = bool(clause) and not isinstance(clause[0].value, str)
    looks: list[tuple[str, list[Strength]]] = []
    waiting: list[Strength] = []
    for word in clause:
        if isinstance(word.value, str):
            looks.append((word.value, waiting))
            waiting = []
        elif before or not looks:
            waiting.append(word.value)
        else:
            looks[-1][1].append(word.value)
    if waiting:
        unknown.append("a strength without a look")
    for look, strengths in looks:
        if any(max(strength) > 1 for strength in strengths):
            unknown.append(f"more than 100% of {look}")
        first, last = _combined(look, strengths)
        yield LookStep(look, float(first), None if first == last else float(last))


def _combined(look: str, strengths: list[Strength]) -> Strength:
    if not strengths:
        usual = Fraction(1) if look in WHOLE_LOOKS else USUAL
        return usual, usual
    # "a very slight fog" is slight
    return min(first for first, _ in strengths), min(last for _, last in strengths)


def _refusal(prompt: str, steps: list[LookStep], unknown: list[str]) -> EngineRefused:
    understood = [step.look for step in steps]
    near = sorted({word for token in unknown for word in _near(token)})
    sentence = f"The local engine does not know how to do {_listed(unknown)}"
    sentence += f"; it understood {_listed(understood)}." if understood else "."
    meant = f"Did you mean {_listed(near)}? " if near else ""
    return EngineRefused(
        sentence,
        hint=f"{meant}It knows: {', '.join(LOOKS)}.",
        prompt=prompt[:500],
        understood=understood,
        unknown=unknown[:20],
        nearest=near,
    )


def _near(token: str) -> list[str]:
    known = {**ALIASES, **{look: look for look in LOOKS}}
    return [known[match] for match in get_close_matches(token, known, n=2, cutoff=0.7)]


def _listed(words: list[str]) -> str:
    shown = [f'"{word[:40]}"' for word in words[:8]]
    return ", ".join(shown) + (f" and {len(words) - 8} more" if len(words) > 8 else "")
