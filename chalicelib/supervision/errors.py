"""What can be wrong with an act on a supervision matter, a complaint, a finding or a rule."""

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


class ComplaintIsAccepted(Conflict):
    """It was accepted or refused before."""

    type = "complaint-accepted"


class ComplaintIsNotAccepted(Conflict):
    """It is accepted or refused first."""

    type = "complaint-not-accepted"


class ComplaintIsAnswered(Conflict):
    """Its answer is given; only the complainant may go on."""

    type = "complaint-answered"


class ComplaintWithAnother(Conflict):
    """Who had it let the time pass: it is another one's turn."""

    type = "complaint-with-another"


class ExtendedBefore(Conflict):
    """The answer is extended once, and never on appeal."""

    type = "answer-extended-before"


class NothingToAppeal(Conflict):
    """There is no answer yet that could be appealed."""

    type = "nothing-to-appeal"


class AppealTooLate(Conflict):
    """The days for an appeal are over."""

    type = "complaint-appeal-too-late"


class AppealedBefore(Conflict):
    """There is one appeal."""

    type = "appealed-before"


class NoOtherHandler(Conflict):
    """Nobody else holds a post that may decide the appeal."""

    type = "no-other-handler"
