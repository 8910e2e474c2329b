"""What can be wrong with acts of authority."""

from chalicelib.kernel.errors import Conflict, Forbidden


class ChangeDecided(Conflict):
    """The change was approved or rejected already."""

    type = "change-decided"


class OwnChange(Forbidden):
    """Who proposed a change, or is concerned by it, does not approve it."""

    type = "own-change"
