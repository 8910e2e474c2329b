"""Windows: for who is present, with identity and consent on record, and never by who handles the
case afterwards.
"""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.authority import mandates
from chalicelib.casework.acts import DECLARED, CompleteTask, RecordCertificate, fold
from chalicelib.casework.consumers import case_messages
from chalicelib.casework.execution import events
from chalicelib.casework.use_cases import repository
from chalicelib.intake.attendance import comes_of_age, consent
from chalicelib.kernel import clock, journal
from chalicelib.kernel.journal import Act, Actor
from chalicelib.supervision import conformance
from tests.support.builders.representation import CARD, CHILDS_CARD, COMPANY, Town, town

TOLD_TO_APPLICANT = {
    name for name, row in DECLARED.items() if row.message and row.message.applicant
}

__all__ = ["town"]

PASSPORT = {"type": "passport", "number": "E12345678", "country": "CHN"}
STRANGER = {"name": "钱某", "document": PASSPORT}
DOCUMENT = {"name": "赵大爷", "document": {"type": "id_card", "number": CARD}}
FILE, SUPPLY, COLLECT, SHOW = (
    "POST /window-applications",
    "POST /cases/{number}/window-supplements",
    "POST /cases/{number}/window-collection",
    "POST /cases/{number}/window-view",
)


def attended(present: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    check = {
        "identity_check": {"method": "id_card_reader"},
        "consent": {"given": True, "version": 1},
    }
    return {"present": present or DOCUMENT, **check, **more}


def files(
    town: Town, officer: str = "o-mid", present: dict[str, Any] | None = None, **more: Any
) -> SimpleNamespace:
    return town.ask(officer, FILE, town.application(officer, **attended(present, **more)))


def filed(town: Town, **more: Any) -> str:
    answer = files(town, **more)
    assert answer.status == 201, answer.body
    return str(answer.body["number"])


def test_a_window_files_for_who_is_present(town: Town) -> None:
    answer = files(town)
    case = town.case(answer.body["number"])
    assert (answer.status, answer.body["number"], bool(answer.body["tracking_code"])) == (
        201, "URB-2026-C-000001", True,
    )  # fmt: skip
    assert case.participants.applicant == mandates.party_from_document("id_card", CARD)
    assert (
        case.participants.applicant_name,
        case.submission.channel,
        case.participants.helpers,
    ) == ("赵大爷", "window", {"o-mid"})
    assert {material["trust"] for material in case.submission.materials} == {"B"}


def test_the_number_of_the_document_is_kept_nowhere(town: Town) -> None:
    number = filed(town)
    told = [str(entry) for entry in repository.read(town.case(number).id)]
    assert not [entry for entry in told if CARD in entry]
    window = repository.read(town.case(number).id)[0].acts[1].private["window"]
    assert window["present"]["document"] == {"type": "id_card", "last": CARD[-4:]}
    assert (window["identity_check"]["method"], window["consent"]) == ("id_card_reader", 1)


def test_the_same_document_is_the_same_party(town: Town) -> None:
    first, second = filed(town), filed(town)
    assert first != second
    assert town.case(first).participants.applicant == town.case(second).participants.applicant


def test_the_same_request_files_once(town: Town) -> None:
    body = town.application("o-mid", **attended())
    first, again = (town.ask("o-mid", FILE, body, key="same") for _ in range(2))
    assert first.body == again.body


def test_who_has_an_account_gets_the_case_there(town: Town) -> None:
    number = filed(town, present={"name": "李娜", "person": "p-mother"})
    page = town.ask("p-mother", "GET /cases/{number}", number=number)
    assert [(done["what"], done["service_point"]) for done in page.body["matters"]["windows"]] == [
        ("filed", "service-centre")
    ]


@pytest.mark.parametrize("officer", ["o-street", "o-rev", "o-head", "o-sup"])
def test_only_a_window_that_takes_the_item_serves(town: Town, officer: str) -> None:
    answer = files(town, officer)
    assert (answer.status, answer.body["rules"][0]["id"]) == (403, "window-for-who-is-present")


def test_a_citizen_is_no_window(town: Town) -> None:
    assert files(town, "p-mother").status == 403


def test_no_officer_serves_themselves_nor_whom_they_represent(town: Town) -> None:
    own = files(town, "o-mid", present={"name": "吴静", "person": "o-mid"})
    assert (own.status, own.body["rule"]["id"]) == (403, "no-own-matter-at-window")
    town.granted(grantee="o-mid")
    town.granted(grantee="p-clerk")
    for_company = files(
        town, "o-mid", present={"name": "陈洁", "person": "p-clerk"}, on_behalf_of=COMPANY
    )
    assert (for_company.status, for_company.body["rule"]["id"]) == (403, "no-own-matter-at-window")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"present": {"name": "赵", "document": {"type": "id_card", "number": "11010519491231002Y"}}}, "/present"),
        ({"present": {"name": "赵", "document": {"type": "id_card", "number": CARD[:-1] + "4"}}}, "/present/document"),
        ({"present": {**DOCUMENT, "person": "p-1"}}, "/present"),
        ({"present": {"name": "赵"}}, "/present"),
        ({"consent": {"given": False, "version": 1}}, "/consent/given"),
        ({"consent": {"given": True, "version": 2}}, "/consent/version"),
        ({"identity_check": {"method": "face", "at": "2026-03-01T09:00:00+08:00"}}, "/identity_check/at"),
        ({"identity_check": {"method": "face", "at": "2026-03-02T10:00:00+08:00"}}, "/identity_check/at"),
        ({"identity_check": {"method": "face", "at": "2026-02-31T10:00:00+08:00"}}, "/identity_check/at"),
        ({"identity_check": {"method": "friend"}}, "/identity_check/method"),
        ({"on_behalf_of": "p-mother"}, "/on_behalf_of"),
    ],
)  # fmt: skip
def test_without_identity_or_consent_nothing_is_filed(
    town: Town, change: dict[str, Any], field: str
) -> None:
    answer = town.ask("o-mid", FILE, town.application("o-mid", **attended()) | change)
    assert answer.status == 422
    assert {fault["field"][: len(field)] for fault in answer.body["errors"]} == {field}


