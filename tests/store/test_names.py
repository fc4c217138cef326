"""File names that every system takes and people can read."""

import ntpath
import re
import unicodedata
from pathlib import PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.store.names import STEM_BYTES, key_name, safe_stem, take_stem

# whole words of trouble among any characters, lone surrogates included
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=st.characters(codec=None), max_size=60),
    st.lists(
        st.sampled_from(
            [
                "CON",
                "nul",
                "COM1",
                "LPT³",
                ".",
                "..",
                " ",
                "/",
                "\\",
                ":",
                "~",
                "-",
                "_",
                "%04d",
                "\0",
                "\n",
                "\u202e",
                "\ud800",
                "e\u0301",
                "é",
                "日本語",
                "👩‍🎬",
                ".mov",
                "a" * 90,
            ]
        )
    ).map("".join),
)


def is_reserved(name: str) -> bool:
    """On Windows; Python 3.13 has another place for the question."""
    asked = getattr(ntpath, "isreserved", None)
    return asked(name) if asked else PureWindowsPath(name).is_reserved()


def _is_safe(name: str) -> bool:
    device = re.fullmatch(
        r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])", name.split(".", 1)[0].strip()
    )
    return (
        name not in ("", ".", "..")
        and not set(name) & set('<>:"/\\|?*%#')
        and name[0] not in " .-~"
        and name[-1] not in " ."
        and not device
        and all(unicodedata.category(sign)[0] != "C" for sign in name)
        and name == unicodedata.normalize("NFC", name)
    )


@given(ANY_TEXT, st.integers(8, 200))
@example("con", 8)
@example("CON.aux", 200)
@example("aux .x", 200)
@example("e\u0301" * 100, 9)
@example("a" + "-" * 20 + ".b", 8)
@example("1:NUL", 8)
def test_whatever_it_was_called_the_name_is_safe_and_stays_so(text, limit):
    name = safe_stem(text, limit)
    assert _is_safe(name)
    assert len(name.encode()) <= limit
    assert safe_stem(name, limit) == name


@given(ANY_TEXT, st.integers(1, 9999), ANY_TEXT, st.none() | st.integers(0, 2**64))
def test_a_take_is_named_safely_and_keeps_its_number(clip, number, model, seed):
    stem = take_stem(clip, number, model, seed)
    assert _is_safe(stem)
    assert len(stem.encode()) <= STEM_BYTES
    assert f"_take{number:02d}_" in stem
    assert not is_reserved(f"{stem}.mov")


@pytest.mark.parametrize(
    ("clip", "number", "model", "seed", "stem"),
    [
        ("A001_C003.mov", 1, "gen4_aleph", 7, "A001_C003_take01_gen4_aleph_7"),
        ("A001_C003.MXF", 12, "looks", None, "A001_C003_take12_looks"),
        ("v1.final", 3, "gen4.5", 0, "v1.final_take03_gen4.5_0"),
        ("Straße 日本語 👍", 100, "looks", 5, "Straße-日本語-👍_take100_looks_5"),
        ("a/b\\c:d*e", 2, "org/model", 1, "a-b-c-d-e_take02_org-model_1"),
        ("shot.%04d.exr", 1, "m", 1, "shot.-04d_take01_m_1"),
        ("CON", 1, "m", 1, "_CON_take01_m_1"),
        ("con.mov", 1, "m", 1, "_con_take01_m_1"),
        ("reel 1/../x", 1, "m", 1, "reel-1-.-x_take01_m_1"),
        ("..hidden", 1, "m", 1, "hidden_take01_m_1"),
        ("", 1, "", None, "untitled_take01_untitled"),
        ("  ", 1, "m", None, "untitled_take01_m"),
    ],
)
def test_names_stay_readable(clip, number, model, seed, stem):
    assert take_stem(clip, number, model, seed) == stem


@given(ANY_TEXT, ANY_TEXT)
@example("Job", "job")
@example("a b", "a-b")
@example("e\u0301", "é")
@example("", "-")
def test_different_keys_never_share_a_file(one, other):
    assert (key_name(one).lower() == key_name(other).lower()) is (one == other)
    assert re.fullmatch(r"[a-z0-9-]{24,64}", key_name(one))
