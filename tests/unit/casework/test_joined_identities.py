"""A person under two accounts: both see what is theirs, and neither handles what is the other's."""

from typing import Any

import pytest

from chalicelib.authority.acts.joined_parties import PartiesJoined
from chalicelib.authority.registers import joined_parties
from chalicelib.casework.consumers import case_messages
from chalicelib.casework.routes import tasks
from chalicelib.kernel import clock, commands
from chalicelib.kernel.aggregates import ActOrigin
from tests.support.builders.representation import Town, town

__all__ = ["town"]

OTHER = "p-mother-2"


def join(*pair: str, is_joined: bool = True) -> None:
    wanted = PartiesJoined(is_joined, pair, "同一人的说明")
    prepared = joined_parties.prepare_joining(wanted, ActOrigin("change#x", 1, clock.now()))
    assert prepared
    commands.commit(prepared)


def cases_of(town: Town, person: str) -> set[str]:
    return {case["number"] for case in town.ask(person, "GET /cases").body["cases"]}


def test_both_accounts_list_and_see_the_cases_of_either(town: Town) -> None:
    first, second = (town.files(each).body["number"] for each in ("p-mother", OTHER))
    for number in (first, second):
        town.project(number)
    assert (cases_of(town, "p-mother"), cases_of(town, OTHER)) == ({first}, {second})
    join("p-mother", OTHER)
    assert cases_of(town, "p-mother") == cases_of(town, OTHER) == {first, second}
    page = town.ask(OTHER, "GET /cases/{number}", number=first)
    assert (page.status, page.body["applicant"]) == (200, "李娜")
    join("p-mother", OTHER, is_joined=False)
    assert cases_of(town, OTHER) == {second}
    assert town.ask(OTHER, "GET /cases/{number}", number=first).status == 404


def test_messages_and_mandates_are_those_of_both(town: Town) -> None:
    number = town.files("p-mother").body["number"]
    case = town.case(number)
    common = {"case": case.id, "seq": 1, "act": 0, "number": number, "at": clock.stamp(town.now)}
    case_messages.tell({"detail-type": "CaseFiled", "detail": common})
    town.granted("p-boss", "p-mother")
    join("p-mother", OTHER)
    assert len(town.ask(OTHER, "GET /messages").body["messages"]) == 1
    filed = town.files(OTHER, on_behalf_of="c-9133990000455502XE")
    assert filed.status == 201, "what one account may do for others, the person may"
    assert town.case(filed.body["number"]).participants.represented_by["person"] == OTHER


@pytest.mark.parametrize("applicant", ["p-mother", OTHER])
def test_an_officer_handles_no_case_of_their_other_account(town: Town, applicant: str) -> None:
    town.door.routes |= tasks.door.routes
    number = town.files(applicant).body["number"]
    visit = next(iter(town.case(number).open_visits))
    task = f"{town.case(number).id}.{visit.id}"
    join("p-mother", OTHER)
    join("o-win", OTHER)
    assert claimed(town, task) == 403
    join("o-win", OTHER, is_joined=False)
    assert claimed(town, task) == 200


def claimed(town: Town, task: str) -> Any:
    return town.ask("o-win", "POST /tasks/{task}/claim", {}, task=task).status
