"""From what the time for an appeal runs, and until when: a line for each case that came up."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from chalicelib.casework.acts import Case
from chalicelib.intake import appeals
from tests.support.builders.cases import CALENDAR, ZONE, Desk
from tests.support.city.items import sample

FOLLOWS = sample("reconsideration")["follows"]
BEGINS = time(9, 0, tzinfo=ZONE)


def at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), BEGINS)


def appeal(now: str, **answers: Any) -> appeals.Appeal:
    form = {"act_kind": "penalty", **answers}
    return appeals.Appeal(FOLLOWS, form, at(now), CALENDAR)


def told(case: Case | None, filed: appeals.Appeal) -> list[str]:
    return [fault.message for fault in appeals.faults(case, filed)]


def standing(desk: Desk, status: str, **clocks: Any) -> Case:
    """Its case in a status, with other clocks."""
    return replace(desk.case, status=status, clocks=replace(desk.case.clocks, **clocks))


def refused(day: str) -> Case:
    return standing(Desk(), "refused", decided_at=at(day))


@pytest.mark.parametrize(
    ("what", "decided", "learned", "filed", "faults"),
    [
        ("the 60th day is in the National Day holiday", "2026-08-03", "2026-08-03", "2026-10-08", []),
        ("a day later", "2026-08-03", "2026-08-03", "2026-10-09", ["appeal-too-late"]),
        ("the 60th day is worked", "2026-08-31", "2026-08-31", "2026-10-30", []),
        ("learned of it a month later", "2026-08-03", "2026-09-02", "2026-10-30", []),
        ("and more than sixty days ago", "2026-08-03", "2026-09-02", "2026-11-03", ["appeal-too-late"]),
        ("learned of it after five years", "2026-08-03", "2031-08-04", "2031-08-04", ["appeal-barred"]),
        ("the last day of the five years", "2026-08-03", "2031-08-01", "2031-08-03", []),
        ("a day before the act is the act's own", "2026-08-31", "2026-08-01", "2026-10-30", []),
        ("no day named: from the act", "2026-08-03", None, "2026-10-09", ["appeal-too-late"]),
    ],
)  # fmt: skip
def test_the_days_run_from_knowing(
    what: str, decided: str, learned: str | None, filed: str, faults: list[str]
) -> None:
    answers = {"learned_on": learned} if learned else {}
    assert told(refused(decided), appeal(filed, **answers)) == faults


def test_after_the_outer_limit_no_reason_helps() -> None:
    filed = appeal("2031-08-04", learned_on="2031-08-04", delay_reason="I was abroad.")
    assert told(refused("2026-08-03"), filed) == ["appeal-barred"]


@pytest.mark.parametrize(
    ("what", "decided", "filed", "faults"),
    [
        # Accepted on 1 September: twenty working days end with the 29th.
        ("the statutory limit still runs", "", "2026-09-29", ["not-overdue"]),
        ("the first day of silence", "", "2026-09-30", []),
        ("sixty days of silence, the last a Saturday", "", "2026-11-30", []),
        ("more", "", "2026-12-01", ["appeal-too-late"]),
        ("decided in time", "2026-09-29", "2026-10-09", ["not-overdue"]),
        ("decided too late", "2026-10-09", "2026-10-12", []),
    ],
)
def test_silence_is_appealed_against_when_the_limit_has_passed(
    what: str, decided: str, filed: str, faults: list[str]
) -> None:
    decided_at = at(decided) if decided else None
    case = standing(Desk(), "accepted", accepted_on=date(2026, 9, 1), decided_at=decided_at)
    assert told(case, appeal(filed, act_kind="inaction", learned_on=filed)) == faults


def test_there_is_no_silence_before_acceptance_or_where_silence_grants() -> None:
    filed = appeal("2026-12-01", act_kind="inaction")
    assert told(Desk().case, filed) == ["not-overdue"]
    tacit = standing(Desk("filing", tacit=True), "accepted", accepted_on=date(2026, 9, 1))
    assert told(tacit, filed) == ["not-overdue"]


@pytest.mark.parametrize(
    ("learned", "filed", "faults"),
    [
        ("2026-08-03", "2026-10-08", []),
        ("2026-08-03", "2026-10-09", [("/form/learned_on", "appeal-too-late")]),
    ],
)
def test_an_act_outside_the_platform_is_appealed_against_in_the_same_time(
    learned: str, filed: str, faults: list[tuple[str, str]]
) -> None:
    found = appeals.faults(None, appeal(filed, learned_on=learned))
    assert [(fault.field, fault.message) for fault in found] == faults
