"""What a plan says is what the ledger has: for every model, with little and with much in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.engines.base import Kind, Model, RenderRequest
from bridge.engines.runway import rows
from bridge.engines.runway.bodies import body, files
from bridge.engines.runway.catalogue import shape
from bridge.engines.runway.fake.bill import Asked, bill
from bridge.engines.runway.fake.server import FakeRunway
from bridge.engines.runway.models import models
from bridge.engines.runway.rows import Figures
from bridge.errors import UsageError
from bridge.frames import Rate
from bridge.media.facts import MediaFacts
from bridge.media.slate import Slate, make
from bridge.source import Source
from tests.engines.runway.asking import full, plain

# Not one is round, and no two are alike, so that none can take another's place
INVENTED = {
    "per_second": "17.3",
    "per_image": "1.7",
    "minimum": "11",
    "auto_seconds": 12,
    "surcharges": {"audio=true": "4.1", "resolution=1080p": "6.3"},
    "rounding": "up",
}
OF_FOOTAGE = {"per_input_second": "2.9", "per_frame": "0.31"}


def named_way(model: Model) -> str:
    return f"{model.door}/{model.name}"


def invented(model: Model) -> dict[str, Any]:
    """As it may stand in the settings."""
    of_footage = OF_FOOTAGE if Kind.edit in model.kinds else {}
    return INVENTED | of_footage | ({} if model.limits.whole_seconds else {"rounding": "exact"})


PUBLISHED = models({})
PRICED = {"prices": {named_way(m): invented(m) for m in PUBLISHED if not m.price.known}}
KNOWN = models(PRICED)
ALL_INVENTED = models({"prices": {named_way(m): invented(m) for m in PUBLISHED}})


def named(model: Model) -> str:
    return f"{model.door}-{model.name}"


class Counter:
    """A fake that begins what it is asked for and never gets to making it."""

    def __init__(self, fake: FakeRunway, folder: Path) -> None:
        self._fake, self._folder = fake, folder
        self._client = httpx.Client(
            base_url=fake.url,
            headers={"Authorization": "Bearer key_x", "X-Runway-Version": "2024-11-06"},
        )
        self.upload = cache(self._upload)

    def close(self) -> None:
        self._client.close()

    def billed(self, request: RenderRequest) -> tuple[Decimal, Decimal]:
        """What the answer to a create says that it will cost, and what the ledger then has."""
        uris = {path: self.upload(self._medium(path, request)) for path in files(request)}
        posted = body(request, uris)
        answer = self._client.post(f"/v1/{request.door}", json=posted)
        assert answer.status_code == 200, answer.text
        created = answer.json()
        entry = self._fake.creates[-1]
        assert entry.task == created["id"]
        return Decimal(str(created["estimatedCost"]["credits"])), entry.credits

    def _medium(self, name: Path, request: RenderRequest) -> Path:
        shot = request.footage
        if shot is None or name != shot.path:
            return picture(self._folder / name.name)
        words = f"{shot.frames}_{str(shot.rate).replace('/', '-')}_{shot.width}x{shot.height}"
        return footage(self._folder / f"{words}.mp4", shot.frames, shot.rate)

    def _upload(self, path: Path) -> str:
        told = self._client.post("/v1/uploads", json={"filename": path.name, "type": "ephemeral"})
        slip = told.json()
        with path.open("rb") as file:
            sent = httpx.post(slip["uploadUrl"], data=slip["fields"], files={"file": file})
        assert sent.status_code == 204, sent.text
        return str(slip["runwayUri"])


@cache
def footage(path: Path, frames: int, rate: Rate) -> Path:
    """Grey, and as large as its name says."""
    width, height = map(int, path.stem.split("_")[-1].split("x"))
    grey = np.full((height, width, 3), 90, np.uint8)
    return make(path, Slate(frames, rate, width, height, gop=250), lambda *_: grey)


@cache
def picture(path: Path) -> Path:
    noise = np.random.default_rng(1).integers(0, 255, (36, 64, 3), np.uint8)
    cv2.imwrite(str(path), noise)
    return path


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    folder = tmp_path_factory.mktemp("bill")
    with FakeRunway(folder / "fake", credits=10**9) as fake:
        # no task gets a place, so that none is made
        limits = {model.name: {"at_once": 0} for model in PUBLISHED}
        fake.script(prices=PRICED["prices"], limits=limits)
        counter = Counter(fake, folder)
        yield counter
        counter.close()


def agreed(counter: Counter, model: Model, request: RenderRequest) -> None:
    planned = model.cost(request.work)
    assert counter.billed(request) == (planned, planned)


@pytest.mark.parametrize("model", KNOWN, ids=named)
def test_the_plans_price_is_the_ledgers_for_all_that_a_model_takes(counter: Counter, model: Model):
    agreed(counter, model, full(model))


def longer(model: Model) -> RenderRequest:
    """Neither whole seconds nor the least."""
    request = plain(model)
    most = model.limits.max_seconds or Fraction(10)
    seconds = min(model.limits.min_seconds + Fraction(17, 10), most)
    frames = int(request.rate.frames(seconds))
    shot = request.footage and replace(request.footage, frames=frames)
    asked = None if request.seconds is None else int(-(-seconds // 1))
    return replace(request, frames=frames, footage=shot, seconds=asked)


@pytest.mark.parametrize("model", KNOWN, ids=named)
def test_the_same_for_words_alone_and_a_length_that_is_not_whole(counter: Counter, model: Model):
    agreed(counter, model, longer(model))


def with_surcharges() -> Iterator[Any]:
    for model in KNOWN:
        row = rows.row(model.door, model.name)
        taken = shape(model.door, model.name)
        for option in row.figures.surcharges if row.figures else ():
            name, _, value = option.partition("=")
            if "sequence" not in value and name in taken.fields:
                yield pytest.param(model, name, value, id=f"{named(model)}-{option}")


@pytest.mark.parametrize(("model", "name", "value"), list(with_surcharges()))
def test_the_same_with_each_surcharge(counter: Counter, model: Model, name: str, value: str):
    request = replace(plain(model), options={name: value == "true" or value})
    agreed(counter, model, request)
    assert model.cost(request.work) > model.cost(plain(model).work)


def with_classes() -> Iterator[Any]:
    """Every size class that an option can name, where the price goes by it."""
    for model in KNOWN:
        for name in ("resolution", "ratio"):
            for value in shape(model.door, model.name).literals(name):
                if ":" not in value and name in model.options.model_fields:
                    yield pytest.param(model, {name: value}, id=f"{named(model)}-{value}")


@pytest.mark.parametrize(("model", "options"), list(with_classes()))
def test_the_same_for_each_class_of_picture(
    counter: Counter, model: Model, options: Mapping[str, Any]
):
    agreed(counter, model, replace(plain(model), options=options))


@pytest.mark.parametrize("model", ALL_INVENTED, ids=named)
def test_the_same_for_prices_of_the_settings(counter: Counter, model: Model):
    told, row = invented(model), rows.row(model.door, model.name)
    request = longer(model)
    own = {} if row.figures is None else vars(row.figures)
    given = vars(rows.figures(told))
    figures = Figures(**(own | {name: given[name] for name in told}))
    facts = facts_of(request)
    uris = {path: f"runway://{path.stem}" for path in files(request)}
    asked = bill(model.door, body(request, uris), facts, {named_way(model): figures})
    assert asked.most == model.cost(request.work)


def facts_of(request: RenderRequest) -> Callable[[str], MediaFacts]:
    shot = request.footage

    def facts(_: str) -> MediaFacts:
        assert shot is not None
        values = (shot.width, shot.height, Fraction(1), shot.rate, shot.frames)
        return MediaFacts(Source(shot.path), "h264", "yuv420p", 8, *values)

    return facts


# ---- the sum itself, against figures that were written down elsewhere


@pytest.mark.parametrize(
    ("frames", "rate", "options", "credits_"),
    [
        (719, "24000/1001", {}, 28 * 29),  # 29.99 s: whole seconds, the begun one is free
        (48, "24", {}, 56),
        (72, "24", {"outputFormat": "prores"}, 33 * 3),
        (75, "25", {"outputFormat": "sdr_rec709_10bit"}, 48 * 3),
    ],
)
def test_an_edit_costs_what_was_measured(
    frames: int, rate: str, options: Mapping[str, str], credits_: int
):
    wire = {"model": "aleph2", "videoUri": "runway://x", **options}
    assert bill("video_to_video", wire, media(frames, rate), {}).most == credits_


def media(frames: int, rate: str, width: int = 1280, height: int = 720) -> Any:
    values = (width, height, Fraction(1), Rate.of(rate), frames)
    return lambda _: MediaFacts(Source(Path("x.mp4")), "h264", "yuv420p", 8, *values)


def test_light_is_billed_to_the_frame_and_by_its_size():
    wire = {"model": "ruby", "videoUri": "runway://x"}
    assert bill("video_to_hdr", wire, media(171, "30"), {}).most == 114  # 5.7 s
    assert bill("video_to_hdr", wire, media(30, "30", 3840, 2160), {}).most == 40


@pytest.mark.parametrize(("door", "base", "sound"), [("image_to_video", 120, 240)])
def test_sound_that_nobody_forbade_is_billed(door: str, base: int, sound: int):
    """A body that leaves `audio` out gets the vendor's own default."""
    wire = {"model": "veo3.1", "promptImage": "runway://x", "duration": 6, "ratio": "1280:720"}
    assert bill(door, wire | {"audio": False}, media(1, "24"), {}).most == base
    assert bill(door, wire, media(1, "24"), {}).most == sound


