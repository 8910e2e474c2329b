"""What a flow can hold beside its plain path, each on the deployed stack: hearings, meetings,
money, promises, time.
"""

from typing import Any

import pytest

from infra.local.client import City, wait
from tests.journeys.support.cases import OFFICER
from tests.journeys.support.item_walks import Walk, filed, item, materials, opened
from tests.journeys.support.stack import Stack

REASONS = {"reasons": ["The neighbours' well is concerned."]}


@pytest.fixture(scope="module")
def city(own_stack: Stack) -> City:
    """A city of their own: most of these need the clock."""
    return own_stack.city


def office(case: Walk, post: str, path: str, body: dict[str, Any]) -> Any:
    """An officer acts on the case, at no task."""
    return case.officer(post).post(f"/cases/{case.number}/{path}", body)


def conforms(case: Walk) -> bool:
    """Whether the public check finds nothing."""
    report = case.city.anybody().get(f"/record/{case.number}/conformance").expect(200)
    assert not report["findings"], report.body
    return bool(report["conforms"])


def told(case: Walk, kind: str, person: str = "") -> bool:
    """Whether somebody (the applicant) has had a message of that kind about the case."""
    who = case.city.person(person) if person else case.applicant
    return bool(
        wait(
            lambda: [m for m in who.messages(case.number) if m["kind"] == kind],
            f"{kind} of {case.number}",
        )
    )


def test_interested_parties_are_told_heard_and_get_their_hearing(city: City) -> None:
    case = filed(city, "construction-permit")
    case.complete("accept")
    neighbour = {"person": "p-chen-jie", "relation": "owner of the house next door"}
    case.complete("review", "inform", parties=[neighbour], **REASONS)
    assert told(case, "case.informed", "p-chen-jie")
    assert city.person("p-chen-jie").case(case.number)["matters"]["told"] == REASONS["reasons"]
    assert "form" not in city.person("p-chen-jie").case(case.number).body
    case.say("statements", {"text": "No."}, "p-liu-yang").expect(404)  # a stranger learns nothing
    case.say("statements", {"text": "My light!", "hearing": True}, "p-chen-jie").expect(201)
    before = case.record()["due"]["decide_by"]
    case.complete("hearing", "held", minutes="All were heard; the wall moves by a metre.")
    assert before > case.record()["due"]["decide_by"]  # what the hearing did not take counts again
    assert case.to_the_end() == "granted"
    assert conforms(case)


def test_a_joint_meeting_binds_the_decision(city: City) -> None:
    case = filed(city, "investment-approval")
    case.complete("accept")
    for branch in ("planning", "construction", "environment", "fire"):
        case.complete(branch)
    case.complete("review", "refer", reasons=["Two departments disagree on the river bank."])
    coordinator = case.officer(case.post("meeting"))
    task = coordinator.wait_for_task(case.post("meeting"), case.number, "meeting")["id"]
    resolved = {"minutes": "Minutes.", "resolution": "refuse"}
    coordinator.complete(task, "resolved", **resolved).expect(409, "meeting-not-convened")
    day = city.official_time().date().isoformat()
    invited = [case.post("planning"), case.post("fire")]
    coordinator.post(f"/tasks/{task}/meeting", {"on": day, "invited": invited}).expect(200)
    assert told(case, "case.meeting_convened", OFFICER[case.post("fire")])
    coordinator.complete(task, "resolved", **resolved).expect(200)
    approver = case.officer(case.post("approve"))
    decision = approver.wait_for_task(case.post("approve"), case.number, "approve")["id"]
    approver.complete(decision, "approve").expect(409, "resolution-binds")
    approver.complete(decision, "refuse", reasons=["As the joint meeting resolved."]).expect(200)
    assert (
        wait(lambda: case.record()["ended_at"], "the end") and case.record()["status"] == "refused"
    )
    tried = wait(
        lambda: city.anybody().get(f"/record/{case.number}/refusals")["refusals"],
        "what was refused",
    )
    assert {one["rule"] for one in tried} == {"meeting-not-convened", "resolution-binds"}
    assert conforms(case)


