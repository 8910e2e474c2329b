"""What can be wrong with an act on a supervision matter."""

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
