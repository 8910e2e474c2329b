"""Who came to a window without an account has all of it in the account that they get later, and the
duties as well.
"""

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority import CedarEngine, mandates
from chalicelib.casework.acts import CompleteTask
from chalicelib.casework.errors import DutiesNotSeparate
from chalicelib.casework.execution import delivery
from chalicelib.casework.routes import access_log as access_log_routes
from chalicelib.casework.use_cases import reads
from chalicelib.casework.use_cases.permissions import as_officer, task_resource
from chalicelib.casework.views import access_log
from chalicelib.kernel import authorization
from chalicelib.kernel.authorization import Principal
from chalicelib.kernel.journal import Actor
from tests.support.builders.representation import CARD, CODES, NAMES, Town, town
from tests.support.caller import Caller

__all__ = ["town"]

LATER, NAME = "p-zhao", "赵德贵"
PRESENT = {
    "present": {"name": NAME, "document": {"type": "id_card", "number": CARD}},
    "identity_check": {"method": "id_card_reader"},
    "consent": {"given": True, "version": 1},
}
CASE = "GET /cases/{number}"


def own() -> str:
    """The party that the card stands for."""
    return mandates.party_from_document("id_card", CARD)


def ask(
    town: Town, route: str, body: Any = None, person: str = LATER, document: str = "", **more: Any
) -> Any:
    """Somebody asks whose issuer vouches for a document; for the card where none is named."""
    town._keys += 1
    town.door.routes |= access_log_routes.door.routes
    caller = Caller(
        town.door, person, NAMES.get(person, NAME), claims={"document": document or own()}
    )
    return caller(*route.split(" "), body, key=f"later-{town._keys}", **more)


def filed(town: Town) -> str:
    """A case that the old man has filed at the window, in lists as delivery puts it there."""
    answer = town.ask(
        "o-mid", "POST /window-applications", {**town.application("o-mid", again=True), **PRESENT}
    )
    assert answer.status == 201, answer.body
    town.project(answer.body["number"])
    return str(answer.body["number"])


def test_the_account_finds_the_case_from_the_window_among_its_own(town: Town) -> None:
    at_window = filed(town)
    town.wait(minutes=1)
    answer = ask(town, "POST /applications", town.application(LATER))
    assert answer.status == 201
    town.project(answer.body["number"])
    page = ask(town, "GET /cases")
    assert [row["number"] for row in page.body["cases"]] == [answer.body["number"], at_window]
    assert ask(town, CASE, number=at_window).body["applicant"] == NAME
    shown = [ask(town, "GET /cases", query={"limit": "1"})]
    shown.append(
        ask(town, "GET /cases", query={"limit": "1", "cursor": shown[0].body["next_cursor"]})
    )
    assert [row["number"] for page in shown for row in page.body["cases"]] == [
        answer.body["number"],
        at_window,
    ]


def test_without_the_document_or_with_another_it_is_a_strangers(town: Town) -> None:
    number = filed(town)
    for other in (
        mandates.party_from_document("id_card", "339900201503010046"),
        mandates.party_from_document("passport", CARD),
    ):
        assert ask(town, CASE, document=other, number=number).status == 404
        assert ask(town, "GET /cases", document=other).body["cases"] == []
    assert town.ask(LATER, CASE, number=number).status == 404
    assert town.ask(LATER, "GET /cases", query={"party": own()}).status == 403


def test_a_cursor_of_both_lists_is_refused_once_nobody_vouches_any_more(town: Town) -> None:
    for _ in range(2):
        filed(town)
        town.wait(minutes=1)
    cursor = ask(town, "GET /cases", query={"limit": "1"}).body["next_cursor"]
    assert ask(town, "GET /cases", query={"cursor": cursor}).status == 200
    assert town.ask(LATER, "GET /cases", query={"cursor": cursor}).status == 400


def test_the_account_goes_on_with_the_case_and_nobody_is_said_to_act_for_them(town: Town) -> None:
    number = filed(town)
    town.do(
        number,
        CompleteTask("accept.0", "supplement", defects=({"subject": CODES[0], "problem": "缺"},)),
        "o-win",
        "urb-window",
    )
    etag = ask(town, CASE, number=number).headers["ETag"]
    body = {"materials": town.uploaded(LATER, CODES[0])}
    assert (
        ask(town, "POST /cases/{number}/supplements", body, match=etag, number=number).status == 201
    )
    assert ask(town, "POST /cases/{number}/withdrawal", {}, number=number).status == 201
    assert ask(town, CASE, number=number).body["matters"]["represented_by"] is None


def test_who_files_for_their_own_document_files_for_themselves(town: Town) -> None:
    answer = ask(town, "POST /applications", town.application(LATER, on_behalf_of=own()))
    assert answer.status == 201
    case = town.case(answer.body["number"])
    assert (case.participants.applicant, case.participants.applicant_name) == (own(), NAME)
    assert not case.participants.represented_by


def test_they_grant_and_see_mandates_also_as_who_they_were_at_the_window(town: Town) -> None:
    body = {"party": own(), "grantee": "p-mother", "until": "2027-03-01T00:00:00+08:00"}
    assert town.ask(LATER, "POST /mandates", body).status == 403
    made = ask(town, "POST /mandates", body)
    assert (made.status, made.body["party_name"]) == (201, NAME)
    page = ask(town, "GET /mandates").body
    assert [party["party"] for party in page["stands_for"]] == [LATER, own()]
    assert [mandate["id"] for mandate in page["granted"]] == [made.body["id"]]
    assert ask(town, "POST /mandates", {**body, "grantee": LATER}).status == 422


def test_the_access_log_and_the_messages_hold_both(town: Town) -> None:
    number = filed(town)
    case = town.case(number)
    reads.put_on_record(case, Actor("o-win", "urb-window"), reads.TASK, town.now)
    for stream in {stream for stream, _ in town.journal.entries if stream.startswith("read#")}:
        access_log.project(stream)
    assert [read["number"] for read in ask(town, "GET /me/access-log").body["reads"]] == [number]
    assert town.ask(LATER, "GET /me/access-log").body["reads"] == []


def test_an_officer_keeps_away_from_what_they_filed_by_their_document(town: Town) -> None:
    number = filed(town)
    case = town.case(number)
    post = authorization.Post("urb-window", "URB", frozenset({"window"}))
    officer = Principal("o-win", posts=(post,), document=own())
    task = task_resource(case, case.visits["accept.0"], "accept")
    assert not CedarEngine().allows(officer, "complete_task", task)
    assert CedarEngine().allows(Principal("o-win", posts=(post,)), "complete_task", task)
    call: Any = SimpleNamespace(
        principal=officer, now=town.now, actor=lambda post: Actor("o-win", post)
    )
    call.permit = lambda resource: authorization.permit(
        CedarEngine(), officer, "complete_task", resource
    )
    with pytest.raises(DutiesNotSeparate):
        as_officer(call, "accept.0", "accept")(case)


def test_no_window_officer_serves_themselves_by_their_document(town: Town) -> None:
    body = {**town.application("o-mid", again=True), **PRESENT}
    refused = ask(town, "POST /window-applications", body, person="o-mid")
    assert (refused.status, refused.body["rule"]["id"]) == (403, "no-own-matter-at-window")
    assert (
        ask(town, "POST /window-applications", body, person="o-mid", document="n-other").status
        == 201
    )


def test_delivery_puts_the_case_where_the_account_looks(town: Town) -> None:
    case = town.case(filed(town))
    assert delivery.case_row(case).owner == f"person#{own()}"
