"""Sessions of the page: let in once, known by two values together, and not for ever."""

import itertools

import pytest

from bridge.daemon.sessions import (
    LAUNCH_SECONDS,
    MOST_LAUNCHES,
    MOST_SESSIONS,
    SESSION_SECONDS,
    Sessions,
    cookie_name,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(clock)


def known(sessions: Sessions, cookie: str, csrf: str) -> bool:
    return sessions.known(cookie.encode(), csrf.encode())


def test_a_launch_token_is_good_once(sessions: Sessions) -> None:
    token, other = sessions.launch().encode(), sessions.launch().encode()
    assert sessions.used(token)
    assert not sessions.used(token)
    assert sessions.used(other)


@pytest.mark.parametrize("token", [b"", b"wrong", b"\xff\xfe", "ü".encode()])
def test_what_was_never_given_out_lets_nobody_in(sessions: Sessions, token: bytes) -> None:
    kept = sessions.launch().encode()
    assert not sessions.used(token)
    assert sessions.used(kept)


@pytest.mark.parametrize(("later", "good"), [(LAUNCH_SECONDS - 1, True), (LAUNCH_SECONDS, False)])
def test_a_launch_token_ends(sessions: Sessions, clock: Clock, later: int, good: bool) -> None:
    token = sessions.launch().encode()
    clock.now += later
    assert sessions.used(token) is good


def test_of_too_many_launch_tokens_the_oldest_is_forgotten(sessions: Sessions) -> None:
    first, *others = (sessions.launch().encode() for _ in range(MOST_LAUNCHES + 1))
    assert not sessions.used(first)
    assert all(sessions.used(token) for token in others)


def test_a_session_is_known_by_its_own_two_values_only(sessions: Sessions) -> None:
    one, other = sessions.start(), sessions.start()
    assert len({one.cookie, one.csrf, other.cookie, other.csrf}) == 4
    good = {(one.cookie, one.csrf), (other.cookie, other.csrf)}
    values = (one.cookie, one.csrf, other.cookie, other.csrf, "")
    for pair in itertools.product(values, values):
        assert known(sessions, *pair) is (pair in good)
    assert not sessions.known(b"\xff", b"\xff")


@pytest.mark.parametrize(("later", "good"), [(SESSION_SECONDS - 1, True), (SESSION_SECONDS, False)])
def test_a_session_ends(sessions: Sessions, clock: Clock, later: int, good: bool) -> None:
    started = sessions.start()
    clock.now += later
    assert known(sessions, started.cookie, started.csrf) is good


def test_of_too_many_sessions_the_oldest_ends(sessions: Sessions) -> None:
    first, *others = [sessions.start() for _ in range(MOST_SESSIONS + 1)]
    assert not known(sessions, first.cookie, first.csrf)
    assert all(known(sessions, one.cookie, one.csrf) for one in others)


def test_a_browser_goes_on_with_its_session(sessions: Sessions, clock: Clock) -> None:
    first, other = sessions.start(), sessions.start()
    clock.now += SESSION_SECONDS - 1
    again = sessions.start(first.cookie.encode())
    assert (again.cookie, again.csrf) == (first.cookie, first.csrf)
    clock.now += 1
    assert known(sessions, first.cookie, first.csrf)
    assert not known(sessions, other.cookie, other.csrf)


def test_a_cookie_of_nobody_begins_nothing(sessions: Sessions, clock: Clock) -> None:
    """A neighbour on another port can put cookies into the browser, too."""
    gone = sessions.start()
    clock.now += SESSION_SECONDS
    for cookie in (b"chosen", b"\xff", gone.cookie.encode()):
        assert sessions.start(cookie).cookie.encode() != cookie


def test_no_secret_is_shown(sessions: Sessions) -> None:
    token, started = sessions.launch(), sessions.start()
    shown = f"{sessions!r} {started!r}"
    assert not any(value in shown for value in (token, started.cookie, started.csrf))


def test_each_daemon_has_its_cookie() -> None:
    assert cookie_name("a1") != cookie_name("b2")
