"""The end of a party: that a person has died, or a company has been dissolved; pure."""

from collections.abc import Iterable
from datetime import date

from chalicelib.authority.acts import declared
from chalicelib.kernel.acts import private
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

PREFIX = "party-end"
OFFICE = "office"  # the private group: that somebody has died is no matter of the public
DEATH, DISSOLUTION = "death", "dissolution"


@dataclass(frozen=True)
class PartyEndRecorded:
    """A party is no more since the day ``ended_on``; ``parties`` are all ids under which it is
    known, ``evidence`` names the paper that says so.
    """

    parties: tuple[str, ...] = private(OFFICE)
    cause: str = private(OFFICE)
    ended_on: date = private(OFFICE)
    evidence: str = private(OFFICE)

    def apply(self, end: "PartyEndRecorded | None", entry: Entry) -> "PartyEndRecorded | None":
        """It is on record; what was recorded first stays."""
        return end or self


PartyEnd = PartyEndRecorded | None
ACTS = declared.declared(PartyEndRecorded)


def fold(stream: str, entries: Iterable[Entry]) -> PartyEnd:
    """The end of a party as its stream tells it; None for one that goes on."""
    nothing: PartyEnd = None
    return declared.fold(nothing, entries, ACTS)


def decide(end: PartyEnd, wanted: PartyEndRecorded, is_company: bool, today: date) -> PartyEnd:
    """Put it on record; None where it is. Raises Invalid for a day to come, and for a cause of
    which such a party cannot end.
    """
    faults = []
    if wanted.ended_on > today:
        faults.append(Fault("/data/on", "end-to-come"))
    if is_company != (wanted.cause == DISSOLUTION):
        faults.append(Fault("/data/cause", "end-of-another-party"))
    if faults:
        raise Invalid(faults=faults)
    return None if end else wanted
