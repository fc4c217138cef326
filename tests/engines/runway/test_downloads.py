"""A result comes whole, or is fetched again, or is refused; nothing else comes at all."""

import asyncio
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.engines.runway.downloads import Bounds, Downloads
from bridge.engines.runway.hosts import Hosts
from bridge.errors import (
    BridgeError,
    DeliveryError,
    DiskFull,
    EngineBusy,
    EngineUnavailable,
    MediaDamaged,
)
from bridge.frames import Rate
from bridge.media.limits import Guard
from bridge.media.slate import Slate, make
from bridge.media.whole import decode_all
from tests.fakes.proxy import Answering, Heard, Say, answer, hang_up, pouring, silence, tear

BOUNDS = Bounds(connect=2, silence=0.3, total=3, pauses=(0, 0, 0))


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("movie") / "a.mp4"
    make(path, Slate(12, Rate.of(24), 64, 36, codec="libx264", pixel_format="yuv420p"))
    return path.read_bytes()


async def decode(path: Path, strict: bool) -> int:
    """As the engine does, without a child process."""
    return decode_all(path, Guard(), strict=strict)


class Fetched:
    """One download from a server on loopback."""

    def __init__(self, folder: Path, *says: Say, bounds: Bounds = BOUNDS) -> None:
        self.folder, self.bounds, self.says = folder, bounds, says
        self.heard: list[Heard] = []
        self.located: list[bool] = []
        self.path: Path | None = None
        self.error: BridgeError | None = None
        asyncio.run(self._run())

    async def _run(self) -> None:
        async with Answering(*self.says) as server:
            downloads = Downloads(Hosts(server.url), decode, self.bounds)

            async def locate(anew: bool) -> str:
                self.located.append(anew)
                return f"{server.url}/out.mp4?_jwt=canary{len(self.located)}"

            try:
                self.path = await downloads.bring(locate, self.folder, "result")
            except BridgeError as error:
                self.error = error
            self.heard = server.heard

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


def whole(movie: bytes, **headers: str) -> Say:
    return answer(200, movie, **headers)


def ranged(movie: bytes, tag: str = '"v1"') -> Say:
    """A storage that goes on where it is asked to."""

    async def say(heard: Heard, writer: asyncio.StreamWriter) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-", heard.headers.get("range", ""))
        if asked and heard.headers.get("if-range") == tag:
            start = int(asked.group(1))
            there = f"bytes {start}-{len(movie) - 1}/{len(movie)}"
            await answer(206, movie[start:], Content_Range=there, ETag=tag)(heard, writer)
        else:
            await answer(200, movie, ETag=tag)(heard, writer)

    return say


def cut(movie: bytes, at: int, **headers: str) -> Say:
    return answer(200, movie[:at], length=len(movie), **headers)


def test_a_whole_file_gets_its_name_and_nothing_else_stays(tmp_path, movie):
    fetched = Fetched(tmp_path / "raw", whole(movie))
    assert fetched.path is not None
    assert fetched.path.read_bytes() == movie
    assert fetched.files == ["result.mp4"]
    (heard,) = fetched.heard
    assert "authorization" not in heard.headers
    assert heard.headers["accept-encoding"] == "identity"


def test_what_is_there_is_not_fetched_again(tmp_path, movie):
    first = Fetched(tmp_path, whole(movie))
    second = Fetched(tmp_path, hang_up)
    assert second.path == first.path
    assert second.heard == []


@pytest.mark.parametrize("at", [0, 1, 40, 1000, -1])
def test_a_cut_transfer_is_gone_on_with_where_it_stood(tmp_path, movie, at):
    at %= len(movie)
    fetched = Fetched(tmp_path, cut(movie, at, ETag='"v1"'), ranged(movie))
    assert fetched.path is not None
    assert fetched.path.read_bytes() == movie
    asked = fetched.heard[1].headers.get("range")
    assert asked == (f"bytes={at}-" if at else None)


def test_a_part_of_an_earlier_run_is_gone_on_with(tmp_path, movie):
    quick = replace(BOUNDS, pauses=())
    first = Fetched(tmp_path, cut(movie, 900, ETag='"v1"'), bounds=quick)
    assert isinstance(first.error, EngineBusy)
    assert first.files == ["result.part", "result.tag"]
    second = Fetched(tmp_path, ranged(movie))
    assert second.heard[0].headers["range"] == "bytes=900-"
    assert second.files == ["result.mp4"]


def test_an_object_that_has_changed_comes_from_its_start(tmp_path, movie):
    fetched = Fetched(tmp_path, cut(movie, 700, ETag='"old"'), ranged(movie, '"new"'))
    assert fetched.path is not None
    assert fetched.path.read_bytes() == movie


@pytest.mark.parametrize("tag", ["", 'W/"weak"'])
def test_without_a_strong_tag_all_comes_again(tmp_path, movie, tag):
    headers = {"ETag": tag} if tag else {}
    fetched = Fetched(tmp_path, cut(movie, 700, **headers), whole(movie))
    assert fetched.path is not None
    assert "range" not in fetched.heard[1].headers


