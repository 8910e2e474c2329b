"""What people ask of a case beside its steps: parties and the public, officers and heads, at the
right time or not.
"""

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.casework.acts import (
    AnswerExtension,
    ApproveMove,
    AskExtension,
    Assign,
    AtWindow,
    BeginProcedure,
    Case,
    Claim,
    Collect,
    Command,
    Correct,
    DeliverAtWindow,
    EndProcedure,
    FileObjection,
    OrderRefund,
    Pay,
    ProposeMove,
    Release,
    Report,
    Revoke,
    ShowAtWindow,
    StateViews,
    Supplement,
    Withdraw,
)
from chalicelib.casework.acts.decide import MACHINE
from chalicelib.kernel.journal import Actor
from tests.simulation import successors
from tests.support.builders import step_commands
from tests.support.builders.cases import OWED, POSTS
from tests.support.builders.step_commands import APPLICANT, NEIGHBOUR

HEAD, ADMINISTRATOR, STRANGER = (
    Actor("o-head", POSTS["head"]),
    Actor("o-admin", "city-admin"),
    Actor("p-stranger"),
)
WHY = ["reason"]
Choose = Callable[[Sequence[Any]], Any]
Asked = tuple[Command | Callable[[Case], Command], Actor]


def party(case: Case, choose: Choose) -> Asked:
    """Parties and the public say what they may, or may not now."""
    said = choose(
        [StateViews("views"), StateViews(), StateViews(hearing=True), FileObjection("objection")]
    )
    return said, choose([APPLICANT, NEIGHBOUR, STRANGER])


def applicant(case: Case, choose: Choose) -> Asked:
    """The applicant does what is theirs alone."""
    return choose([Collect(), Supplement([{"code": choose([OWED, "sign-rendering"])}])]), APPLICANT


def withdrawal(case: Case, choose: Choose) -> Asked:
    """The applicant takes the application back."""
    return Withdraw(choose(["", "reason"])), APPLICANT


def office(case: Case, choose: Choose) -> Asked:
    """An officer at whose post the case stands, or the head, does what completes no task."""
    posts = [case.post_of(visit) for visit in case.open_visits if case.post_of(visit)] or [
        HEAD.post
    ]
    colleague = Actor(choose(["o-any-0", "o-any-1"]), choose(posts))
    running = [procedure.id for procedure in case.clocks.procedures] or ["1"]
    answer = (AnswerExtension(choose([True, False]), WHY), choose([HEAD, HEAD, colleague]))
    refunded = (
        Pay(case.money.order or step_commands.ORDER, "refunded", case.money.paid_fen),
        MACHINE,
    )
    asked: list[Asked] = [
        (
            BeginProcedure(
                choose(["expert_review", "hearing", "auction"]), choose([1, 5]), "ground"
            ),
            colleague,
        ),
        (EndProcedure(choose(running), "report"), colleague),
        (AskExtension(choose([5, 10, 11]), WHY), colleague),
        answer,
        (Correct(choose(range(1, case.seq + 2)), "text", WHY), HEAD),
        (OrderRefund(choose([WHY, WHY, []])), HEAD),
        refunded,
    ]
    asked += (
        [answer] * 9 if case.clocks.extension and case.clocks.extension.status == "asked" else []
    )
    asked += [(OrderRefund(WHY), HEAD), refunded] * 5 if case.money.paid_fen else []
    asked_for: Asked = choose(asked)
    return asked_for


def hold(case: Case, choose: Choose) -> Asked | None:
    """A task is claimed, given back, or given to somebody."""
    visits = [visit for visit in case.open_visits if case.post_of(visit)]
    if not visits:
        return None
    visit = choose(visits)
    mine, other = (step_commands.officer(case, visit, number) for number in (0, 1))
    asked: list[Asked] = [
        (Claim(visit.id), mine),
        (Release(visit.id), choose([mine, other])),
        (Release(visit.id, reasons=choose([WHY, []]), by_head=True), HEAD),
        (Report(visit.id, "milestone", case.clocks.filed_at), mine),
        (Assign(visit.id, other.person, WHY), mine),
        (Assign(visit.id, choose([mine, other, APPLICANT]).person, WHY, by_head=True), HEAD),
    ]
    asked_for: Asked = choose(asked)
    return asked_for


def counter(case: Case, choose: Choose) -> Asked:
    """The window does something for a party who is present."""
    done = choose(
        [
            DeliverAtWindow(),
            DeliverAtWindow(),
            ShowAtWindow(),
            Supplement([{"code": choose([OWED, "sign-rendering"])}]),
        ]
    )
    clerk = Actor(choose(["o-clerk", "o-accept-0"]), POSTS["window"])
    return AtWindow(done, "sp-1", {"present": APPLICANT.person}), clerk


def revocation(case: Case, choose: Choose) -> Asked:
    """The head, or who had a hand in the case as if the head, takes the decision back."""
    hands = sorted({visit.by for visit in case.visits.values() if visit.by})
    return Revoke(WHY), choose([HEAD, *(Actor(person, HEAD.post) for person in hands)])


def move(case: Case, choose: Choose) -> Asked:
    """A move to the successor of the flow is proposed, along the map that fits the case as it then
    is.
    """
    return _to_the_successor, ADMINISTRATOR


def _to_the_successor(case: Case) -> ProposeMove:
    version = min(case.flow_version + 1, successors.last(case.flow_id))
    return ProposeMove(version, successors.step_map(case.flow), WHY)


def approval(case: Case, choose: Choose) -> Asked:
    """Somebody agrees to the move."""
    return ApproveMove(case.transfer.proposal.get("to", case.flow_version + 1)), choose(
        [HEAD, HEAD, ADMINISTRATOR]
    )
