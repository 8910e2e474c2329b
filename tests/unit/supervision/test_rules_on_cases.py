"""Each rule that watches a case: a hit, a near miss and a false alarm."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.casework.acts import (
    ApplyDeadlines,
    BeginProcedure,
    CompleteTask,
    EndProcedure,
    Supplement,
)
from chalicelib.kernel.journal import Act, Actor, forgotten
from chalicelib.supervision.rules import documents
from chalicelib.supervision.rules.watched import Accepted, Alike, Closed, Serial
from tests.support.builders.case_walks import FULL_LIMITS, finish, go, led, officer
from tests.support.builders.cases import APPLICANT, CALENDAR, MONDAY, ZONE, Desk
from tests.support.builders.watched import by, forged, found

HIT, NEAR_MISS, FALSE_ALARM = "hit", "near miss", "false alarm"
Made = Desk | tuple[Desk, dict[str, Any]]
CASES: list[tuple[str, str, str, Callable[[], Made]]] = []
LONG = {**FULL_LIMITS, "statutory_days": 20, "promised_days": 10}
DEFECTS = ({"subject": "rendering", "problem": "unreadable"},)


def row(rule: str, kind: str, what: str, made: Callable[[], Made]) -> None:
    CASES.append((rule, kind, what, made))


# ---- reasons and supplements


def refused(*reasons: str) -> Desk:
    desk = led("licence", "accept", "review")
    finish(desk, "approve", "refuse", reasons=reasons)
    return desk


def not_accepted(*reasons: str) -> Desk:
    desk = led("licence")
    finish(desk, "accept", "not_accept", reasons=reasons)
    return desk


def forgotten_refusal() -> Desk:
    desk = refused("不行")
    desk.entries = [forgotten(entry) for entry in desk.entries]
    return desk


def supplements(times: int) -> Desk:
    desk = led("licence")
    for _ in range(times):
        forged(desk, Act("SupplementRequested", {}, {"parties": {"defects": list(DEFECTS)}}))
    return desk


def supplemented_once() -> Desk:
    desk = led("licence", "accept.supplement")
    desk.do(Supplement(materials=(), form={"sign_text": "茶馆"}), APPLICANT)
    return desk


row("no-reasons", HIT, "refused with two characters", lambda: refused("不行。"))
row("no-reasons", HIT, "not accepted, dots for reasons", lambda: not_accepted("......", "!!!"))
row("no-reasons", NEAR_MISS, "six characters are enough", lambda: refused("遮挡消防登高"))
row(
    "no-reasons",
    FALSE_ALARM,
    "granted, which needs none",
    lambda: led("licence", "accept", "review", "approve"),
)
row("no-reasons", FALSE_ALARM, "what was said is forgotten", forgotten_refusal)
row("second-supplement", HIT, "the second", lambda: supplements(2))
row("second-supplement", NEAR_MISS, "the first", lambda: supplements(1))
row("second-supplement", FALSE_ALARM, "the one is answered", supplemented_once)
row("supplement-loop", HIT, "the third", lambda: supplements(3))
row("supplement-loop", NEAR_MISS, "the second", lambda: supplements(2))
row("supplement-loop", FALSE_ALARM, "the one is answered", supplemented_once)

# ---- stops and procedures


def stopped(on: date, kind: str = "expert_review") -> Desk:
    """Accepted on Monday 2 March, promised until Monday the 16th, by law until the 30th."""
    desk = led("licence", "accept", limits=LONG, procedures=["hearing", "expert_review"])
    desk.at = desk.at.replace(month=on.month, day=on.day)
    begin = BeginProcedure(kind, 5, "experts are needed")
    desk.do(begin, officer(desk.case, "approve"))
    return desk


def ended(after_days: int) -> Desk:
    """A review of five working days, begun on Tuesday 3 March."""
    desk = stopped(date(2026, 3, 3))
    desk.wait(days=after_days)
    procedure = desk.case.clocks.procedures[0].id
    desk.do(EndProcedure(procedure, "their opinion"), officer(desk.case, "approve"))
    return desk


def warned_of_procedure() -> Desk:
    desk = stopped(date(2026, 3, 3))
    desk.at = datetime(2026, 3, 11, 0, 1, tzinfo=ZONE)
    desk.do(ApplyDeadlines())
    return desk


row("stop-at-last-moment", HIT, "on the last promised day", lambda: stopped(date(2026, 3, 16)))
row(
    "stop-at-last-moment", HIT, "a day before the statutory end", lambda: stopped(date(2026, 3, 27))
)
row("stop-at-last-moment", NEAR_MISS, "two days before", lambda: stopped(date(2026, 3, 12)))
row(
    "stop-at-last-moment",
    FALSE_ALARM,
    "a hearing is a right",
    lambda: stopped(date(2026, 3, 16), "hearing"),
)
row("procedure-beyond-cap", HIT, "a day more", lambda: ended(8))
row("procedure-beyond-cap", HIT, "warned the day after", warned_of_procedure)
row("procedure-beyond-cap", NEAR_MISS, "on its last day", lambda: ended(7))
row("procedure-beyond-cap", FALSE_ALARM, "a weekend in between", lambda: ended(6))

# ---- steps, delivery, the last minutes


def reviewed(days: float) -> Desk:
    """Reviewed so many days after acceptance on a Monday; the step may take two."""
    desk = led("licence", "accept", limits=LONG)
    desk.wait(days=days)
    return go(desk, "review", "approve")


def all_late() -> Desk:
    desk = led("licence", "accept", limits=LONG).wait(days=21)
    desk.do(ApplyDeadlines())
    return go(desk, "review", "approve")


row("step-late", HIT, "reviewed on the third day", lambda: reviewed(3))
row("step-late", NEAR_MISS, "on its last day", lambda: reviewed(2))
row("step-late", FALSE_ALARM, "the total is late too, and warned of", all_late)


def delivered(days: float) -> Desk:
    """Delivered so many days after the decision on a Monday; ten working days are allowed."""
    desk = led("heard-licence", "accept", "review", "approve", "issue")
    desk.wait(days=days)
    return go(desk, "deliver")


def signed_late() -> Desk:
    desk = led("licence", "accept", "review", "approve").wait(days=15)
    return go(desk, "issue")


def warned_of_review() -> Desk:
    desk = led("licence", "accept", limits=LONG).wait(days=3)
    desk.do(ApplyDeadlines())
    return desk


def warned_of_delivery() -> Desk:
    desk = led("licence", "accept", "review", "approve")
    desk.at = datetime(2026, 3, 17, 0, 1, tzinfo=ZONE)
    desk.do(ApplyDeadlines())
    return desk


row("result-late", HIT, "a working day too late", lambda: delivered(15))
row("result-late", HIT, "signed too late", signed_late)
row("result-late", HIT, "warned, and still not there", warned_of_delivery)
row("result-late", NEAR_MISS, "on the last day", lambda: delivered(14))
row("result-late", FALSE_ALARM, "warned of an earlier step", warned_of_review)


def decided_at(hour: int, minute: int, on: int = 30) -> Desk:
    """The statutory limit is over on 30 March at 24:00."""
    desk = led("licence", "accept", "review", limits=LONG)
    desk.at = desk.at.replace(day=on, hour=hour, minute=minute)
    return go(desk, "approve")


row("ended-before-red", HIT, "at 23:50 of the last day", lambda: decided_at(23, 50))
row("ended-before-red", HIT, "an hour before", lambda: decided_at(23, 0))
row("ended-before-red", NEAR_MISS, "61 minutes before", lambda: decided_at(22, 59))
row("ended-before-red", FALSE_ALARM, "as late on another day", lambda: decided_at(23, 50, on=27))

# ---- money


def assessed(**said: Any) -> Desk:
    desk = led("fee-licence", "accept", "review", "approve")
    finish(desk, "assess", said.pop("outcome", "assessed"), **said)
    return desk


def paid(amount: int) -> Desk:
    desk = assessed()
    return forged(desk, Act("FeePaid", {"order": "order-1", "amount_fen": amount}))


row("fee-other", HIT, "a fen more", lambda: (assessed(), {"fee_fen": 4999}))
row("fee-other", HIT, "more paid than was due", lambda: paid(6000))
row("fee-other", NEAR_MISS, "the item's fee", lambda: (assessed(), {"fee_fen": 5000}))
row("fee-other", NEAR_MISS, "paid as due", lambda: paid(5000))
row(
    "fee-other",
    FALSE_ALARM,
    "exempt, with reasons",
    lambda: (assessed(outcome="exempt"), {"fee_fen": 5000}),
)

# ---- who decided


def delegated() -> Desk:
    desk = led("licence", "accept", "review")
    command = CompleteTask(desk.open("approve"), "approve")
    desk.do(command, Actor("o-win", "urb-chief-window"))
    act = desk.entries[-1].acts[0]
    assert act.type == "TaskCompleted"
    desk.entries.pop()
    completed = Act(act.type, {**act.data, "delegation": "d-1"})
    return forged(desk, completed, Act("CaseGranted"), actor=Actor("o-win", "urb-chief-window"))


def covers(answer: bool) -> dict[str, Any]:
    return {"covers": lambda *asked: answer}


def granted() -> Desk:
    return led("licence", "accept", "review", "approve")


def of_a_party() -> Desk:
    return by(granted(), 3, Actor(APPLICANT.person, "urb-reviewer"))


row("outside-delegation", HIT, "it does not reach so far", lambda: (delegated(), covers(False)))
row(
    "outside-delegation",
    NEAR_MISS,
    "it reaches as far as that",
    lambda: (delegated(), covers(True)),
)
row("outside-delegation", FALSE_ALARM, "by the post itself", lambda: (granted(), covers(False)))
row(
    "own-matter",
    HIT,
    "the reviewer may act for the party",
    lambda: (granted(), {"tied": frozenset({"o-review"})}),
)
row("own-matter", HIT, "the reviewer is the party", of_a_party)
row(
    "own-matter",
    NEAR_MISS,
    "tied to nobody of the case",
    lambda: (granted(), {"tied": frozenset()}),
)
row(
    "own-matter",
    FALSE_ALARM,
    "a colleague who did nothing",
    lambda: (granted(), {"tied": frozenset({"o-other"})}),
)

# ---- pace


def paced(*seconds: float, **facts: Any) -> Desk:
    """Accepted, reviewed, approved, so many seconds after one another."""
    desk = led("licence", **{"limits": LONG, **facts})
    for step, span in zip(("accept", "review", "approve"), (0, *seconds), strict=True):
        desk.wait(seconds=span)
        finish(desk, step)
    return desk


def opinions_together() -> Desk:
    desk = led("joint-licence")
    for step, hours in (("accept", 0), ("review", 9), ("fire", 9), ("traffic", 0), ("approve", 9)):
        desk.wait(hours=hours)
        finish(desk, step)
    return desk


INSTANT = {**LONG, "promised_days": 1}
row("steps-within-seconds", HIT, "ten seconds apart", lambda: paced(9999, 10))
row("steps-within-seconds", NEAR_MISS, "eleven", lambda: paced(9999, 11))
row(
    "steps-within-seconds", FALSE_ALARM, "promised on the spot", lambda: paced(1, 1, limits=INSTANT)
)
row("steps-within-seconds", FALSE_ALARM, "two opinions side by side", opinions_together)
row("entered-in-one-burst", HIT, "three in ten minutes", lambda: paced(300, 300))
row("entered-in-one-burst", NEAR_MISS, "a second longer", lambda: paced(300, 301))
row(
    "entered-in-one-burst", FALSE_ALARM, "promised on the spot", lambda: paced(1, 1, limits=INSTANT)
)

# ---- other cases


def accepted() -> Desk:
    return led("licence", "accept")


def about_another() -> Desk:
    return led("licence", "accept", about={"relation": "renewal", "number": "URB-2026-W-000009"})


def beside(**said: Any) -> dict[str, Any]:
    other = {
        "case": "other",
        "number": "DPF-2026-W-000002",
        "department": "DPF",
        "filed_at": MONDAY - timedelta(days=30),
        "accepted_at": MONDAY - timedelta(days=30),
        "ended_at": None,
        "status": "accepted",
    }
    return {"alike": (Alike(**{**other, **said}),)}


def before(**span: float) -> datetime:
    return MONDAY - timedelta(**span)


REFUSED = {"status": "refused", "accepted_at": before(days=120)}
row("accepted-at-two-places", HIT, "30 days before, still open", lambda: (accepted(), beside()))
row(
    "accepted-at-two-places", NEAR_MISS, "a second longer ago",
    lambda: (accepted(), beside(accepted_at=before(days=30, seconds=1))),
)  # fmt: skip
row(
    "accepted-at-two-places",
    FALSE_ALARM,
    "the other is over",
    lambda: (accepted(), beside(ended_at=before(days=1))),
)
row(
    "accepted-at-two-places",
    FALSE_ALARM,
    "not accepted there",
    lambda: (accepted(), beside(accepted_at=None)),
)
row("accepted-at-two-places", FALSE_ALARM, "a renewal", lambda: (about_another(), beside()))
row(
    "accepted-after-refusal",
    HIT,
    "90 days ago",
    lambda: (accepted(), beside(**REFUSED, ended_at=before(days=90))),
)
row(
    "accepted-after-refusal",
    NEAR_MISS,
    "91 days ago",
    lambda: (accepted(), beside(**REFUSED, ended_at=before(days=91))),
)
row(
    "accepted-after-refusal", FALSE_ALARM, "withdrawn, not refused",
    lambda: (accepted(), beside(status="withdrawn", ended_at=before(days=9))),
)  # fmt: skip


def waiting(cases: int, days: int, worked_on: bool = False) -> dict[str, Any]:
    on = CALENDAR.date_of(MONDAY) - timedelta(days=days)
    others = [Accepted(f"c{number}", on, False) for number in range(cases)]
    if worked_on:
        others[0] = Accepted("c0", on, True)
    return {"accepted": tuple(others)}


row("accepts-and-never-reviews", HIT, "five, none worked on", lambda: (accepted(), waiting(5, 14)))
row("accepts-and-never-reviews", NEAR_MISS, "four", lambda: (accepted(), waiting(4, 14)))
row(
    "accepts-and-never-reviews",
    NEAR_MISS,
    "since four working days",
    lambda: (accepted(), waiting(5, 4)),
)
row(
    "accepts-and-never-reviews",
    FALSE_ALARM,
    "one is reviewed",
    lambda: (accepted(), waiting(9, 14, True)),
)


def closings(cases: int, minutes: float = 1, days_left: int = 0) -> dict[str, Any]:
    at = MONDAY - timedelta(minutes=minutes)
    return {"closed": tuple(Closed(f"c{number}", at, days_left) for number in range(cases))}


row("closed-in-bulk", HIT, "ten in half an hour", lambda: (granted(), closings(10, 30)))
row("closed-in-bulk", NEAR_MISS, "nine", lambda: (granted(), closings(9)))
row("closed-in-bulk", NEAR_MISS, "a minute before that", lambda: (granted(), closings(10, 31)))
row(
    "closed-in-bulk",
    FALSE_ALARM,
    "many, days before their limits",
    lambda: (granted(), closings(50, 1, 4)),
)

row(
    "serial-register",
    HIT,
    "the number before is missing",
    lambda: (led("licence"), {"serial": Serial(True, False)}),
)
row(
    "serial-register",
    HIT,
    "it is another case's",
    lambda: (led("licence"), {"serial": Serial(False, True)}),
)
row(
    "serial-register",
    NEAR_MISS,
    "the register is whole",
    lambda: (led("licence"), {"serial": Serial(True, True)}),
)
row(
    "serial-register",
    FALSE_ALARM,
    "looked at when filed, not later",
    lambda: (accepted(), {"serial": Serial(False, False)}),
)


def certified(**span: float) -> Made:
    return go(granted(), "issue"), {"certified_at": before(**span)}


row("certificate-before-decision", HIT, "a minute before", lambda: certified(minutes=1))
row("certificate-before-decision", NEAR_MISS, "in the same minute", lambda: certified(seconds=59))
row("certificate-before-decision", FALSE_ALARM, "signed afterwards", lambda: certified(minutes=-5))
row(
    "flow-not-followed",
    HIT,
    "decided by the reviewer",
    lambda: by(granted(), 4, Actor("o-review", "urb-approver")),
)
row("flow-not-followed", NEAR_MISS, "each by another", granted)
row(
    "flow-not-followed",
    FALSE_ALARM,
    "without reasons, which has its own rule",
    lambda: refused("不行"),
)


@pytest.mark.parametrize(
    ("rule", "kind", "what", "made"),
    CASES,
    ids=[f"{rule}: {kind}: {what}" for rule, kind, what, _ in CASES],
)
def test_a_rule_finds_what_it_says_and_nothing_else(
    rule: str, kind: str, what: str, made: Callable[[], Made]
) -> None:
    told = made()
    desk, facts = told if isinstance(told, tuple) else (told, {})
    hit = found(rule, desk.entries, **facts)
    assert (hit is not None) == (kind == HIT)
    if hit:
        assert all(1 <= seq <= len(desk.entries) for seq in hit.entries)
        assert hit.entries or hit.key


def test_every_rule_that_watches_cases_has_all_three() -> None:
    told = {(rule, kind) for rule, kind, _, _ in CASES}
    rules = [rule.id for rule in documents.of_stream(documents.CASE)]
    assert told == {(rule, kind) for rule in rules for kind in (HIT, NEAR_MISS, FALSE_ALARM)}


def test_what_a_finding_says_names_nobody() -> None:
    persons = {"o-accept", "o-review", "o-approve", APPLICANT.person, "李娜"}
    for rule, _, _, made in CASES:
        told = made()
        desk, facts = told if isinstance(told, tuple) else (told, {})
        hit = found(rule, desk.entries, **facts)
        if hit:
            assert not persons & {str(value) for value in hit.why.values()}


def test_a_procedure_is_one_finding_whether_warned_of_or_ended() -> None:
    """And the same holds for whatever is found at several moments of a case."""
    desk = warned_of_procedure()
    first = found("procedure-beyond-cap", desk.entries)
    procedure = desk.case.clocks.procedures[0].id
    desk.wait(days=3).do(EndProcedure(procedure, "late"), officer(desk.case, "approve"))
    second = found("procedure-beyond-cap", desk.entries)
    assert first and second and first.entries == second.entries == (3,)


def test_an_entry_without_a_trigger_runs_nothing() -> None:
    desk = led("licence", "accept", "review")
    rules = [rule.id for rule in documents.of_stream(documents.CASE)]
    assert [found(rule, desk.entries) for rule in rules] == [None] * len(rules)
