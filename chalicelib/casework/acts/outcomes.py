"""What follows from each outcome that an officer can choose: the acts beside the completion
itself.
"""

from collections.abc import Callable
from datetime import date

from chalicelib.casework.acts import terms
from chalicelib.casework.acts.commands import CompleteTask
from chalicelib.casework.acts.context import ActContext, step_name
from chalicelib.casework.acts.declaration import Payload
from chalicelib.casework.acts.declared.decisions import (
    CaseAccepted,
    CaseDropped,
    CaseGranted,
    CaseNotAccepted,
    CaseOrdered,
    CaseRefused,
    DecisionRevoked,
    accepted,
)
from chalicelib.casework.acts.declared.deliberation import (
    CaseReturned,
    MeetingAsked,
    MeetingResolved,
    OpinionGiven,
)
from chalicelib.casework.acts.declared.filing import SupplementRequested
from chalicelib.casework.acts.declared.marks import CaseArchived, ResultDelivered
from chalicelib.casework.acts.declared.money import FeeAssessed
from chalicelib.casework.acts.declared.parties import (
    HearingHeld,
    InterestedParty,
    PartiesInformed,
)
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
# At a window it is handed to who is present, with their identity and consent on record.
WAYS = ("post",)
Follow = Callable[[ActContext, CompleteTask], list[Payload]]


def acceptance(
    kind: type[CaseAccepted],
    case: Case,
    on: date,
    calendar: WorkingCalendar,
) -> CaseAccepted:
    """The act of acceptance with the dates that follow from it."""
    promised, statutory = terms.decision_terms(accepted(case, on), calendar)
    return kind(
        accepted_on=on,
        decide_by=promised.last_day(calendar),
        statutory_by=statutory.last_day(calendar),
        provisional=statutory.due(calendar).provisional,
    )


def _accept(scene: ActContext, command: CompleteTask) -> list[Payload]:
    # Art. 32(4): after a supplement, acceptance is dated on the day on which the materials became
    # complete.
    on = scene.case.clocks.received_on if scene.case.submission.supplements else scene.today
    return [acceptance(CaseAccepted, scene.case, on, scene.calendar)]


def _request_supplement(scene: ActContext, command: CompleteTask) -> list[Payload]:
    if scene.case.submission.supplements:
        raise SupplementAskedBefore
    return [SupplementRequested(defects=tuple(command.defects))]


def _not_accept(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [CaseNotAccepted(reasons=tuple(command.reasons))]


def _refuse(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [CaseRefused(reasons=tuple(command.reasons))]


def _drop(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [CaseDropped(reasons=tuple(command.reasons))]


def _return(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [CaseReturned(step=step_name(command.visit), reasons=tuple(command.reasons))]


def _refer(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [MeetingAsked(step=step_name(command.visit), reasons=tuple(command.reasons))]


def _grant(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [CaseGranted()]


def _order(scene: ActContext, command: CompleteTask) -> list[Payload]:
    amount = command.amount_fen
    # Administrative Penalty Law, Art. 44 and 62: no penalty without having told and heard.
    if amount and scene.case.is_ex_officio and scene.case.decision.announced is None:
        raise PartyNotHeard
    if amount is not None and not _is_in_range(scene.case, amount):
        raise FineOutOfRange(faults=[Fault("/amount_fen", "fine-out-of-range")])
    return [CaseOrdered(amount_fen=amount, measure=command.measure)]


def _is_in_range(case: Case, amount: int) -> bool:
    if case.rules.fine is None:
        return False
    least, most = case.rules.fine
    return least <= amount <= most


def _opinion(scene: ActContext, command: CompleteTask) -> list[Payload]:
    if command.opinion not in ("agree", "object"):
        raise ReasonsNeeded(faults=[Fault("/opinion", "required")])
    if command.opinion == "object" and not command.reasons:
        raise ReasonsNeeded(faults=[Fault("/reasons", "required")])
    opinion = OpinionGiven(
        step=step_name(command.visit),
        opinion=command.opinion,
        reasons=tuple(command.reasons),
    )
    return [opinion]


def _inform(scene: ActContext, command: CompleteTask) -> list[Payload]:
    """Art. 36 and 47: who has an interest in the decision is told of it and may speak."""
    people = tuple(InterestedParty(**party) for party in command.parties)
    if not people and not scene.case.is_ex_officio:
        raise ReasonsNeeded(faults=[Fault("/parties", "required")])
    if any(party.person == scene.actor.person for party in people):
        raise OutcomeNotInFlow(faults=[Fault("/parties", "party-is-officer")])
    # Administrative Penalty Law, Art. 43: that an officer has an interest is for the head to
    # decide.
    participants = scene.case.participants
    if not set(command.colleagues) <= participants.recused | participants.parties:
        raise OutcomeNotInFlow(faults=[Fault("/parties", "party-is-colleague")])
    informed = PartiesInformed(
        step=step_name(command.visit),
        told=len(people),
        reasons=tuple(command.reasons),
        people=people,
    )
    return [informed]


def _held(scene: ActContext, command: CompleteTask) -> list[Payload]:
    held = HearingHeld(
        step=step_name(command.visit),
        attendees=tuple(command.attendees),
        minutes=command.minutes,
    )
    return [held]


def _resolved(scene: ActContext, command: CompleteTask) -> list[Payload]:
    meeting = scene.case.record.meetings.get(command.visit)
    if meeting is None or scene.today < date.fromisoformat(meeting["on"]):
        raise MeetingNotConvened
    step = scene.case.step(scene.case.visits[command.visit])
    bound = scene.case.flow.steps[step.outcomes["resolved"]]
    if command.resolution not in bound.outcomes or command.resolution in ("return", "refer"):
        raise OutcomeNotInFlow(faults=[Fault("/resolution", "enum")])
    resolved = MeetingResolved(
        step=bound.id,
        resolution=command.resolution,
        attendees=tuple(command.attendees),
        minutes=command.minutes,
    )
    return [resolved]


def _assess(scene: ActContext, command: CompleteTask) -> list[Payload]:
    # By the item's rule alone: no officer chooses a fee.
    assert command.fee_fen is not None, "the use case reckons the fee"
    return [FeeAssessed(amount_fen=command.fee_fen)]


def _exempt(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [FeeAssessed(amount_fen=0, reasons=tuple(command.reasons))]


def _deliver(scene: ActContext, command: CompleteTask) -> list[Payload]:
    if command.way not in WAYS:
        raise OutcomeNotInFlow(faults=[Fault("/way", "enum")])
    return [ResultDelivered(way=command.way, tracking=command.tracking)]


def _break(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [DecisionRevoked(ground="promise_broken", reasons=tuple(command.reasons))]


def _archive(scene: ActContext, command: CompleteTask) -> list[Payload]:
    return [CaseArchived(entries=scene.seq)]


FOLLOW: dict[str, Follow] = {
    "accept": _accept,
    "supplement": _request_supplement,
    "not_accept": _not_accept,
    "refuse": _refuse,
    "drop": _drop,
    "return": _return,
    "refer": _refer,
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
