"""The other ends of a case: not accepted, refused, withdrawn (point 5 of the walk)."""

from __future__ import annotations

from infra.local.demo.walk import Walk, check


def run(walk: Walk) -> None:
    """Three applications."""
    walk.show.act(
        "5",
        "不予受理、不予许可、撤回",
        "A second case is not accepted, a third refused, a fourth withdrawn",
    )
    _not_accepted(walk)
    _refused(walk)
    _withdrawn(walk)


def _not_accepted(walk: Walk) -> None:
    number = walk.file("p-chen-jie", "disability-benefit")["number"]
    reasons = ["申请月份超出本项补贴可追溯的期限"]
    walk.work(
        "o-wu-jing",
        "dpf-window",
        number,
        "not_accept",
        "not accepted",
        reasons=reasons,
    )
    _told_why(walk, "p-chen-jie", number, "not_accepted")


def _refused(walk: Walk) -> None:
    """A joint review: two departments give their opinions side by side, the lead office decides."""
    number = walk.file("p-liu-yang", "mass-event", 4)["number"]
    walk.work("o-wei-dong", "psb-window", number, "accept", "accepted")
    walk.work("o-jiang-shan", "psb-reviewer", number, "pass", "on to the joint review 并联审批")
    reasons = ["东门消防车通道净宽不足四米"]
    walk.work(
        "o-yang-guang",
        "fire-reviewer",
        number,
        "opinion",
        "fire: objects",
        opinion="object",
        reasons=reasons,
    )
    walk.work(
        "o-zhu-hong", "traffic-reviewer", number, "opinion", "traffic: agrees", opinion="agree"
    )
    reasons = ["活动场所的消防安全条件不符合《大型群众性活动安全管理条例》第十一条"]
    walk.work("o-shen-yue", "psb-approver", number, "refuse", "refused", reasons=reasons)
    _told_why(walk, "p-liu-yang", number, "refused")


def _told_why(walk: Walk, person: str, number: str, status: str) -> None:
    """The applicant reads why, and what can be done about it."""
    case = walk.step(
        person,
        walk.client(person).case(number),
        f"{status}, because:",
    )
    check(case["status"] == status, f"the case is {status}")
    check(
        bool(case["reasons"] and case["appeal"]),
        "an adverse decision names its reasons and the ways of appeal",
    )
    walk.show.facts(case["reasons"])
    walk.show.facts(f"救济 {way['zh']}" for way in case["appeal"])


def _withdrawn(walk: Walk) -> None:
    number = walk.file("p-li-na", "shop-sign")["number"]
    gone = (
        walk.client("p-li-na")
        .post(f"/cases/{number}/withdrawal", {"reason": "改变经营计划"})
        .expect(201)
    )
    check(walk.step("p-li-na", gone, "withdrawn")["status"] == "withdrawn", "the case is withdrawn")
