"""Options: from a model's JSON schema to fields, and from what is typed to what the model takes."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Request

from bridge.engines.base import Model
from bridge.engines.local.models import LOOKS
from bridge.engines.local.models import MODELS as LOCAL
from bridge.engines.runway.models import known
from tests.panel.house import House

MODELS = [*LOCAL, *known()]
SCHEMA = {
    "$defs": {"Speed": {"enum": ["slow", "fast"], "type": "string", "description": "How fast."}},
    "required": ["needed"],
    "properties": {
        "look": {"$ref": "#/$defs/Speed", "default": "slow"},
        "fixed": {"const": "yes"},
        "either": {"anyOf": [{"enum": [1, 2]}, {"const": "auto"}, {"type": "null"}]},
        "audio": {"type": "boolean", "default": False},
        "maybeAudio": {"anyOf": [{"type": "boolean"}, {"type": "null"}], "default": None},
        "steps": {"type": "integer", "minimum": 1, "maximum": 50, "default": 20},
        "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "needed": {"type": "string", "maxLength": 5},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2, "default": []},
        "deep": {"type": "object"},
    },
}


@pytest.fixture(scope="module")
def bare(house: House) -> Page:
    """A page on which nothing is drawn, for pure functions."""
    context = house.browser().new_context()
    page = context.new_page()
    page.goto(f"{house.daemon.url}/panel/schema.js")
    return page


@pytest.fixture(autouse=True)
def no_faults(house: House) -> Iterator[None]:
    """As for every page; the bare one stays open."""
    yield
    faults, house.faults[:] = list(house.faults), []
    assert faults == []


def fields(page: Page, schema: dict[str, Any]) -> list[dict[str, Any]]:
    script = "async (told) => (await import('/panel/schema.js')).fieldsOf(told)"
    return page.evaluate(script, schema)


def read(page: Page, name: str, text: str, schema: dict[str, Any] = SCHEMA) -> dict[str, Any]:
    """In the page: infinities do not come through as values."""
    script = """async ([schema, name, text]) => {
        const { fieldsOf, read } = await import('/panel/schema.js');
        return read(fieldsOf(schema).find((field) => field.name === name), text);
    }"""
    return page.evaluate(script, [schema, name, text])


class TestFields:
    def test_of_every_kind(self, bare: Page) -> None:
        found = {field["name"]: field["kind"] for field in fields(bare, SCHEMA)}
        assert found == {
            "look": "choice",
            "fixed": "choice",
            "either": "choice",
            "audio": "flag",
            "maybeAudio": "flag",
            "steps": "integer",
            "share": "number",
            "needed": "string",
            "tags": "list",
            "deep": "json",
        }

    def test_have_words_for_people(self, bare: Page) -> None:
        look, *_ = fields(bare, SCHEMA)
        assert (look["label"], look["description"]) == ("Look", "How fast.")
        (field,) = fields(bare, {"properties": {"targetAspectRatio": {"type": "string"}}})
        assert field["label"] == "Target aspect ratio"

    @pytest.mark.parametrize(
        ("name", "text", "found"),
        [
            ("look", "slow", {}),
            ("look", "fast", {"value": "fast"}),
            ("look", "faster", {"fault": "Choose slow or fast."}),
            ("either", "2", {"value": 2}),
            ("either", "auto", {"value": "auto"}),
            ("either", "", {}),
            ("audio", "true", {"value": True}),
            ("audio", "false", {}),
            ("maybeAudio", "false", {"value": False}),
            ("steps", "20", {}),
            ("steps", "50", {"value": 50}),
            ("steps", "51", {"fault": "This is a number from 1 to 50."}),
            ("steps", "2.5", {"fault": "This is a whole number from 1 to 50."}),
            ("share", "0,5", {"value": 0.5}),
            ("share", "0", {"fault": "This is a number from more than 0 to 1."}),
            ("needed", "", {"fault": "This is needed."}),
            ("needed", "longer", {"fault": "This has 5 characters at most."}),
            ("tags", "a\n b \n", {"value": ["a", "b"]}),
            ("tags", "a\nb\nc", {"fault": "At most 2 lines."}),
            ("deep", '{"a": [1]}', {"value": {"a": [1]}}),
            ("deep", "{", {"fault": "This is not JSON."}),
        ],
    )
    def test_read_what_is_typed(
        self, bare: Page, name: str, text: str, found: dict[str, Any]
    ) -> None:
        assert read(bare, name, text) == found


SCRIPT = """async (schema) => {
    const { fieldsOf, initial, read } = await import('/panel/schema.js');
    const typed = {
        choice: (field) => String(field.choices.at(-1)),
        flag: (field) => (field.fallback ? 'false' : 'true'),
        integer: (field) => String(Math.max(field.least, 1)),
        number: (field) => String(Math.min(field.most, 1) / 2),
        string: () => 'words', list: () => 'one', json: () => '{}',
    };
    const read1 = (field, text) => [field.name, read(field, text)];
    const fields = fieldsOf(schema);
    return {
        untouched: fields.map((field) => read1(field, initial(field))),
        touched: fields.map((field) => read1(field, typed[field.kind](field))),
    };
}"""


def test_every_models_fields_give_what_it_takes(bare: Page) -> None:
    """Untouched, nothing is sent; each field alone gives a value of the model's own type."""
    for model in MODELS:
        found = bare.evaluate(SCRIPT, model.options.model_json_schema())
        assert all(told == {} for _, told in found["untouched"]), model.name
        for name, told in found["touched"]:
            assert "fault" not in told, (model.name, name)
            if "value" in told:
                check(model, name, told["value"])


