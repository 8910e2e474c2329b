"""What can be wrong with acts of authority."""

from chalicelib.kernel.errors import Conflict, Forbidden


class ChangeDecided(Conflict):
    """The change was approved or rejected already."""

    type = "change-decided"


class ChangeExpired(Conflict):
    """Nobody has answered the change in time: whoever still wants it proposes it again."""

    type = "change-expired"


class OwnChange(Forbidden):
    """Who proposed a change, or is concerned by it, does not approve it."""

    type = "own-change"
