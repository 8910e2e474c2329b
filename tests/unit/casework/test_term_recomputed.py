"""The account of a term, counted again by the lines that docs/time.md gives to its readers, on the
days that another library takes for worked.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.casework import LimitLine, term_account
from chalicelib.casework.acts import (
    AnswerExtension,
    AskExtension,
    BeginProcedure,
    EndProcedure,
)
from chalicelib.casework.acts.deadlines import moments
from chalicelib.deadlines import NATURAL, WORKING, Stop, Term, counting
from tests.support.builders.case_walks import FULL_LIMITS, HEAD, REASONS, go
from tests.support.builders.cases import CALENDAR, REVIEWER, Desk

DOCS = Path(__file__).parents[3] / "docs/time.md"
CHINA = holidays.country_holidays("CN", years=range(2004, 2028))
[CODE] = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
READER: dict[str, Any] = {}
exec(CODE, READER)

days = st.dates(date(2008, 1, 1), date(2026, 3, 1))
stops = st.builds(
    lambda begun_on, taken, applied_for: Stop(begun_on, begun_on + taken, applied_for),
    st.dates(date(2025, 3, 1), date(2025, 6, 1)),
    st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda span: timedelta(days=span.days)),
    st.integers(0, 30),
)
terms = st.builds(
    Term,
    st.integers(1, 60),
    st.dates(date(2025, 3, 1), date(2025, 5, 1)),
    st.lists(stops, max_size=4).map(tuple),
    st.sampled_from([WORKING, NATURAL]),
)
# What happens to a case, and how many days later.
facts = st.lists(
    st.tuples(st.sampled_from(["begin", "end", "extend"]), st.integers(0, 9)), max_size=8
)


def as_read(line: LimitLine) -> dict[str, Any]:
    """What a reader of the account needs of a line."""
    return {
        "starts_on": line.starts_on.isoformat(),
        "granted": line.granted,
        "unit": line.unit,
        "stops": [
            {
                "begun_on": stop.begun_on.isoformat(),
                "ended_on": stop.ended_on.isoformat() if stop.ended_on else None,
                "applied_for": stop.days,
            }
            for stop in line.stops
        ],
    }


def befalls(desk: Desk, fact: str) -> None:
    """It happens, where the law lets it."""
    running = desk.case.clocks.open_procedures
    if fact == "begin" and not running:
        desk.do(BeginProcedure("expert_review", 5, "ground"), REVIEWER)
    elif fact == "end" and running:
        desk.do(EndProcedure(running[0].id, "report"), REVIEWER)
    elif fact == "extend" and desk.case.clocks.extension is None:
        desk.do(AskExtension(10, REASONS), REVIEWER)
        desk.do(AnswerExtension(True, REASONS), HEAD)


@settings(max_examples=60, deadline=None)
@given(days, facts, st.sampled_from([WORKING, NATURAL]))
def test_what_a_reader_counts_is_what_the_running_clock_goes_by(
    day: date, facts: list[tuple[str, int]], unit: str
) -> None:
    at = CALENDAR.start_of(day) + timedelta(hours=9)
    units = dict.fromkeys(("promised_days", "statutory_days", "extension_days"), unit)
    desk = Desk("licence", at=at, limits=FULL_LIMITS, procedures=["expert_review"], units=units)
    go(desk, "accept")
    for fact, later in facts:
        statutory = term_account(desk.case, CALENDAR, desk.at).named("statutory")[0]
        if desk.at.date() + timedelta(days=later) > statutory.due_on:
            break
        desk.wait(days=later)
        befalls(desk, fact)
    account = term_account(desk.case, CALENDAR, desk.at)
    for line in account.limits:
        read = as_read(line)
        assert READER["due_on"](read, CHINA.is_working_day) == line.due_on
        until = line.ended_on or account.on
        assert READER["spent"](read, until, CHINA.is_working_day) == line.spent
        assert line.spent == sum(run.days for run in line.counted)
    [statutory] = account.named("statutory")
    [red] = [each for each in moments(desk.case, CALENDAR) if each.limit == "statutory"]
    assert (red.due, red.at) == (statutory.due_on, CALENDAR.end_of(statutory.due_on))


@given(terms, stops, st.integers(0, 120))
def test_a_stop_never_lengthens_the_time_that_is_spent(term: Term, stop: Stop, later: int) -> None:
    until = term.starts_on + timedelta(days=later)
    more = Term(term.days, term.starts_on, (*term.stops, stop), term.unit)
    spent = counting.total(counting.counted(term, CALENDAR, until))
    assert counting.total(counting.counted(more, CALENDAR, until)) <= spent
    assert more.last_day(CALENDAR) >= term.last_day(CALENDAR)


@given(terms, st.randoms())
def test_the_order_in_which_stops_are_told_does_not_matter(term: Term, random: Any) -> None:
    shuffled = list(term.stops)
    random.shuffle(shuffled)
    other = Term(term.days, term.starts_on, tuple(shuffled), term.unit)
    assert other.last_day(CALENDAR) == term.last_day(CALENDAR)
    assert counting.whole(other, CALENDAR) == counting.whole(term, CALENDAR)


@given(terms, st.integers(0, 120))
def test_spent_and_stopped_are_all_days(term: Term, later: int) -> None:
    until = term.starts_on + timedelta(days=later)
    plain = Term(term.days, term.starts_on, (), term.unit)
    spent = counting.total(counting.counted(term, CALENDAR, until))
    all_days = counting.total(counting.counted(plain, CALENDAR, until))
    assert spent + counting.stopped(term, CALENDAR, until) == all_days
    assert counting.total(counting.whole(term, CALENDAR)) == term.days
