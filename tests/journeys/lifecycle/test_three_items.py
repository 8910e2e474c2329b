"""Every journey of the three items, through the public API of the deployed stack."""

import httpx
import pytest

from infra.local.client import City, pdf, wait
from tests.journeys.support.cases import PEOPLE, Case, accepted, appointed, filed, granted, reviewed
from tests.journeys.support.stack import Stack

DEFECT = [{"subject": "premises-proof", "problem": "缺产权人同意设置招牌的书面材料"}]


def _kinds(case: Case) -> set[str]:
    return {message["kind"] for message in case.applicant.messages(case.number)}


def test_a_shop_sign_goes_from_filing_to_a_certificate_with_one_supplement(city: City) -> None:
    case = filed(city, applicant="p-zhang-wei")
    assert case.receipt["flow"]["hash"] == city.anybody().get("/items/shop-sign")["flow"]["hash"]
    assert case.receipt.headers["location"] == f"/cases/{case.number}"
    notice = case.act("urb-window", "supplement", defects=DEFECT)
    assert notice["status"] == "supplement_requested" and set(notice["due"]) == {
        "runs_from",
        "supplement_by",
        "provisional",
    }
    page = case.page()
    assert page["defects"] == DEFECT
    supplied = case.supplement()
    assert supplied["status"] == "filed" and supplied["due"]["runs_from"] == supplied["at"][:10]
    assert len(case.page()["materials"]) == 2
    acceptance = case.act("urb-window", "accept")
    assert acceptance["due"]["runs_from"] == supplied["at"][:10]
    assert acceptance["due"]["decide_by"] < acceptance["due"]["statutory_by"]
    case.act("urb-reviewer", "pass")
    assert case.act("urb-approver", "approve")["status"] == "granted"
    assert case.certificate() == f"{case.number}-1"
    assert case.outcomes() == [
        ("accept", "supplement"),
        ("supplement", "supplied"),
        ("accept", "accept"),
        ("review", "pass"),
        ("approve", "approve"),
        ("issue", "issued"),
    ]
    expected = {
        "case.filed",
        "case.supplement_requested",
        "case.accepted",
        "case.granted",
        "certificate.issued",
    }
    wait(lambda: _kinds(case) == expected, "each message of the case")


def test_a_second_supplement_notice_is_refused(city: City) -> None:
    case = filed(city)
    case.act("urb-window", "supplement", defects=DEFECT)
    case.supplement()
    task = case.task("urb-window")["id"]
    second = case.officer("urb-window").complete(task, "supplement", defects=DEFECT)
    second.expect(409, "supplement-asked-before")


def test_a_benefit_is_granted(city: City) -> None:
    case = filed(city, "disability-benefit", "p-chen-jie")
    case.act("dpf-window", "accept")
    case.act("dpf-reviewer", "pass")
    case.act("dpf-approver", "approve")
    case.certificate()
    assert wait(lambda: case.page()["ended_at"], "the end of the case")


def test_a_joint_licence_asks_both_departments_at_once(stack: Stack, city: City) -> None:
    case = filed(city, "mass-event", "p-liu-yang")
    case.act("psb-window", "accept")
    case.act("psb-reviewer", "pass")
    fire, traffic = case.task("fire-reviewer"), case.task("traffic-reviewer")
    assert (fire["step"], traffic["step"]) == ("fire", "traffic")
    reasons = ["东门消防车通道净宽不足四米"]
    case.act("traffic-reviewer", "opinion", opinion="agree")
    assert case.is_gone_from("psb-approver")
    case.act("fire-reviewer", "opinion", opinion="object", reasons=reasons)
    seen = (
        case.officer("psb-approver")
        .get(f"/tasks/{case.task('psb-approver')['id']}")
        .expect(200)["remarks"]
    )
    assert [(r["step"], r["opinion"], r["reasons"]) for r in seen] == [
        ("traffic", "agree", []),
        ("fire", "object", reasons),
    ]
    assert "remarks" not in case.page().body
    case.act("psb-approver", "approve")
    case.certificate()
    wait(lambda: not stack.executions(case.id), "the end of the execution")
    assert [e["status"] for e in stack.executions(case.id, "SUCCEEDED")] == ["SUCCEEDED"]


def test_an_opinion_that_objects_needs_reasons(city: City) -> None:
    case = filed(city, "mass-event", "p-liu-yang")
    case.act("psb-window", "accept")
    case.act("psb-reviewer", "pass")
    task = case.task("fire-reviewer")["id"]
    case.officer("fire-reviewer").complete(task, "opinion", opinion="object").expect(
        422, "reasons-needed"
    )
    case.officer("fire-reviewer").complete(task, "opinion").expect(422, "reasons-needed")


def test_an_application_that_is_not_accepted_hears_why(city: City) -> None:
    case = filed(city, "disability-benefit", "p-chen-jie")
    task = case.task("dpf-window")["id"]
    case.officer("dpf-window").complete(task, "not_accept").expect(422, "reasons-needed")
    reasons = ["申请月份超出本项补贴可追溯的期限"]
    assert case.act("dpf-window", "not_accept", reasons=reasons)["status"] == "not_accepted"
    page = case.page()
    assert page["reasons"] == reasons and len(page["appeal"]) == 2 and page["ended_at"]
    assert reasons[0] not in case.record().raw.decode()
    wait(lambda: "case.not_accepted" in _kinds(case), "the message")


def test_a_refused_application_hears_why_and_how_to_appeal(city: City) -> None:
    case = reviewed(city)
    reasons = ["招牌遮挡消防登高面"]
    assert case.act("urb-approver", "refuse", reasons=reasons)["status"] == "refused"
    page = case.page()
    assert page["reasons"] == reasons and "行政复议" in page["appeal"][0]["zh"]
    assert page["certificate"] is None
    progress = city.anybody().follow(case.number, case.receipt["tracking_code"], "1002").expect(200)
    assert progress["reasons"] == reasons and progress["appeal"]
    wait(lambda: "case.refused" in _kinds(case), "the message")


