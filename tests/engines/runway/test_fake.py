"""The fake speaks as Runway does, to the official SDK, and really renders."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import runwayml
from runwayml import AsyncRunwayML
from runwayml.types.task_retrieve_response import Succeeded

from bridge.engines.runway.fake.ledger import Task
from bridge.engines.runway.fake.render import request
from bridge.engines.runway.fake.server import FakeRunway
from bridge.engines.runway.fake.wanted import Media, Wanted
from bridge.frames import Rate
from bridge.media.slate import numbers
from tests.engines.runway.wares import (
    FILM,
    client_of,
    edit,
    ended,
    facts_of,
    fetched,
    shot,
    still,
    upload,
)

NO_MEDIA = Media(Path, lambda uri: facts_of(Path(uri)))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeRunway]:
    """One that really renders."""
    with FakeRunway(tmp_path_factory.mktemp("studio") / "fake", speed="fast") as fake:
        yield fake


def test_an_edit_comes_back_frame_for_frame(studio: FakeRunway, tmp_path: Path):
    with client_of(studio) as client:
        source = shot(tmp_path)
        created = client.video_to_video.create(
            model="aleph2", video_uri=upload(client, source), prompt_text="night"
        )
        assert created.estimated_cost.credits == 56
        done = ended(client, created.id)
        result = fetched(done.output[0], tmp_path)
    assert isinstance(done, Succeeded)
    assert done.cost.credits == 56
    assert numbers(result) == tuple(range(49))
    facts = facts_of(result)
    assert (facts.rate, facts.width, facts.height, facts.codec) == (FILM, 128, 72, "h264")
    assert brightness(result) < brightness(source) - 10


def brightness(path: Path) -> float:
    import av

    with av.open(str(path)) as container:
        return float(next(container.decode(video=0)).to_ndarray(format="gray")[30:].mean())


def test_the_asynchronous_sdk_waits_for_its_task(studio: FakeRunway, tmp_path: Path):
    """With the SDK's own wait, which takes six seconds."""

    async def main() -> Any:
        url = studio.url
        async with AsyncRunwayML(api_key="key_any", base_url=url, max_retries=0) as client:
            sent = await client.uploads.create_ephemeral(file=shot(tmp_path, 60))
            edits = client.video_to_video
            created = await edits.create(model="aleph2", video_uri=sent.uri, prompt_text="sepia")
            failing = await edits.create(model="aleph2", video_uri=sent.uri, prompt_text="a swan")
            return await asyncio.gather(
                created.wait_for_task_output(),
                failing.wait_for_task_output(),
                return_exceptions=True,
            )

    done, failed = asyncio.run(main())
    assert numbers(fetched(done.output[0], tmp_path)) == tuple(range(60))
    assert isinstance(failed, runwayml.TaskFailedError)
    assert failed.task_details.failure_code == "INPUT.UNSUPPORTED"
    assert failed.task_details.cost.credits == 0
    assert "golden hour" in failed.task_details.failure


def made(studio: FakeRunway, folder: Path, door: str, **body: Any) -> list[Path]:
    """The results of one task of the renderer."""
    with client_of(studio) as client:
        given = {
            name: upload(client, value) if isinstance(value, Path) else value
            for name, value in body.items()
        }
        task = getattr(client, door).create(**given)
        done = ended(client, task.id)
    assert done.status == "SUCCEEDED", done
    return [fetched(url, folder) for url in done.output]


@pytest.mark.parametrize(
    ("chosen", "codec", "pixels", "suffix"),
    [
        ({"output_format": "prores"}, "prores", "yuv444p12le", ".mov"),
        ({"output_format": "prores", "prores_profile": "422 HQ"}, "prores", "yuv422p10le", ".mov"),
        ({"output_format": "sdr_rec709_10bit"}, "hevc", "yuv420p10le", ".mp4"),
    ],
)
def test_an_edit_is_written_as_it_is_ordered(
    studio: FakeRunway, tmp_path: Path, chosen: dict[str, str], codec: str, pixels: str, suffix: str
):
    asked = {"model": "aleph2", "video_uri": shot(tmp_path), **chosen}
    result = made(studio, tmp_path, "video_to_video", **asked)[0]
    facts = facts_of(result)
    assert (facts.codec, facts.pixel_format, result.suffix) == (codec, pixels, suffix)
    assert numbers(result) == tuple(range(49))


def test_a_new_shot_begins_and_ends_as_its_stills(studio: FakeRunway, tmp_path: Path):
    with client_of(studio) as client:
        first, last = (upload(client, still(tmp_path, number)) for number in (0, 60))
        task = client.image_to_video.create(
            model="wan3",
            prompt_text="a harbour",
            prompt_image=[
                {"uri": last, "position": "last"},
                {"uri": first, "position": "first"},
            ],
            duration=2,
            audio=True,
        )
        result = fetched(ended(client, task.id).output[0], tmp_path)
    facts = facts_of(result)
    assert (facts.frames, facts.rate, facts.width, facts.height) == (48, Rate.of(24), 128, 72)
    assert [sound.codec for sound in facts.audio] == ["aac"]
    ours = pictures(result)
    for frame, number in ((0, 0), (47, 60)):
        distance = {each: apart(ours[frame], still(tmp_path, each)) for each in (0, 60)}
        assert min(distance, key=distance.__getitem__) == number


def pictures(path: Path) -> list[Any]:
    import av

    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24").astype(int) for frame in container.decode(video=0)]


