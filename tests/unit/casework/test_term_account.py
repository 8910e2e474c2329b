"""The term of a case as an account: each day, stop and extension, as anybody can count them again."""

from datetime import date
from typing import Any

import pytest

from chalicelib.casework import LimitLine, StopLine, term_account
from chalicelib.casework.acts import AnswerExtension, AskExtension, BeginProcedure, EndProcedure
from tests.support.builders.case_walks import (
    HEAD,
    REASONS,
    days_pass,
    finish,
    go,
    led,
)
from tests.support.builders.cases import CALENDAR, REVIEWER, Desk

REVIEW = BeginProcedure("expert_review", 5, "a structure of a new kind", "letter of the institute")
PROCEDURES = ["hearing", "expert_review"]


def lines(desk: Desk) -> dict[str, LimitLine]:
    """The account's limits as of now, by name; of several the last."""
    account = term_account(desk.case, CALENDAR, desk.at)
    return {line.name: line for line in account.limits}


def said(line: LimitLine | StopLine, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(line, name) for name in names)


def test_a_plain_case_spends_its_days_one_by_one() -> None:
    desk = led("licence", "accept")  # Monday, 2 March
    desk.wait(days=2)
    statutory = lines(desk)["statutory"]
    assert said(statutory, "granted", "spent", "stopped", "left") == (20, 2, 0, 18)
    assert said(statutory, "due_on", "state", "ended_on") == (date(2026, 3, 30), "running", None)
    assert [(run.begins_on, run.ends_on, run.days) for run in statutory.counted] == [
        (date(2026, 3, 3), date(2026, 3, 4), 2)
    ]
    assert lines(desk)["acceptance"].state == "kept"


def test_a_stop_stands_with_its_ground_its_cap_its_evidence_and_who_ordered_it() -> None:
    desk = led("licence", "accept", procedures=PROCEDURES)
    desk.wait(days=1).do(REVIEW, REVIEWER)
    desk.wait(days=2)
    [stop] = lines(desk)["statutory"].stops
    assert said(stop, "kind", "begun_on", "ended_on", "days") == (
        "expert_review",
        date(2026, 3, 3),
        None,
        5,
    )
    assert said(stop, "ordered_by", "ground", "evidence") == (
        REVIEWER.post,
        "a structure of a new kind",
        "letter of the institute",
    )
    assert said(stop, "taken", "subtracted") == (2, 5)  # one that runs is given all of its cap
    assert lines(desk)["statutory"].state == "stopped"
    desk.wait(days=1).do(EndProcedure("1", "it stands"), REVIEWER)
    statutory = lines(desk)["statutory"]
    assert said(statutory.stops[0], "taken", "subtracted", "ended_on") == (3, 3, date(2026, 3, 6))
    assert said(statutory, "spent", "stopped", "due_on") == (1, 3, date(2026, 4, 2))


def test_an_overrun_counts_again_and_is_said() -> None:
    desk = led("licence", "accept", procedures=PROCEDURES)
    desk.do(REVIEW, REVIEWER)
    days_pass(desk, 10)
    statutory, procedure = lines(desk)["statutory"], lines(desk)["procedure"]
    assert said(statutory.stops[0], "taken", "subtracted", "has_overrun") == (8, 5, True)
    assert said(statutory, "spent", "stopped", "state") == (3, 5, "running")
    assert procedure.state == "broken"


def test_an_extension_stands_with_its_days_and_reasons() -> None:
    desk = led("licence", "accept")
    desk.do(AskExtension(10, REASONS), REVIEWER)
    desk.do(AnswerExtension(True, REASONS), HEAD)
    account = term_account(desk.case, CALENDAR, desk.at)
    assert account.extension is not None
    assert (account.extension.days, account.extension.reasons) == (10, REASONS)
    assert (account.extension.answered_by, account.extension.answered_on) == (
        HEAD.post,
        date(2026, 3, 2),
    )
    statutory = account.named("statutory")[0]
    assert said(statutory, "granted", "extended") == (30, 10)


@pytest.mark.parametrize(
    ("ways", "days", "name", "state"),
    [
        ((), 3, "acceptance", "running"),
        ((), 8, "acceptance", "broken"),
        (("accept",), 8, "step", "broken"),
        (("accept",), 2, "step", "running"),
        (("accept",), 15, "promised", "broken"),
        (("accept",), 15, "statutory", "running"),
        (("accept",), 29, "statutory", "broken"),
        (("accept.supplement",), 9, "supplement", "running"),
        (("accept.supplement",), 16, "supplement", "broken"),
        (("accept", "review", "approve"), 3, "delivery", "running"),
        (("accept", "review", "approve"), 15, "delivery", "broken"),
        (("accept", "review", "approve", "issue", "deliver"), 15, "delivery", "kept"),
        (("accept", "review", "approve"), 15, "statutory", "kept"),
    ],
)
def test_a_limit_runs_is_kept_or_broken(
    ways: tuple[str, ...], days: int, name: str, state: str
) -> None:
    desk = led("confirmation", *ways)
    days_pass(desk, days)
    assert lines(desk)[name].state == state


def test_an_item_may_warn_earlier_each_level_once() -> None:
    warnings = {"promised": {"reminder": 3, "yellow": 1}, "statutory": {"reminder": 2}}
    desk = led("licence", "accept", warnings=warnings)  # due on 16 and 30 March
    seen = [told for told in days_pass(desk, 40) if told[1].startswith("decision")]
    assert seen == [
        ("2026-03-12", "decision reminder"),  # three days are left: 12, 13 and 16
        ("2026-03-16", "decision yellow"),
        ("2026-03-27", "decision reminder"),  # a Friday: it and Monday are left
        ("2026-03-31", "decision red"),
    ]


def test_what_parties_must_do_in_time_is_a_limit_too() -> None:
    desk = led("heard-licence", "accept", "review.inform")
    reply = lines(desk)["reply"]
    assert said(reply, "step", "granted", "state", "posts") == ("hear", 5, "running", ())
    owing = led("licence", "accept", owed=["business-licence"])
    assert lines(owing)["owed"].state == "running"


def test_an_account_says_whose_turn_it_is() -> None:
    desk = led("licence", "accept")
    assert lines(desk)["statutory"].posts == (REVIEWER.post,)
    finish(desk, "review")
    assert lines(desk)["step"].posts == ("urb-approver",)


def test_days_beyond_the_notices_are_provisional() -> None:
    desk = led("licence", "accept")
    assert not term_account(desk.case, CALENDAR, desk.at).is_provisional
    later = Desk("licence", at=desk.at.replace(month=12, day=21))
    go(later, "accept")
    account = term_account(later.case, CALENDAR, later.at)
    assert account.is_provisional and account.named("statutory")[0].provisional
