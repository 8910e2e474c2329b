"""What a case refuses, by its true name."""

from chalicelib.kernel.errors import Conflict, Forbidden, Invalid


class CaseEnded(Conflict):
    """The case has ended: no further act on it."""

    type = "case-ended"


class PurposeNeeded(Forbidden):
    """An office opens a case in which it has no task only for a stated purpose."""

    type = "purpose-needed"


class TaskUnknown(Conflict):
    """The case has not come to this step: steps cannot be skipped or reordered."""

    type = "task-not-open"


class TaskDone(Conflict):
    """Somebody has completed this task already."""

    type = "task-already-done"


class MilestonesMany(Conflict):
    """This task has as many milestones on record as anybody would read."""

    type = "milestones-many"


class EntriesMany(Conflict):
    """This person has made as many entries in the case as anybody would read."""

    type = "entries-many"


class TaskClaimedByOther(Conflict):
    """Another officer has claimed this task."""

    type = "task-claimed"


class ClaimStands(Conflict):
    """The task is claimed (or free) already, as asked for: nothing to put on record."""

    type = "claim-stands"


class DutiesNotSeparate(Conflict):
    """Who did an earlier step, or is a party, does not act here."""

    status, type = 403, "duties-not-separate"


class OutcomeNotInFlow(Invalid):
    """The published flow has no such outcome at this step."""

    type = "outcome-not-in-flow"


class ReasonsNeeded(Invalid):
    """An outcome without what the law wants on record with it."""

    type = "reasons-needed"


class SupplementAskedBefore(Conflict):
    """The one full supplement notice has been given (Art. 32): no second one."""

    type = "supplement-asked-before"


class NoSupplementAsked(Conflict):
    """Nothing is to be supplemented now."""

    type = "no-supplement-asked"


class TooLateToWithdraw(Conflict):
    """The decision is made, or nothing was applied for."""

    type = "too-late-to-withdraw"


class MaterialsOwed(Conflict):
    """Materials that were missing at acceptance have not been brought."""

    type = "materials-owed"


class ProcedureRuns(Conflict):
    """A special procedure is still running: it is ended before the decision."""

    type = "procedure-still-runs"


class ResolutionBinds(Conflict):
    """The joint meeting has resolved on another outcome."""

    type = "resolution-binds"


class MeetingNotConvened(Conflict):
    """A joint meeting resolves only after it was convened."""

    type = "meeting-not-convened"


class FineOutOfRange(Invalid):
    """The fine is not within the item's range."""

    type = "fine-not-lawful"


class PartyNotHeard(Conflict):
    """No fine before the person concerned was told and could speak."""

    type = "party-not-heard"


class NothingToState(Conflict):
    """No views are being heard now, or not the caller's."""

    type = "nothing-to-state"


class AlreadyStated(Conflict):
    """The caller has spoken at this step already."""

    type = "already-stated"


class NoHearingHere(Invalid):
    """The flow holds no hearing at this step."""

    type = "no-hearing-offered"


class NotInPublicity(Conflict):
    """No public notice period is running."""

    type = "not-in-publicity"


class NothingToCollect(Conflict):
    """No result is waiting to be fetched."""

    type = "nothing-to-collect"


class NothingToPay(Conflict):
    """No payment or refund is expected."""

    type = "nothing-to-pay"


class PaymentMismatch(Invalid):
    """Another amount than the one that is due."""

    type = "payment-not-as-due"


class NotUnderDecision(Conflict):
    """The limit of the decision does not run."""

    type = "not-under-decision"


class ProcedureNotAllowed(Invalid):
    """The item names no such special procedure, or one of the kind runs already."""

    type = "procedure-not-lawful"


class ProcedureUnknown(Conflict):
    """No such special procedure is running."""

    type = "procedure-unknown"


class ExtensionNotAllowed(Invalid):
    """More days than the item allows."""

    type = "extension-not-lawful"


class ExtensionAnswered(Conflict):
    """No extension is being asked for, or the one extension is asked for or granted already."""

    type = "extension-answered"


class NothingToCorrect(Invalid):
    """The case has no such entry."""

    type = "nothing-to-correct"


class NothingToRevoke(Conflict):
    """There is no decision to take back."""

    type = "nothing-to-revoke"


class FlowCannotMove(Invalid):
    """No published step map leads from where the case stands to that version."""

    type = "flow-move-not-published"


class NoMoveProposed(Conflict):
    """No such move is proposed, or the case has gone on since."""

    type = "no-move-proposed"
