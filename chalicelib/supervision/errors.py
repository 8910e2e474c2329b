"""What can be wrong with an act on a supervision matter, a finding or a rule."""

from chalicelib.kernel.errors import Conflict


class MatterIsRuled(Conflict):
    """Supervision has ruled: nothing more is done to it."""

    type = "matter-ruled"


class MatterIsAnswered(Conflict):
    """The office has answered; it is for supervision now."""

    type = "matter-answered"


class MatterIsUnanswered(Conflict):
    """The office still has time to answer, and is heard first."""

    type = "matter-unanswered"


class NothingToReturn(Conflict):
    """There is no answer that could be returned."""

    type = "nothing-to-return"


class AnswerReturnedBefore(Conflict):
    """An answer is returned once."""

    type = "answer-returned-before"


class FindingIsJudged(Conflict):
    """A finding was called false, or taken up, before."""

    type = "finding-judged"


class FindingWithoutOffice(Conflict):
    """The finding is about no office that could be asked."""

    type = "finding-without-office"


class RuleChangeIsAnswered(Conflict):
    """The proposal is answered, or another one stands in its place."""

    type = "rule-change-answered"


class RuleWithoutTrial(Conflict):
    """What the rule watches cannot be gone through once more."""

    type = "rule-without-trial"
