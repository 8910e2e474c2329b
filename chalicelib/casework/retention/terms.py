"""What holds private parts for a term and is no case: guardianships, and questions to the policies.

A guardianship is kept for three years after it is over, as long as the minor may claim of the
guardian what came of it (Civil Code, Art. 188 and 190); a question to the policies for three years
after it was asked, as long as a handler of personal data keeps the record of looking into its own
handling (Personal Information Protection Law, Art. 56).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.authority import mandates
from chalicelib.casework.acts.deadlines import years_after
from chalicelib.casework.execution import delivery
from chalicelib.casework.retention import announcements, files
from chalicelib.casework.retention.announcements import Subject
from chalicelib.kernel import journal, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row

YEARS = 3
MANDATES, QUESTION = "mandates", "question"  # kinds of streams
PLACE = "kept"  # the row that says until when


@dataclass(frozen=True)
class Term:
    """Until when the private parts of an entry are kept."""

    entry: Entry
    ends: datetime


def project(stream: str, age: float = 0.0) -> bool:
    """Put a stream into the due index at the end of its next term; whether that was news.

    A handler of the feed.
    """
    entries = stores.journal().read(stream)
    shown = stores.views().get(stream, PLACE)
    known = shown.version if shown else 0
    if len(entries) <= known:
        return False
    row = _row(stream, entries)
    return stores.views().put(row, expect=known)


def redact(stream: str, now: datetime) -> bool:
    """Forget what is due of a stream; whether anything was.

    Raises what AWS raises: the next sweep goes on.
    """
    entries = stores.journal().read(stream)
    due = [term.entry for term in _terms(stream, entries) if term.ends <= now]
    private = announcements.with_private_parts(due)
    subject = Subject(stream, "", YEARS)
    on_record = stores.journal().read(announcements.stream_of(stream))
    on_record += announcements.announce(
        subject,
        private,
        on_record,
        now,
    )
    for entry in private:
        files.delete_unless_held(entry, set())
        stores.journal().forget(journal.forgotten(entry))
    is_news = bool(on_record) and announcements.finish(subject, on_record, now)
    left = stores.journal().read(stream)
    stores.views().put(_row(stream, left))
    return is_news


def _row(stream: str, entries: Sequence[Entry]) -> Row:
    """Where the stream stands in the due index; nowhere once nothing is left to forget."""
    ends = [
        term.ends
        for term in _terms(stream, entries)
        if announcements.with_private_parts([term.entry])
    ]
    row = Row(stream, PLACE, version=len(entries))
    if not ends:
        return row
    return Row(
        stream,
        PLACE,
        version=len(entries),
        due_shard=delivery.due_shard(stream, delivery.KEPT),
        due_at=delivery.utc(min(ends)),
    )


def _terms(stream: str, entries: Sequence[Entry]) -> Iterator[Term]:
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
