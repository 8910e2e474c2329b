"""What a case refuses, by its true name."""

from chalicelib.kernel.errors import Conflict, Invalid


class CaseEnded(Conflict):
    """The case has ended: no further act on it."""

    type = "case-ended"


class TaskUnknown(Conflict):
    """The case has not come to this step: steps cannot be skipped or reordered."""

    type = "task-not-open"


class TaskDone(Conflict):
    """Somebody has completed this task already."""

    type = "task-already-done"


class TaskClaimedByOther(Conflict):
    """Another officer has claimed this task."""

    type = "task-claimed"


class ClaimStands(Conflict):
    """The task is claimed (or free) already, as asked for: nothing to put on record."""

    type = "claim-stands"


class DutiesNotSeparate(Conflict):
    """Who did an earlier step, or applied, does not act here."""

    status, type = 403, "duties-not-separate"


class OutcomeNotInFlow(Invalid):
    """The published flow has no such outcome at this step."""

    type = "outcome-not-in-flow"


class ReasonsNeeded(Invalid):
    """An adverse outcome without the reasons that the law asks for."""

    type = "reasons-needed"


class SupplementAskedBefore(Conflict):
    """The one full supplement notice has been given (Art. 32): no second one."""

    type = "supplement-asked-before"


class NoSupplementAsked(Conflict):
    """Nothing is to be supplemented now."""

    type = "no-supplement-asked"


class TooLateToWithdraw(Conflict):
    """The decision is made."""

    type = "too-late-to-withdraw"
