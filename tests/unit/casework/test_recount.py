"""A changed calendar moves limits, on record: once for each case and edition, and the parties hear
of it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import authority
from chalicelib.casework import term_account
from chalicelib.casework.acts import ApplyDeadlines, RecountLimits, decide, fold
from chalicelib.casework.execution import delivery, recount
from chalicelib.casework.use_cases import repository
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel import cache, stores
from tests.support.builders.case_walks import act_of, go, led
from tests.support.builders.cases import APPLICANT, CALENDAR, MACHINE, ZONE, Desk
from tests.support.builders.filings import on_record
from tests.unit.casework.test_warning_messages import inboxes, tell_all

OFF = "2026-03-11"
BEFORE = f"{CALENDAR.edition} {OFF}"  # the city was to rest on a Wednesday, and works after all
NOTICE = "notice"


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def moved(desk: Desk) -> dict[str, tuple[str, str]]:
    said = act_of(desk, "LimitsRecounted").data["moved"]
    return {each["limit"]: (each["was"], each["due"]) for each in said}


def test_what_moves_is_on_record_with_what_moved_it() -> None:
    desk = led("licence", "accept")
    assert desk.do(RecountLimits(BEFORE)) == ["LimitsRecounted"]
    said = act_of(desk, "LimitsRecounted").data
    assert (said["cause"], said["named"], said["before"]) == ("day_off", [OFF], BEFORE)
    assert moved(desk) == {
        "promised": ("2026-03-17", "2026-03-16"),
        "statutory": ("2026-03-31", "2026-03-30"),
    }
    [recounted] = term_account(desk.case, CALENDAR, desk.at).recounts
    assert [limit.limit for limit in recounted.moved] == ["promised", "statutory"]


def test_once_for_each_case_and_edition() -> None:
    desk = led("licence", "accept")
    desk.do(RecountLimits(BEFORE))
    assert desk.do(RecountLimits(BEFORE)) == []
    assert desk.do(RecountLimits("2020")) == []  # its own record says by which it was counted


@pytest.mark.parametrize(
    ("what", "before"),
    [
        ("no earlier edition is known", ""),
        ("the same edition", CALENDAR.edition),
        ("a day beyond every limit", f"{CALENDAR.edition} 2026-06-03"),
        ("a day that was no working day", f"{CALENDAR.edition} 2026-03-14"),
    ],
)
def test_where_nothing_moves_nothing_is_on_record(what: str, before: str) -> None:
    assert led("licence", "accept").do(RecountLimits(before)) == []


def test_a_years_notice_settles_what_was_provisional() -> None:
    """The notice for 2026 came out in November 2025: Spring Festival was not known before."""
    desk = Desk("licence", at=date_at("2026-01-26"))
    go(desk, "accept")
    was = WorkingCalendar(ZONE, last_year=2025)
    assert term_account(desk.case, was, desk.at).is_provisional
    assert desk.do(RecountLimits("2025")) == ["LimitsRecounted"]
    said = act_of(desk, "LimitsRecounted").data
    assert (said["cause"], said["named"]) == (NOTICE, ["2026"])
    assert moved(desk)["statutory"] == ("2026-02-23", "2026-02-28")  # a Saturday that is worked


def test_what_a_recount_brings_about_goes_by_the_days_as_they_are_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = led("licence", "accept")
    read: list[str] = []
    monkeypatch.setattr(authority, "days_off", lambda: read.append("read") or frozenset())
    delivery._read_calendar(desk.entries)
    delivery._read_calendar(desk.entries)
    assert read == ["read"], "half a minute old is good enough"
    desk.do(RecountLimits(BEFORE))
    delivery._read_calendar(desk.entries[-1:])
    assert read == ["read"] * 2


def date_at(day: str) -> Any:
    return CALENDAR.start_of(date.fromisoformat(day)) + timedelta(hours=9)


def test_a_case_filed_on_the_new_calendar_is_told_nothing() -> None:
    desk = Desk("licence", calendar=CALENDAR.edition)
    go(desk, "accept")
    assert desk.do(RecountLimits(BEFORE)) == []


def test_warnings_come_by_the_days_that_hold_now() -> None:
    desk = led("licence", "accept")
    other = WorkingCalendar(ZONE, frozenset({date(2026, 3, 16)}))
    desk.at += timedelta(days=15)  # the 17th: the promise ended on the 16th, or ends today
    late = decide(desk.case, ApplyDeadlines(), MACHINE, desk.at, CALENDAR)
    in_time = decide(desk.case, ApplyDeadlines(), MACHINE, desk.at, other)
    promised = [
        (act.data["level"], act.data["due"])
        for acts in (late, in_time)
        for act in acts
        if act.data.get("limit") == "promised"
    ]
    assert promised == [
        ("reminder", "2026-03-16"),
        ("yellow", "2026-03-16"),
        ("reminder", "2026-03-17"),
    ]


def test_the_sweep_recounts_each_open_case_once_however_often_it_runs(memory: Any) -> None:
    desk = led("licence", "accept")
    on_record(desk, memory[0])
    stores.views().put(delivery.case_row(desk.case), expect=0)
    recount._remember(BEFORE, None)
    assert recount.recount() == {"recounted": 1, "failed": 0}
    recount._remember(BEFORE, stores.views().get(*recount.PLACE))  # as if it had died before
    assert recount.recount() == {"recounted": 1, "failed": 0}
    _, entries = repository.load("abc")
    acts = [act.type for entry in entries for act in entry.acts]
    assert acts.count("LimitsRecounted") == 1
    assert fold(entries).clocks.calendar == CALENDAR.edition


def test_the_parties_are_told_which_limits_moved_and_why(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        authority, "holders_of", lambda post: [SimpleNamespace(person="o", mail="")]
    )
    desk = led("licence", "accept")
    desk.do(RecountLimits(BEFORE))
    tell_all(desk, memory[0])
    assert inboxes(memory[1])[APPLICANT.person].count("case.limits_recounted") == 1
    [told] = [
        row.data["params"]
        for row in memory[1].rows.values()
        if row.data["kind"] == "case.limits_recounted"
    ]
    assert told["cause"]["zh"] == f"本市调整{OFF}的工作安排"
    assert "承诺办结 2026-03-17 → 2026-03-16" in told["moved"]["zh"]
    assert "statutory decision 2026-03-31 → 2026-03-30" in told["moved"]["en"]