@pytest.mark.parametrize("there", ["bytes 5-9/10", "bytes */10", "items 0-1", ""])
def test_a_range_that_was_not_asked_for_is_not_put_in(tmp_path, movie, there):
    wrong = answer(206, b"x" * 50, Content_Range=there, ETag='"v1"')
    fetched = Fetched(tmp_path, cut(movie, 700, ETag='"v1"'), wrong, whole(movie))
    assert fetched.path is not None
    assert fetched.path.read_bytes() == movie


def test_a_part_longer_than_the_object_is_thrown_away(tmp_path, movie):
    tmp_path.joinpath("result.part").write_bytes(movie + b"more")
    tmp_path.joinpath("result.tag").write_text('"v1"')
    fetched = Fetched(tmp_path, answer(416), whole(movie))
    assert fetched.path is not None
    assert fetched.path.read_bytes() == movie


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95, 0.999])
def test_a_cut_without_a_length_is_seen_in_the_file_itself(tmp_path, movie, share):
    short = answer(200, movie[: int(len(movie) * share)], length=-1)
    fetched = Fetched(tmp_path, short, whole(movie))
    assert fetched.path is not None
    assert fetched.path.read_bytes() == movie
    assert fetched.located == [False, True]


def test_a_cut_in_chunks_is_seen(tmp_path, movie):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"%x\r\n%s\r\n" % (len(movie), movie)
    fetched = Fetched(tmp_path, pouring(head + piece, b"", 0), whole(movie))
    assert fetched.path is not None
    assert fetched.files == ["result.mp4"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_expired_address_is_asked_for_anew(tmp_path, movie, status):
    fetched = Fetched(tmp_path, answer(status, b"<Error/>"), whole(movie))
    assert fetched.path is not None
    assert fetched.located == [False, True]
    assert fetched.heard[1].path.endswith("canary2")


@pytest.mark.parametrize("say", [hang_up, tear, silence, answer(500), answer(503), answer(204)])
def test_trouble_on_the_way_is_tried_again_and_then_said(tmp_path, movie, say):
    assert Fetched(tmp_path, say, whole(movie)).path is not None
    failed = Fetched(tmp_path / "b", say)
    assert isinstance(failed.error, EngineBusy)
    assert len(failed.heard) == 4
    assert "canary" not in str(failed.error.as_data())


NO_RESULT = {
    "a page": b"<html>Sign in</html>",
    "nothing": b"",
    "a playlist": b"#EXTM3U\nhttp://127.0.0.1:9/x.ts\n",
    "half a header": b"\x00\x00\x00\x18ftypmp42",
    "a lie": b"\xff\xff\xff\xffftypmp42" + b"x" * 100,
    "boxes without end": b"\x00\x00\x00\x08free" * 200,
}


@pytest.mark.parametrize("what", NO_RESULT)
def test_what_is_no_result_is_fetched_again_and_then_kept_for_a_look(tmp_path, what):
    failed = Fetched(tmp_path, answer(200, NO_RESULT[what]))
    assert isinstance(failed.error, DeliveryError)
    assert len(failed.heard) == 2  # the same twice is what is there
    assert failed.files == ["result.damaged"]
    kept = tmp_path / "result.damaged"
    assert kept.read_bytes() == NO_RESULT[what]
    assert failed.error.detail["path"] == str(kept)


def test_what_was_kept_for_a_look_is_not_taken_for_the_result(tmp_path, movie):
    Fetched(tmp_path, answer(200, b"<html>"))
    assert Fetched(tmp_path, whole(movie)).path == tmp_path / "result.mp4"


def test_a_byte_that_changed_on_its_way_is_noticed(tmp_path, movie):
    """By decoding."""
    place = movie.index(b"moov") - 200  # in the last pictures
    broken = movie[:place] + bytes(b ^ 0x55 for b in movie[place : place + 9]) + movie[place + 9 :]
    fetched = Fetched(tmp_path, whole(broken), whole(movie))
    assert fetched.path is not None
    assert fetched.path.read_bytes() == movie


def test_the_storages_checksum_spares_decoding(tmp_path, movie):
    async def never(path: Path, strict: bool) -> None:
        raise MediaDamaged("It was decoded.")

    async def main(tag: str) -> Path:
        async with Answering(whole(movie, ETag=tag)) as server:
            downloads = Downloads(Hosts(server.url), never, replace(BOUNDS, pauses=()))

            async def locate(anew: bool) -> str:
                return f"{server.url}/a"

            return await downloads.bring(locate, tmp_path, "result")

    with pytest.raises(EngineBusy, match="decoded"):
        asyncio.run(main('"0123456789abcdef0123456789abcdef"'))
    md5 = hashlib.md5(movie, usedforsecurity=False).hexdigest()
    assert asyncio.run(main(f'"{md5}"')).exists()


def test_what_comes_the_same_twice_need_only_give_pictures(tmp_path, movie):
    """A decoder's complaint must not lose what was paid for."""
    asked: list[bool] = []

    async def fussy(path: Path, strict: bool) -> None:
        asked.append(strict)
        if strict:
            raise MediaDamaged("A reference is missing.")

    async def main() -> Path:
        async with Answering(whole(movie)) as server:
            downloads = Downloads(Hosts(server.url), fussy, BOUNDS)

            async def locate(anew: bool) -> str:
                return f"{server.url}/a"

            return await downloads.bring(locate, tmp_path, "result")

    assert asyncio.run(main()).read_bytes() == movie
    assert asked == [True, False]


def test_more_than_may_come_is_not_taken(tmp_path, movie):
    small = replace(BOUNDS, most_bytes=1000)
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    for say in (whole(movie), pouring(head, b"x" * 500, 100)):
        failed = Fetched(tmp_path, say, bounds=small)
        assert isinstance(failed.error, EngineUnavailable)
        assert len(failed.heard) == 1
        assert "max_bytes" in failed.error.hint


def test_more_than_the_disk_holds_is_not_begun(tmp_path):
    huge = answer(200, b"x", length=1 << 60)
    failed = Fetched(tmp_path, huge, bounds=replace(BOUNDS, most_bytes=1 << 61))
    assert isinstance(failed.error, DiskFull)


def test_a_packed_body_is_not_unpacked(tmp_path):
    failed = Fetched(tmp_path, answer(200, b"\x1f\x8b" + b"x" * 100, Content_Encoding="gzip"))
    assert isinstance(failed.error, EngineUnavailable)


def test_a_drip_ends_at_the_deadline(tmp_path):
    drip = pouring(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 10_000, 0.05)
    begun = time.monotonic()
    failed = Fetched(tmp_path, drip, bounds=replace(BOUNDS, total=0.3, pauses=()))
    assert isinstance(failed.error, EngineBusy)
    assert time.monotonic() - begun < 60  # and not the 500 that it would take


def resolving(*addresses: str):
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.parametrize(
    "where",
    [
        "http://canary.cloudfront.net/a",
        "https://127.0.0.1/a",
        "https://169.254.169.254/latest/meta-data",
        "https://evil.example/a.cloudfront.net",
        "https://cloudfront.net.evil.example/a",
        "https://cloudfront.net/a",
        "https://xcloudfront.net/a",
        "https://user:word@d1.cloudfront.net/a",
        "https://d1.cloudfront.net:8443/a",
        "https://evil.example#.cloudfront.net",
        "https://evil.example\\.cloudfront.net/",
        "file:///etc/passwd",
        "ftp://d1.cloudfront.net/a",
        "//d1.cloudfront.net/a",
        "data:video/mp4;base64,AAAA",
        "",
        "https://",
        "https://d1.cloudfront.net/" + "a" * 20_000,
        "https://d1.cloudfront.net/\x00",
        "http://127.0.0.1:1/other-port",
    ],
)
def test_addresses_that_are_not_fetched_from(where: str):
    hosts = Hosts("http://127.0.0.1:4747", resolve=resolving("13.224.0.1"))
    with pytest.raises(EngineUnavailable):
        asyncio.run(hosts.for_download(where))


@pytest.mark.parametrize(
    "numeric",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.8",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "fec0::1",
        "2002:7f00:1::",
        "nonsense",
    ],
)
def test_a_good_name_that_leads_into_a_private_network_is_refused(numeric: str):
    for found in ((numeric,), ("13.224.0.1", numeric)):
        hosts = Hosts("https://api.dev.runwayml.com", resolve=resolving(*found))
        for look in (hosts.for_download, hosts.for_upload):
            with pytest.raises(EngineUnavailable, match="private"):
                asyncio.run(look("https://d1.cloudfront.net/a?_jwt=x"))


