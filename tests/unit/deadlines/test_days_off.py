"""Days on which a city rests of its own: set by two persons, and then counted everywhere."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.casework.acts import ApplyDeadlines
from chalicelib.casework.execution import delivery, recount, task_tokens
from chalicelib.casework.use_cases import repository
from chalicelib.casework.views import pages
from chalicelib.deadlines import NATURAL, WORKING, Term, WorkingCalendar
from chalicelib.kernel import cache, stores
from tests.support.builders.case_walks import led
from tests.support.builders.cases import ZONE
from tests.support.builders.filings import on_record
from tests.support.builders.registers import BOTH, Registers, city  # noqa: F401

DAY = "2026-03-18"
CASE = "case#abc"


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize(
    ("what", "days", "unit", "begins", "last"),
    [
        ("a working day less", 5, WORKING, "2026-03-16", "2026-03-24"),
        ("the last day is off: the next that is worked", 2, NATURAL, "2026-03-16", "2026-03-19"),
        ("a day before it", 1, WORKING, "2026-03-16", "2026-03-17"),
        ("begun on it", 1, WORKING, DAY, "2026-03-19"),
    ],
)
def test_a_day_off_of_the_city_is_not_worked(
    what: str, days: int, unit: str, begins: str, last: str
) -> None:
    calendar = WorkingCalendar(ZONE, frozenset({date.fromisoformat(DAY)}))
    term = Term(days, date.fromisoformat(begins), unit=unit)
    assert term.last_day(calendar) == date.fromisoformat(last)


def test_a_calendar_with_other_days_is_another_edition() -> None:
    plain = WorkingCalendar(ZONE)
    own = WorkingCalendar(ZONE, frozenset({date(2026, 3, 18)}))
    assert plain.edition == WorkingCalendar(ZONE).edition != own.edition


def test_two_persons_set_it_and_take_it_back(city: Registers) -> None:  # noqa: F811
    assert city.made("day_off", {"day": DAY, "name": BOTH}) == DAY
    assert authority.days_off() == {date(2026, 3, 18)}
    city.made("day_off", {"day": DAY, "name": BOTH, "is_off": False})
    assert authority.days_off() == frozenset()


def test_nobody_sets_it_alone(city: Registers) -> None:  # noqa: F811
    change = city.propose("day_off", {"day": DAY, "name": BOTH}).body["id"]
    assert city.answer(change, "o-admin").status == 403
    assert city.answer(change, "o-head").status in (403, 404)
    assert authority.days_off() == frozenset()


@pytest.mark.parametrize("day", ["2026-03-02", "2020-01-01", "2026-02-31"])
def test_a_day_that_has_begun_or_is_none_is_a_fault(city: Registers, day: str) -> None:  # noqa: F811
    refused = city.propose("day_off", {"day": day, "name": BOTH})
    assert refused.status == 422
    assert [fault["field"] for fault in refused.body["errors"]] == ["/data/day"]


def test_inbox_due_index_and_page_agree_after_it(
    city: Registers,  # noqa: F811
    memory: Any,
) -> None:
    desk = led("licence", "accept")
    on_record(desk, memory[0])
    views, case = stores.views(), desk.case
    visit = case.visits[desk.open("review")]
    views.put(task_tokens.task_row(case, visit), expect=0)
    views.put(delivery.case_row(case), expect=0)
    assert recount.recount() == {"recounted": 1, "failed": 0}
    assert recount.recount() == {"recounted": 0, "failed": 0}
    before = told(case)
    city.made("day_off", {"day": "2026-03-03", "name": BOTH})
    assert recount.recount() == {"recounted": 1, "failed": 0}
    after = told(case)
    assert all(one < other for one, other in zip(before, after, strict=True))
    assert after == ("2026-03-06T00:00:00.000+08:00", "2026-03-17", "2026-03-04T16:00:00+00:00")
    # What time brings comes by the new days, too.
    assert case.seq == len(desk.entries) and not desk.do(ApplyDeadlines())


def told(case: Any) -> tuple[str, str, str]:
    """Due in the inbox, on the page, and when the case is looked at next."""
    visit = case.open_visits[0]
    task = stores.views().get(*task_tokens.task_key(case.id, visit))
    row = stores.views().get(CASE, "case")
    assert task and row
    loaded, _ = repository.load("abc")
    return task.data["due_at"], pages.due(loaded)["decide_by"], row.due_at