def test_a_special_procedure_and_an_extension_move_the_limit_and_the_applicant_is_told(
    city: City,
) -> None:
    case = filed(city, "construction-permit")
    case.complete("accept")
    reviewer, head = case.post("review"), item("construction-permit")["posts"]["head"]
    first = case.record()["due"]["decide_by"]
    inbox = case.officer(reviewer)
    before = inbox.wait_for_task(reviewer, case.number)["due_at"]
    kind = item("construction-permit")["limits"]["special_procedures"][0]
    body = {"kind": kind, "days": 8, "ground": "The soil has to be examined."}
    office(case, reviewer, "procedures", body).expect(201)
    assert case.record()["due"]["decide_by"] > first
    assert told(case, "case.procedure_begun")
    office(case, reviewer, "procedures", body).expect(422, "procedure-not-lawful")
    office(case, reviewer, "procedures", body | {"kind": "auction"}).expect(
        422, "procedure-not-lawful"
    )
    wait(
        lambda: inbox.wait_for_task(reviewer, case.number)["due_at"] > before,
        "the task's later place in the inbox",
    )
    office(case, reviewer, "procedures/1/end", {"report": "The soil is sound."}).expect(201)
    assert case.record()["due"]["decide_by"] == first
    most = item("construction-permit")["limits"]["extension_days"]
    asked = {"days": most, "reasons": ["Five reports are to be read."]}
    office(case, reviewer, "extension", asked | {"days": most + 1}).expect(
        422, "extension-not-lawful"
    )
    office(case, reviewer, "extension", asked).expect(201)
    office(case, reviewer, "extension/answer", {"grant": True, "reasons": ["Yes."]}).expect(403)
    office(
        case, head, "extension/answer", {"grant": True, "reasons": ["It is a large building."]}
    ).expect(201)
    assert case.record()["course"]["extended_days"] == most
    assert case.record()["due"]["decide_by"] > first
    assert told(case, "case.extension_granted")
    assert case.to_the_end() == "granted"


def test_a_penalty_is_heard_fined_paid_and_archived(city: City) -> None:
    case = opened(city, "street-penalty")
    assert told(case, "case.opened")
    assert case.record()["course"]["ex_officio"] and case.record()["accepted_on"]
    case.say("withdrawal", {}).expect(409, "too-late-to-withdraw")
    case.complete(
        "investigate", "inform", reasons=["Goods stood on the pavement; 500 yuan are intended."]
    )
    case.say("statements", {"text": "It was ten minutes.", "hearing": True}).expect(201)
    case.complete("hearing", "held", minutes="The person concerned spoke.")
    approver = case.officer(case.post("order"))
    task = approver.wait_for_task(case.post("order"), case.number)["id"]
    fine = {"measure": "A fine of 500 yuan.", "amount_fen": 50_000}
    approver.complete(task, "order", **fine | {"amount_fen": 999_900}).expect(
        422, "fine-not-lawful"
    )
    approver.complete(task, "order", **fine).expect(200)
    case.complete("deliver", "delivered", way="post", tracking="EM123456789CN")
    wait(lambda: "pay" in case.open_steps(), "the payment")
    assert case.pay()["amount_fen"] == 50_000
    assert case.to_the_end() == "ordered"
    assert told(case, "case.fee_paid") and conforms(case)
    assert case.page()["matters"]["fee"] == {
        "due_fen": 50_000,
        "paid_fen": 50_000,
        "refunded": False,
    }


def test_no_fine_without_a_hearing_of_views(city: City) -> None:
    case = opened(city, "street-penalty")
    case.complete("investigate", "pass")
    approver = case.officer(case.post("order"))
    task = approver.wait_for_task(case.post("order"), case.number)["id"]
    approver.complete(task, "order", measure="Fine.", amount_fen=50_000).expect(
        409, "party-not-heard"
    )
    approver.complete(task, "drop", reasons=["A first and small offence."]).expect(200)
    assert (
        wait(lambda: case.record()["ended_at"], "the end") and case.record()["status"] == "dropped"
    )
    assert conforms(case)


