"""Engines are found by their packages' metadata; one that is broken leaves the others alone."""

import asyncio
import json
import sys
import tomllib
from pathlib import Path

import pytest

from bridge.engines.local.engine import LocalEngine
from bridge.engines.registry import GROUP, Engines
from bridge.errors import EngineUnknown
from bridge.settings import Settings
from tests.contracts.engine_contract import EngineContract
from tests.fakes.engine import FakeEngine

PACKAGE = Path(__file__).parents[1] / "fakes" / "thirdparty_engine"


NAMELESS = "from mirror_engine import MirrorEngine\nclass Thing(MirrorEngine):\n    name = 'odd'\n"


def declare(folder: Path, package: str, engines: dict[str, str]) -> None:
    """Install a package as far as its metadata goes."""
    info = folder / f"{package.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = [f"{name} = {value}" for name, value in engines.items()]
    (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]) + "\n")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder where packages can be installed, first on the path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def mirror(site, monkeypatch):
    """The example package, installed with what its own pyproject.toml declares."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    declare(site, project["name"], project["entry-points"][GROUP])
    monkeypatch.syspath_prepend(str(PACKAGE))
    yield
    sys.modules.pop("mirror_engine", None)


def test_an_installed_package_brings_its_engine(mirror):
    engines = Engines()
    assert "mirror" in engines.names()
    assert engines.get("mirror").name == "mirror"
    assert engines.get("mirror") is engines.get("mirror")
    assert engines.model("mirror").name == "mirror-1"


def test_names_are_read_without_loading_anything(mirror):
    Engines().names()
    assert "mirror_engine" not in sys.modules


@pytest.mark.usefixtures("mirror")
class TestThirdParty(EngineContract):
    """The example joins the suite under the name by which it was installed."""

    prompt = "mirror"
    refused = "make it dusk"

    def make(self):
        return Engines().get("mirror")

    def slow(self):
        return type(self.make())(seconds=60)


def test_a_broken_package_is_listed_with_its_error_and_stops_nobody(mirror, site):
    (site / "broken_engine.py").write_text("raise RuntimeError('its licence is gone')\n")
    declare(site, "broken-package", {"broken": "broken_engine:Engine"})
    engines = Engines()
    described = {each["name"]: each for each in engines.describe()}
    assert described["mirror"]["error"] is None
    assert described["broken"]["models"] == []
    assert described["broken"]["error"]["code"] == "engine_unknown"
    assert "its licence is gone" in described["broken"]["error"]["message"]
    for _ in range(2):
        with pytest.raises(EngineUnknown, match="its licence is gone") as caught:
            engines.get("broken")
        assert caught.value.detail["packages"] == ["broken-package"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("Thing = 3", "not an Engine class"),
        ("class Thing: pass", "not an Engine class"),
        ("from mirror_engine import MirrorEngine as Thing", "calls itself 'mirror'"),
        ("import no_such_package_at_all", "no_such_package_at_all"),
        ("import sys; del Thing", "Thing"),
        ("raise SystemExit('bye')", "bye"),
        (NAMELESS + "    def models(self): return ()", "there must be some"),
        (NAMELESS + "    def models(self): return (1,)", "no attribute 'name'"),
        (NAMELESS + "    def models(self): raise OSError('no network')", "no network"),
        ("from bridge.engines.base import Engine as Thing", "no attribute 'name'"),
    ],
)
def test_what_is_not_an_engine_is_said(mirror, site, code, reason):
    (site / "odd_engine.py").write_text(code)
    declare(site, "odd-package", {"odd": "odd_engine:Thing"})
    try:
        with pytest.raises(EngineUnknown, match=reason):
            Engines().get("odd")
    finally:
        sys.modules.pop("odd_engine", None)


def test_settings_that_an_engine_does_not_understand_are_mended_where_they_stand(caplog):
    settings = Settings(engines={"runway": {"base_urll": "https://example.com"}})
    with pytest.raises(EngineUnknown, match="base_urll") as caught:
        Engines(settings=settings).get("runway")
    assert "[engines.runway] in settings.toml" in caught.value.hint
    assert "base_url" in caught.value.hint  # what there is
    assert not caplog.records  # no traceback for a slip of the pen


def test_two_packages_of_one_name_are_refused_by_name(mirror, site):
    declare(site, "rival", {"mirror": "rival_engine:Engine"})
    with pytest.raises(EngineUnknown, match="mirror-engine and rival"):
        Engines().get("mirror")


def test_nobody_takes_over_an_engine_of_our_own(site):
    declare(site, "nle-bridge", {"local": "bridge.engines.local.engine:LocalEngine"})
    declare(site, "rival", {"local": "rival_engine:Engine"})
    assert isinstance(Engines().get("local"), LocalEngine)


def test_given_engines_are_all_there_are(mirror):
    engine = FakeEngine()
    engines = Engines({"fake": engine})
    assert engines.names() == ("fake",)
    assert engines.get("fake") is engine
    with pytest.raises(EngineUnknown) as caught:
        engines.get("mirror")
    assert "fake" in caught.value.hint


def test_models_are_found_by_name_and_the_first_is_the_default():
    engines = Engines({"local": LocalEngine()})
    assert engines.model("local").name == "looks"
    assert engines.model("local", "motion").name == "motion"
    with pytest.raises(EngineUnknown) as caught:
        engines.model("local", "emotion")
    assert "looks, paint, motion, matte" in caught.value.hint


def test_everything_is_described_as_json():
    described = Engines({"fake": FakeEngine(), "local": LocalEngine()}).describe()
    assert json.loads(json.dumps(described)) == described
    local = next(each for each in described if each["name"] == "local")
    looks, _, motion, matte = local["models"]
    assert local["remote"] is False
    assert looks["kinds"] == ["edit"]
    assert looks["words"]["dusk"]
    assert looks["options"]["properties"]["strength"]["description"]
    assert motion["limits"]["camera"] is True
    assert (looks["alpha"], matte["alpha"]) == ("kept", "made")
    assert motion["price"]["per_second"] == "0"
    fake = next(each for each in described if each["name"] == "fake")
    assert fake["models"][0]["price"]["per_second"] == "5"


def test_close_closes_what_was_used():
    engine = FakeEngine()
    asyncio.run(Engines({"fake": engine}).close())
    assert engine.closed
