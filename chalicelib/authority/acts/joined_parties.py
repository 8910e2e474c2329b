"""That two ids are one person: an account and another, or a document and the one that renewed it;
pure.
"""

from collections.abc import Iterable

from chalicelib.authority.acts import declared
from chalicelib.kernel.acts import private, public
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

PREFIX = "identity"
OFFICE = "office"  # the private group: who somebody else is, too, is no matter of the public


@dataclass(frozen=True)
class PartiesJoined:
    """The two are one person, or, with ``is_joined`` False, are not after all; ``evidence`` names
    the paper that says so.
    """

    is_joined: bool = public(default=True)
    parties: tuple[str, ...] = private(OFFICE)
    evidence: str = private(OFFICE)

    def apply(self, last: "PartiesJoined | None", entry: Entry) -> "PartiesJoined | None":
        """What was said last holds."""
        return self


Joined = PartiesJoined | None
ACTS = declared.declared(PartiesJoined)


def fold(stream: str, entries: Iterable[Entry]) -> Joined:
    """What was said last of two ids; None where nothing was."""
    nothing: Joined = None
    return declared.fold(nothing, entries, ACTS)


def decide(last: Joined, wanted: PartiesJoined) -> Joined:
    """Join them, or part them; None where it is so already."""
    are_joined = last is not None and last.is_joined
    return None if are_joined == wanted.is_joined else wanted
