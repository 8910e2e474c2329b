"""The conformance check finds nothing in what the rules allow, and each breach of a rule in a
doctored journal.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.casework.acts import (
    ApplyDeadlines,
    Collect,
    CompleteTask,
    Convene,
    FileObjection,
    Revoke,
    StateViews,
    Withdraw,
    fold,
)
from chalicelib.kernel import journal, schemas
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.supervision.conformance import RULES, findings, flow_documents, report
from chalicelib.supervision.conformance.replay import Finding
from tests.support.builders.case_walks import (
    HEAD,
    NEIGHBOUR,
    REASONS,
    days_pass,
    finish,
    go,
    led,
    officer,
)
from tests.support.builders.cases import APPLICANT, REVIEWER, Desk
from tests.unit.casework.test_moved_cases import moved

GRANTED = ("accept", "review", "approve", "issue", "deliver", "archive")
Doctor = Callable[[Entry], Entry]


def doctored(desk: Desk, seq: int, change: Doctor) -> list[Entry]:
    """The journal with one entry forged by somebody who could reckon its leaf anew."""
    forged = change(desk.entries[seq - 1])
    sealed = journal.new_entry(forged.stream, seq, forged.acts, at=forged.at, actor=forged.actor)
    return [sealed if entry.seq == seq else entry for entry in desk.entries]


def by(person: str, post: str) -> Doctor:
    return lambda entry: replace(entry, actor=Actor(person, post))


def saying(kind: str, **data: Any) -> Doctor:
    """The act of a type says something else in public."""
    return lambda entry: replace(entry, acts=tuple(_said(act, kind, data) for act in entry.acts))


def _said(act: Act, kind: str, data: Mapping[str, Any]) -> Act:
    return replace(act, data={**act.data, **data}) if act.type == kind else act


def silent(kind: str) -> Doctor:
    """The act of a type lost what it told in private."""
    return lambda entry: replace(
        entry,
        acts=tuple(replace(act, private={}) if act.type == kind else act for act in entry.acts),
    )


def without(kind: str) -> Doctor:
    """The act of a type is gone."""
    return lambda entry: replace(entry, acts=tuple(act for act in entry.acts if act.type != kind))


def granted() -> Desk:
    """A closed case: 1 filed, 2 accepted, 3 reviewed, 4 approved, 5 issued, 6 delivered, 7
    archived.
    """
    return led("heard-licence", *GRANTED)


# What the rules allow


@pytest.mark.parametrize(
    ("flow", "ways"),
    [
        ("heard-licence", GRANTED),
        ("heard-licence", ("accept.supplement",)),
        (
            "heard-licence",
            ("accept", "review.inform", "hear", "approve.return", "review", "approve.refuse"),
        ),
        ("investment", ("accept", "fire", "planning", "environment", "construction", "review")),
        ("promise-licence", ("accept", "approve", "issue", "deliver", "verify.broken")),
        (
            "fee-licence",
            ("accept", "review", "approve", "assess", "pay", "issue", "deliver", "archive"),
        ),
        ("penalty", ("investigate.inform", "hear", "order", "deliver", "archive")),
        ("levy", ("accept", "assess.exempt", "order.drop")),
    ],
)
def test_what_the_rules_made_conforms(flow: str, ways: tuple[str, ...]) -> None:
    desk = led(flow, *ways)
    assert findings(desk.entries, desk.case) == []


def test_what_parties_and_time_bring_conforms() -> None:
    collected = led("heard-licence", *GRANTED[:4])
    collected.do(Collect(), APPLICANT)
    heard = led("heard-licence", "accept", "review.inform")
    heard.do(StateViews(hearing=True), NEIGHBOUR)
    opposed = led("reward", "accept", "review")
    opposed.do(FileObjection("no"), NEIGHBOUR)
    lapsed, late = led("filing", "accept.supplement"), Desk()
    for desk in (opposed, lapsed):
        days_pass(desk, 20)
    late.wait(days=8).do(
        CompleteTask("review.2", "pass"), REVIEWER
    )  # accepted by time in an officer's entry
    withdrawn, tacit = led("levy", "accept"), led("filing", "accept", tacit=True)
    withdrawn.do(Withdraw(), APPLICANT)
    tacit.wait(days=40).do(ApplyDeadlines())
    for desk in (
        collected,
        heard,
        opposed,
        lapsed,
        late,
        withdrawn,
        tacit,
        go(moved("accept"), "review", "approve"),
    ):
        assert findings(desk.entries, desk.case) == []


# One doctored journal for each rule


BREACHES: list[tuple[str, int, str, Doctor]] = [
    (
        "flow-hash",
        1,
        "",
        saying("CaseFiled", flow={"id": "heard-licence", "version": 1, "hash": "0" * 64}),
    ),
    ("outcome", 3, "review", saying("TaskCompleted", outcome="approve")),
    ("post", 3, "review", by("o-review", "urb-approver")),
    ("post", 4, "approve", by("p-somebody", "")),
    ("post", 4, "approve", saying("TaskCompleted", machine=True)),
    ("post", 5, "issue", by("o-accept", "urb-window")),
    ("duties", 3, "review", by("o-accept", "urb-reviewer")),
    ("duties", 4, "approve", by("o-review", "urb-approver")),
    ("duties", 4, "approve", by(APPLICANT.person, "urb-approver")),
    ("step-open", 4, "approve", saying("TaskCompleted", visit="approve.2")),
    ("step-open", 4, "deliver", saying("TaskCompleted", visit="deliver.3")),
    ("step-open", 4, "nowhere", saying("TaskCompleted", visit="nowhere.3")),
]


@pytest.mark.parametrize(("rule", "seq", "step", "change"), BREACHES)
def test_a_breach_is_found_at_its_entry_and_step(
    rule: str, seq: int, step: str, change: Doctor
) -> None:
    desk = granted()
    found = findings(doctored(desk, seq, change), desk.case)
    assert found[0] == Finding(rule, seq, step)


def test_a_leaf_that_is_not_its_entrys_is_found() -> None:
    desk = granted()
    desk.entries[3] = by("o-other", "urb-approver")(
        desk.entries[3]
    )  # changed, and not reckoned anew
    assert Finding("leaf", 4) in findings(desk.entries, granted().case)


def test_an_entry_that_was_taken_out_is_found() -> None:
    desk = granted()
    case = desk.case
    del desk.entries[2]
    assert {"sequence", "step-open"} <= {f.rule for f in findings(desk.entries, case)}


@pytest.mark.parametrize(
    ("flow", "ways", "kind", "step"),
    [
        ("heard-licence", ("accept.not_accept",), "CaseNotAccepted", "accept"),
        ("heard-licence", ("accept", "review", "approve.refuse"), "CaseRefused", "approve"),
        ("heard-licence", ("accept", "review", "approve.return"), "CaseReturned", "approve"),
        ("inspection", ("inspect", "order.drop"), "CaseDropped", "order"),
        (
            "promise-licence",
            ("accept", "approve", "issue", "deliver", "verify.broken"),
            "DecisionRevoked",
            "verify",
        ),
    ],
)
@pytest.mark.parametrize("take", [silent, without])
def test_an_adverse_act_without_its_reasons_is_found(
    flow: str, ways: tuple[str, ...], kind: str, step: str, take: Callable[[str], Doctor]
) -> None:
    desk = led(flow, *ways)
    seq = len(desk.entries)
    found = findings(doctored(desk, seq, take(kind)), desk.case)
    assert found == [Finding("reasons", seq, step)]


def test_a_decision_against_the_resolution_of_the_meeting_is_found() -> None:
    desk = led("penalty", "investigate.refer")
    desk.do(
        Convene(desk.open("meeting"), desk.at.date(), ["urb-head"]), officer(desk.case, "meeting")
    )
    finish(desk, "meeting", resolution="drop")
    finish(desk, "order", "drop")
    resolved = len(desk.entries) - 1
    found = findings(
        doctored(desk, resolved, saying("MeetingResolved", resolution="order")), desk.case
    )
    assert found == [Finding("resolution", resolved + 1, "order")]


@pytest.mark.parametrize(
    ("kind", "flow", "ways"),
    [
        ("CaseWithdrawn", "heard-licence", ("accept", "review", "approve")),  # decided
        ("CaseWithdrawn", "penalty", ()),  # nobody applied for it
        ("CaseWithdrawn", "heard-licence", GRANTED),  # over
        ("CaseGrantedTacitly", "heard-licence", ("accept",)),  # silence grants nothing here
        ("CaseGrantedTacitly", "filing", ("accept", "review", "approve")),  # decided
        ("DecisionRevoked", "heard-licence", ("accept", "review", "approve.return")),  # not decided
    ],
)
def test_an_end_that_the_flow_does_not_know_there_is_found(
    kind: str, flow: str, ways: tuple[str, ...]
) -> None:
    desk = led(flow, *ways)
    act = Act(kind, {"ground": "mistaken"}, {"parties": {"reasons": list(REASONS)}})
    forged = [
        *desk.entries,
        journal.new_entry("case#abc", len(desk.entries) + 1, [act], at=desk.at, actor=HEAD),
    ]
    assert findings(forged, fold(forged)) == [Finding("end", len(forged))]


def test_a_case_that_is_shown_as_open_or_closed_against_its_journal_is_found() -> None:
    desk = granted()
    closed = desk.case
    assert findings(desk.entries[:-1], closed) == [Finding("end", 6)]
    assert findings(desk.entries, fold(desk.entries[:-1])) == [Finding("end", 7)]
    assert findings(desk.entries[:-1], fold(desk.entries[:-2])) == [Finding("end", 6)]


def test_what_is_done_after_the_end_is_found() -> None:
    desk = granted()
    again = journal.new_entry(
        "case#abc", 8, desk.entries[6].acts, at=desk.at, actor=desk.entries[6].actor
    )
    assert findings([*desk.entries, again], desk.case) == [Finding("step-open", 8, "archive")]


def test_a_party_who_was_told_and_then_decides_is_found() -> None:
    desk = led(
        "heard-licence", "accept", "review.inform", "hear", "approve", "issue", "deliver", "archive"
    )
    decided = next(e.seq for e in desk.entries if any(act.type == "CaseGranted" for act in e.acts))
    found = findings(doctored(desk, decided, by(NEIGHBOUR.person, "urb-approver")), desk.case)
    assert found == [Finding("duties", decided, "approve")]


def test_a_move_to_another_flow_than_the_published_one_is_found() -> None:
    desk = moved("accept")
    assert findings(doctored(desk, 4, saying("CaseMoved", hash="0" * 64)), desk.case) == [
        Finding("flow-hash", 4)
    ]


def test_a_joint_review_that_goes_on_before_its_last_opinion_is_found() -> None:
    desk = led("investment", "accept", "fire", "planning", "environment", "construction", "review")
    case = desk.case
    missing = [entry for entry in desk.entries if entry.seq != 5]
    found = findings(missing, case)
    assert Finding("step-open", 7, "review") in found


# The public answer


def test_the_public_report_names_rules_and_findings_and_no_person() -> None:
    desk = granted()
    shown = report(desk.entries)
    assert [error.message for error in schemas.named("conformance").iter_errors(shown)] == []
    assert (shown["conforms"], shown["closed"], shown["entries"], shown["rules"]) == (
        True,
        True,
        7,
        list(RULES),
    )
    assert shown["leaves"] == [entry.leaf for entry in desk.entries]
    broken = report(doctored(desk, 4, by("o-review", "urb-approver")))
    assert broken["findings"] == [{"rule": "duties", "entry": 4, "step": "approve"}]
    assert (broken["conforms"], "o-review" in str(broken)) == (False, False)
    assert [error.message for error in schemas.named("conformance").iter_errors(broken)] == []


def test_every_rule_is_broken_by_somebody_here() -> None:
    elsewhere = {"leaf", "sequence", "reasons", "resolution", "end"}  # each in a test of its own
    assert {rule for rule, *_ in BREACHES} | elsewhere == set(RULES)


def test_a_revoked_decision_of_a_closed_case_conforms_still() -> None:
    desk = granted()
    desk.do(Revoke(REASONS), HEAD)
    assert report(desk.entries)["conforms"]


def test_the_check_reads_the_published_documents_themselves() -> None:
    published, steps, joints = flow_documents.document("investment", 1)
    assert published["id"] == "investment" and set(joints) == {"opinions"}
    assert steps["fire"]["joint"] == "opinions" and "opinions" not in steps
