"""What an item or its draft refuses, by its true name."""

from chalicelib.kernel.errors import Conflict, Forbidden, Invalid


class ItemRetired(Invalid):
    """The item takes no new applications."""

    type = "item-retired"


class DraftElsewhere(Conflict):
    """The draft has not come to this step, or is past it."""

    type = "draft-elsewhere"


class DraftOvertaken(Conflict):
    """Another version was published since the draft was written: publishing it would undo that one
    unseen.
    """

    type = "draft-overtaken"


class DraftSaysNothing(Conflict):
    """The draft says what the newest version says already."""

    type = "draft-says-nothing"


class DraftNotSound(Invalid):
    """The version would break a promise: every reason is named."""

    type = "draft-not-sound"


class OwnDraft(Forbidden):
    """Who wrote or submitted a draft neither reviews nor publishes it."""

    type = "own-draft"


class OwnProposal(Forbidden):
    """Who proposed a retirement does not confirm it."""

    type = "own-proposal"
