"""The log holds no secret, no line that somebody else wrote, and no pattern that hangs on it."""

import logging
import sys
from pathlib import Path

import pytest

from bridge.daemon.logs import Brief, Redacting, logging_to
from bridge.secrets import LONGEST, redacted
from tests.daemon.house import running

CANARY = "canary7f3aCANARY"
JWT = f"eyJhbGciOiJIUzI1NiJ9.eyJ{CANARY}.{CANARY}"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {CANARY}",
        f"authorization={CANARY}",
        f"bearer.{CANARY}",
        f"{{'Authorization': 'Bearer {CANARY}'}}",
        f"key_{CANARY}",
        f"GET https://cdn.example/out.mp4?_jwt={CANARY}&x=1 200",
        f"https://ada:{CANARY}@example.org/a.mp4",
        f"https://{CANARY}@example.org/",
        f"token {JWT} used",
        f"promptImage: data:image/png;base64,{CANARY}",
        f"data:image/svg+xml,{CANARY}",
        f"x-api-key: {CANARY}",
        f'{{"token": "{CANARY}"}}',
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    assert CANARY not in redacted(text)


def test_known_secrets_are_hidden_anywhere() -> None:
    assert redacted(f"it is {CANARY}, he said", ("another", CANARY)) == "it is ***, he said"


def test_ordinary_words_stay() -> None:
    text = "reel_1.otio: https://example.org/help and V1:3 at 01:00:00:00, 24000/1001"
    assert redacted(text) == text


def test_line_is_one_line() -> None:
    forged = redacted("a\r\n2026-01-01 INFO bridge: all is well\n")
    assert "\n" not in forged
    assert "\r" not in forged


def test_arguments_and_tracebacks_are_hidden_too() -> None:
    form = Redacting((CANARY,))
    try:
        raise RuntimeError(f"https://cdn.example/a?sig={CANARY}")  # noqa: TRY301 - caught below
    except RuntimeError:
        record = logging.LogRecord(
            "bridge", logging.ERROR, __file__, 1, "failed with %s", (CANARY,), sys.exc_info()
        )
    line = form.format(record)
    assert CANARY not in line
    assert "RuntimeError" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "text",
    [
        "http://" * 100_000,
        "https://" + "a" * 1_000_000,
        "data:" * 200_000,
        "data:a/b," + "x" * 5_000_000,
        "Bearer " * 150_000,
        "eyJ" * 300_000,
        "eyJ" + "a." * 300_000,
        "key_" * 200_000,
        "https://" + "a:" * 500_000 + "@",
    ],
)
def test_hostile_lines_are_cut_and_done(text: str) -> None:
    """Each of them takes minutes with patterns that look at the text again for every letter."""
    assert len(redacted(text)) <= LONGEST * 2


def test_file_is_written_while_the_block_runs(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    with logging_to(folder, (CANARY,), on_screen=False):
        logging.getLogger("bridge.daemon").info("started with %s", CANARY)
        logging.getLogger("httpx").info("GET https://cdn.example/a?sig=1")
    logging.getLogger("bridge.daemon").info("after it")
    written = (folder / "daemon.log").read_text()
    assert "started with ***" in written
    assert "cdn.example" not in written
    assert "after it" not in written


@pytest.mark.logs_errors
def test_token_of_a_daemon_is_in_no_log(tmp_path: Path) -> None:
    with running(tmp_path) as daemon:
        logging.getLogger("bridge.anything").error("asked with %s", daemon.headers)
        token, folder = daemon.token, daemon.daemon.house.settings.data / "logs"
    written = "".join(path.read_text() for path in folder.iterdir())
    assert "asked with" in written
    assert token not in written


def test_the_screen_shows_no_tracebacks() -> None:
    try:
        int(CANARY)
    except ValueError:
        record = logging.LogRecord("bridge", logging.ERROR, "", 1, "it failed", (), sys.exc_info())
    assert "Traceback" in Redacting(()).format(record)
    assert Brief(()).format(record).endswith("bridge: it failed")
