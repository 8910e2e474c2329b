"""Stories of cases in a few words each, told to the rules of today: what ``tests.journals.record``
records.

A word is a step, with its outcome after a colon (the plain one where none is named); ``+8`` lets
eight days pass; ``!revoke`` is what is done beside the steps, from ``BESIDE``.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.casework.acts import (
    AnswerExtension,
    ApplyDeadlines,
    ApproveMove,
    AskExtension,
    Assign,
    AtWindow,
    BeginProcedure,
    Case,
    Claim,
    Collect,
    Command,
    CompleteTask,
    Correct,
    DeliverAtWindow,
    EndProcedure,
    FileObjection,
    LinkCase,
    OrderRefund,
    Pay,
    ProposeMove,
    RecordPartyEnd,
    RecordReplacement,
    RecountLimits,
    Recuse,
    Release,
    Report,
    Revoke,
    StateViews,
    Supplement,
    Visit,
    Withdraw,
)
from chalicelib.kernel.journal import Actor
from tests.support.builders import step_commands
from tests.support.builders.cases import CALENDAR, MACHINE, MONDAY, OWED, POSTS, RICH, Desk
from tests.support.builders.step_commands import APPLICANT, NEIGHBOUR, OBJECTOR

WHY = ["reason"]
HEAD, ADMINISTRATOR = Actor("o-head", POSTS["head"]), Actor("o-admin", "city-admin")
CLERK = Actor("o-clerk", "urb-window")


def _here(case: Case) -> tuple[str, Actor]:
    """The first open task and who works on it."""
    visit = case.open_visits[0]
    return visit.id, step_commands.officer(case, visit)


BESIDE: dict[str, Callable[[Case], tuple[Command, Actor]]] = {
    "tick": lambda case: (ApplyDeadlines(), MACHINE),
    "recount": lambda case: (RecountLimits(f"{CALENDAR.edition} 2026-03-13"), MACHINE),
    "claim": lambda case: (Claim(_here(case)[0]), _here(case)[1]),
    "release": lambda case: (Release(_here(case)[0]), _here(case)[1]),
    "free": lambda case: (Release(_here(case)[0], reasons=WHY, by_head=True), HEAD),
    "recuse": lambda case: (Recuse("o-colleague", WHY), HEAD),
    "hand-over": lambda case: (Assign(_here(case)[0], "o-colleague", WHY), _here(case)[1]),
    "reassign": lambda case: (
        Assign(_here(case)[0], _here(case)[1].person, WHY, by_head=True),
        HEAD,
    ),
    "milestone": lambda case: (Report(_here(case)[0], "site visited", MONDAY), _here(case)[1]),
    "begin-procedure": lambda case: (
        BeginProcedure("expert_review", 5, "ground", "evidence"),
        _here(case)[1],
    ),
    "end-procedure": lambda case: (EndProcedure("1", "report"), _here(case)[1]),
    "ask-extension": lambda case: (AskExtension(5, WHY), _here(case)[1]),
    "grant-extension": lambda case: (AnswerExtension(True, WHY), HEAD),
    "refuse-extension": lambda case: (AnswerExtension(False, WHY), HEAD),
    "correct": lambda case: (Correct(2, "the right text", WHY), HEAD),
    "correct-name": lambda case: (
        Correct(1, "the right name", WHY, "李娜娜", {"sign_text": "茶馆"}, is_certified=True),
        HEAD,
    ),
    "replace": lambda case: (RecordReplacement(case.next_certificate), MACHINE),
    "revoke": lambda case: (Revoke(WHY), HEAD),
    "order-refund": lambda case: (OrderRefund(WHY), HEAD),
    "refunded": lambda case: (Pay(case.money.order, "refunded", case.money.paid_fen), MACHINE),
    "propose-move": lambda case: (ProposeMove(2, {"review": "review"}, WHY), ADMINISTRATOR),
    "approve-move": lambda case: (ApproveMove(2), HEAD),
    "party-ends": lambda case: (RecordPartyEnd("death"), MACHINE),
    "link": lambda case: (LinkCase("appeal", "URB-2026-W-000002"), MACHINE),
    "withdraw": lambda case: (Withdraw("moved away"), APPLICANT),
    "bring-owed": lambda case: (Supplement([{"code": OWED}]), APPLICANT),
    "oppose": lambda case: (FileObjection("objection"), OBJECTOR),
    "waive": lambda case: (StateViews(), NEIGHBOUR),
    "collect": lambda case: (Collect(), APPLICANT),
    "at-window": lambda case: (AtWindow(DeliverAtWindow(), "sp-1", {"present": "p-li-na"}), CLERK),
}
STORIES: dict[str, tuple[str, str]] = {
    "appeal-granted": (
        "appeal",
        "accept review:inform hear:hearing hearing approve deliver archive",
    ),
    "benefit-granted": ("benefit", "accept review approve issue"),
    "compulsion-ordered": (
        "compulsion",
        "investigate:inform hear hear order deliver recheck archive",
    ),
    "compulsion-dropped": ("compulsion", "investigate order:drop"),
    "confirmation-granted": (
        "confirmation",
        "accept !bring-owed review approve issue !at-window archive",
    ),
    "confirmation-lapsed": ("confirmation", "accept:supplement +20 !tick"),
    "disclosure-granted": (
        "disclosure",
        "accept review:inform !waive hear approve !collect archive !link",
    ),
    "fee-licence-exempt": (
        "fee-licence",
        "accept review approve assess:exempt issue deliver archive",
    ),
    "fee-licence-refunded": (
        "fee-licence",
        "accept review approve assess pay issue deliver archive !order-refund !refunded",
    ),
    "fee-licence-unpaid": ("fee-licence", "accept review approve assess +20 !tick"),
    "filing-granted": ("filing", "accept review approve archive"),
    "filing-granted-by-silence": ("filing", "accept +40 !tick archive"),
    "heard-licence-granted": (
        "heard-licence",
        "accept !begin-procedure +3 !end-procedure !ask-extension !grant-extension review:inform hear hear approve"
        " issue deliver archive",
    ),
    "heard-licence-heard-by-silence": (
        "heard-licence",
        "accept review:inform +9 !tick approve issue deliver archive",
    ),
    "inspection-ordered": ("inspection", "inspect !milestone order deliver recheck archive"),
    "inspection-dropped": ("inspection", "inspect order:drop"),
    "investment-granted": (
        "investment",
        "accept planning construction environment fire review:refer meeting meeting approve issue deliver archive",
    ),
    "investment-refused": (
        "investment",
        "accept planning construction environment fire review:inform hear:hearing hearing approve:refer meeting"
        " meeting:refuse approve:refuse",
    ),
    "investment-withdrawn": ("investment", "accept planning fire !withdraw"),
    "joint-licence-granted": (
        "joint-licence",
        "accept review traffic fire approve:return review fire traffic approve issue",
    ),
    "joint-licence-withdrawn": ("joint-licence", "accept review traffic !withdraw"),
    "levy-ordered": ("levy", "accept assess order pay archive"),
    "levy-urged": ("levy", "accept assess order +30 !tick urge archive"),
    "levy-dropped": ("levy", "accept assess:exempt order:drop"),
    "licence-party-ended": ("licence", "accept !party-ends review approve issue"),
    "licence-granted": (
        "licence",
        "!claim !release !claim !hand-over !reassign accept review approve issue",
    ),
    "licence-freed-and-recused": (
        "licence",
        "!claim !free !claim !hand-over !recuse accept review approve issue",
    ),
    "licence-moved": (
        "licence",
        "accept !propose-move !approve-move review approve issue deliver !correct",
    ),
    "licence-recounted": ("licence", "accept !recount review approve issue"),
    "licence-corrected": ("licence", "accept review approve issue !correct-name !replace"),
    "licence-not-accepted": ("licence", "accept:not_accept"),
    "licence-accepted-late": ("licence", "+8 review approve:return review approve issue !revoke"),
    "licence-refused": (
        "licence",
        "accept:supplement supplement accept !ask-extension !refuse-extension +40 !tick review approve:refuse",
    ),
    "licence-revoked-before-issue": ("licence", "accept review approve !revoke"),
    "penalty-ordered": (
        "penalty",
        "investigate:inform hear:hearing hearing order deliver pay archive",
    ),
    "penalty-warned": ("penalty", "investigate:refer meeting meeting order deliver archive"),
    "penalty-dropped": ("penalty", "investigate order:return investigate order:drop"),
    "promise-licence-granted": ("promise-licence", "accept approve issue deliver verify archive"),
    "promise-licence-broken": ("promise-licence", "accept approve issue deliver verify:broken"),
    "renewal-granted": ("renewal", "accept review approve issue deliver archive"),
    "renewal-granted-by-silence": ("renewal", "accept +40 !tick issue deliver archive"),
    "reward-granted": ("reward", "accept review +9 !tick approve issue archive"),
    "reward-opposed": ("reward", "accept review !oppose +9 !tick recheck approve issue archive"),
    "ruling-granted": (
        "ruling",
        "accept review approve:refer meeting meeting approve issue deliver archive",
    ),
    "ruling-refused": ("ruling", "accept review:inform hear hear approve:refuse"),
}


def tell(name: str) -> Desk:
    """Play a story. Raises Problem where the rules do not allow it any more."""
    flow, words = STORIES[name]
    facts: dict[str, Any] = {**RICH, "owed": [OWED] if "!bring-owed" in words else []}
    desk = Desk(flow, **facts)
    for word in words.split():
        step, _, outcome = word.partition(":")
        if step.startswith("+"):
            desk.wait(days=int(step))
        elif step.startswith("!"):
            desk.do(*BESIDE[step[1:]](desk.case))
        else:
            _work(desk, step, outcome)
    return desk


def _work(desk: Desk, step: str, outcome: str) -> None:
    """One answer at a step, which time may open in the same entry; of a meeting, the outcome is
    what it resolves on.
    """
    case = desk.case
    visit = next(
        (visit for visit in case.open_visits if visit.step == step),
        Visit(step, case.seq + 1, desk.at),
    )
    command, actor = step_commands.answer(case, visit, outcome, today=desk.at.date())
    if outcome and case.step(visit).kind == "meeting":
        command = CompleteTask(visit.id, "resolved", minutes="minutes", resolution=outcome)
    desk.do(command, actor)
