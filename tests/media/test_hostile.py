"""Files that want something else: refused or read as what they are, in bounded time and memory."""

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.errors import MediaDamaged, MediaError, MediaUnsupported
from bridge.media.limits import Guard
from bridge.media.probe import probe
from bridge.media.reader import pictures
from bridge.media.slate import Slate, make
from bridge.source import Source
from tests.media.footage import PAL, read

PLAYLISTS = {
    "ffconcat": b"ffconcat version 1.0\nfile good.mp4\n",
    "m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\ngood.mp4\n#EXT-X-ENDLIST\n",
    "dash": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "avisynth": b'AviSource("good.avi")\n',
    "subtitles": b"1\n00:00:00,000 --> 00:00:01,000\nhello\n",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A movie whose list of pictures comes first, so that a cut leaves the list."""
    folder = tmp_path_factory.mktemp("hostile")
    return make(folder / "good.mp4", Slate(60, PAL, b_frames=2, muxer=(("movflags", "faststart"),)))


@pytest.mark.parametrize("suffix", ["mov", "mp4", "png"])
@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_in_disguise_is_refused(good: Path, name: str, suffix: str) -> None:
    path = good.with_name(f"{name}.{suffix}")
    path.write_bytes(PLAYLISTS[name])
    with pytest.raises(MediaUnsupported):
        probe(Source(path), Guard())


@pytest.mark.parametrize("name", ["http:x.mp4", "concat:good.mp4", "-i", "%d.mp4", "a|b.mp4"])
def test_a_name_is_never_a_protocol_or_an_option(good: Path, name: str) -> None:
    path = good.with_name(name)
    path.write_bytes(good.read_bytes())
    assert read(path, (17,)) == [17]


@pytest.mark.parametrize("part", [0.3, 0.6, 0.98])
def test_a_cut_movie_says_how_much_is_there(good: Path, part: float) -> None:
    data = good.read_bytes()
    path = good.with_name("cut.mp4")
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(MediaDamaged, match=r"\d+ of its 60 pictures") as caught:
        probe(Source(path), Guard())
    assert caught.value.detail["found"] < caught.value.detail["expected"] == 60


def test_a_movie_without_its_list_is_damaged(tmp_path: Path) -> None:
    path = make(tmp_path / "a.mp4", Slate(60, PAL))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaDamaged):
        probe(Source(path), Guard())


LIES = {
    "movie of 136 years": (b"mvhd", 20, 0xFFFFFFFF),
    "track of 136 years": (b"tkhd", 24, 0xFFFFFFFF),
    "two thousand million frames": (b"stts", 12, 0x7FFFFFFF),
    "as many sizes": (b"stsz", 12, 0x7FFFFFFF),
    "as many places": (b"stco", 8, 0x7FFFFFFF),
    "as many chunks": (b"stsc", 8, 0x7FFFFFFF),
    "one tick in a second": (b"mdhd", 16, 1),
    "no ticks in a second": (b"mdhd", 16, 0),
    "a picture of 65535": (b"avc1", 28, 0xFFFFFFFF),
    "a description of a gigabyte": (b"avc1", -4, 0x40000000),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lying_header_costs_nothing(good: Path, name: str) -> None:
    box, place, value = LIES[name]
    data = bytearray(good.read_bytes())
    start = data.index(box) + place
    data[start : start + 4] = struct.pack(">I", value)
    path = good.with_name("lie.mp4")
    path.write_bytes(data)
    try:
        facts = probe(Source(path), Guard())
    except MediaError:
        return
    assert facts.frames <= 60
    assert facts.width * facts.height <= 67_000_000


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 10**6), letter=st.integers(0, 255), cut=st.integers(0, 10**6))
def test_broken_bytes_give_media_errors_or_right_counts(
    good: Path, place: int, letter: int, cut: int
) -> None:
    data = bytearray(good.read_bytes())
    data[place % len(data)] = letter
    path = good.with_name("broken.mp4")
    path.write_bytes(data[: len(data) - (cut % len(data) if cut % 3 == 0 else 0)])
    with suppress(MediaError):  # any other error is a fault of ours
        facts = probe(Source(path), Guard())
        wanted = range(min(facts.frames, 100))
        assert len(list(pictures(Source(path), wanted, Guard()))) == len(wanted)