def test_minor_materials_may_follow_acceptance_but_not_the_decision(city: City) -> None:
    name = "mass-event"
    form = item(name)["form"]["examples"][0]
    files = {
        code: file
        for code, file in materials(name, form).items()
        if code != "safety-officer-identity"
    }
    case = filed(city, name, applicant="p-liu-yang", files=files)
    case.complete("accept")
    assert case.page()["matters"]["owed"] == ["safety-officer-identity"]
    for step in ("review", "fire", "traffic"):
        case.complete(step)
    approver = case.officer(case.post("approve"))
    task = approver.wait_for_task(case.post("approve"), case.number)["id"]
    approver.complete(task, "approve").expect(409, "materials-owed")
    case.supplement(("safety-officer-identity",))
    assert case.page()["matters"]["owed"] == []
    assert case.to_the_end() == "granted"


def test_a_broken_promise_revokes_decision_and_certificate(city: City) -> None:
    case = filed(city, "food-licence", on_promise=True)
    for step in ("accept", "approve"):
        case.complete(step)
    certificate = case.certificate()
    case.complete("deliver", "delivered", way="post")
    status = f"/certificates/{certificate}/status"
    assert city.anybody().get(status)["status"] == "valid"
    case.complete("verify", "broken", reasons=["There is no wash basin."])
    assert (
        wait(lambda: case.record()["ended_at"], "the end") and case.record()["status"] == "revoked"
    )
    assert wait(
        lambda: city.anybody().get(status)["status"] == "revoked",
        "the revocation of the certificate",
    )
    assert told(case, "case.revoked") and conforms(case)


def test_a_mistaken_act_is_corrected_and_a_decision_revoked_by_the_head(city: City) -> None:
    case = filed(city, "shop-sign")
    assert case.to_the_end() == "granted"
    mistake = {
        "entry": 1,
        "text": "The sign is 3 metres wide, not 30.",
        "reasons": ["A slip of the pen."],
    }
    office(case, "urb-approver", "corrections", mistake).expect(403)
    office(case, "urb-head", "corrections", mistake).expect(201)
    assert case.record()["course"]["corrections"][0]["entry"] == 1
    assert case.page()["matters"]["corrections"][0]["text"] == mistake["text"]
    office(case, "urb-head", "revocation", {"reasons": []}).expect(422)
    office(case, "urb-head", "revocation", {"reasons": ["Granted for the wrong street."]}).expect(
        201
    )
    assert case.record()["status"] == "revoked"
    status = f"/certificates/{case.certificate()}/status"
    assert wait(
        lambda: city.anybody().get(status)["status"] == "revoked",
        "the revocation of the certificate",
    )
    assert told(case, "case.corrected") and told(case, "case.revoked") and conforms(case)
    office(case, "urb-head", "revocation", {"reasons": ["Again."]}).expect(409, "nothing-to-revoke")


def test_a_name_that_was_wrong_is_signed_anew_and_found_however_it_is_typed(city: City) -> None:
    case = filed(city, "shop-sign")
    assert case.to_the_end() == "granted"
    first = case.certificate()
    right = {"entry": 1, "text": "张玮", "reasons": ["A slip of the pen."], "name": "张玮"}
    office(case, "urb-head", "corrections", right).expect(201)
    second = f"{case.number}-2"
    assert wait(lambda: case.certificate() == second, "the replacement")
    old, new = (city.anybody().get(f"/certificates/{each}/status") for each in (first, second))
    assert (old["status"], old["replaced_by"]) == ("revoked", second)
    assert (new["status"], new["replaces"], new["expires_at"]) == (
        "valid", first, old["expires_at"],
    )  # fmt: skip
    typed = second.lower().replace("0", "O").replace("-", "%20")
    assert city.anybody().get(f"/certificates/{typed}/status")["id"] == second
    assert case.page()["applicant"] == "张玮" and conforms(case)


