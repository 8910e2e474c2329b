"""For how long what is no case is kept: guardianships, questions to the policies, complaints.

A guardianship is kept for three years after it is over, as long as the minor may claim of the
guardian what came of it (Civil Code, Art. 188 and 190); a question to the policies for three years
after it was asked, as long as a handler of personal data keeps the record of looking into its own
handling (Personal Information Protection Law, Art. 56); what was said in a complaint likewise for
three years after it was said, and what offices wrote of a supervision matter, a finding or a
rule.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from chalicelib.authority import mandates
from chalicelib.casework.acts.deadlines import years_after
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.values import dataclass

YEARS = 3
MANDATES, QUESTION, COMPLAINT = "mandates", "question", "complaint"  # kinds of streams
SUPERVISION = ("matter", "finding", "rule")  # kinds of streams, whose words stay with offices


@dataclass(frozen=True)
class Term:
    """Until when the private parts of an entry are kept."""

    entry: Entry
    ends: datetime


def terms(stream: str, entries: Sequence[Entry]) -> Iterator[Term]:
    """The term of each entry that has one."""
    if stream.partition("#")[0] == MANDATES:
        yield from _of_guardianships(entries)
        return
    for entry in entries:
        yield Term(entry, years_after(entry.at, YEARS))


def _of_guardianships(entries: Sequence[Entry]) -> Iterator[Term]:
    """Every entry on a guardianship, from when it is over by what is on record now."""
    moves = list(mandates.moves(entries))
    latest = {mandate.id: mandate for _, mandate in moves}
    for entry, mandate in moves:
        if mandate.kind == mandates.GUARDIANSHIP:
            yield Term(entry, years_after(latest[mandate.id].end, YEARS))