def test_who_holds_a_mandate_is_served_for_the_party(town: Town) -> None:
    town.granted()
    clerk = {"name": "陈洁", "person": "p-clerk"}
    case = town.case(filed(town, present=clerk, on_behalf_of=COMPANY))
    assert (
        case.participants.applicant,
        case.participants.applicant_name,
        case.participants.agents,
    ) == (COMPANY, "清河文化", {"p-clerk"})


def test_the_officer_who_filed_handles_no_step_but_the_delivery(town: Town) -> None:
    number = filed(town, officer="o-win")
    case = town.case(number)
    assert "o-win" in case.excluded_persons(case.visits["accept.0"])
    granted(town, number)
    case = town.case(number)
    assert "o-win" not in case.excluded_persons(case.visits[f"deliver.{case.seq}"])


def granted(town: Town, number: str) -> None:
    """Through review and decision to the delivery."""
    town.do(number, CompleteTask("accept.0", "accept"), "o-win-2", "urb-window")
    for step, outcome, person, post in (
        ("review", "pass", "o-rev", "urb-reviewer"),
        ("approve", "approve", "o-sun", "urb-approver"),
    ):
        town.do(number, CompleteTask(f"{step}.{town.case(number).seq}", outcome), person, post)
    town.do(number, RecordCertificate("C-1"))


def test_a_window_hands_the_result_over(town: Town) -> None:
    number = filed(town)
    granted(town, number)
    done = town.ask("o-mid", COLLECT, attended(), number=number)
    assert (done.status, done.body["status"]) == (201, "granted")
    entries = repository.read(town.case(number).id)
    assert [act.type for act in entries[-1].acts] == [
        "TaskCompleted",
        "ResultDelivered",
        "WindowAssisted",
    ]
    assert conformance.report(entries)["findings"] == []
    assert town.ask("o-mid", COLLECT, attended(), number=number).status == 409


def test_nothing_is_handed_over_before_it_is_there_or_to_somebody_else(town: Town) -> None:
    number = filed(town)
    assert town.ask("o-mid", COLLECT, attended(), number=number).status == 409
    granted(town, number)
    refused = town.ask("o-mid", COLLECT, attended(STRANGER), number=number)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "/present")
    assert town.ask("o-street", COLLECT, attended(), number=number).status == 403


