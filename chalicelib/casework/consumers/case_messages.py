"""Who is told what: events of a case become messages to its applicant and parties, or to officers,
head, supervisor.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib import authority, notify
from chalicelib.casework.acts import DECLARED, Case, Messages
from chalicelib.casework.use_cases import repository
from chalicelib.kernel import clock
from chalicelib.notify import Message

CLOCKS = {
    "supplement": {"zh": "补正", "en": "supplement"},
    "owed": {"zh": "补交材料", "en": "missing materials"},
    "acceptance": {"zh": "受理", "en": "acceptance"},
    "decision": {"zh": "决定", "en": "decision"},
}
WAYS = {
    "download": {"zh": "网上领取", "en": "fetched online"},
    "window": {"zh": "窗口领取", "en": "handed over at the window"},
    "post": {"zh": "邮寄送达", "en": "sent by post"},
}
AT_WINDOW = {
    "filed": {"zh": "提出申请", "en": "your application was filed"},
    "supplemented": {"zh": "补交材料", "en": "materials were supplied"},
    "collected": {"zh": "领取结果", "en": "the result was handed over"},
    "shown": {"zh": "查看办件", "en": "the case was shown"},
}
PROCEDURES = {
    "hearing": {"zh": "听证", "en": "hearing"},
    "tender": {"zh": "招标", "en": "tender"},
    "auction": {"zh": "拍卖", "en": "auction"},
    "inspection": {"zh": "检验", "en": "inspection"},
    "testing": {"zh": "检测", "en": "testing"},
    "quarantine": {"zh": "检疫", "en": "quarantine"},
    "appraisal": {"zh": "鉴定", "en": "appraisal"},
    "expert_review": {"zh": "专家评审", "en": "expert review"},
}
# A reminder goes to who acts; a breach also to the head; a grave one to the supervisor too.
ROLES_TOLD = {"reminder": (), "yellow": ("head",), "red": ("head", "supervisor")}


def tell(event: dict[str, Any]) -> None:
    """One bus event; telling it twice is telling it once."""
    detail, kind = event["detail"], event["detail-type"]
    case, _ = repository.load(detail["case"])
    messages = DECLARED[kind].message or Messages()
    if kind == "WarningRaised":
        _send(_warned(case, detail), _warning(case, detail))
    elif kind == "MeetingConvened":
        _send(
            _holders(detail["invited"]),
            _message(detail, "case.meeting_convened", "", {"on": detail["on"]}),
        )
    else:
        _send(
            _applicant(case),
            _message(detail, _kind(case, messages), "", _params(detail) | _place(detail)),
        )
        if messages.parties:
            _send(_others(case), _message(detail, messages.parties, "", _params(detail)))


def _send(people: Iterable[tuple[str, ...]], message: Message) -> None:
    for person, *addresses in people:
        notify.send(person, message, *addresses)


def _kind(case: Case, messages: Messages) -> str:
    return messages.ex_officio if messages.ex_officio and case.is_ex_officio else messages.applicant


def _params(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What a sentence names, in words."""
    params = {name: detail[name] for name in ("accepted_on", "decide_by", "days") if name in detail}
    if "amount_fen" in detail:
        params["yuan"] = f"{detail['amount_fen'] / 100:.2f}"
    if "way" in detail:
        params["way"] = WAYS[detail["way"]]
    if "kind" in detail:
        params["procedure"] = PROCEDURES[detail["kind"]]
    return params | ({"version": detail["to"]} if "to" in detail else {})


def _place(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What a window did, and at which service point."""
    if "service_point" not in detail:
        return {}
    point = authority.service_point(detail["service_point"], clock.now())
    return {
        "done": AT_WINDOW[detail["what"]],
        "point": point["name"] if point else detail["service_point"],
    }


def _applicant(case: Case) -> Iterator[tuple[str, ...]]:
    """(party, mail, telephone), and (person, mail) of who acts for it. The telephone is for who
    came to a window.
    """
    if (
        case.applicant
    ):  # the person concerned by an ex-officio case may be unknown to the identity provider
        contact = case.private["contact"]
        yield (
            case.applicant,
            contact.get("email", ""),
            contact.get("phone", "") if case.windows else "",
        )
    for agent in sorted(case.agents):  # a mandate that has ended ends the news too
        held = authority.mandates.held_by(agent, clock.now())
        if any(m.party == case.applicant and authority.mandates.covers(m, case.item) for m in held):
            yield agent, ""


def _others(case: Case) -> Iterator[tuple[str, str]]:
    yield from ((person, "") for person in case.parties if person != case.applicant)


def _warning(case: Case, detail: dict[str, Any]) -> Message:
    kind, _, named = detail["clock"].partition(".")
    params: dict[str, Any] = {"clock": dict(_clock(case, kind, named)), "due": detail["due"]}
    return _message(detail, f"warning.{detail['level']}", detail["level"], params)


def _clock(case: Case, kind: str, named: str) -> Mapping[str, str]:
    if kind == "step":
        return case.step(case.visits[named]).title
    if kind == "procedure":
        return PROCEDURES[next(p.kind for p in case.procedures if p.id == named)]
    return CLOCKS[kind]


def _message(detail: dict[str, Any], kind: str, level: str, params: dict[str, Any]) -> Message:
    source = f"{detail['case']}#{detail['seq']}.{detail['act']}"
    return Message(source, kind, params, detail["number"], clock.parse(detail["at"]), level)


def _warned(case: Case, detail: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """(person, mail) of everybody who is told, each once: holders of the post that is to act, head,
    supervisor.

    The applicant is told where it is the applicant's turn, and parties where it is theirs.
    """
    kind, _, named = detail["clock"].partition(".")
    actor = case.step(case.visits[named]).language.actor if kind == "step" else ""
    if kind in ("supplement", "owed") or actor in ("applicant", "parties"):
        yield from _applicant(case)
        yield from _others(case) if actor == "parties" else ()
        return
    yield from _holders(
        [
            *detail["posts"],
            *(case.posts[role] for role in ROLES_TOLD[detail["level"]] if role in case.posts),
        ]
    )


def _holders(posts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Who holds these posts, each person once."""
    yield from {
        holder.person: holder.mail
        for post in posts
        if post
        for holder in authority.holders_of(post)
    }.items()
