from bridge.jobs.job_id import LETTERS, JobIds


def test_ids_are_short_unique_and_sort_by_their_making():
    ids = JobIds()
    made = [ids.next() for _ in range(2000)]
    assert made == sorted(set(made))
    assert {len(name) for name in made} == {16}
    assert all(name[0] == "j" and set(name[1:]) <= set(LETTERS) for name in made)


def test_two_machines_in_the_same_millisecond_differ():
    assert len({JobIds().next() for _ in range(500)}) == 500


def test_a_clock_that_is_set_back_does_not_turn_the_order():
    ids = JobIds()
    ids._last_ms = 2**44
    assert "j1" < ids.next() < ids.next()