def test_a_window_supplies_what_was_asked_for(town: Town) -> None:
    number = filed(town)
    defects = [{"subject": "premises-proof", "problem": "请补充产权证明"}]
    town.do(number, CompleteTask("accept.0", "supplement", defects=defects), "o-win", "urb-window")
    body = attended(materials=town.uploaded("o-mid", "premises-proof"))
    done = town.ask("o-mid", SUPPLY, body, number=number)
    assert (done.status, done.body["status"]) == (201, "filed")
    entries = repository.read(town.case(number).id)
    assert conformance.report(entries)["findings"] == []
    assert entries[-1].acts[-1].data == {"what": "supplemented", "service_point": "service-centre"}
    assert town.ask("o-mid", SUPPLY, attended(), number=number).status == 422, (
        "something must be brought"
    )


def test_a_case_is_shown_to_its_applicant_and_that_goes_on_record(town: Town) -> None:
    number = filed(town)
    shown = town.ask("o-win", SHOW, attended(), number=number)
    assert (shown.status, shown.body["applicant"]) == (201, "赵大爷")
    assert "o-win" in town.case(number).participants.helpers
    assert town.ask("o-win", SHOW, attended(STRANGER), number=number).status == 422
    another = {**DOCUMENT, "name": "赵得贵"}
    assert town.ask("o-win", SHOW, attended(another), number=number).status == 422, (
        "another name under the same number"
    )
    spelt = {
        "name": "赵 大爷",
        "document": {"type": "id_card", "number": f" {CARD[:6]} {CARD[6:]}"},
    }
    assert town.ask("o-win", SHOW, attended(spelt), number=number).status == 201


def test_of_an_account_the_name_must_be_the_cases(town: Town) -> None:
    number = str(town.files("p-mother").body["number"])
    for name, status in (("李娜", 201), (" 李 娜", 201), ("钱某", 422)):
        present = attended({"name": name, "person": "p-mother"})
        assert town.ask("o-mid", SHOW, present, number=number).status == status, name


def test_each_day_on_which_a_window_shows_a_case_is_a_read_of_it_also_by_the_same_request(
    town: Town,
) -> None:
    number = filed(town)
    for _ in range(2):
        assert town.ask("o-win", SHOW, attended(), number=number, key="once").status == 201
    town.wait(days=2)
    assert town.ask("o-win", SHOW, attended(), number=number, key="once").status == 201
    reads = [
        entry.acts[0].data
        for entry in town.journal.entries.values()
        if entry.stream.startswith("read#")
    ]
    assert [(read["purpose"], read["on"]) for read in reads] == [
        ("window", "2026-03-02"),
        ("window", "2026-03-04"),
    ]


def test_who_came_to_a_window_for_the_party_has_acted_for_it(town: Town) -> None:
    town.granted(grantee="o-rev")
    number = str(town.files("p-boss", on_behalf_of=COMPANY).body["number"])
    present = attended({"name": "某人", "person": "o-rev"}, on_behalf_of=COMPANY)
    assert (
        town.ask(
            "o-mid", SHOW, {k: v for k, v in present.items() if k != "on_behalf_of"}, number=number
        ).status
        == 201
    )
    case = town.case(number)
    assert "o-rev" in case.participants.agents and "o-rev" in case.excluded_persons(
        case.visits["accept.0"]
    )


def test_the_second_reading_notices_a_window_officer_who_decides(town: Town) -> None:
    number = filed(town, officer="o-win")
    entries = repository.read(town.case(number).id)
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
    assert [finding["rule"] for finding in conformance.report([*entries, done])["findings"]] == [
        "duties"
    ]


def test_the_person_is_told_what_a_window_did(town: Town) -> None:
    number = filed(town, present={"name": "李娜", "person": "p-mother"})
    case = town.case(number)
    for event in events.of_entry(case, repository.read(case.id)[0]):
        if event.type in TOLD_TO_APPLICANT:
            case_messages.tell({"detail-type": event.type, "detail": dict(event.detail)})
    messages = town.ask("p-mother", "GET /messages").body["messages"]
    assert sorted(message["kind"] for message in messages) == ["case.at_window", "case.filed"]
    assert any("your application was filed" in message["text"] for message in messages)


