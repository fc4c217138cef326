"""What the form's words become: recipes, suggestions, camera moves, limits. Pure, in the page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from bridge.engines.local.move import camera
from bridge.engines.registry import Engines
from bridge.wire.recipes import RecipeIn
from tests.panel.house import House

ENGINES: dict[str, list[dict[str, Any]]] = {
    each["name"]: each["models"] for each in Engines().describe()
}
EDIT = {
    "kind": "edit",
    "prompt": " dusk ",
    "engine": "local",
    "model": "looks",
    "mode": "above",
    "place": {"at": "", "fill": "", "extend": "", "duration": ""},
    "keyframes": [],
    "references": [],
    "reference_frames": [],
    "camera": [],
    "options": {},
    "handles": 8,
    "seed": None,
    "faults": {},
}


@pytest.fixture(scope="module")
def page(house: House) -> Iterator[Page]:
    """One for all: nothing here is drawn."""
    context = house.browser().new_context()
    page = context.new_page()
    page.goto(f"{house.daemon.url}/panel/recipe.js")
    yield page
    context.close()


@pytest.fixture(autouse=True)
def no_faults() -> None:
    """Nothing is drawn, and the one page stays open for all tests of this file."""


def call(page: Page, file: str, name: str, *given: Any) -> Any:
    script = "async ([file, name, given]) => (await import(`/panel/${file}`))[name](...given)"
    return page.evaluate(script, [file, name, list(given)])


def model(engine: str, name: str, door: str = "") -> dict[str, Any]:
    return next(m for m in ENGINES[engine] if m["name"] == name and door in ("", m["door"]))


def values(**changes: Any) -> dict[str, Any]:
    merged = {**EDIT, **changes}
    merged["place"] = {**EDIT["place"], **changes.get("place", {})}
    return {"way": model(merged["engine"], merged["model"]), **merged}


class TestOrder:
    def test_says_only_what_was_said(self, page: Page) -> None:
        assert call(page, "recipe.js", "order", values()) == {
            "recipe": {
                "kind": "edit",
                "prompt": "dusk",
                "engine": "local",
                "model": "looks",
                "mode": "above",
                "handles": 8,
            },
            "new_timeline": False,
        }

    @pytest.mark.parametrize(
        ("kind", "place", "told"),
        [
            (
                "generate",
                {"at": "01:00:04:00", "duration": "24"},
                {"at": "01:00:04:00", "duration": 24},
            ),
            ("fill", {"fill": " V2@01:00:04:00"}, {"fill": "V2@01:00:04:00"}),
            ("extend", {"extend": "V1:3", "duration": "12"}, {"extend": "V1:3", "duration": 12}),
        ],
    )
    def test_of_new_shots_is_a_recipe_of_the_daemon(
        self, page: Page, kind: str, place: dict[str, str], told: dict[str, Any]
    ) -> None:
        still = {"at": "01:00:04:00", "frame_of": "01:00:02:00"}
        moves = ["zoom in 10% ease-in-out"]
        given = values(kind=kind, model="motion", place=place, keyframes=[still], camera=moves)
        recipe = call(page, "recipe.js", "order", given)["recipe"]
        assert recipe["kind"] == "generate"
        assert told.items() <= recipe.items()
        assert "handles" not in recipe
        taken = RecipeIn.model_validate(recipe)
        assert taken.camera == ("zoom in 10% ease-in-out",)
        assert taken.keyframes[0].frame_of == "01:00:02:00"

    def test_has_its_terms_beside_the_recipe(self, page: Page) -> None:
        given = values(mode="timeline", budget="12.5", project="Film", seed=0, codec="h264")
        order = call(page, "recipe.js", "order", given)
        assert (order["new_timeline"], order["budget"], order["project"]) == (True, "12.5", "Film")
        assert (order["recipe"]["mode"], order["recipe"]["seed"]) == ("above", 0)
        assert order["recipe"]["codec"] == "h264"

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({}, ""),
            ({"prompt": " "}, "Say what should change."),
            ({"prompt": " ", "options": {"match": 1}}, ""),
            ({"prompt": "remove \u2026"}, "Say what stands for \u2026 in the prompt."),
            ({"model": ""}, "This engine has no model for it."),
            ({"faults": {"Seed": "A seed is a whole number."}}, "Seed: A seed is a whole number."),
            ({"kind": "generate"}, "Say where the new shot begins."),
            (
                {"kind": "generate", "place": {"at": "01:00:00:00"}},
                "Say how many frames it should have.",
            ),
            ({"kind": "fill"}, "Say where the gap is."),
            ({"kind": "extend"}, "Say which clip it goes on from."),
        ],
    )
    def test_waits_for_what_is_missing(
        self, page: Page, changes: dict[str, Any], says: str
    ) -> None:
        given = {"way": model("local", "looks"), **EDIT, **changes}
        given["place"] = {**EDIT["place"], **changes.get("place", {})}
        assert call(page, "recipe.js", "missing", given) == says

    def test_needs_no_words_where_a_still_says_it_or_none_are_taken(self, page: Page) -> None:
        still = [{"at": "1", "frame_of": "2"}]
        for name, keyframes in (("aleph2", still), ("magnific_video_upscaler_creative", [])):
            given = values(engine="runway", model=name, prompt="", keyframes=keyframes)
            assert call(page, "recipe.js", "missing", given) == ""
        given = values(engine="runway", model="aleph2", prompt="")
        assert call(page, "recipe.js", "missing", given) == "Say what should change."

    @pytest.mark.parametrize(
        ("stills", "door"), [(True, "image_to_video"), (False, "text_to_video")]
    )
    def test_goes_the_way_that_the_planner_goes(self, page: Page, stills: bool, door: str) -> None:
        engine = {"name": "runway", "models": ENGINES["runway"]}
        way = call(page, "recipe.js", "wayOf", engine, "veo3.1_fast", "generate", stills)
        assert way["door"] == door


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("dus", ["dusk"]),
            ("make it golden h", ["golden hour"]),
            ("dusk, sl", ["slightly", "slight"]),
            ("dusk ", ["barely", "touch", "slightly", "medium", "strong"]),
            ("dusk", []),
            ("xyz", []),
        ],
    )
    def test_are_suggested_while_typing(self, page: Page, typed: str, words: list[str]) -> None:
        found = call(page, "words.js", "suggested", typed, model("local", "looks"))
        assert [item["word"] for item in found["items"]] == words

    def test_are_not_suggested_by_who_reads_any(self, page: Page) -> None:
        found = call(page, "words.js", "suggested", "dus", model("runway", "aleph2"))
        assert found["items"] == []

    def test_take_the_place_of_those_not_known(self, page: Page) -> None:
        told = call(page, "words.js", "corrected", "Dask and grein", ["dask", "grein"], "grain")
        assert told == "Dask and grain"
        assert call(page, "words.js", "corrected", "x", ["gone"], "dusk") == "x, dusk"


class TestPresets:
    def offered(self, page: Page, told: dict[str, Any], kind: str = "edit") -> dict[str, Any]:
        found = call(page, "presets.js", "offered", told, kind)
        return {
            one["name"]: one["off"] or [item["phrase"] for item in one["items"]] for one in found
        }

    def test_of_a_vocabulary_are_its_words(self, page: Page) -> None:
        looks = model("local", "looks")
        found = self.offered(page, looks)
        assert found["Remove"] == found["New angle"] == "looks knows no word for it"
        phrases = [word for words in found.values() if isinstance(words, list) for word in words]
        assert "dusk" in phrases
        assert set(phrases) <= set(looks["words"])

    def test_of_one_that_reads_anything_are_all(self, page: Page) -> None:
        found = self.offered(page, model("runway", "aleph2"))
        assert all(isinstance(phrases, list) for phrases in found.values())
        assert "remove \u2026 and fill in what is behind it" in found["Remove"]

    def test_of_a_new_shot_leave_out_what_changes_one(self, page: Page) -> None:
        found = self.offered(page, model("runway", "veo3.1_fast"), "generate")
        assert found["Remove"] == "a new shot has nothing to change"
        assert "make it dusk" in found["Time of day"]

    def test_say_that_some_take_no_words(self, page: Page) -> None:
        found = self.offered(page, model("runway", "magnific_video_upscaler_creative"))
        assert set(found.values()) == {"magnific_video_upscaler_creative takes no words"}


class TestMoves:
    @pytest.mark.parametrize("easing", ["linear", "ease-in", "ease-out", "ease-in-out"])
    @pytest.mark.parametrize("move", sorted(camera.DIRECTIONS))
    def test_are_written_as_the_command_line_has_them(
        self, page: Page, move: str, easing: str
    ) -> None:
        for direction in camera.DIRECTIONS[move]:
            one = {"move": move, "direction": direction, "amount": " 2.5", "easing": easing}
            parsed = camera.parse(call(page, "moves.js", "textOf", one))
            assert str(parsed).split() == [
                move, direction, "2.5deg" if move == "roll" else "2.5%", easing
            ]  # fmt: skip
            assert call(page, "moves.js", "faultOf", one) == ""

    def test_are_said_in_words(self, page: Page) -> None:
        one = {"move": "pan", "direction": "left", "amount": "5", "easing": "ease-out"}
        said = call(page, "moves.js", "wordsOf", one)
        assert said == "The view moves left by 5 % of the picture's width, ending slowly."

    @pytest.mark.parametrize("move", sorted(camera.MOST))
    def test_beyond_what_is_possible_are_faults(self, page: Page, move: str) -> None:
        direction = camera.DIRECTIONS[move][0]
        for amount, good in ((f"{camera.MOST[move]}", True), (f"{camera.MOST[move] + 1}", False)):
            one = {"move": move, "direction": direction, "amount": amount, "easing": "linear"}
            assert (call(page, "moves.js", "faultOf", one) == "") is good


class TestLimits:
    @pytest.mark.parametrize(
        ("engine", "name", "door", "says"),
        [
            ("local", "looks", "", ["Shots of any length.", "Up to 2 reference pictures."]),
            (
                "runway",
                "aleph2",
                "",
                [
                    "It takes 2 to 30 seconds at a time; longer shots are made in parts.",
                    "Up to 5 keyframes at any frame; each may say between which frames it works.",
                    "A prompt of up to 1000 characters.",
                ],
            ),
            (
                "runway",
                "veo3.1_fast",
                "image_to_video",
                [
                    "It makes 4, 6 or 8 seconds at a time; longer shots are made in parts.",
                    "Up to 2 keyframes at the first and the last frame, at least 1.",
                ],
            ),
        ],
    )
    def test_are_plain_words(
        self, page: Page, engine: str, name: str, door: str, says: list[str]
    ) -> None:
        found = call(page, "limits.js", "limitsOf", model(engine, name, door))
        assert set(says) <= set(found)

    def test_of_all_models_can_be_said(self, page: Page) -> None:
        for one in (model for models in ENGINES.values() for model in models):
            lines = [
                *call(page, "limits.js", "limitsOf", one),
                call(page, "limits.js", "priceOf", one),
            ]
            assert all(line.endswith(".") for line in lines)
            assert not any("undefined" in line or "NaN" in line for line in lines)

    @pytest.mark.parametrize(
        ("engine", "name", "remote", "there"),
        [("local", "looks", False, True), ("runway", "aleph2", True, False)],
    )
    def test_say_who_can_be_previewed(
        self, page: Page, engine: str, name: str, remote: bool, there: bool
    ) -> None:
        told = {"name": engine, "remote": remote}
        reason = call(page, "look.js", "noPreview", told, model(engine, name))
        assert (reason == "") is there
