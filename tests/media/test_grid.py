"""The rule of the frame grid, against its plain words."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bridge.frames import Rate
from bridge.media.grid import COMMON, LONGEST_LAST_PICTURE, TENTH, grid_of

TICKS = [Fraction(1, 1000), Fraction(1, 90_000), Fraction(1, 30_000), Fraction(1, 12_800)]


@given(
    rate=st.sampled_from([rate for rate in COMMON if rate.fps < 200]),
    tick=st.sampled_from(TICKS),
    count=st.integers(2, 400),
    start=st.integers(-5000, 10**9),
)
def test_an_even_movie_is_even_on_any_clock(
    rate: Rate, tick: Fraction, count: int, start: int
) -> None:
    times = [start + round(index / rate.fps / tick) for index in range(count)]
    grid = grid_of(times, tick, [rate.fps], 1)
    assert (grid.rate, grid.frames, grid.variable) == (rate, count, False)
    assert [grid.time_of(index) for index in range(count)] == times


@given(gaps=st.lists(st.integers(1, 20_000), min_size=1, max_size=40), last=st.integers(1, 9000))
def test_the_picture_on_screen_is_the_last_one_begun(gaps: list[int], last: int) -> None:
    tick = Fraction(1, 90_000)
    times = [sum(gaps[:index]) for index in range(len(gaps) + 1)]
    grid = grid_of(times, tick, [], last)
    for frame in range(grid.frames):
        now = (frame + TENTH) / grid.rate.fps / tick
        begun = [time for time in times if time <= now]
        expected = times[frame] if not grid.variable else begun[-1]
        assert grid.time_of(frame) == expected
    if grid.variable:
        end = times[-1] + last
        assert (grid.frames - 1 + TENTH) / grid.rate.fps / tick <= end + 1 / grid.rate.fps / tick


def test_a_claim_that_the_pictures_contradict_does_not_count() -> None:
    times = [index * 3600 for index in range(50)]
    grid = grid_of(times, Fraction(1, 90_000), [Fraction(30), Fraction(24000, 1001)], 3600)
    assert (grid.rate, grid.variable) == (Rate.of(25), False)


def test_a_last_picture_that_stays_for_years_is_not_believed() -> None:
    tick = Fraction(1, 1000)
    grid = grid_of([0, 40, 120, 160], tick, [Fraction(25)], 2**40)
    assert grid.frames <= (LONGEST_LAST_PICTURE + 1) * 25


def test_one_picture_is_one_frame() -> None:
    grid = grid_of([77], Fraction(1, 1000), [None, Fraction(0)], 0)
    assert (grid.frames, grid.time_of(0), grid.origin) == (1, 77, Fraction(77, 1000))


def test_a_list_of_times_and_a_range_of_them_agree() -> None:
    even = range(500, 500 + 3753 * 300, 3753)
    tick, claims = Fraction(1, 90_000), [Fraction(24000, 1001)]
    listed = grid_of(list(even), tick, claims, 3753)
    assert grid_of(even, tick, claims, 3753).rate == listed.rate
    assert grid_of(even, tick, claims, 3753).variable == listed.variable
