"""The queue: jobs as they go, and what to do about them."""

import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from bridge.errors import EngineFailed, EngineUncertain
from bridge.jobs.facts import PlacementState
from bridge.wire.placements import AckIn
from tests.fakes.engine import Answer, Fail, FakeEngine, RefuseSubmit, Wait
from tests.panel.house import House, chromium
from tests.panel.paid import Findable, paid_house, start

ENDED = 60_000  # ms a small job may take on a busy machine


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return Findable()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, engine: FakeEngine) -> Iterator[House]:
    chromium()
    folder = tmp_path_factory.mktemp("panel")
    with paid_house(folder, engine, Decimal(1000)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def script(engine: FakeEngine) -> Iterator[None]:
    """Each test begins with an empty one: a cancelled job leaves its acts behind."""
    engine._script.clear()
    yield
    engine.release()


def reel(house: House, shots: int) -> str:
    """A selection of so many short shots; the same one each time."""
    known = {len(one.shots): one.id for one in house.client.selections()}
    return known.get(shots) or house.select(shots, 6)


def finish(house: House, engine: FakeEngine, job: str) -> None:
    """Let go of what waits, until the job has ended."""
    end = time.monotonic() + ENDED / 1000
    while not house.client.job(job).ended:
        assert time.monotonic() < end
        engine.release()
        time.sleep(0.05)


def row(page: Page, job: str) -> Locator:
    return page.locator(f"li.job:has(#job-{job})")


def head(page: Page, job: str) -> Locator:
    return page.locator(f"#job-{job}")


def unfolded(page: Page, job: str) -> Locator:
    head(page, job).click()
    return page.locator(f"#in-{job}")


def test_a_job_is_followed_to_its_files(house: House, engine: FakeEngine) -> None:
    engine.enqueue(Wait(), Answer(credits=Decimal("7.5")))
    page = house.page()
    job = start(house, reel(house, 2))
    inside = unfolded(page, job)
    expect(head(page, job)).to_have_attribute("aria-expanded", "true")
    expect(inside.get_by_text("Shot 1")).to_be_visible()
    expect(row(page, job).locator(".state").first).to_contain_text("1 of 2", timeout=ENDED)
    finish(house, engine, job)
    expect(row(page, job).locator(".state").first).to_contain_text("Done, 2 shots", timeout=ENDED)
    expect(inside.get_by_text("Waits to be placed")).to_have_count(2)
    expect(inside.get_by_text("New timeline")).to_have_count(1)
    expect(inside.get_by_text("Paid:")).to_contain_text("credits")


def test_rows_stay_the_same_nodes_and_keep_the_focus(house: House, engine: FakeEngine) -> None:
    engine.enqueue(Wait(), Wait())
    page = house.page()
    jobs = [start(house, reel(house, 1)) for _ in range(2)]
    unfolded(page, jobs[0])
    page.evaluate(
        "job => { window.kept = document.getElementById(`job-${job}`); kept.focus(); }", jobs[0]
    )
    for job in jobs:
        finish(house, engine, job)
        expect(row(page, job).locator(".state").first).to_contain_text("Done", timeout=ENDED)
    assert page.evaluate("kept.isConnected && document.activeElement === kept")


def test_cancel_gives_the_focus_to_its_job(house: House, engine: FakeEngine) -> None:
    engine.enqueue(Wait())
    page = house.page()
    job = start(house, reel(house, 1))
    inside = unfolded(page, job)
    inside.get_by_role("button", name="Cancel").press("Enter")
    expect(row(page, job).locator(".state").first).to_contain_text("Cancelled", timeout=ENDED)
    expect(head(page, job)).to_be_focused()


def test_failed_shots_are_tried_again(house: House, engine: FakeEngine) -> None:
    failed = Fail(EngineFailed("The picture was lost.", hint="Try a shorter shot."))
    engine.enqueue(failed, failed, Answer())
    page = house.page()
    job = start(house, reel(house, 3))
    inside = unfolded(page, job)
    expect(row(page, job).locator(".state").first).to_contain_text("2 failed", timeout=ENDED)
    expect(inside.get_by_text("The picture was lost.")).to_have_count(2)
    expect(inside.get_by_text("Try a shorter shot.")).to_have_count(2)
    inside.get_by_role("button", name="Try again, for at most").first.click()
    expect(row(page, job).locator(".state").first).to_contain_text("1 failed", timeout=ENDED)
    inside.get_by_role("button", name="Try again, for at most").click()
    expect(row(page, job).locator(".state").first).to_contain_text("Done, 3 shots", timeout=ENDED)


def test_all_that_failed_is_tried_again_at_once(house: House, engine: FakeEngine) -> None:
    engine.enqueue(Fail(), Fail())
    page = house.page(420)
    job = start(house, reel(house, 2))
    page.get_by_role("tab", name="Queue").click()
    inside = unfolded(page, job)
    inside.get_by_role("button", name="Try these 2 again").click(timeout=ENDED)
    expect(row(page, job).locator(".state").first).to_contain_text("Done, 2 shots", timeout=ENDED)


def lost(house: House, engine: FakeEngine) -> str:
    """A job whose answer was lost: perhaps it is paid for."""
    engine.enqueue(RefuseSubmit(EngineUncertain("The answer was lost."), reached=True))
    return start(house, reel(house, 1))


def test_what_did_not_run_is_decided_here(house: House, engine: FakeEngine) -> None:
    page = house.page()
    job = lost(house, engine)
    expect(row(page, job).locator(".state").first).to_contain_text(
        "A decision is needed", timeout=ENDED
    )
    inside = unfolded(page, job)
    inside.get_by_text("May have been charged at").wait_for()
    inside.get_by_role("button", name="It did not run").click()
    expect(row(page, job).locator(".state").first).to_contain_text("Failed", timeout=ENDED)
    inside.get_by_role("button", name="Try again").wait_for()


def test_what_ran_is_named_and_fetched(house: House, engine: FakeEngine) -> None:
    page = house.page(320)
    job = lost(house, engine)
    page.get_by_role("tab", name="Queue").click()
    inside = unfolded(page, job)
    name = inside.get_by_label("It ran: the engine's name for the work")
    name.fill("task 7", timeout=ENDED)
    name.press("Enter")  # a name has no spaces: the browser says so, nothing is sent
    sent = engine.submits[-1]
    engine._start(sent, Answer())  # it did reach the engine, and ends well there
    name.fill(str(sent.folder))
    house.client.cancel(start(house, reel(house, 1)))  # news do not take away what is being typed
    page.wait_for_timeout(700)
    expect(name).to_have_value(str(sent.folder))
    name.press("Enter")
    expect(inside.get_by_role("textbox")).to_have_count(0, timeout=ENDED)
    expect(row(page, job).locator(".state").first).to_contain_text("Done, 1 shot", timeout=ENDED)


def test_a_refused_take_is_offered_again(house: House) -> None:
    page = house.page()
    job = start(house, reel(house, 1))
    house.client.wait(job)
    placement = next(one for one in house.client.placements() if one.job == job)
    reason = {"reason": "The track was locked."}
    refused = AckIn(state=PlacementState.refused, readback=reason)
    house.client.acknowledge(placement.id, refused)
    inside = unfolded(page, job)
    inside.get_by_text("The track was locked.").wait_for()
    inside.get_by_role("button", name="Offer again").click()
    inside.get_by_text("Waits to be placed").wait_for()
    placed = {"track_name": "AI takes", "track": 2}
    house.client.acknowledge(placement.id, AckIn(state=PlacementState.placed, readback=placed))
    inside.get_by_text("Track AI takes").wait_for()


def test_money_of_today_is_in_the_head(house: House) -> None:
    page = house.page()
    expect(page.locator("#spent")).to_contain_text("left")
    before = page.locator("#spent").inner_text()
    house.client.wait(start(house, reel(house, 1)))
    expect(page.locator("#spent")).not_to_have_text(before)
    expect(page.locator("#spent")).to_contain_text("spent today")
