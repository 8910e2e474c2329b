"""Sound flows that use the whole flow language: an investment with everything in it, a penalty, a
renewal.
"""

from typing import Any

Template = dict[str, Any]


def step(
    kind: str, titles: str, outcomes: str, post: str = "", days: int = 0, not_by: str = ""
) -> Template:
    """A step: titles as ``zh|en``, outcomes as ``pass>approve return>review``, ``not_by`` as
    names.
    """
    zh, en = titles.split("|")
    ways = dict(way.split(">") for way in outcomes.split())
    body: Template = {"kind": kind, "title": {"zh": zh, "en": en}, "outcomes": ways}
    body |= {"post": post} if post else {}
    body |= {"limit_days": days} if days else {}
    return body | ({"not_by": not_by.split()} if not_by else {})


def opinion(zh: str, en: str, post: str) -> Template:
    """A branch of the joint review."""
    return step("opinion", f"{zh}意见|Opinion on {en}", "opinion>join", post, 3, "accept")


def head(onward: str) -> Template:
    """Acceptance and supplement."""
    ways = f"accept>{onward} supplement>supplement not_accept>end:not_accepted"
    return {
        "accept": step("accept", "受理|Acceptance", ways, "window", 5),
        "supplement": step(
            "supplement", "申请人补正|Supplement", "supplied>accept unsupplied>end:lapsed"
        ),
    }


def heard(onward: str) -> Template:
    """Parties told and heard, with a hearing where they ask for one."""
    return {
        "hear": step(
            "hear",
            "听取陈述申辩|Statements of the parties",
            f"heard>{onward} hearing>hearing",
            days=5,
        ),
        "hearing": step("hearing", "听证|Hearing", f"held>{onward}", "hearing-officer", 20),
        "meeting": step(
            "meeting", "联席会议|Joint meeting", f"resolved>{onward}", "coordinator", 5
        ),
    }


BRANCHES = {
    "planning": opinion("规划", "planning", "planning-reviewer"),
    "construction": opinion("建设", "construction", "construction-reviewer"),
    "environment": opinion("环境", "the environment", "environment-reviewer"),
    "fire": opinion("消防", "fire safety", "fire-reviewer"),
    "heritage": opinion("文物保护", "the protection of monuments", "heritage-reviewer"),
}
KEPT_APART = "accept planning construction environment fire heritage review hearing meeting recheck"
INVESTMENT: Template = {
    "id": "investment",
    "version": 1,
    "title": {"zh": "固定资产投资项目审批流程", "en": "Approval of a fixed-asset investment"},
    "start": "accept",
    "steps": head("opinions")
    | {
        "opinions": {
            "kind": "joint",
            "title": {"zh": "并联审查", "en": "Joint review"},
            "branches": BRANCHES,
            "next": "review",
        },
        "review": step(
            "review",
            "综合审查|Review",
            "pass>publicity inform>hear refer>meeting",
            "reviewer",
            1,
            "accept planning",
        ),
    }
    | heard("approve")
    | {
        "publicity": step(
            "publicity", "批前公示|Public notice", "unopposed>approve opposed>recheck", days=3
        ),
        "recheck": step(
            "review", "异议核查|Check of objections", "pass>approve", "second-reviewer", 2
        ),
        "approve": step(
            "decide",
            "审批决定|Decision",
            "approve>assess refuse>end:refused return>review refer>meeting",
            "approver",
            2,
            KEPT_APART,
        ),
        "assess": step(
            "assess", "核定费用|Assessment of the fee", "assessed>pay exempt>issue", "assessor", 2
        ),
        "pay": step("pay", "缴费|Payment", "paid>issue unpaid>end:lapsed", days=10),
        "issue": step("issue", "制发批复|Issue of the approval", "issued>deliver"),
        "deliver": step("deliver", "送达|Delivery", "delivered>verify", "window", 10),
        "verify": step(
            "verify", "事后核查|Verification", "kept>archive broken>end:revoked", "inspector", 40
        ),
        "archive": step("archive", "归档|Archiving", "archived>end:granted", "archivist", 5),
    },
}
PENALTY: Template = {
    "id": "penalty",
    "version": 1,
    "title": {"zh": "行政处罚流程", "en": "Penalty"},
    "opens": "ex_officio",
    "start": "investigate",
    "steps": {
        "investigate": step(
            "review",
            "立案调查|Investigation",
            "pass>order inform>hear refer>meeting",
            "investigator",
            5,
        ),
        **heard("order"),
        "order": step(
            "order",
            "处罚决定|Decision on the penalty",
            "order>deliver drop>end:dropped return>investigate refer>meeting",
            "approver",
            5,
            "investigate hearing meeting",
        ),
        "deliver": step(
            "deliver", "送达决定书|Service of the decision", "delivered>pay", "investigator", 7
        ),
        "pay": step("pay", "缴纳罚款|Payment of the fine", "paid>archive unpaid>urge", days=11),
        "urge": step("review", "催告|Reminder", "pass>archive", "investigator", 10),
        "archive": step("archive", "归档|Archiving", "archived>end:ordered", "archivist", 5),
    },
}
RENEWAL: Template = {
    "id": "renewal",
    "version": 1,
    "title": {"zh": "许可延续流程", "en": "Renewal of a licence"},
    "start": "accept",
    "tacit": "issue",
    "steps": {
        **head("review"),
        "review": step("review", "审查|Review", "pass>approve", "reviewer", 2, "accept"),
        "approve": step(
            "decide",
            "决定|Decision",
            "approve>issue refuse>end:refused return>review",
            "approver",
            2,
            "accept review",
        ),
        "issue": step("issue", "换发许可证|Issue of the licence", "issued>deliver"),
        "deliver": step("deliver", "送达|Delivery", "delivered>archive", "window", 5),
        "archive": step("archive", "归档|Archiving", "archived>end:granted", "archivist", 5),
    },
}
WHOLE = (INVESTMENT, PENALTY, RENEWAL)
OFFICES = sorted(
    {
        acting["post"]
        for flow in WHOLE
        for named in flow["steps"].values()
        for acting in (named, *named.get("branches", {}).values())
        if "post" in acting
    }
)
