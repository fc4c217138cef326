"""What is sent to the storage, byte for byte, and how much of it is held at once."""

import asyncio
import json
import re
import tracemalloc
from pathlib import Path

import pytest

from bridge.engines.runway.client import Api, Patience
from bridge.engines.runway.hosts import Hosts
from bridge.engines.runway.memory import Memory
from bridge.engines.runway.uploads import Bounds, Uploads, fingerprint
from bridge.errors import EngineBusy, EngineRefused, EngineUnavailable
from bridge.secrets import Secret
from tests.fakes.proxy import Answering, Heard, Say, answer, hang_up

QUICK = Bounds(connect=2, silence=1, total=5, pauses=(0, 0))
MB = 1 << 20


def slip(url: str, uri: str = "runway://u1") -> Say:
    body = {"uploadUrl": url, "runwayUri": uri, "fields": {"key": "k/1", "policy": "p=="}}
    return answer(200, json.dumps(body).encode(), Content_Type="application/json")


def sent(folder: Path, path: Path, *says: Say) -> tuple[str, list[Heard]]:
    """One upload; the storage is the service's own address, where `says` gives no other."""

    async def main() -> tuple[str, list[Heard]]:
        async with Answering() as server:
            server.says = (*says, slip(f"{server.url}/storage"), answer(204))
            api = Api(Secret("key_canary_uploads"), server.url, patience=Patience(2, 1, 5))
            uploads = Uploads(Memory(folder / "home"), Hosts(server.url), QUICK)
            uri = await uploads.uri(api, "me", path, fingerprint(path))
            return uri, server.heard

    return asyncio.run(main())


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    path = tmp_path / "The Client's Secret Film v3.MOV"
    path.write_bytes(bytes(range(256)) * 8)
    return path


def test_fields_come_first_the_file_last_and_the_key_not_at_all(tmp_path, shot):
    uri, (asked, put) = sent(tmp_path, shot)
    assert uri == "runway://u1"
    name = json.loads(asked.body)["filename"]
    assert json.loads(asked.body)["type"] == "ephemeral"
    assert re.fullmatch(r"[0-9a-f]{12}\.mov", name)  # what it is called here is nobody's business
    assert "authorization" not in put.headers
    assert "canary" not in str(put.headers)
    assert int(put.headers["content-length"]) == len(put.body)
    places = [put.body.index(part) for part in (b'name="key"', b'name="policy"', b'name="file"')]
    assert places == sorted(places)
    assert shot.read_bytes() in put.body
    assert b"Secret Film" not in put.body


def test_a_new_try_has_a_new_slip(tmp_path, shot):
    _, heard = sent(tmp_path, shot, hang_up)
    assert [request.path for request in heard] == ["/v1/uploads", "/v1/uploads", "/storage"]


def test_what_the_storage_refuses_is_tried_a_few_times(tmp_path, shot):
    with pytest.raises(EngineBusy):
        sent(tmp_path, shot, *[answer(503)] * 9)


@pytest.mark.parametrize(
    "where", ["http://10.0.0.1/", "https://127.0.0.1/", "https://169.254.169.254/", "ftp://a.b/"]
)
def test_nothing_is_sent_into_a_private_network(tmp_path, shot, where):
    with pytest.raises((EngineUnavailable, EngineBusy)):
        sent(tmp_path, shot, slip(where))


@pytest.mark.parametrize("body", [b"{}", b"[]", b"x", b'{"runwayUri": "https://a.b"}'])
def test_a_slip_that_cannot_be_read_is_asked_for_anew(tmp_path, shot, body):
    uri, heard = sent(tmp_path, shot, answer(200, body))
    assert uri == "runway://u1"
    assert len(heard) == 3


def test_a_pipe_and_a_folder_are_not_read(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.mov")
    with pytest.raises(EngineRefused):
        fingerprint(tmp_path / "pipe.mov")
    with pytest.raises((EngineRefused, EngineBusy)):
        fingerprint(tmp_path)


def test_a_large_file_is_never_held_whole(tmp_path):
    path = tmp_path / "large.mov"
    with path.open("wb") as file:
        file.truncate(96 * MB)

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))  # type: ignore[union-attr]
        while length:
            length -= len(await reader.read(1 << 16))
        writer.write(b"HTTP/1.1 204 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def main() -> int:
        storage = await asyncio.start_server(swallow, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{storage.sockets[0].getsockname()[1]}"
        async with storage, Answering(slip(url)) as server:
            api = Api(Secret("key_canary_uploads"), server.url)
            # the storage has an origin of its own here; only the service's may be this machine's
            uploads = Uploads(Memory(tmp_path / "home"), Hosts(url), QUICK)
            tracemalloc.start()
            await uploads.uri(api, "me", path, "0" * 64)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return peak

    assert asyncio.run(main()) < 24 * MB
