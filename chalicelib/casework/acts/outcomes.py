"""What follows from each outcome that an officer can choose: the acts beside the completion
itself.
"""

from collections.abc import Callable
from datetime import date

from chalicelib.casework.acts import deadlines
from chalicelib.casework.acts.commands import CompleteTask
from chalicelib.casework.acts.context import MACHINE, ActContext, step_name
from chalicelib.casework.acts.evolve import ActStamp, evolve
from chalicelib.casework.acts.state import Case
from chalicelib.casework.errors import (
    FineOutOfRange,
    MeetingNotConvened,
    OutcomeNotInFlow,
    PartyNotHeard,
    ReasonsNeeded,
    SupplementAskedBefore,
)
from chalicelib.deadlines import WorkingCalendar
from chalicelib.kernel.errors import Fault
from chalicelib.kernel.journal import Act

# What each outcome needs on record, and what else it may put there.
OUTCOME_FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "supplement": (("defects",), ()),
    "not_accept": (("reasons",), ()),
    "refuse": (("reasons",), ()),
    "return": (("reasons",), ()),
    "drop": (("reasons",), ()),
    "refer": (("reasons",), ()),
    "exempt": (("reasons",), ()),
    "broken": (("reasons",), ()),
    "opinion": (("opinion",), ("reasons",)),
    "inform": (("reasons",), ("parties",)),
    "held": (("minutes",), ("attendees",)),
    "resolved": (("minutes", "resolution"), ("attendees",)),
    "order": (("measure",), ("amount_fen",)),
    "delivered": (("way",), ("tracking",)),
}
WAYS = (
    "post",
)  # at a window it is handed to who is present, with their identity and consent on record
Follow = Callable[[ActContext, CompleteTask], list[Act]]


def acceptance(kind: str, case: Case, on: date, calendar: WorkingCalendar) -> Act:
    """The act of acceptance with the dates that follow from it."""
    accepted = evolve(
        case, Act(kind, {"accepted_on": on.isoformat()}), ActStamp(case.seq, case.filed_at, MACHINE)
    )
    promised, statutory = deadlines.decision_terms(accepted, calendar)
    due = {"decide_by": promised.last_day(calendar), "statutory_by": statutory.last_day(calendar)}
    provisional = statutory.due(calendar).provisional
    dates = {name: day.isoformat() for name, day in due.items()}
    return Act(kind, {"accepted_on": on.isoformat(), **dates, "provisional": provisional})


def _accept(scene: ActContext, command: CompleteTask) -> list[Act]:
    # Art. 32(4): after a supplement, acceptance is dated on the day on which the materials became
    # complete.
    on = scene.case.received_on if scene.case.supplements else scene.today
    return [acceptance("CaseAccepted", scene.case, on, scene.calendar)]


def _request_supplement(scene: ActContext, command: CompleteTask) -> list[Act]:
    if scene.case.supplements:
        raise SupplementAskedBefore
    return [
        Act("SupplementRequested", {}, {"parties": {"defects": [dict(d) for d in command.defects]}})
    ]


def _with_reasons(kind: str, group: str = "parties", names_step: bool = False) -> Follow:
    def follow(scene: ActContext, command: CompleteTask) -> list[Act]:
        data = {"step": step_name(command.visit)} if names_step else {}
        return [Act(kind, data, {group: {"reasons": list(command.reasons)}})]

    return follow


def _grant(scene: ActContext, command: CompleteTask) -> list[Act]:
    return [Act("CaseGranted", {})]


def _order(scene: ActContext, command: CompleteTask) -> list[Act]:
    fine, amount = scene.case.rules.fine, command.amount_fen
    if amount and scene.case.is_ex_officio and "told" not in scene.case.private:
        raise PartyNotHeard  # Administrative Penalty Law, Art. 44 and 62: no penalty without having told and heard
    if amount is not None and not (fine and fine[0] <= amount <= fine[1]):
        raise FineOutOfRange(faults=[Fault("/amount_fen", "fine-out-of-range")])
    data = {} if amount is None else {"amount_fen": amount}
    return [Act("CaseOrdered", data, {"parties": {"measure": command.measure}})]