def test_an_open_length_is_billed_at_its_longest_and_given_back():
    wire = {
        "model": "seedance2_5",
        "promptVideo": "runway://x",
        "promptText": "dusk",
        "mode": "edit",
        "duration": "auto",
    }
    asked = bill("video_to_video", wire, media(120, "24"), {})
    assert (asked.most, asked.final) == (30 * 30 + 15 * 5, 30 * 5 + 15 * 5)


@pytest.mark.parametrize(
    ("frames", "rate", "size", "word"),
    [
        (721, "24", (1280, 720), "at most 30 seconds"),
        (47, "24", (1280, 720), "at least 2 seconds"),
        (100, "50", (1280, 720), "frames per second"),
        (48, "24", (2048, 1152), "pixels"),
    ],
)
def test_footage_that_does_not_fit_is_refused(
    frames: int, rate: str, size: tuple[int, int], word: str
):
    wire = {"model": "aleph2", "videoUri": "runway://x"}
    with pytest.raises(UsageError) as caught:
        bill("video_to_video", wire, media(frames, rate, *size), {})
    issue = caught.value.detail["issues"][0]
    assert word in issue["message"]
    assert issue["path"] == ["videoUri"]


@pytest.mark.parametrize("duration", [0, -1, 1e300, 61])
def test_a_length_that_nothing_makes_is_refused(duration: float):
    wire = {"model": "mirelo_sfx_2_0", "videoUri": "runway://x", "duration": duration}
    with pytest.raises(UsageError):
        bill("video_to_audio", wire, media(48, "24"), {})


@given(
    frames=st.integers(1, 720),
    rate=st.sampled_from(["24", "24000/1001", "25", "30000/1001"]),
    rounding=st.sampled_from(["up", "down", "exact"]),
    each=st.decimals(0, 100, places=2),
)
def test_rounding_is_what_it_says(frames: int, rate: str, rounding: str, each: Decimal):
    figures = Figures(per_second=each, rounding=rounding)
    wire = {"model": "aleph2", "videoUri": "runway://x"}
    shot = media(frames, rate)("")
    asked = Asked(shape("video_to_video", "aleph2"), wire, figures, shot)
    real = shot.rate.seconds(frames)
    seconds = asked.seconds(made=False)
    low, high = {"up": (0, 1), "down": (-1, 0), "exact": (0, 0)}[rounding]
    assert real + low <= seconds <= real + high
    cost = asked.credits(made=False)
    assert cost - 1 < Fraction(each) * seconds <= cost
    assert cost == int(cost)