def check(model: Model, name: str, value: Any) -> None:
    assert getattr(model.checked({name: value}), name) is not None


class TestPage:
    def opened(self, house: House) -> tuple[Page, list[dict[str, Any]]]:
        page = house.page(selection=house.select(shots=1))
        plans: list[dict[str, Any]] = []
        page.on("request", lambda asked: told(plans, asked))
        page.locator("#prompt").fill("dusk")
        page.locator("#options > summary").click()
        return page, plans

    def test_a_value_goes_along_with_the_plan(self, house: House) -> None:
        page, plans = self.opened(house)
        strength = page.get_by_label("Strength")
        assert strength.input_value() == "1"
        with page.expect_response(lambda answer: planned(answer.request, "options")) as answer:
            strength.fill("0.5")
        assert answer.value.ok
        assert plans[-1]["recipe"]["options"] == {"strength": 0.5}
        assert LOOKS.checked({"strength": 0.5})

    def test_one_that_cannot_be_is_said_at_its_field(self, house: House) -> None:
        page, plans = self.opened(house)
        strength = page.get_by_label("Strength")
        strength.fill("2")
        fault = page.locator("#option-strength-fault")
        assert fault.text_content() == "This is a number from 0 to 1."
        assert strength.get_attribute("aria-invalid") == "true"
        assert "option-strength-fault" in strength.get_attribute("aria-describedby").split()
        page.locator(".bar").get_by_text("Strength: This is a number from 0 to 1.").wait_for()
        assert page.locator("#start").is_disabled()
        strength.fill("1")
        page.wait_for_function("() => !document.querySelector('#start').disabled")
        assert fault.is_hidden()
        assert all("strength" not in plan["recipe"].get("options", {}) for plan in plans)

    def test_a_slider_says_the_same(self, house: House) -> None:
        page, _ = self.opened(house)
        slider = page.locator("#option-strength ~ input[type=range]")
        slider.evaluate(
            "(it) => { it.value = 0.25; it.dispatchEvent(new Event('input', {bubbles: true})); }"
        )
        assert page.get_by_label("Strength").input_value() == "0.25"


def planned(asked: Request, word: str) -> bool:
    """It asks for a plan, and the recipe has the word: one before it may still be under way."""
    return asked.url.endswith("/v1/plans") and word in asked.post_data_json["recipe"]


def told(plans: list[dict[str, Any]], asked: Request) -> None:
    if asked.url.endswith("/v1/plans"):
        plans.append(asked.post_data_json)