def test_an_approver_returns_a_case_to_its_reviewer(city: City) -> None:
    case = reviewed(city)
    case.act("urb-approver", "return", reasons=["现场照片与效果图不符,请核实"])
    case.act("urb-reviewer", "pass")
    case.act("urb-approver", "approve")
    case.certificate()
    steps = [step for step, _ in case.outcomes()]
    assert steps == ["accept", "review", "approve", "review", "approve", "issue"]


@pytest.mark.parametrize(
    "stage", [filed, accepted, reviewed], ids=["filed", "accepted", "reviewed"]
)
def test_an_applicant_withdraws_until_the_decision(city: City, stack: Stack, stage: object) -> None:
    case: Case = stage(city)  # type: ignore[operator]
    post = {"filed": "urb-window", "accepted": "urb-reviewer", "reviewed": "urb-approver"}[
        stage.__name__
    ]  # type: ignore[attr-defined]
    task = case.task(post)["id"]
    gone = case.applicant.post(
        f"/cases/{case.number}/withdrawal", {"reason": "改变经营计划"}
    ).expect(201)
    assert gone["status"] == "withdrawn" and gone["due"] == {}
    wait(lambda: case.is_gone_from(post), "the task to leave the inbox")
    case.officer(post).complete(task, "accept").expect(409, "case-ended")
    wait(lambda: not stack.executions(case.id), "the end of the execution")
    wait(lambda: "case.withdrawn" in _kinds(case), "the message")


def test_a_joint_review_ends_with_a_withdrawal(city: City, stack: Stack) -> None:
    case = filed(city, "mass-event", "p-liu-yang")
    case.act("psb-window", "accept")
    case.act("psb-reviewer", "pass")
    case.act("fire-reviewer", "opinion", opinion="agree")
    case.task("traffic-reviewer")
    case.applicant.post(f"/cases/{case.number}/withdrawal", {}).expect(201)
    wait(lambda: case.is_gone_from("traffic-reviewer"), "the task to leave the inbox")
    wait(lambda: not stack.executions(case.id), "the end of the execution")


def test_nobody_withdraws_what_is_decided(city: City) -> None:
    case = granted(city)
    gone = case.applicant.post(f"/cases/{case.number}/withdrawal", {})
    assert gone.status == 409 and gone.problem in ("case-ended", "too-late-to-withdraw")


def test_a_claimed_task_is_its_officers_until_released(city: City) -> None:
    case = filed(city)
    task = case.task("urb-window")["id"]
    window = case.officer("urb-window")
    assert window.post(f"/tasks/{task}/claim").expect(200)["claimed_by"] == window.person
    wait(
        lambda: window.tasks("urb-window", case.number)[0]["claimed_by"],
        "the claim to show in the inbox",
    )
    assert window.post(f"/tasks/{task}/release").expect(200)["claimed_by"] is None
    wait(
        lambda: not window.tasks("urb-window", case.number)[0]["claimed_by"],
        "the release to show in the inbox",
    )
    case.act("urb-window", "accept")


def test_a_claim_keeps_other_holders_of_the_post_away(city: City) -> None:
    case = filed(city)
    task = case.task("urb-window")["id"]
    with appointed(city, "o-han-bing", "urb-window"):
        other = city.person("o-han-bing")
        case.officer("urb-window").post(f"/tasks/{task}/claim").expect(200)
        other.post(f"/tasks/{task}/claim").expect(409, "task-claimed")
        other.complete(task, "accept").expect(409, "task-claimed")
        other.post(f"/tasks/{task}/release").expect(409, "task-claimed")
    case.act("urb-window", "accept")


def test_a_claim_ends_with_the_claimers_post(city: City) -> None:
    """Somebody claims and is transferred: the case must not wait for them for ever."""
    case = filed(city)
    task = case.task("urb-window")["id"]
    with appointed(city, "o-han-bing", "urb-window"):
        city.person("o-han-bing").post(f"/tasks/{task}/claim").expect(200)
    case.officer("urb-window").complete(task, "accept").expect(200)


def test_an_applicant_withdraws_instead_of_supplementing(city: City, stack: Stack) -> None:
    case = filed(city)
    case.act("urb-window", "supplement", defects=DEFECT)
    case.applicant.post(f"/cases/{case.number}/withdrawal", {}).expect(201)
    wait(lambda: not stack.executions(case.id), "the end of the execution")


def test_an_officer_sees_the_task_with_its_case(city: City) -> None:
    case = filed(city)
    task = case.officer("urb-window").get(f"/tasks/{case.task('urb-window')['id']}").expect(200)
    assert task["outcomes"] == ["accept", "supplement", "not_accept"]
    assert task["case"]["applicant"] == PEOPLE[case.applicant.person]["name"]
    assert task.headers["etag"] == case.page().headers["etag"]


def test_an_officer_reads_what_the_citizen_uploaded(city: City) -> None:
    person, file = city.person("p-li-na"), pdf("效果图.pdf")
    materials = person.attach({"sign-rendering": file, "premises-proof": pdf("b.pdf")})
    case = filed(city, materials=materials)
    path = f"/cases/{case.number}/materials/sign-rendering"
    for reader in (case.applicant, case.officer("urb-window")):
        material = reader.get(path).expect(200)
        assert (material["sha256"], material["file_name"]) == (file.sha256, "效果图.pdf")
        assert httpx.get(material["url"], trust_env=False).content == file.content
    case.applicant.get(f"/cases/{case.number}/materials/passport").expect(404, "not-found")