def test_everybody_can_read_what_they_consent_to(town: Town) -> None:
    shown = town.ask("", "GET /window-consent").body
    assert shown == consent("en") and shown["version"] == 1


def test_a_case_from_a_window_is_still_read_when_its_private_parts_are_forgotten(
    town: Town,
) -> None:
    town.granted()
    number = filed(town, present={"name": "陈洁", "person": "p-clerk"}, on_behalf_of=COMPANY)
    granted(town, number)
    town.ask("o-mid", COLLECT, attended({"name": "陈洁", "person": "p-clerk"}), number=number)
    entries = [journal.forgotten(entry) for entry in repository.read(town.case(number).id)]
    case = fold(entries)
    assert [done["what"] for done in case.record.windows] == ["filed", "collected"]
    assert conformance.report(entries)["findings"] == []


# Guardians


def guardianship_body(town: Town, officer: str = "o-mid") -> dict[str, Any]:
    papers = town.uploaded(officer, "birth-certificate")
    minor = {
        "name": "小明",
        "document": {"type": "id_card", "number": CHILDS_CARD},
        "born_on": "2015-03-01",
    }
    guardian = {"name": "李娜", "person": "p-mother"}
    body = {**attended(), "guardian": guardian, "minor": minor, "evidence": papers}
    del body["present"]
    return body


def guardianship(town: Town, officer: str = "o-mid", **change: Any) -> SimpleNamespace:
    body = guardianship_body(town, officer)
    return town.ask(officer, "POST /guardianships", body | change)


def test_a_guardian_acts_for_a_minor_who_has_no_account(town: Town) -> None:
    made = guardianship(town)
    assert (made.status, made.body["kind"], made.body["status"]) == (201, "guardianship", "offered")
    assert made.body["until"].startswith("2033-03-01T00:00:00")
    child = made.body["party"]
    assert town.files("p-mother", on_behalf_of=child).status == 403, (
        "not before the guardian has accepted it"
    )
    accepted = town.ask("p-mother", "POST /mandates/{mandate}/acceptance", mandate=made.body["id"])
    assert accepted.body["status"] == "in_force"
    number = town.files("p-mother", on_behalf_of=child).body["number"]
    assert (
        town.case(number).participants.applicant,
        town.case(number).participants.applicant_name,
    ) == (child, "小明")
    at_window = files(town, present={"name": "李娜", "person": "p-mother"}, on_behalf_of=child)
    assert town.case(at_window.body["number"]).participants.applicant == child


def test_the_proof_stays_with_the_mandate_and_not_with_the_public(town: Town, memory: Any) -> None:
    made = guardianship(town)
    act = memory[0].read(f"mandates#{made.body['id'].partition('.')[0]}")[0].acts[0]
    assert act.private["office"]["papers"][0]["code"] == "birth-certificate"
    assert set(act.data) == {"mandate", "kind", "items", "acts", "until"}


@pytest.mark.parametrize(
    ("minor", "field"),
    [
        ({"born_on": "2015-03-02"}, "/minor/born_on"),
        ({"born_on": "2015-02-30"}, "/minor/born_on"),
        (
            {"document": {"type": "id_card", "number": CARD}, "born_on": "1990-01-02"},
            "/minor/born_on",
        ),
        (
            {"document": STRANGER["document"], "born_on": "2027-01-02"},
            "/minor/born_on",
        ),
        (
            {"document": {"type": "id_card", "number": CHILDS_CARD[:-1] + "X"}},
            "/minor/document/number",
        ),
    ],
)
def test_who_is_no_minor_gets_no_guardian(town: Town, minor: dict[str, Any], field: str) -> None:
    known = {
        "name": "小明",
        "document": {"type": "id_card", "number": CHILDS_CARD},
        "born_on": "2015-03-01",
    }
    answer = guardianship(town, minor=known | minor)
    assert answer.status == 422
    assert [fault["field"] for fault in answer.body["errors"]] == [field]


def test_without_papers_no_guardianship_is_put_on_record(town: Town) -> None:
    wrong = [{"code": "birth-certificate", "upload_id": "z" * 26, "sha256": "0" * 64}]
    answer = guardianship(town, evidence=wrong)
    assert [fault["field"] for fault in answer.body["errors"]] == ["/evidence/0/upload_id"]