@pytest.mark.parametrize(
    "where",
    [
        "https://d1.cloudfront.net/a?_jwt=x",
        "https://D1.CloudFront.NET:443/a",
        "https://out.runwayml.com/a",
        "https://cdn.studio.example/a",
        "http://127.0.0.1:4747/outputs/a",
    ],
)
def test_addresses_that_results_come_from(where: str):
    more = ("*.studio.example",)
    hosts = Hosts("http://127.0.0.1:4747", more, resolving("13.224.0.1", "64:ff9b::d00:1"))
    target = asyncio.run(hosts.for_download(where))
    assert target.numeric in ("13.224.0.1", "127.0.0.1")


@pytest.mark.parametrize(
    "where",
    ["http://127.0.0.1:9/", "https://169.254.169.254/", "https://evil.example/", "file:///etc"],
)
def test_a_redirect_to_elsewhere_is_not_followed(tmp_path, where):
    failed = Fetched(tmp_path, answer(302, Location=where))
    assert isinstance(failed.error, EngineUnavailable)
    assert len(failed.heard) == 1


def test_a_redirect_within_the_storage_is_followed_a_few_times(tmp_path, movie):
    fetched = Fetched(tmp_path, answer(302, Location="/b"), answer(307, Location="c"), whole(movie))
    assert fetched.path is not None
    assert [heard.path for heard in fetched.heard[1:]] == ["/b", "/c"]
    circle = Fetched(tmp_path / "b", answer(302, Location="/a"))
    assert isinstance(circle.error, EngineUnavailable)
    assert len(circle.heard) == 4
