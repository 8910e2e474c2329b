"""Permission to act, asked of the real policies: by whom, by which post, for which command."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.authority import CedarEngine
from chalicelib.casework.acts import (
    ApplyDeadlines,
    Assign,
    AtWindow,
    Case,
    Claim,
    Command,
    CompleteTask,
    Convene,
    LinkCase,
    Pay,
    RecordCertificate,
    Release,
    Report,
)
from chalicelib.casework.use_cases import permissions
from chalicelib.casework.use_cases.case_commands import AuthorizeCase
from chalicelib.kernel import authorization
from chalicelib.kernel.aggregates import Authorization, by_machine
from chalicelib.kernel.authorization import Post, Principal, Resource
from chalicelib.kernel.errors import Forbidden
from chalicelib.kernel.journal import Actor

GATE = CedarEngine()
ROLES = {"urb-head": {"head"}, "city-admin": {"administrator"}}
ACTIONS = {
    "Claim": "claim_task", "Release": "release_task", "CompleteTask": "complete_task", "Convene": "convene_meeting",
    "Assign": "hand_over_task", "Supplement": "supplement_case", "Withdraw": "withdraw_case", "StateViews": "state_views",
    "FileObjection": "oppose_case", "Collect": "collect_result", "BeginProcedure": "begin_procedure",
    "EndProcedure": "end_procedure", "AskExtension": "ask_extension", "AnswerExtension": "answer_extension",
    "Correct": "correct_case", "Revoke": "revoke_decision", "OrderRefund": "order_refund",
    "ApproveMove": "approve_move", "Report": "report_milestone",
}  # fmt: skip
PARTIES = {"supplement_case", "withdraw_case", "state_views", "oppose_case", "collect_result"}
Asked = Command | Callable[[Case], Command]


class Asking:
    """A call as far as permissions look at it: who, by which post, and the one question to the
    policies.
    """

    def __init__(self, actor: Actor, action: str, now: datetime) -> None:
        held = (
            (Post(actor.post, "URB", frozenset(ROLES.get(actor.post, {"reviewer"}))),)
            if actor.post
            else ()
        )
        self.principal, self.action, self.now = Principal(actor.person, posts=held), action, now

    def permit(self, resource: Resource) -> None:
        authorization.permit(GATE, self.principal, self.action, resource)

    def actor(self, post: str = "") -> Actor:
        return Actor(self.principal.person, post)


def permit(command: Asked, actor: Actor, now: datetime) -> AuthorizeCase:
    """The product's own permission for a command."""
    if isinstance(command, ApplyDeadlines | RecordCertificate | Pay | LinkCase):
        return by_machine
    if isinstance(command, AtWindow):
        return lambda case: Authorization(_clerk(case, actor))
    by_head = isinstance(command, Assign | Release) and command.by_head
    action = "assign_task" if by_head else ACTIONS.get(type(command).__name__, "propose_move")
    call: Any = Asking(actor, action, now)
    if isinstance(command, Claim | Release | Report | CompleteTask | Convene | Assign):
        return (
            permissions.as_head(call, command.visit)
            if by_head
            else permissions.as_officer(call, command.visit)
        )
    return permissions.as_applicant(call) if action in PARTIES else permissions.as_office(call)


def _clerk(case: Case, actor: Actor) -> Actor:
    """Who serves people at a window of the item."""
    if actor.post != case.rules.posts["window"]:
        raise Forbidden
    return actor