def test_no_officer_makes_themselves_a_guardian(town: Town) -> None:
    own = guardianship(town, guardian={"name": "吴静", "person": "o-mid"})
    assert (own.status, own.body["rule"]["id"]) == (403, "no-own-guardianship")
    assert guardianship(town, "o-rev").status == 403


@pytest.mark.parametrize(
    ("person", "status"), [("p-mother", 200), ("o-win", 200), ("o-rev", 404), ("p-clerk", 404)]
)
def test_guardian_or_window_end_a_guardianship(town: Town, person: str, status: int) -> None:
    mandate = guardianship(town).body["id"]
    assert (
        town.ask(
            person, "POST /mandates/{mandate}/end", {"reason": "监护人变更"}, mandate=mandate
        ).status
        == status
    )


def test_a_window_says_why_it_ends_a_guardianship(town: Town) -> None:
    mandate = guardianship(town).body["id"]
    refused = town.ask("o-win", "POST /mandates/{mandate}/end", {}, mandate=mandate)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "/reason")


def test_who_was_born_on_a_leap_day_comes_of_age_a_day_later() -> None:
    assert comes_of_age(date(2012, 2, 29)) == date(2030, 3, 1)
    assert comes_of_age(date(2015, 3, 1)) == date(2033, 3, 1)


@pytest.mark.parametrize(
    ("name", "status"),
    [("赵大爷", 201), ("赵 大爷", 201), ("　赵大爷", 201), ("赵得贵", 422), ("钱某", 422)],
)
def test_another_name_under_the_same_number_opens_no_case(
    town: Town, name: str, status: int
) -> None:
    filed(town)
    answer = files(town, present={**DOCUMENT, "name": name})
    assert answer.status == status, answer.body
    if status == 422:
        assert [fault["field"] for fault in answer.body["errors"]] == ["/present/name"]


def test_a_filing_that_failed_has_put_no_name_beside_a_number(town: Town) -> None:
    assert files(town, item="nonsense", present={**DOCUMENT, "name": "赵得贵"}).status >= 400
    filed(town)


CORRECT = "POST /cases/{number}/corrections"


def test_a_name_that_a_window_mistyped_is_corrected_and_the_document_known_by_the_right_one(
    town: Town,
) -> None:
    number = filed(town, present={**DOCUMENT, "name": "赵大也"})
    assert files(town).status == 422
    body = {"entry": 1, "text": "姓名应为赵大爷", "reasons": ["窗口录入有误"], "name": "赵大爷"}
    assert town.ask("o-head", CORRECT, body, number=number).status == 201
    assert town.case(number).participants.applicant_name == "赵大爷"
    assert town.ask("o-win", SHOW, attended(), number=number).status == 201
    assert files(town).status == 201


@pytest.mark.parametrize(
    ("right", "fields", "is_certified"),
    [
        ({}, [], False),
        ({"name": "赵大爷"}, [], True),
        ({"form": {"shop_name": "知味小馆"}}, [], True),
        ({"form": {"handler_name": "李娜"}}, [], False),  # shown to nobody else
        ({"form": {"surprise": 1}}, ["/form/surprise"], False),
        ({"form": {"shop_name": ""}}, ["/form/shop_name"], False),
        ({"form": {"uscc": "91350203M0001QKT18"}}, ["/form/uscc"], False),
        ({"name": "\u3164"}, ["/name"], False),
    ],
)
def test_what_is_corrected_is_right_and_the_certificate_follows_where_it_shows_it(
    town: Town, right: dict[str, Any], fields: list[str], is_certified: bool
) -> None:
    number = filed(town)
    body = {"entry": 1, "text": "应为", "reasons": ["有误"], **right}
    answer = town.ask("o-head", CORRECT, body, number=number)
    assert sorted({fault["field"] for fault in answer.body.get("errors", ())}) == fields
    assert town.case(number).decision.replacements == int(is_certified)
    if not fields:
        form = town.case(number).submission.form
        assert {**form, **right.get("form", {})} == form


def test_an_equal_guardianship_is_told_of_with_its_first(town: Town) -> None:
    first = guardianship(town)
    again = guardianship(town)
    assert (first.status, again.status) == (201, 409)
    assert first.body["id"] in again.body["detail"]
