"""What silence grants: an application that is not answered in time, where the item's law says
so.
"""

from datetime import date

import pytest

from chalicelib.casework import errors
from chalicelib.casework.acts import (
    AnswerExtension,
    ApplyDeadlines,
    AskExtension,
    BeginProcedure,
    CompleteTask,
    Supplement,
    Withdraw,
)
from tests.support.builders.case_walks import (
    HEAD,
    REASONS,
    appeared,
    conforms,
    days_pass,
    decision_limits,
    go,
    led,
    officer,
    refused,
)
from tests.support.builders.cases import APPLICANT, APPROVER, OWED, REVIEWER, Desk

ASKED = AskExtension(10, REASONS)


def test_silence_until_the_statutory_limit_grants() -> None:
    desk = led("filing", "accept", tacit=True)
    assert days_pass(desk, 29)[-1][0] == "2026-03-31"
    case = desk.case
    assert (case.status, appeared(case), case.clocks.decided_at) == (
        "granted",
        ["archive"],
        desk.at,
    )
    assert (case.visits["review.2"].outcome, case.visits["review.2"].by, case.deciders) == (
        "tacit",
        "",
        frozenset(),
    )
    assert conforms(go(desk, "archive"))


@pytest.mark.parametrize("facts", [{}, {"tacit": False}])
def test_silence_grants_nothing_where_the_item_does_not_say_so(facts: dict[str, bool]) -> None:
    desk = led("filing", "accept", **facts)
    days_pass(desk, 60)
    assert (desk.case.status, list(desk.case.clocks.warnings)[-1]) == (
        "accepted",
        "decision/red/2026-03-30",
    )


def test_an_officer_who_comes_after_the_limit_finds_it_granted() -> None:
    desk = led("filing", "accept", "review", tacit=True)
    desk.wait(days=29)
    refused(
        errors.TaskDone,
        desk,
        CompleteTask(desk.open("approve"), "refuse", reasons=REASONS),
        APPROVER,
    )
    archivist = officer(desk.case, "archive")
    done = desk.do(CompleteTask("archive.4", "archived"), archivist)
    assert done[-3:] == ["CaseGrantedTacitly", "TaskCompleted", "CaseArchived"]
    visits = desk.case.visits
    assert (visits["approve.3"].by, visits["archive.4"].by) == ("", archivist.person)
    assert conforms(desk)


def test_stops_and_extension_move_the_day_on_which_silence_grants() -> None:
    desk = led("filing", "accept", tacit=True, procedures=["expert_review"])
    desk.do(BeginProcedure("expert_review", 5, "a new kind"), REVIEWER)
    desk.do(ASKED, REVIEWER)
    desk.do(AnswerExtension(True, REASONS), HEAD)
    last = decision_limits(desk.case)[1]
    assert last == date(2026, 4, 21)  # 20 + 10 + 5 working days after 2 March, less Qingming
    days_pass(desk, (last - desk.at.date()).days)
    assert desk.case.status == "accepted"
    desk.wait(days=1).do(ApplyDeadlines())
    assert desk.case.status == "granted"


def test_a_renewal_that_is_not_answered_before_the_licence_expires_counts_as_granted() -> None:
    desk = led("renewal", "accept", tacit=True, expires_on="2026-03-10")
    days_pass(desk, 8)
    assert desk.case.status == "accepted"
    assert days_pass(desk, 1) == [("2026-03-11", "CaseGrantedTacitly")]
    assert appeared(desk.case) == ["issue"] and conforms(desk)


def test_of_expiry_and_limit_the_earlier_one_grants() -> None:
    desk = led("renewal", "accept", tacit=True, expires_on="2027-01-01")
    days_pass(desk, 29)
    assert appeared(desk.case) == ["issue"]


def test_a_licence_that_expires_before_acceptance_is_renewed_when_acceptance_has_come_by_time() -> (
    None
):
    desk = led("renewal", tacit=True, expires_on="2026-03-04")
    days_pass(desk, 7)
    assert desk.case.status == "filed"
    assert [what for _, what in days_pass(desk, 1)] == [
        "acceptance.0 red",
        "TaskCompleted",
        "CaseAcceptedByDefault",
        "CaseGrantedTacitly",
    ]


def test_an_application_that_waits_for_its_supplement_is_granted_by_no_silence() -> None:
    desk = led("renewal", "accept.supplement", tacit=True, expires_on="2026-03-04")
    days_pass(desk, 10)
    assert desk.case.status == "supplement_requested"
    desk.do(Supplement([{"code": "current-photograph"}]), APPLICANT)
    days_pass(desk, 4)
    assert desk.case.status == "filed"


def test_what_is_granted_by_silence_is_neither_withdrawn_nor_extended_nor_refused() -> None:
    desk = led("renewal", "accept", "review", tacit=True)
    desk.wait(days=29)
    refused(errors.NotUnderDecision, desk, ASKED, REVIEWER)
    refused(errors.TooLateToWithdraw, desk, Withdraw(), APPLICANT)
    refused(errors.TaskDone, desk, CompleteTask("approve.3", "refuse", reasons=REASONS), APPROVER)
    refused(errors.NoSupplementAsked, led_by_silence(), Supplement([{"code": OWED}]), APPLICANT)


def led_by_silence() -> Desk:
    """Granted by silence though a minor material was still owed."""
    desk = led("filing", "accept", tacit=True, owed=[OWED])
    days_pass(desk, 29)
    assert (desk.case.status, desk.case.submission.owed) == ("granted", (OWED,))
    return desk


@pytest.mark.parametrize(
    ("what", "facts", "day"),
    [
        # Filed on Monday 2 March 2026, accepted the same day; the limit ends on the 30th.
        ("in time: with the expiry", {"in_time_until": "2026-03-02"}, "2026-03-14"),
        ("no time is demanded: with the expiry", {}, "2026-03-14"),
        ("filed a day too late: never", {"in_time_until": "2026-03-01"}, ""),
    ],
)
def test_silence_renews_only_what_was_filed_in_time(
    what: str, facts: dict[str, str], day: str
) -> None:
    desk = led("renewal", "accept", tacit=True, expires_on="2026-03-13", **facts)
    passed = [when for when, acts in days_pass(desk, 60) if "CaseGrantedTacitly" in acts]
    assert passed == ([day] if day else [])


def test_what_is_accepted_after_the_expiry_is_not_granted_in_the_same_second() -> None:
    desk = led("renewal", tacit=True, expires_on="2026-03-03").wait(days=3)
    assert go(desk, "accept").case.status == "accepted"
