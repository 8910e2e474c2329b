"""What time alone brings: acceptance by default, then each warning once to whom it concerns, and
the red alarm.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import httpx
import pytest

from infra.local.client import Json, wait
from tests.journeys.support.cases import OFFICER, PEOPLE, Case, filed, reviewed
from tests.journeys.support.payments import bill, press, to_payment
from tests.journeys.support.stack import Stack

WINDOW, REVIEWER = OFFICER["urb-window"], OFFICER["urb-reviewer"]
HEAD, SUPERVISOR = OFFICER["urb-head"], OFFICER["city-supervisor"]


def _move_to(case: Case, date: str, days: int) -> None:
    zone = datetime.fromisoformat(case.receipt["at"]).tzinfo
    moment = datetime.combine(
        datetime.fromisoformat(date) + timedelta(days=days), time(0, 0, 5), zone
    )
    case.city.move_clock(set=moment.isoformat())


def _warnings(case: Case, person: str) -> list[tuple[str, str]]:
    """(level, text) of the warnings on this case that a person was sent."""
    return sorted(
        (m["level"], m["text"])
        for m in case.city.person(person).messages(case.number)
        if m["level"]
    )


def _levels(case: Case, person: str) -> list[str]:
    return [level for level, _ in _warnings(case, person)]


def _swept(case: Case, person: str, levels: list[str]) -> bool:
    """Whether the person has been told just that; the minute sweep runs while it is not so."""
    if _levels(case, person) == levels:
        return True
    case.city.tick("deadline")
    return False


def _mails(case: Case, address: str) -> list[Json]:
    found = httpx.get(
        f"{case.city.origin}/__local/mail", params={"to": address}, timeout=30
    ).json()["mail"]
    return [mail for mail in found if case.number in str(mail)]


def test_a_silent_office_accepts_by_default_and_is_warned_once_at_each_level(
    own_stack: Stack,
) -> None:
    city = own_stack.city
    case = filed(city)
    case.task("urb-window")
    received, accept_by = case.receipt["due"]["runs_from"], case.receipt["due"]["accept_by"]

    _move_to(case, accept_by, 0)
    assert wait(lambda: _swept(case, WINDOW, ["reminder"]), "the reminder of acceptance")
    _move_to(case, accept_by, 1)
    # Art. 32 is broken: the window, the head and the supervisor hear of it.
    assert wait(lambda: _swept(case, SUPERVISOR, ["red"]), "red of acceptance")
    record = case.record()
    assert record["accepted_by_default"] and record["accepted_on"] == received
    assert (record["steps"][0]["outcome"], record["steps"][0]["by_default"]) == ("accept", True)
    assert wait(lambda: case.is_gone_from("urb-window"), "the window to be rid of it")
    assert case.task("urb-reviewer")["step"] == "review"
    kinds = wait(
        lambda: {m["kind"] for m in case.applicant.messages(case.number)} - {"case.filed"},
        "the message",
    )
    assert kinds == {"case.accepted_by_default"}

    due = record["due"]
    _move_to(case, due["decide_by"], 0)
    assert wait(
        lambda: _swept(case, REVIEWER, ["reminder", "reminder", "yellow"]),
        "reminder of step and decision",
    )
    _move_to(case, due["decide_by"], 1)
    assert wait(
        lambda: _swept(case, HEAD, ["red", "yellow", "yellow"]), "yellow of step and decision"
    )
    assert _levels(case, SUPERVISOR) == ["red"]
    _move_to(case, due["statutory_by"], 1)
    assert wait(lambda: _swept(case, SUPERVISOR, ["red", "red"]), "red of the decision")
    assert wait(lambda: own_stack.has_alarmed("red-warning"), "the red alarm")

    for _ in range(3):
        city.tick()
    told = {person: _levels(case, person) for person in (WINDOW, REVIEWER, HEAD, SUPERVISOR)}
    assert told == {
        WINDOW: ["red", "reminder"],
        REVIEWER: ["red", "reminder", "reminder", "yellow", "yellow"],
        HEAD: ["red", "red", "yellow", "yellow"],
        SUPERVISOR: ["red", "red"],
    }
    texts = [text for person in told for _, text in _warnings(case, person)]
    assert all(case.number in text and "{" not in text for text in texts), texts
    assert len(_warnings(case, REVIEWER)) == len(set(_warnings(case, REVIEWER)))
    warned = [(w["clock"].partition(".")[0], w["level"]) for w in case.record()["warnings"]]
    assert len(warned) == len(set(warned)) == 7
    assert case.officer("urb-reviewer").tasks("urb-reviewer", case.number)[0]["colour"] == "red"
    # The account says the same, to its party as to everybody.
    term = case.applicant.get(f"/cases/{case.number}/term").expect(200)
    states = {limit["limit"]: limit["state"] for limit in term["limits"]}
    assert (states["acceptance"], states["promised"], states["statutory"]) == ("broken",) * 3
    public = case.record()["term"]
    assert [each["due_on"] for each in public["limits"]] == [
        each["due_on"] for each in term["limits"]
    ]


def test_warnings_also_go_by_mail_once(own_stack: Stack) -> None:
    case = reviewed(own_stack.city)
    _move_to(case, case.page()["due"]["statutory_by"], 1)
    assert wait(lambda: _swept(case, SUPERVISOR, ["red"]), "red")
    mail = PEOPLE[SUPERVISOR]["mail"]
    assert wait(lambda: _mails(case, mail), "the supervisor's mail")
    own_stack.city.tick()
    assert len(_mails(case, mail)) == 1


def test_a_late_case_is_decided_and_warns_no_more(own_stack: Stack) -> None:
    case = reviewed(own_stack.city)
    due = case.page()["due"]
    _move_to(case, due["decide_by"], 1)
    assert wait(lambda: _swept(case, HEAD, ["yellow", "yellow"]), "yellow of step and decision")
    case.act("urb-approver", "approve")
    case.certificate()
    _move_to(case, due["statutory_by"], 2)
    own_stack.city.tick()
    assert _levels(case, SUPERVISOR) == []
    assert case.record()["due"] == {}


def test_an_officers_act_and_the_default_never_race(own_stack: Stack) -> None:
    """The window accepts a moment after the fifth day, before any sweep has run: the default comes
    first, in law.
    """
    case = filed(own_stack.city)
    task = case.task("urb-window")["id"]
    clock = own_stack.running.clock_file
    _shift(clock, case, case.receipt["due"]["accept_by"])
    late = case.officer("urb-window").complete(task, "accept")
    late.expect(409, "task-already-done")
    own_stack.city.tick()
    record = case.record()
    assert (
        record["accepted_by_default"] and record["accepted_on"] == case.receipt["due"]["runs_from"]
    )
    case.act("urb-reviewer", "pass")


def test_a_long_silence_seen_in_one_sweep_is_told_once_each(own_stack: Stack) -> None:
    """All sweeps were away for two months: one entry holds what the law says happened meanwhile."""
    case = filed(own_stack.city)
    case.task("urb-window")
    own_stack.city.move_clock(advance_days=60)
    record = wait(
        lambda: r if (r := case.record())["accepted_by_default"] else None, "acceptance by default"
    )
    assert record["accepted_on"] == case.receipt["due"]["runs_from"]
    assert wait(lambda: _swept(case, SUPERVISOR, ["red", "red"]), "red of both statutes")
    for _ in range(2):
        own_stack.city.tick()
    warned = [(w["clock"], w["level"], w["due"]) for w in case.record()["warnings"]]
    assert len(warned) == len(set(warned))
    assert {level for _, level, _ in warned} == {"reminder", "yellow", "red"}
    assert all(
        len(_warnings(case, p)) == len(set(_warnings(case, p)))
        for p in (WINDOW, REVIEWER, HEAD, SUPERVISOR)
    )
    case.act("urb-reviewer", "pass")
    case.act("urb-approver", "approve")
    case.certificate()


def test_after_a_supplement_silence_counts_from_the_supplement(own_stack: Stack) -> None:
    case = filed(own_stack.city)
    case.act(
        "urb-window",
        "supplement",
        defects=[{"subject": "premises-proof", "problem": "缺产权人同意"}],
    )
    own_stack.city.move_clock(advance_days=30)
    assert case.page()["status"] == "supplement_requested", (
        "the applicant's time is nobody's default"
    )
    supplied = case.supplement()
    assert supplied["due"]["runs_from"] == supplied["at"][:10] > case.receipt["due"]["accept_by"]
    case.task("urb-window")
    _move_to(case, supplied["due"]["accept_by"], 1)
    record = wait(
        lambda: r if (r := case.record())["accepted_by_default"] else None, "acceptance by default"
    )
    assert record["accepted_on"] == supplied["due"]["runs_from"]


def test_serial_numbers_and_dates_follow_official_time(own_stack: Stack) -> None:
    """A year whose notice is not out gives provisional dates; its registers begin at 1."""
    year = own_stack.city.official_time().year + 1
    own_stack.city.move_clock(set=f"{year}-06-01T09:00:00+08:00")
    case = filed(own_stack.city)
    assert case.number == f"URB-{year}-W-000001"
    assert case.receipt["due"]["provisional"] is True
    case.act("urb-window", "accept")
    case.act("urb-reviewer", "pass")
    case.act("urb-approver", "approve")
    certificate = case.applicant.get(f"/certificates/{case.certificate()}").expect(200)
    assert certificate["issued_at"].startswith(f"{year}-06-01")
    assert certificate["expires_at"].startswith(f"{year + 3}-06-01")


def test_money_that_comes_after_the_period_is_refused_and_goes_back(own_stack: Stack) -> None:
    city = own_stack.city
    case = to_payment(city)
    url = bill(case).expect(200)["url"]
    city.move_clock(advance_days=30)
    wait(lambda: case.page()["status"] == "lapsed", "the application to lapse")
    assert press(url).status_code == 409
    bill(case).expect(409, "nothing-to-pay")
    assert case.outcomes()[-1] == ("pay", "unpaid")


def _shift(clock: Any, case: Case, date: str) -> None:
    """Move official time past the end of a day without running any sweep."""
    zone = datetime.fromisoformat(case.receipt["at"]).tzinfo
    after = datetime.combine(datetime.fromisoformat(date) + timedelta(days=1), time(0, 0, 1), zone)
    ahead = (after - case.city.official_time()).total_seconds()
    clock.write_text(repr(float(clock.read_text() or 0) + ahead))


@pytest.fixture(autouse=True)
def _back_to_now(own_stack: Stack) -> Any:
    """Each test begins at the system's time, so that no year is left behind; cases of others stay
    as they are.
    """
    yield
    own_stack.running.clock_file.write_text("0.0")