def _opinion(scene: ActContext, command: CompleteTask) -> list[Act]:
    if command.opinion not in ("agree", "object"):
        raise ReasonsNeeded(faults=[Fault("/opinion", "required")])
    if command.opinion == "object" and not command.reasons:
        raise ReasonsNeeded(faults=[Fault("/reasons", "required")])
    given = {"step": step_name(command.visit), "opinion": command.opinion}
    return [
        Act(
            "OpinionGiven",
            given,
            {"office": {"reasons": list(command.reasons)}} if command.reasons else {},
        )
    ]


def _inform(scene: ActContext, command: CompleteTask) -> list[Act]:
    """Art. 36 and 47: who has an interest in the decision is told of it and may speak."""
    people = [dict(party) for party in command.parties]
    if not people and not scene.case.is_ex_officio:
        raise ReasonsNeeded(faults=[Fault("/parties", "required")])
    if any(party["person"] == scene.actor.person for party in people):
        raise OutcomeNotInFlow(faults=[Fault("/parties", "party-is-officer")])
    told = {"reasons": list(command.reasons), "people": people}
    return [
        Act(
            "PartiesInformed",
            {"step": step_name(command.visit), "told": len(people)},
            {"parties": told},
        )
    ]


def _held(scene: ActContext, command: CompleteTask) -> list[Act]:
    data = {"step": step_name(command.visit), "attendees": list(command.attendees)}
    return [Act("HearingHeld", data, {"parties": {"minutes": command.minutes}})]


def _resolved(scene: ActContext, command: CompleteTask) -> list[Act]:
    meeting = scene.case.meetings.get(command.visit)
    if meeting is None or scene.today < date.fromisoformat(meeting["on"]):
        raise MeetingNotConvened
    step = scene.case.step(scene.case.visits[command.visit])
    bound = scene.case.flow.steps[step.outcomes["resolved"]]
    if command.resolution not in bound.outcomes or command.resolution in ("return", "refer"):
        raise OutcomeNotInFlow(faults=[Fault("/resolution", "enum")])
    data = {
        "step": bound.id,
        "resolution": command.resolution,
        "attendees": list(command.attendees),
    }
    return [Act("MeetingResolved", data, {"office": {"minutes": command.minutes}})]


def _assess(scene: ActContext, command: CompleteTask) -> list[Act]:
    # By the item's rule alone: no officer chooses a fee.
    assert command.fee_fen is not None, "the use case reckons the fee"
    return [Act("FeeAssessed", {"amount_fen": command.fee_fen})]


def _exempt(scene: ActContext, command: CompleteTask) -> list[Act]:
    return [Act("FeeAssessed", {"amount_fen": 0}, {"parties": {"reasons": list(command.reasons)}})]


def _deliver(scene: ActContext, command: CompleteTask) -> list[Act]:
    if command.way not in WAYS:
        raise OutcomeNotInFlow(faults=[Fault("/way", "enum")])
    private = {"parties": {"tracking": command.tracking}} if command.tracking else {}
    return [Act("ResultDelivered", {"way": command.way}, private)]


def _break(scene: ActContext, command: CompleteTask) -> list[Act]:
    return [
        Act(
            "DecisionRevoked",
            {"ground": "promise_broken"},
            {"parties": {"reasons": list(command.reasons)}},
        )
    ]


def _archive(scene: ActContext, command: CompleteTask) -> list[Act]:
    return [Act("CaseArchived", {"entries": scene.seq})]


FOLLOW: dict[str, Follow] = {
    "accept": _accept,
    "supplement": _request_supplement,
    "not_accept": _with_reasons("CaseNotAccepted"),
    "refuse": _with_reasons("CaseRefused"),
    "drop": _with_reasons("CaseDropped"),
    "return": _with_reasons("CaseReturned", "office", names_step=True),
    "refer": _with_reasons("MeetingAsked", "office", names_step=True),
    "approve": _grant,
    "order": _order,
    "opinion": _opinion,
    "inform": _inform,
    "held": _held,
    "resolved": _resolved,
    "assessed": _assess,
    "exempt": _exempt,
    "delivered": _deliver,
    "broken": _break,
    "archived": _archive,
}
