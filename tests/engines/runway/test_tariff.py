"""Prices, to the credit."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.engines.base import Limits, Model, Work
from bridge.engines.runway import models, rows, tariff
from bridge.engines.runway.rows import Figures
from bridge.errors import PlanRefused, UsageError
from bridge.frames import Rate

FILM = Rate.of("24000/1001")
PRICED = [model for model in models.known() if model.price.known]
lengths = st.fractions(Fraction(1, 100), 40, max_denominator=24000)


def model(door: str, name: str) -> Model:
    return next(each for each in models.known() if (each.door, each.name) == (door, name))


@pytest.mark.parametrize(
    ("door", "name", "work", "credits_"),
    [
        # 29.9 s were 812 credits: whole seconds (measured by a third party)
        ("video_to_video", "aleph2", Work(Fraction("29.9"), 897, 1920, 1080, footage=True), 812),
        ("video_to_video", "aleph2", Work(FILM.seconds(48), 48, 1280, 720, footage=True), 56),
        (
            "video_to_video",
            "aleph2",
            Work(Fraction(10), 240, 1920, 1080, options={"outputFormat": "prores"}),
            330,
        ),
        (
            "video_to_video",
            "aleph2",
            Work(Fraction(10), 240, 3840, 2160, options={"outputFormat": "sdr_rec709_10bit"}),
            680,
        ),
        ("image_to_video", "veo3.1", Work(Fraction(8), options={"audio": True}), 320),
        ("image_to_video", "veo3.1_fast", Work(Fraction(8), options={"audio": True}), 120),
        ("text_to_video", "veo3.1_fast", Work(Fraction("4.2")), 60),  # six seconds are the next
        ("image_to_video", "kling3.0_pro", Work(Fraction(5), options={"audio": True}), 85),
        ("image_to_video", "kling3.0_pro", Work(Fraction(5)), 60),
        ("image_to_video", "seedance2", Work(Fraction(5), 0, 3840, 2160), 750),
        ("image_to_video", "seedance2", Work(Fraction(5), 0, 1920, 1080), 200),
        ("image_to_video", "seedance2", Work(Fraction(5), options={"ratio": "864:496"}), 180),
        ("text_to_video", "seedance2_mini", Work(Fraction(4), 0, 1280, 720), 64),
        ("text_to_video", "seedance2_mini", Work(Fraction(9), 0, 1280, 720), 144),
        # edited: thirty seconds at once, and the shot's begun seconds besides
        ("video_to_video", "seedance2_5", Work(Fraction("4.2"), 0, 1280, 720, footage=True), 975),
        (
            "video_to_video",
            "seedance2_5",
            Work(Fraction("4.2"), 0, 1920, 1080, footage=True, options={"mode": "reference"}),
            510,
        ),
        ("video_to_video", "gemini_omni_flash", Work(Fraction("4.2"), references=2), 57),
        ("text_to_video", "gemini_omni_flash_1.1", Work(Fraction(3), 0, 640, 360), 11),
        ("video_to_video", "hailuo3", Work(Fraction(5), references=3), 56),
        ("video_to_video", "hailuo3", Work(Fraction(5), options={"resolution": "2k"}), 75),
        ("image_to_video", "wan3_prime", Work(Fraction(5), options={"ratio": "auto_480p"}), 34),
        ("text_to_video", "wan3_prime", Work(Fraction(5), 0, 1920, 1080), 140),
        # 101 frames: 70.7 and 121.2
        ("video_upscale", "magnific_video_upscaler_creative",
         Work(Fraction(4), 101, options={"resolution": "1k"}), 71),
        ("video_upscale", "magnific_video_upscaler_creative",
         Work(Fraction(4), 101, options={"resolution": "4k"}), 122),
        ("video_to_hdr", "ruby", Work(Fraction("5.70"), 0, 1920, 1080), 114),  # measured
        ("video_to_hdr", "ruby", Work(Fraction("5.70"), 0, 3840, 2160), 228),
        ("character_performance", "act_two", Work(Fraction("3.1")), 20),
        ("video_upscale", "enhance_frame_rate", Work(Fraction("3.1")), 2),
        ("image_to_video", "gen4.5", Work(Fraction(5)), 60),
        ("image_to_video", "gen4.5", Work(Fraction(5), options={"outputFormat": "hlg"}), 160),
    ],
)  # fmt: skip
def test_golden_prices(door, name, work, credits_):
    assert model(door, name).cost(work) == credits_


@pytest.mark.parametrize("priced", PRICED, ids=lambda each: f"{each.door}/{each.name}")
@settings(max_examples=30)
@given(lengths, lengths)
def test_prices_are_whole_and_rise_with_the_length(priced, one, other):
    short, long = sorted((one, other))
    work = [Work(seconds, math.ceil(seconds * 24), 1280, 720) for seconds in (short, long)]
    less, more = map(priced.cost, work)
    assert less == int(less)
    assert 0 < less <= more


@given(lengths, st.sampled_from(["up", "down", "exact"]))
def test_rounding_never_undercuts_its_rule(seconds, rounding):
    figures = Figures(per_second=Decimal("6.8"), rounding=rounding)
    price = tariff.price("door/model", figures, Limits(), (), asks=False, auto=False)
    billed = {"up": math.ceil(seconds), "down": math.floor(seconds), "exact": seconds}[rounding]
    exact = Fraction("6.8") * billed
    assert exact <= Fraction(price.of(Work(seconds))) < exact + 1


@given(lengths, st.sampled_from([(), (4, 6, 8), (5, 10)]))
def test_the_length_asked_for_holds_the_work(seconds, durations):
    limits = Limits(
        min_seconds=Fraction(durations[0] if durations else 3),
        max_seconds=Fraction(durations[-1] if durations else 30),
        whole_seconds=True,
        durations=durations,
    )
    whole = tariff.asked(seconds, limits)
    assert whole >= seconds
    assert whole >= limits.min_seconds
    assert whole in durations or not durations or seconds > durations[-1]


def test_an_unknown_class_costs_as_much_as_the_dearest():
    figures = Figures(per_second={"480p": Decimal(1), "720p": Decimal(3)})
    price = tariff.price("door/model", figures, Limits(), (), asks=False, auto=False)
    assert price.of(Work(Fraction(1), 0, 640, 480)) == 1
    assert price.of(Work(Fraction(1), 0, 640, 480, options={"resolution": "8k"})) == 3
    assert price.of(Work(Fraction(1), 0, 7680, 4320)) == 3


def test_every_price_says_its_rule_and_its_date():
    for each in models.known():
        assert each.price.rule.endswith("."), each.name
        assert bool(each.price.dated) == each.price.known, each.name


def test_settings_state_prices():
    told = {"prices": {"video_to_video/kling_4": {"per_second": "17", "minimum": 40}}}
    kling = next(
        each
        for each in models.models(told)
        if (each.door, each.name) == ("video_to_video", "kling_4")
    )
    assert kling.cost(Work(Fraction("3.5"), footage=True)) == 68
    assert kling.cost(Work(Fraction(2), footage=True)) == 40
    assert "your settings" in kling.price.rule


def test_settings_change_one_figure_and_leave_the_others():
    told = {"prices": {"video_to_video/aleph2": {"per_second": 30.5}}}
    aleph = models.models(told)[0]
    work = Work(Fraction(10), 240, 1920, 1080, options={"outputFormat": "prores"})
    assert aleph.cost(work) == 355


@pytest.mark.parametrize(
    "prices",
    [
        {"video_to_video/no_such": {"per_second": "17"}},
        {"video_to_video/kling_4": {"per_minute": "17"}},
        {"video_to_video/kling_4": {"per_second": "-17"}},
        {"video_to_video/kling_4": {"per_second": "1e999999"}},
        {"video_to_video/kling_4": {"per_second": "lots"}},
        {"video_to_video/kling_4": {"per_second": float("nan")}},
        {"video_to_video/kling_4": {"rounding": "sideways"}},
        {"video_to_video/kling_4": "17"},
        "17",
    ],
)
def test_settings_that_are_no_price_are_refused(prices):
    with pytest.raises(UsageError) as caught:
        models.models({"prices": prices})
    assert "source" not in caught.value.message  # of which they say nothing


def test_a_length_left_open_needs_its_own_figure():
    figures = Figures(per_second=Decimal(3))
    price = tariff.price("door/model", figures, Limits(), (), asks=True, auto=True)
    with pytest.raises(PlanRefused) as caught:
        price.of(Work(Fraction(1)))
    assert "auto_seconds" in (caught.value.hint or "")


def test_figures_are_read_digit_for_digit():
    assert rows.figures({"per_second": 17.1}).per_second == Decimal("17.1")
