"""Reservations, budgets and true costs in the ledger, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import BudgetReached, Conflict, DatabaseError, EngineFailed, EngineUncertain
from bridge.jobs import tables
from bridge.jobs.budgets import Budgets, Used, check, plain
from bridge.jobs.database import open_database
from bridge.jobs.facts import By, Charge, Spend, SpendFilter, Stage, Status
from bridge.jobs.ledger import JobLedger, NewJob
from bridge.jobs.notes import NoteLedger
from bridge.jobs.shot_ledger import Kept, Money, ShotLedger
from bridge.jobs.spend_ledger import SpendLedger, grouped, sums
from bridge.jobs.spending import credits_of
from tests.fakes.stages import plan_of

KEY, REQUEST = "j1-s001-1", "j1-s001-1-0"
BEFORE = {"time": "2026-11-20T14:02:00+00:00", "credits": "1000", "started": 3}
AFTER = {"time": "2026-11-20T14:03:00+00:00", "credits": "860", "started": 4}


def intent(amount="100", model="fake-1"):
    return {"engine": "fake", "model": model, "door": "", "credits": amount}


def add(database, job="j1", *names, budget=None, project="/cut", **plan):
    plan = plan_of(*(names or ("boat", "pier")), **plan)
    new = NewJob(job, plan, "file", "local", budget=budget, project=project)
    return JobLedger(database).add(new)


def send(notes, key=KEY, number=0, amount="100", before=None):
    return notes.write(key, f"intent:{key}-{number}", intent(amount), 0, before)


def rows(database):
    found = SpendLedger(database, Budgets()).rows(SpendFilter())
    return {row.key: (row.state, row.planned, row.credits) for row in found}


def job(database, name="j1"):
    return JobLedger(database).job(name)


def test_an_intent_reserves_and_its_withdrawal_gives_back(database):
    add(database)
    notes = NoteLedger(database)
    version = send(notes)
    assert rows(database) == {REQUEST: (Charge.reserved, Decimal(100), None)}
    version = notes.write(KEY, f"intent:{REQUEST}", None, version)
    assert rows(database) == {}
    notes.write(KEY, f"intent:{REQUEST}", intent("90"), version)
    assert rows(database) == {REQUEST: (Charge.reserved, Decimal(90), None)}


def test_free_work_reserves_nothing(database):
    notes = NoteLedger(database, Budgets(day=Decimal(0)))
    for number, value in enumerate([{}, intent("0"), {"credits": None}, "words", intent("0.00")]):
        notes.write("a", f"intent:a-{number}", value, 0)
    assert rows(database) == {}


@pytest.mark.parametrize(
    ("budgets", "own", "word"),
    [
        (Budgets(job=Decimal(150)), None, "this job"),
        (Budgets(), Decimal(150), "this job"),
        (Budgets(job=Decimal(150)), Decimal(400), "this job"),
        (Budgets(day=Decimal(150)), None, "this day"),
        (Budgets(project=Decimal(150)), None, "the project /cut"),
    ],
)
def test_what_a_budget_does_not_hold_is_not_written(database, budgets, own, word):
    add(database, budget=own)
    notes = NoteLedger(database, budgets)
    send(notes, amount="60.5")
    ShotLedger(database).end_stage(KEY, Stage.collect, Kept({}, costs={REQUEST: Decimal("50.25")}))
    send(notes, "j1-s002-1", amount="40")
    with pytest.raises(BudgetReached, match=word) as refused:
        send(notes, "j1-s002-1", 1, amount="59.76")
    assert refused.value.detail | {"budget": ""} == {
        "budget": "",
        "limit": "150",
        "spent": "50.25",
        "reserved": "40",
        "asked": "59.76",
    }
    assert "50.25 are spent, 40 reserved, and this asks for 59.76" in refused.value.message
    assert notes.read("j1-s002-1", "intent:j1-s002-1-1") == (None, 0)
    assert len(rows(database)) == 2
    send(notes, "j1-s002-1", 1, amount="59.75")


def test_budgets_of_others_are_left_alone(database):
    add(database)
    add(database, "j2", project="/other")
    add(database, "j3", project="")
    notes = NoteLedger(database, Budgets(job=Decimal(100), project=Decimal(100)))
    send(notes)
    send(notes, "j2-s001-1")
    send(notes, "j3-s001-1")
    for key in (KEY, "j2-s001-1", "j3-s001-1"):
        with pytest.raises(BudgetReached):
            send(notes, key, 1, amount="0.01")


def test_another_day_has_its_own_budget(database):
    add(database)
    notes = NoteLedger(database, Budgets(day=Decimal(100)))
    send(notes)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    with database.writing() as connection:
        connection.execute(sa.update(tables.spend).values(day=yesterday))
    send(notes, KEY, 1)
    with pytest.raises(BudgetReached):
        send(notes, KEY, 2, amount="1")


def test_of_ten_at_once_as_many_as_there_is_room_for(database):
    add(database, "j1", *(f"shot {number}" for number in range(10)))
    notes = NoteLedger(database, Budgets(day=Decimal("31.5")))

    def one(number):
        try:
            return send(notes, f"j1-s{number:03d}-1", amount="10")
        except BudgetReached:
            return None

    with ThreadPoolExecutor(10) as threads:
        assert list(threads.map(one, range(1, 11))).count(1) == 3
    assert len(rows(database)) == 3


def test_of_two_daemons_that_send_one_request_one_may(database_url, tmp_path):
    """Also of their money there is one row."""
    both = [open_database(database_url, tmp_path / "jobs.db") for _ in range(2)]
    add(both[0])

    def one(number):
        try:
            return send(NoteLedger(both[number % 2]))
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(one, range(16))).count(1) == 1
    assert rows(both[1]) == {REQUEST: (Charge.reserved, Decimal(100), None)}
    for database in both:
        database.close()


def test_intent_and_reservation_are_one_transaction(tmp_path):
    database = open_database("", tmp_path / "jobs.db")
    add(database)
    notes = NoteLedger(database)
    for table in ("spend", "notes"):
        with database.writing() as connection:
            connection.exec_driver_sql(
                f"create trigger broken after insert on {table} "
                "begin select raise(abort, 'the power is cut'); end"
            )
        with pytest.raises((DatabaseError, Conflict)):
            send(notes)
        with database.writing() as connection:
            connection.exec_driver_sql("drop trigger broken")
        assert notes.all(KEY) == {}
        assert rows(database) == {}
    # and where another process was quicker with the note
    send(notes, before=BEFORE)
    with pytest.raises(Conflict):
        send(notes, amount="7")
    assert rows(database) == {REQUEST: (Charge.reserved, Decimal(100), None)}
    database.close()


def test_true_costs_take_the_place_of_what_was_planned(database):
    add(database)
    notes, shots = NoteLedger(database), ShotLedger(database)
    for number in range(2):
        send(notes, number=number)
    costs = {f"{KEY}-0": Decimal("139.5"), f"{KEY}-1": Decimal(0)}
    shots.end_stage(KEY, Stage.collect, Kept({}, costs=costs))
    assert {row[0] for row in rows(database).values()} == {Charge.spent}
    shots.end(KEY, Status.failed, EngineFailed("It broke.").as_data())
    found = job(database)
    assert (found.credits, found.shots[0].credits) == (Decimal("139.5"), Decimal("139.5"))


def test_what_nobody_planned_to_pay_is_noted_all_the_same(database):
    add(database)
    costs = {REQUEST: Decimal(3), f"{KEY}-1": Decimal(0)}
    ShotLedger(database).end_stage(KEY, Stage.collect, Kept({}, costs=costs))
    assert rows(database) == {REQUEST: (Charge.spent, Decimal(0), Decimal(3))}
    assert job(database).credits == 3


def test_a_failed_try_that_is_repeated_says_its_cost_in_a_note(database):
    add(database)
    notes = NoteLedger(database)
    send(notes)
    for number, cost in enumerate(["nonsense", "NaN", "-1", "0"]):
        notes.write(KEY, f"cost:{REQUEST}", cost, number)
    assert rows(database) == {REQUEST: (Charge.spent, Decimal(100), Decimal(0))}


def end_uncertain(database, after=AFTER):
    error = EngineUncertain("The answer was lost.", cause="x").as_data()
    ShotLedger(database).end(KEY, Status.uncertain, error, Money({}, after))
    return job(database).shots[0].error["detail"]


def test_a_doubt_shows_the_books_before_and_after(database):
    add(database)
    notes = NoteLedger(database)
    send(notes, amount="140", before=BEFORE)
    detail = end_uncertain(database)
    (evidence,) = detail["evidence"]
    at = datetime.fromisoformat(evidence["time"])
    assert detail["cause"] == "x"
    assert evidence["sentence"] == (
        f"May have been charged at {at:%H:%M} UTC, 140 credits. Balance before 1000, after 860. "
        "1 generation more today than before."
    )
    assert (evidence["before"], evidence["after"]) == (BEFORE, AFTER)
    assert rows(database)[REQUEST][0] is Charge.uncertain


def test_a_doubt_that_others_blur_says_so(database):
    add(database)
    notes = NoteLedger(database)
    send(notes, "j1-s002-1", before=BEFORE)
    send(notes, before=BEFORE)
    (evidence,) = end_uncertain(database)["evidence"]
    assert evidence["others"] == 1
    assert evidence["sentence"].endswith("so these figures prove nothing.")


def test_a_later_look_that_others_blur_does_not_hide_the_first(database):
    add(database)
    notes = NoteLedger(database)
    send(notes, before=BEFORE)
    (first,) = end_uncertain(database)["evidence"]
    send(notes, "j1-s002-1")
    ShotLedger(database).doubt(KEY, AFTER | {"credits": "1"})
    assert job(database).shots[0].error["detail"]["evidence"] == [first]


def test_a_doubt_without_books_says_so_and_a_later_look_helps(database):
    add(database)
    send(NoteLedger(database))
    assert "books say nothing" in end_uncertain(database, None)["evidence"][0]["sentence"]
    ShotLedger(database).doubt(KEY, AFTER)
    assert job(database).shots[0].error["detail"]["evidence"][0]["after"] == AFTER


def test_only_what_has_no_name_is_in_doubt(database):
    add(database)
    notes = NoteLedger(database)
    send(notes)
    notes.write(KEY, f"handle:{REQUEST}", {"engine": "fake", "key": REQUEST, "data": {}}, 0)
    send(notes, number=1)
    assert [one["request"] for one in end_uncertain(database)["evidence"]] == [f"{KEY}-1"]
    assert [row[0] for row in rows(database).values()] == [Charge.reserved, Charge.uncertain]


def test_a_person_s_decision_gives_back_or_keeps(database):
    add(database)
    notes, shots = NoteLedger(database), ShotLedger(database)
    send(notes)
    end_uncertain(database)
    notes.write(KEY, f"handle:{REQUEST}", {"engine": "fake", "key": REQUEST, "data": {}}, 0)
    assert rows(database)[REQUEST][0] is Charge.reserved
    send(notes, "j1-s002-1")
    error = EngineUncertain("Lost.").as_data()
    shots.end("j1-s002-1", Status.uncertain, error)
    shots.absolve("j1", "s002", EngineFailed("It did not run.").as_data(), Status.failed)
    assert list(rows(database)) == [REQUEST]


def test_late_costs_are_told(database):
    add(database)
    notes, shots = NoteLedger(database), ShotLedger(database)
    spend = SpendLedger(database, Budgets())
    send(notes)
    handle = {"engine": "fake", "key": REQUEST, "data": {"task": "t"}}
    notes.write(KEY, f"handle:{REQUEST}", handle, 0)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    assert spend.unsettled("local", long_ago) == ()
    shots.end(KEY, Status.failed, EngineFailed("It broke.").as_data())
    (unsettled,) = spend.unsettled("local", long_ago)
    assert (unsettled.attempt, unsettled.request) == (KEY, REQUEST)
    assert unsettled.handle.data == {"task": "t"}
    assert spend.unsettled("other", long_ago) == ()
    assert spend.unsettled("local", datetime.now(UTC) + timedelta(days=1)) == ()
    shots.settle(KEY, {REQUEST: Decimal("12.5")})
    assert spend.unsettled("local", long_ago) == ()
    assert job(database).credits == Decimal("12.5")


def test_the_report_says_what_is_left(database):
    add(database)
    limits = Budgets(job=Decimal(500), day=Decimal(300), project=Decimal(1000))
    notes, spend = NoteLedger(database, limits), SpendLedger(database, limits)
    send(notes)
    send(notes, number=1, amount="60")
    ShotLedger(database).end_stage(KEY, Stage.collect, Kept({}, costs={REQUEST: Decimal(70)}))
    report = spend.report(SpendFilter(project="/cut", by=By.model))
    (row,) = report.rows
    assert (row.name, row.requests) == ("fake/fake-1", 2)
    assert (row.planned, row.spent, row.reserved) == (Decimal(160), Decimal(70), Decimal(60))
    assert [(left.budget, left.used, left.left) for left in report.budgets] == [
        ("job", None, None),
        ("day", Decimal(130), Decimal(170)),
        ("project", Decimal(130), Decimal(870)),
    ]
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    assert spend.report(SpendFilter(since=tomorrow)).rows == ()
    assert spend.report(SpendFilter(until=tomorrow)).total.requests == 2
    assert spend.report(SpendFilter(project="")).total.requests == 0


AMOUNTS = st.decimals(0, 10**6, places=3)


def spend(key, name, planned, paid, state):
    now = datetime(2026, 11, 20, tzinfo=UTC)
    day = date(2026, 11, 1 + ord(name[-1]) % 20)
    cost = paid if state is Charge.spent else None
    names = (name,) * 6  # attempt, job, project, shot, engine, model
    return Spend(key, *names, "", day, planned, cost, state, now, now)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "=c"]), AMOUNTS, AMOUNTS, st.sampled_from(list(Charge))
        )
    ),
    st.sampled_from(list(By)),
)
def test_the_lines_of_a_report_are_all_its_rows(given_rows, by):
    spent = [spend(str(number), *row) for number, row in enumerate(given_rows)]
    lines, total = grouped(spent, by), sums("", spent)
    for column in ("requests", "planned", "spent", "reserved", "uncertain"):
        assert sum(getattr(line, column) for line in lines) == getattr(total, column)
    assert total.spent == sum(row.credits for row in spent if row.credits is not None)
    assert len({line.name for line in lines}) == len(lines)


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_budget_is_never_passed(limit, spent, reserved, asked):
    used = Used(spent, reserved)
    try:
        check("day", "this day", limit, used, asked)
    except BudgetReached:
        assert spent + reserved + asked > limit
    else:
        assert spent + reserved + asked <= limit


@pytest.mark.parametrize(
    ("told", "known"),
    [("0", Decimal(0)), (3, Decimal(3)), ("12.50", Decimal("12.50")), (None, None), (True, None),
     ("-1", None), ("NaN", None), ("Infinity", None), ("many", None), ([], None)],
)  # fmt: skip
def test_only_a_cost_that_can_be_is_believed(told, known):
    assert credits_of({"credits": told}) == known


def test_credits_are_written_plainly():
    written = [plain(Decimal(text)) for text in ("100", "1E+2", "0.50", "12.00", "0", "0.001")]
    assert written == ["100", "100", "0.5", "12", "0", "0.001"]
