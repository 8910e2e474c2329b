"""What is kept for a term and is no case, in the due index and when its term is over."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.casework.execution import delivery
from chalicelib.casework.retention import announcements, files, periods
from chalicelib.casework.retention.announcements import Subject
from chalicelib.kernel import due_index, journal, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row

PLACE = "kept"  # the row that says until when


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
    due = [term.entry for term in periods.terms(stream, entries) if term.ends <= now]
    private = announcements.with_private_parts(due)
    subject = Subject(stream, "", periods.YEARS)
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
        for term in periods.terms(stream, entries)
        if announcements.with_private_parts([term.entry])
    ]
    row = Row(stream, PLACE, version=len(entries))
    if not ends:
        return row
    return Row(
        stream,
        PLACE,
        version=len(entries),
        due_shard=due_index.shard(stream, delivery.KEPT),
        due_at=due_index.utc(min(ends)),
    )