def apart(picture: Any, path: Path) -> float:
    import cv2

    return float(abs(picture - cv2.imread(str(path)).astype(int)).mean())


def test_words_alone_make_a_shot(studio: FakeRunway, tmp_path: Path):
    asked = {"model": "wan3", "prompt_text": "boats", "ratio": "832:480", "duration": 2}
    facts = facts_of(made(studio, tmp_path, "text_to_video", **asked)[0])
    assert (facts.frames, facts.width, facts.height, facts.audio) == (48, 832, 480, ())


def test_the_seed_decides_what_a_new_shot_shows(tmp_path: Path):
    def scene(seed: int) -> tuple[bytes, tuple[str, ...]]:
        body = {"model": "veo3.1", "promptText": "boats", "seed": seed}
        task = Task("id", "", "text_to_video", "veo3.1", body, *[Decimal(0)] * 3)
        size = Wanted(tuple(range(48)), Rate.of(24), 64, 36)
        asked = request(task, size, NO_MEDIA, tmp_path / str(seed), any_words=False)
        assert asked is not None
        return asked.keyframes[0].image.read_bytes(), asked.camera

    assert scene(5) == scene(5)
    assert scene(5)[0] != scene(6)[0]
    assert len({scene(seed)[1] for seed in range(20)}) == 4


def test_an_upscale_is_larger(studio: FakeRunway, tmp_path: Path):
    upscaler = "magnific_video_upscaler_creative"
    asked = {"model": upscaler, "video_uri": shot(tmp_path, 5), "resolution": "720p"}
    facts = facts_of(made(studio, tmp_path, "video_upscale", **asked)[0])
    assert (facts.width, facts.height, facts.frames, facts.rate) == (1280, 720, 5, FILM)


def test_a_higher_rate_repeats_frames(studio: FakeRunway, tmp_path: Path):
    source = shot(tmp_path, 24, rate=Rate.of(24))
    asked = {"model": "enhance_frame_rate", "video_uri": source}
    result = made(studio, tmp_path, "video_upscale", target_framerate="48", **asked)
    assert facts_of(result[0]).rate == Rate.of(48)
    assert numbers(result[0]) == tuple(frame // 2 for frame in range(48))


@pytest.mark.parametrize(
    ("chosen", "transfer"),
    [({}, "smpte2084"), ({"output_format": "hlg"}, "arib-std-b67")],
)
def test_light_is_mapped_and_tagged(
    studio: FakeRunway, tmp_path: Path, chosen: dict[str, str], transfer: str
):
    asked = {"model": "ruby", "video_uri": shot(tmp_path, 24), **chosen}
    result = made(studio, tmp_path, "video_to_hdr", **asked)[0]
    colour = facts_of(result).colour
    assert (colour.primaries, colour.transfer, colour.matrix) == ("bt2020", transfer, "bt2020nc")
    assert numbers(result) == tuple(range(24))


@pytest.mark.parametrize("form", ["wav", "mp3", "flac"])
def test_sound_is_as_long_as_it_is_asked_for(studio: FakeRunway, tmp_path: Path, form: str):
    import av

    asked = {"model": "mirelo_sfx_2_0", "video_uri": shot(tmp_path), "format": form}
    results = made(studio, tmp_path, "video_to_audio", duration=2.5, num_variants=2, **asked)
    assert [result.suffix for result in results] == [f".{form}"] * 2
    with av.open(str(results[0])) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert 0 <= samples - 120_000 < 3 * 1152  # of MP3, whole blocks


def test_a_performance_comes_back_as_it_was(studio: FakeRunway, tmp_path: Path):
    with client_of(studio) as client:
        face = upload(client, still(tmp_path, 1))
        played = upload(client, shot(tmp_path, 80))
        task = client.character_performance.create(
            model="act_two",
            character={"type": "image", "uri": face},
            reference={"type": "video", "uri": played},
        )
        result = fetched(ended(client, task.id).output[0], tmp_path)
    assert numbers(result) == tuple(range(80))


def test_any_words_do_where_that_is_allowed(tmp_path: Path):
    with (
        FakeRunway(tmp_path / "fake", speed="fast", any_words=True) as fake,
        client_of(fake) as client,
    ):
        source = upload(client, shot(tmp_path))
        done = ended(client, edit(client, source, prompt_text="turn the boat into a swan"))
        assert numbers(fetched(done.output[0], tmp_path)) == tuple(range(49))


def test_a_drift_is_seen_and_the_frames_stay(studio: FakeRunway, tmp_path: Path):
    levels = []
    with client_of(studio) as client:
        source = upload(client, shot(tmp_path))
        for drift in (0, 20, -20):
            studio.script(fates=[{"drift": drift}])
            result = fetched(ended(client, edit(client, source)).output[0], tmp_path)
            assert numbers(result) == tuple(range(49))
            levels.append(brightness(result))
    assert levels[2] < levels[0] < levels[1]


def test_what_no_encoder_here_writes_fails_plainly(studio: FakeRunway, tmp_path: Path):
    with client_of(studio) as client:
        source = upload(client, shot(tmp_path))
        task = client.video_to_hdr.create(
            model="ruby", video_uri=source, output_format="hdr_exr_sequence"
        )
        failed = ended(client, task.id)
    assert (failed.failure_code, failed.cost.credits) == ("INPUT.UNSUPPORTED", 0)
    assert "hdr_exr_sequence" in failed.failure
