"""Bodies that only others could make: each fault is named with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.runway import bodies, models
from tests.engines.runway.asking import URIS, plain


def named(way: str):
    return next(each for each in models.known() if f"{each.door}/{each.name}" == way)


@pytest.mark.parametrize(
    ("way", "changes", "path", "code"),
    [
        ("video_to_video/aleph2", {"promptText": ""}, ("promptText",), "too_small"),
        ("video_to_video/aleph2", {"promptText": "x" * 1001}, ("promptText",), "too_big"),
        ("video_to_video/aleph2", {"promptText": None}, ("promptText",), "string_type"),
        ("video_to_video/aleph2", {"videoUri": 3}, ("videoUri",), "string_type"),
        ("video_to_video/aleph2", {"seed": 1.5}, ("seed",), "int_type"),
        ("video_to_video/aleph2", {"seed": True}, ("seed",), "int_type"),
        ("video_to_video/aleph2", {"seed": -1}, ("seed",), "too_small"),
        ("video_to_video/aleph2", {"outputFormat": "PRORES"}, ("outputFormat",), "literal_error"),
        ("video_to_video/aleph2", {"duration": 5}, ("duration",), "extra_forbidden"),
        (
            "video_to_video/aleph2",
            {"keyframes": [{"uri": "runway://x", "seconds": 1}] * 6},
            ("keyframes",),
            "too_big",
        ),
        (
            "video_to_video/aleph2",
            {"keyframes": [{"uri": "runway://x", "seconds": 31}]},
            ("keyframes", 0, "seconds"),
            "too_big",
        ),
        (
            "video_to_video/aleph2",
            {"keyframes": [{"uri": "runway://x", "at": 1.1}]},
            ("keyframes", 0, "at"),
            "too_big",
        ),
        (
            "video_to_video/aleph2",
            {"keyframes": [{"uri": "runway://x", "seconds": float("nan")}]},
            ("keyframes", 0, "seconds"),
            "too_big",
        ),
        (
            "video_to_video/aleph2",
            {"keyframes": [{"uri": "x", "seconds": 1, "range": {"startSeconds": 0}}]},
            ("keyframes", 0, "range", "startSeconds"),
            "extra_forbidden",
        ),
        (
            "image_to_video/veo3.1",
            {"promptImage": [{"uri": "x", "position": "last"}]},
            ("promptImage",),
            "custom",
        ),
        (
            "image_to_video/veo3.1",
            {"promptImage": [{"uri": "x", "position": "first"}] * 2},
            ("promptImage",),
            "custom",
        ),
        ("image_to_video/veo3.1", {"promptImage": []}, ("promptImage",), "too_small"),
        ("image_to_video/veo3.1", {"duration": 5}, ("duration",), "literal_error"),
        (
            "image_to_video/kling_4",
            {"promptImage": [{"uri": "x", "position": "centre"}]},
            ("promptImage", 0, "position"),
            "literal_error",
        ),
        ("image_to_video/kling_4", {"promptImage": [3]}, ("promptImage", 0, "uri"), "missing"),
        (
            "image_to_video/seedance2",
            {"promptImage": [{"uri": "x"}, {"uri": "y", "position": "first"}]},
            ("promptImage",),
            "custom",
        ),
        ("image_to_video/gen4.5", {"duration": 11}, ("duration",), "too_big"),
        ("video_to_video/seedance2_5", {"duration": 5}, ("duration",), "custom"),
        ("video_to_video/seedance2_5", {"ratio": "1280:720"}, ("ratio",), "custom"),
        (
            "video_to_video/gemini_omni_flash",
            {"references": [{"uri": "x"}] * 6},
            ("references",),
            "too_big",
        ),
    ],
)
def test_faults_are_named_with_their_place(way, changes, path, code):
    model = named(way)
    body = bodies.body(plain(model), URIS) | changes
    found = [(fault.path, fault.code) for fault in bodies.faults(model.door, body)]
    assert (path, code) in found


def test_a_body_with_no_known_model_is_a_fault():
    (fault,) = bodies.faults("video_to_video", {"model": "gen4_aleph"})
    assert (fault.path, fault.code) == (("model",), "literal_error")
    assert "aleph2" in str(fault)
    assert bodies.faults("video_to_video", []) != ()
    assert bodies.faults("no_such_door", {"model": "aleph2"}) != ()


@given(
    st.dictionaries(
        st.sampled_from(["keyframes", "references", "promptText", "seed", "ratio", "duration"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    ),
    st.sampled_from(["aleph2", "klingO3_pro", "hailuo3", "kling_4", "seedance2_5"]),
)
def test_no_body_is_too_strange_to_be_checked(strange, name):
    body = {"model": name, "videoUri": "x", "promptVideo": "x", "promptText": "x"} | strange
    for fault in bodies.faults("video_to_video", body):
        assert fault.message