def test_a_case_of_a_defective_flow_is_moved_by_two_persons_along_the_published_map(
    city: City,
) -> None:
    case = filed(city, "shop-sign")
    case.complete("accept")
    case.officer("urb-reviewer").wait_for_task("urb-reviewer", case.number)
    page = city.anybody().get("/flows/licence-v1").expect(200)
    assert page["maps"][0]["to"] == 2 and page["hash"] == case.receipt["flow"]["hash"]
    administrator, head = city.person("o-xu-admin"), city.person(OFFICER["urb-head"])
    path, why = f"/cases/{case.number}/move", {"reasons": ["Version 1 delivers nothing."]}
    administrator.post(path, {"version": 9, **why}).expect(422, "flow-move-not-published")
    head.post(f"{path}/approval", {"version": 2}).expect(409, "no-move-proposed")
    administrator.post(path, {"version": 2, **why}).expect(201)
    administrator.post(f"{path}/approval", {"version": 2}).expect(
        404
    )  # who proposes sees no more than that
    head.post(f"{path}/approval", {"version": 2}).expect(201)
    assert told(case, "case.moved")
    for step in ("review", "approve"):
        wait(lambda step=step: step in case.open_steps(), step)
        case.complete(step)
    case.certificate()
    case.say("collection").expect(201)
    assert (
        wait(lambda: case.record()["ended_at"], "the end") and case.record()["status"] == "granted"
    )
    assert case.record()["flow"]["version"] == 2
    assert conforms(case)


def test_what_silence_brings(city: City) -> None:
    """Objections in time, no answer to the notice, no payment, no decision: each comes to its
    lawful end by itself.
    """
    opposed, lapsing, unpaid, tacit = (
        filed(city, name)
        for name in ("model-worker", "household-confirmation", "road-excavation", "tender-filing")
    )
    for case in (opposed, unpaid, tacit):
        case.complete("accept")
    opposed.complete("review")
    lapsing.complete(
        "accept", "supplement", defects=[{"subject": "proof", "problem": "unreadable"}]
    )
    for step in ("review", "approve", "assess"):
        unpaid.complete(step)
    wait(
        lambda: "publicity" in opposed.open_steps() and "pay" in unpaid.open_steps(),
        "notice and bill",
    )
    notices = wait(lambda: city.anybody().get("/public-notices")["notices"], "the public notice")
    assert opposed.number in {notice["number"] for notice in notices}
    opposed.say("objections", {"text": "This award is not deserved."}, "p-chen-jie").expect(201)
    opposed.say("objections", {"text": "Really not."}, "p-chen-jie").expect(409, "already-stated")
    city.move_clock(advance_days=30)
    city.move_clock(advance_days=1)
    assert wait(
        lambda: opposed.record()["steps"][-1]["step"] == "recheck", "the check of the objection"
    )
    assert (
        wait(lambda: lapsing.record()["ended_at"], "the lapse")
        and lapsing.record()["status"] == "lapsed"
    )
    assert (
        wait(lambda: unpaid.record()["ended_at"], "the lapse")
        and unpaid.record()["status"] == "lapsed"
    )
    assert wait(lambda: tacit.record()["status"] == "granted", "the tacit approval")
    assert told(tacit, "case.granted_tacitly") and told(lapsing, "case.lapsed")
    assert tacit.to_the_end() == "granted"
    assert all(conforms(case) for case in (opposed, lapsing, unpaid, tacit))


def test_what_was_paid_is_given_back(city: City) -> None:
    case = filed(city, "road-excavation")
    assert case.to_the_end() == "granted"
    paid = case.page()["matters"]["fee"]["paid_fen"]
    office(
        case, "urb-head", "refund", {"reasons": ["The road was dug up by the city itself."]}
    ).expect(201)
    office(case, "urb-head", "refund", {"reasons": ["Again."]}).expect(409, "nothing-to-pay")
    assert paid > 0 and told(case, "case.refund_ordered")
