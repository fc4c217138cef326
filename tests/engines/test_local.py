"""The local engine keeps the engine contract, and its worker may be killed at any time."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from bridge.engines.base import Footage, Keyframe, Kind, RenderHandle, RenderRequest
from bridge.engines.local import process
from bridge.engines.local.engine import LocalEngine
from bridge.engines.local.folder import Worker, WorkFolder, request_data, request_of
from bridge.errors import (
    BridgeError,
    EngineCancelled,
    EngineFailed,
    EngineRefused,
    MediaDamaged,
    MediaMissing,
)
from bridge.frames import Rate
from bridge.media.facts import Colour
from bridge.media.limits import Guard
from bridge.media.reader import pictures
from bridge.media.slate import make, number_of, numbers
from bridge.source import Source
from tests.contracts.engine_contract import (
    EngineContract,
    facts_of,
    make_still,
    master,
    through_json,
    watched,
)


class TestLocal(EngineContract):
    make = LocalEngine
    prompts = {"looks": "dusk and a little grain", "paint": "", "motion": "", "matte": ""}  # noqa: RUF012 - never changed
    options = {"matte": {"mask": "rectangle 0% 50% 60% 50%"}}  # noqa: RUF012 - the same
    refused = "remove the boom"


def edit(folder: Path, *, frames: int = 6, prompt: str = "fog 20%", **more) -> RenderRequest:
    rate = Rate.of("23.976")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "shot.mov").exists():
        make(folder / "shot.mov", master(frames, rate))
    return RenderRequest(
        key=folder.name,
        kind=Kind.edit,
        model="looks",
        prompt=prompt,
        frames=frames,
        rate=rate,
        width=64,
        height=36,
        folder=folder / "work",
        footage=Footage(folder / "shot.mov", frames, rate, 64, 36),
        **more,
    )


def long_edit(folder: Path) -> RenderRequest:
    """Work that takes about a second."""
    rate = Rate.of(25)
    folder.mkdir(parents=True, exist_ok=True)
    make(folder / "shot.mov", master(80, rate, 320, 180))
    request = edit(folder, frames=80, prompt="fog, bloom, blur, golden hour, grain")
    footage = Footage(folder / "shot.mov", 80, rate, 320, 180)
    return replace(request, footage=footage, width=320, height=180, rate=rate)


def motion(folder: Path, *stills: int, frames: int = 9, **more) -> RenderRequest:
    folder.mkdir(parents=True, exist_ok=True)
    return RenderRequest(
        key=folder.name,
        kind=Kind.generate,
        model="motion",
        prompt="",
        frames=frames,
        rate=Rate.of(25),
        width=64,
        height=36,
        folder=folder / "work",
        keyframes=tuple(
            Keyframe(frame, make_still(folder / f"{frame}.png", frame)) for frame in stills
        ),
        **more,
    )


def rendered(request: RenderRequest, engine: LocalEngine | None = None):
    engine = engine or LocalEngine()

    async def walk():
        handle = await engine.submit(request)
        await watched(engine, handle)
        return await engine.fetch(handle, request.folder.parent / "raw")

    return asyncio.run(walk())


def test_every_frame_comes_back_in_its_place(tmp_path):
    raw = rendered(edit(tmp_path, frames=12, prompt="slightly warm, vignette 20%"))
    assert numbers(raw.path) == tuple(range(12))
    assert facts_of(raw.path).codec == "prores"


def test_the_same_request_gives_the_same_bytes_and_another_seed_others(tmp_path):
    results = [
        rendered(edit(tmp_path / name, prompt="grain", seed=seed)).path.read_bytes()
        for name, seed in (("a", 5), ("b", 5), ("c", 6))
    ]
    assert results[0] == results[1]
    assert results[0] != results[2]


def test_the_colour_tags_of_the_shot_stay(tmp_path):
    tags = Colour("bt2020", "smpte2084", "bt2020nc", "tv")
    make(tmp_path / "shot.mov", replace(master(6, Rate.of("23.976")), colour=tags))
    assert facts_of(rendered(edit(tmp_path)).path).colour == tags


def test_stills_stand_at_their_frames_and_are_held_outside(tmp_path):
    raw = rendered(motion(tmp_path, 2, 6, frames=9))
    frames = list(pictures(Source(raw.path), range(9), Guard()))
    assert [number_of(frame) for frame in frames[:3]] == [2, 2, 2]
    assert [number_of(frame) for frame in frames[6:]] == [6, 6, 6]


def all_pictures(path: Path) -> list[np.ndarray]:
    count = facts_of(path).frames
    return [f.to_ndarray(format="rgb24") for f in pictures(Source(path), range(count), Guard())]


def test_the_shot_takes_on_the_colours_of_the_reference(tmp_path):
    reference = np.zeros((36, 64, 3), np.uint8)
    reference[:, :, 0] = np.linspace(90, 230, 64)  # red
    reference[:, :, 1] = 60
    cv2.imwrite(str(tmp_path / "reference.png"), reference[:, :, ::-1])
    request = edit(tmp_path, prompt="match", references=(tmp_path / "reference.png",))
    made = all_pictures(rendered(request).path)
    for picture in made:
        red, green, blue = picture.reshape(-1, 3).mean(axis=0)
        assert red > green + 50 > blue + 60
    # one map for the whole shot: what stands still in it does not flicker
    assert np.ptp([picture[-4:, :8].mean() for picture in made]) < 12


def test_a_camera_move_goes_over_the_whole_of_the_in_betweens(tmp_path):
    still = motion(tmp_path / "a", 3, frames=6)
    moved = replace(still, folder=tmp_path / "b" / "work", key="b", camera=("zoom in 40%",))
    held, made = all_pictures(rendered(still).path), all_pictures(rendered(moved).path)
    change = [
        float(np.abs(one.astype(int) - other).mean()) for one, other in zip(held, made, strict=True)
    ]
    assert change[0] < 1
    assert change[-1] > change[1] > change[0]


def test_stills_with_nothing_in_common_are_dissolved_and_said(tmp_path):
    request = motion(tmp_path, 0, 4, frames=5)
    for seed, keyframe in enumerate(request.keyframes):
        noise = np.random.default_rng(seed).integers(0, 255, (36, 64, 3), np.uint8)
        cv2.imwrite(str(keyframe.image), noise)
    raw = rendered(request)
    assert "frames 0 and 4" in raw.warnings[0]
    first, *_, last = made = all_pictures(raw.path)
    middle = (first.astype(int) + last) / 2
    assert np.abs(made[2] - middle).mean() < 6


def test_a_still_of_another_size_is_scaled_and_said(tmp_path):
    request = motion(tmp_path, 0, frames=3)
    make_still(request.keyframes[0].image, 5, width=160, height=120)
    raw = rendered(request)
    assert facts_of(raw.path).width == 64
    assert "160 x 120" in raw.warnings[0]
    assert "cropped" in raw.warnings[0]


@pytest.mark.parametrize(
    ("content", "error"), [(b"not a picture", BridgeError), (None, MediaMissing)]
)
def test_an_unreadable_still_is_named(tmp_path, content, error):
    request = motion(tmp_path, 0)
    image = request.keyframes[0].image
    image.unlink()
    if content is not None:
        image.write_bytes(content)
    with pytest.raises(error, match=r"0\.png"):
        rendered(request)


def test_footage_that_is_cut_short_fails_by_name_at_once(tmp_path):
    request = edit(tmp_path)
    footage = tmp_path / "shot.mov"
    footage.write_bytes(footage.read_bytes()[:3000])
    with pytest.raises(MediaDamaged, match=r"shot\.mov"):
        rendered(request)
    assert WorkFolder(request.folder).worker().attempt == 1


def test_footage_with_other_frames_than_announced_is_refused(tmp_path):
    request = edit(tmp_path, frames=6)
    wrong = replace(request, frames=7, footage=replace(request.footage, frames=7))
    with pytest.raises(EngineRefused, match="6 frames"):
        rendered(wrong)


async def begun(engine: LocalEngine, handle: RenderHandle) -> Worker:
    """Wait until the worker has made its first frame."""
    async for step in engine.watch(handle):
        if step.done:
            break
    worker = WorkFolder(Path(handle.data["folder"])).worker()
    assert worker is not None
    return worker


def test_a_killed_worker_is_started_again_and_gives_the_same(tmp_path):
    undisturbed = rendered(long_edit(tmp_path / "a")).path.read_bytes()
    request = long_edit(tmp_path / "b")

    async def walk():
        engine = LocalEngine(look_seconds=0.01)
        handle = await engine.submit(request)
        worker = await begun(engine, handle)
        os.killpg(worker.process, signal.SIGKILL)
        await watched(LocalEngine(), through_json(handle))
        return await engine.fetch(handle, tmp_path / "raw")

    raw = asyncio.run(walk())
    assert WorkFolder(request.folder).worker().attempt == 2
    assert raw.path.read_bytes() == undisturbed


def test_two_watchers_start_one_worker(tmp_path):
    request = long_edit(tmp_path)

    async def walk():
        engine = LocalEngine(look_seconds=0.01)
        handle = await engine.submit(request)
        worker = await begun(engine, handle)
        os.killpg(worker.process, signal.SIGKILL)
        await asyncio.gather(*(watched(LocalEngine(look_seconds=0.02), handle) for _ in range(3)))

    asyncio.run(walk())
    assert WorkFolder(request.folder).worker().attempt == 2


def test_notes_that_are_damaged_count_as_never_written(tmp_path):
    request = edit(tmp_path)
    folder = WorkFolder(request.folder)
    folder.begin(request)
    for name in ("worker.json", "progress.json", "result.json", "error.json"):
        (folder.path / name).write_text('{"half": ')
    handle = RenderHandle("local", request.key, {"folder": str(folder.path)})
    asyncio.run(watched(LocalEngine(), handle))
    assert facts_of(folder.result).frames == 6


def test_a_worker_that_always_dies_fails_in_the_end(tmp_path):
    request = edit(tmp_path)

    async def walk():
        # so little memory that not even the libraries load
        engine = LocalEngine(memory_mb=64, look_seconds=0.01)
        await watched(engine, await engine.submit(request))

    with pytest.raises(EngineFailed) as caught:
        asyncio.run(walk())
    assert caught.value.hint


def test_the_work_outlives_the_process_that_began_it(tmp_path):
    """The starter is gone before the work is done; another process finds the worker and waits."""
    request = long_edit(tmp_path)
    WorkFolder(request.folder).begin(request)
    code = (
        "import sys; from pathlib import Path; from bridge.engines.local import process;"
        "from bridge.engines.local.folder import WorkFolder;"
        "process.start(WorkFolder(Path(sys.argv[1])), 4096)"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(request.folder)]
    subprocess.run(command, cwd=root, check=True, timeout=60)
    handle = RenderHandle("local", request.key, {"folder": str(request.folder)})

    async def walk():
        engine = LocalEngine()
        await watched(engine, handle)
        return await engine.fetch(handle, tmp_path / "raw")

    assert facts_of(asyncio.run(walk()).path).frames == 80
    assert WorkFolder(request.folder).worker().attempt == 1


def test_a_silent_worker_is_replaced(tmp_path):
    request = long_edit(tmp_path)

    async def walk():
        engine = LocalEngine(look_seconds=0.01, stall_seconds=2.5)
        handle = await engine.submit(request)
        worker = await begun(engine, handle)
        os.kill(worker.process, signal.SIGSTOP)
        await watched(engine, handle)

    asyncio.run(walk())
    assert WorkFolder(request.folder).worker().attempt > 1


def test_cancel_kills_the_worker_in_mid_render(tmp_path):
    request = long_edit(tmp_path)

    async def walk():
        engine = LocalEngine(look_seconds=0.01)
        handle = await engine.submit(request)
        worker = await begun(engine, handle)
        await LocalEngine().cancel(through_json(handle))
        with pytest.raises(EngineCancelled):
            await watched(engine, handle)
        return worker.process

    gone = asyncio.run(walk())
    assert not psutil.pid_exists(gone) or psutil.Process(gone).status() == psutil.STATUS_ZOMBIE
    assert not process.alive(WorkFolder(request.folder))
    assert not WorkFolder(request.folder).result.exists()


def test_submitting_twice_is_one_piece_of_work(tmp_path):
    request = edit(tmp_path)

    async def walk():
        engine = LocalEngine()
        handles = [await engine.submit(request), await engine.submit(request)]
        await watched(engine, handles[0])
        return handles

    first, second = asyncio.run(walk())
    assert first == second
    assert WorkFolder(request.folder).worker().attempt == 1


def test_a_folder_belongs_to_one_attempt(tmp_path):
    request = edit(tmp_path)
    rendered(request)
    with pytest.raises(EngineRefused, match="another attempt"):
        rendered(replace(request, key="other"))


def test_the_worker_gets_no_keys(tmp_path):
    code = "from bridge.engines.local import process; print(sorted(process._environment()))"
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "RUNWAYML_API_SECRET": "s", "AWS_SESSION_TOKEN": "t"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "'PATH'" in said
    assert "SECRET" not in said
    assert "TOKEN" not in said


def test_the_daemon_side_loads_no_picture_library():
    code = (
        "import sys; from bridge.engines.local.engine import LocalEngine; LocalEngine().models();"
        "print([name for name in ('cv2', 'av', 'numpy') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("make_request", [edit, lambda folder: motion(folder, 0, 4, camera=("x",))])
def test_a_request_survives_the_way_through_json(tmp_path, make_request):
    request = make_request(tmp_path)
    assert request_of(request_data(request)) == request
