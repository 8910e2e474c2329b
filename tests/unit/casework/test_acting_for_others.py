"""Acting for somebody else in a case: within the mandate, until it ends, and never from the other
side of the desk.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chalicelib.authority import CedarEngine
from chalicelib.authority.mandates import rights as mandates
from chalicelib.casework.acts import DECLARED, CompleteTask, StateViews
from chalicelib.casework.consumers import case_messages
from chalicelib.casework.errors import AlreadyStated, NothingToState
from chalicelib.casework.execution import events
from chalicelib.casework.use_cases import repository as desk
from chalicelib.casework.use_cases.permissions import task_resource
from chalicelib.kernel import authorization, clock, journal
from chalicelib.kernel.journal import Act, Actor
from chalicelib.supervision import conformance
from chalicelib.supervision.conformance import window_evidence
from tests.support.builders.cases import MONDAY, REVIEWER, WINDOW, Desk
from tests.support.builders.representation import COMPANY, Town, town
from tests.support.fakes.stores import MemoryJournal, MemoryViews

TOLD_TO_APPLICANT = {
    name for name, row in DECLARED.items() if row.message and row.message.applicant
}

__all__ = ["town"]

CASE, CASES = "GET /cases/{number}", "GET /cases"
WITHDRAW, SUPPLY = "POST /cases/{number}/withdrawal", "POST /cases/{number}/supplements"
END, LIMIT = "POST /mandates/{mandate}/end", "POST /mandates/{mandate}/limit"


def filed(town: Town, person: str = "p-clerk", party: str = COMPANY, **more: Any) -> str:
    answer = town.files(person, on_behalf_of=party, **more)
    assert answer.status == 201, answer.body
    return str(answer.body["number"])


def test_a_case_belongs_to_the_party_and_names_who_filed_it(town: Town) -> None:
    town.granted()
    number = filed(town)
    case = town.case(number)
    assert (
        case.participants.applicant,
        case.participants.applicant_name,
        case.participants.agents,
    ) == (COMPANY, "清河文化", {"p-clerk"})
    for person in ("p-clerk", "p-boss"):
        page = town.ask(person, CASE, number=number)
        assert (page.status, page.body["applicant"]) == (200, "清河文化")
        assert page.body["matters"]["represented_by"] == "陈洁"
    assert town.ask("p-mother", CASE, number=number).status == 404


def test_who_files_by_a_mandate_gets_no_code_that_would_outlive_it(town: Town) -> None:
    town.granted()
    assert town.files("p-clerk", on_behalf_of=COMPANY).body["tracking_code"] is None
    assert town.files("p-clerk").body["tracking_code"]
    assert town.files("p-boss", on_behalf_of=COMPANY).body["tracking_code"], (
        "who is the company by law"
    )


def test_recusal_outlives_a_mandate_that_is_renounced_while_the_case_runs(town: Town) -> None:
    mandate = town.granted(grantee="o-rev")
    number = filed(town, "p-boss")
    town.do(number, CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    case = town.case(number)
    task = task_resource(case, case.open_visits[0], "pass")
    post = authorization.Post("urb-reviewer", "URB", frozenset({"reviewer"}))

    def allowed() -> bool:
        told = partial(mandates.told_of, "o-rev", town.now)
        return CedarEngine().allows(
            authorization.Principal("o-rev", posts=(post,), read_mandates=told),
            "complete_task",
            task,
        )

    assert not allowed()
    town.wait(minutes=5)
    assert town.ask("o-rev", END, {}, mandate=mandate).status == 200
    town.wait(minutes=5)
    assert not allowed(), "who renounces it is not impartial now"
    assert mandates.held_by("o-rev", town.now) == ()
    later = town.case(filed(town, "p-boss"))
    task = task_resource(later, later.visits["accept.0"], "accept")
    post = authorization.Post("urb-window", "URB", frozenset({"window"}))
    assert allowed(), "a case that came after the mandate is another matter"


def test_the_legal_representative_files_without_a_mandate(town: Town) -> None:
    assert town.case(filed(town, "p-boss")).participants.applicant == COMPANY


def test_nobody_files_for_who_has_given_no_mandate(town: Town) -> None:
    for person, party in (
        ("p-clerk", COMPANY),
        ("p-clerk", "p-mother"),
        ("p-boss", "n-" + "a" * 26),
    ):
        answer = town.files(person, on_behalf_of=party)
        assert answer.status == 403
        assert {rule["id"] for rule in answer.body["rules"]} == {
            "everybody-own-name",
            "representative-files",
        }


@pytest.mark.parametrize("more", [{"items": ["disability-benefit"]}, {"acts": ["pay"]}])
def test_a_mandate_reaches_as_far_as_it_says(town: Town, more: dict[str, Any]) -> None:
    town.granted(**more)
    assert town.files("p-clerk", on_behalf_of=COMPANY).status == 403


def test_what_a_mandate_leaves_out_cannot_be_done_in_the_case(town: Town) -> None:
    town.granted(acts=["file"])
    number = filed(town)
    assert town.ask("p-clerk", CASE, number=number).status == 200
    assert town.ask("p-clerk", WITHDRAW, {}, number=number).status == 403
    assert town.ask("p-boss", WITHDRAW, {}, number=number).status == 201


def test_a_mandate_that_ended_ends_on_the_next_request(town: Town) -> None:
    mandate = town.granted()
    number = filed(town)
    town.ask("p-boss", END, {}, mandate=mandate)
    assert town.ask("p-clerk", CASE, number=number).status == 404
    assert town.ask("p-clerk", WITHDRAW, {}, number=number).status == 404
    assert town.ask("p-clerk", CASES, query={"party": COMPANY}).status == 403
    assert town.files("p-clerk", on_behalf_of=COMPANY).status == 403


def test_a_request_is_answered_as_before_only_while_the_mandate_lasts(town: Town) -> None:
    mandate = town.granted()
    body = town.application("p-clerk", on_behalf_of=COMPANY)
    first, again = (town.ask("p-clerk", "POST /applications", body, key="same") for _ in range(2))
    assert first.body == again.body
    town.ask("p-boss", LIMIT, {"acts": ["pay"]}, mandate=mandate)
    assert town.ask("p-clerk", "POST /applications", body, key="same").status == 403


def test_lists_show_a_partys_cases_at_the_items_of_the_mandate(town: Town) -> None:
    mandate = town.granted()
    number = filed(town)
    town.project(number)
    mine = town.ask("p-clerk", CASES)
    assert mine.body["cases"] == []
    theirs = town.ask("p-clerk", CASES, query={"party": COMPANY})
    assert [row["number"] for row in theirs.body["cases"]] == [number]
    town.ask("p-boss", LIMIT, {"items": ["disability-benefit"]}, mandate=mandate)
    assert town.ask("p-clerk", CASES, query={"party": COMPANY}).body["cases"] == []
    assert town.ask("p-clerk", "GET /messages", query={"party": COMPANY}).status == 403, (
        "they are of all items"
    )
    assert town.ask("p-boss", "GET /messages", query={"party": COMPANY}).status == 200


def test_a_representative_answers_the_supplement_notice(town: Town) -> None:
    town.granted()
    number = filed(town)
    defects = [{"subject": "premises-proof", "problem": "请补充产权证明"}]
    town.do(number, CompleteTask("accept.0", "supplement", defects=defects), "o-win", "urb-window")
    body = {"materials": town.application("p-clerk")["materials"][1:]}
    done = town.ask("p-clerk", SUPPLY, body, number=number, match='"2"')
    assert (done.status, done.body["status"]) == (201, "filed")


def test_officers_who_act_for_a_party_keep_their_hands_off_its_cases(town: Town) -> None:
    case = town.case(filed(town, "p-boss"))
    gate, task = CedarEngine(), task_resource(case, case.visits["accept.0"])

    def may_complete() -> bool:
        return gate.allows(
            gate.principal({"principalId": "o-win"}, office=True), "complete_task", task
        )

    mandate = town.offered(grantee="o-win")
    assert may_complete(), "an offer is no mandate yet"
    town.ask("o-win", "POST /mandates/{mandate}/acceptance", mandate=mandate)
    assert not may_complete()


def test_who_acted_for_the_party_never_handles_the_case_also_after_the_mandate(town: Town) -> None:
    mandate = town.granted(grantee="o-sun")
    number = filed(town, "o-sun")
    town.ask("p-boss", END, {}, mandate=mandate)
    case = town.case(number)
    assert all("o-sun" in case.excluded_persons(visit) for visit in case.visits.values())


def test_a_party_speaks_through_who_may_state_its_views() -> None:
    desk = Desk("heard-licence")
    told = {"reasons": ["拟准予"], "parties": [{"person": COMPANY, "relation": "neighbour"}]}
    desk.do(CompleteTask(desk.open("accept"), "accept"), WINDOW)
    desk.do(CompleteTask(desk.open("review"), "inform", **told), REVIEWER)
    assert COMPANY in desk.case.participants.parties
    desk.do(StateViews("不同意", party=COMPANY), Actor("p-clerk"))
    assert COMPANY in desk.case.visit_of_kind("hear").stated
    with pytest.raises(AlreadyStated):
        desk.do(StateViews("仍不同意", party=COMPANY), Actor("p-clerk"))
    with pytest.raises(NothingToState):
        desk.do(StateViews("不同意"), Actor("p-clerk"))


def told(town: Town, number: str) -> dict[str, list[str]]:
    case = town.case(number)
    for entry in desk.read(case.id):
        for event in events.of_entry(case, entry):
            if event.type in TOLD_TO_APPLICANT:
                case_messages.tell({"detail-type": event.type, "detail": dict(event.detail)})
    found: dict[str, list[str]] = {}
    for row in town.views.rows.values():
        if row.pk.startswith("inbox#"):
            found.setdefault(row.pk.removeprefix("inbox#"), []).append(row.data["kind"])
    return found


def test_party_and_representative_are_told_until_the_mandate_ends(
    town: Town, memory: tuple[MemoryJournal, MemoryViews]
) -> None:
    mandate = town.granted()
    number = filed(town)
    assert told(town, number) == {COMPANY: ["case.filed"], "p-clerk": ["case.filed"]}
    town.ask("p-boss", END, {}, mandate=mandate)
    town.wait(hours=1)
    town.do(number, CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    found = told(town, number)
    assert found[COMPANY] == ["case.filed", "case.accepted"] and found["p-clerk"] == ["case.filed"]
    seen = town.ask("p-boss", "GET /messages", query={"party": COMPANY})
    assert [message["kind"] for message in seen.body["messages"]] == ["case.accepted", "case.filed"]


def test_a_case_that_a_representative_filed_walks_as_published(town: Town) -> None:
    town.granted()
    number = filed(town)
    town.do(number, CompleteTask("accept.0", "accept"), "o-win", "urb-window")
    town.do(number, CompleteTask("review.2", "pass"), "o-rev", "urb-reviewer")
    town.do(number, CompleteTask("approve.3", "approve"), "o-sun", "urb-approver")
    assert conformance.report(desk.read(town.case(number).id))["findings"] == []


def test_a_representative_fetches_the_result_and_the_second_reading_knows() -> None:
    acts = [Act("TaskCompleted", {"visit": "deliver.5", "outcome": "delivered"})]
    fetched = Act("ResultDelivered", {"way": "download"}, {"parties": {"agent": "p-clerk"}})
    entry = journal.new_entry("case#abc", 6, [*acts, fetched], at=MONDAY, actor=Actor("p-clerk"))
    assert window_evidence.may_have_fetched(entry, {COMPANY}) == {COMPANY, "p-clerk"}
    other = journal.new_entry("case#abc", 6, acts, at=MONDAY, actor=Actor("p-clerk"))
    assert window_evidence.may_have_fetched(other, {COMPANY}) == set()


def test_the_second_reading_notices_a_representative_behind_the_desk(town: Town) -> None:
    town.granted(grantee="o-win")
    number = filed(town, "o-win")
    entries = desk.read(town.case(number).id)
    acts = [
        Act("TaskCompleted", {"visit": "accept.0", "outcome": "accept"}),
        Act(
            "CaseAccepted",
            {"accepted_on": "2026-03-02", "decide_by": "2026-03-16", "statutory_by": "2026-03-30"},
        ),
    ]
    done = journal.new_entry(
        entries[0].stream, 2, acts, at=clock.now(), actor=Actor("o-win", "urb-window")
    )
    found = conformance.report([*entries, done])["findings"]
    assert [finding["rule"] for finding in found] == ["duties"]


def test_a_page_tells_nothing_of_cases_that_the_mandate_does_not_reach(town: Town) -> None:
    town.granted("p-mother", "p-clerk", items=["shop-sign"])
    numbers = []
    for moment in range(6):
        item = {} if moment in (0, 3) else {"item": "disability-benefit"}
        numbers.append(str(town.files("p-mother").body["number"]))
        town.project(numbers[-1])
        row = town.views.rows[(desk.stream_of(desk.find(numbers[-1])), "case")]
        town.views.rows[row.key] = replace(row, data={**row.data, **item})
        town.wait(minutes=1)
    first = town.ask("p-clerk", CASES, query={"party": "p-mother", "limit": "1"}).body
    assert [case["number"] for case in first["cases"]] == [numbers[3]]
    query = {"party": "p-mother", "limit": "1", "cursor": first["next_cursor"]}
    second = town.ask("p-clerk", CASES, query=query).body
    assert [case["number"] for case in second["cases"]] == [numbers[0]]
    assert "person#" not in first["next_cursor"] and "cGVyc29uI" not in first["next_cursor"]
