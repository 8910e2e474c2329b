"""When the time is over for which a case is kept: its private parts are redacted.

First what will be forgotten is announced, entry by entry with its leaf; then it is forgotten; then
that is on record too, and a report says what went. Every part can be repeated.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib import certificates
from chalicelib.casework.acts import Case, kept_until
from chalicelib.casework.execution import delivery
from chalicelib.casework.retention import announcements, files, terms
from chalicelib.casework.use_cases import refusals, repository
from chalicelib.casework.views import access_log
from chalicelib.kernel import clock, due_index, journal, log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row

BATCH = 200  # due cases of one shard in one sweep
LOOK_AGAIN = timedelta(days=90)  # at a case that something else still holds


def sweep_retention() -> dict[str, int]:
    """Redact what is due. Says how much failed or had to wait for the next sweep."""
    now = clock.now()
    redacted = failed = short = 0
    for shard in due_index.shards(delivery.KEPT):
        streams, is_short = _due_streams(shard, now)
        short += is_short
        for stream in streams:
            try:
                redacted += _redact_stream(stream, now)
            except Exception as error:  # one case must not keep its neighbours
                failed += 1
                log.failure("redaction failed", error, stream=stream)
    counts: dict[str, float] = {"RetentionFailures": failed, "RetentionShort": short}
    log.line("retention swept", counts=counts, redacted=redacted)
    return {"redacted": redacted, "failed": failed, "short": short}


def _due_streams(shard: str, now: datetime) -> tuple[list[str], bool]:
    """Streams of a shard whose time is over, and whether there are more than one sweep takes."""
    until = due_index.utc(now)
    page = stores.views().index(
        "due",
        shard,
        until=until,
        limit=BATCH,
    )
    streams = []
    for (stream, _), _ in page.keys:
        streams.append(stream)
    is_short = page.next_start is not None
    return streams, is_short


def _redact_stream(stream: str, now: datetime) -> bool:
    kind, _, case_id = stream.partition("#")
    if kind == "case":
        return redact(case_id, now)
    return terms.redact(stream, now)


def redact(case_id: str, now: datetime) -> bool:
    """Redact a case whose time is over; whether this finished it.

    Raises what AWS raises: the next sweep goes on.
    """
    case, entries = repository.load(case_id)
    held_until = _held_until(case, now)
    if held_until is None or held_until > now:
        stores.views().put(delivery.case_row(case, kept=held_until), expect=case.seq)
        return False
    everything = [*entries, *_other_entries(case)]
    private = announcements.with_private_parts(everything)
    on_record = stores.journal().read(announcements.stream_of(case.id))
    on_record += announcements.announce(
        announcements.of_case(case),
        private,
        on_record,
        now,
    )
    # The filing last: whose case it was is needed until then.
    for entry in reversed(private):
        if entry == entries[0]:
            _forget_in_views(case)
        files.delete(case, entry)
        stores.journal().forget(journal.forgotten(entry))
    forgotten, _ = repository.load(case_id)
    is_finished = announcements.finish(announcements.of_case(forgotten), on_record, now)
    stores.views().put(delivery.case_row(forgotten), expect=forgotten.seq)
    return is_finished


def _held_until(case: Case, now: datetime) -> datetime | None:
    """Until when the case is kept.

    For its time, while its certificate is valid, and while a case about it runs.
    """
    until = kept_until(case)
    if until is None or until > now:
        return until
    if case.decision.certificate:
        certificate = certificates.read(case.decision.certificate)
        if certificate.status(now) == "valid":
            return certificate.expires_at or now + LOOK_AGAIN
    if any(not later.clocks.ended_at for later in _linked_cases(case)):
        return now + LOOK_AGAIN
    return until


def _linked_cases(case: Case) -> Iterator[Case]:
    for link in case.record.links:
        linked, _ = repository.load(repository.find(link["number"]))
        yield linked


def _other_entries(case: Case) -> Iterator[Entry]:
    """Entries of other streams that hold private parts of the case."""
    reads = {stream for stream, _ in access_log.rows_of(case)}
    streams = [*refusals.streams_of(case.id), *sorted(reads)]
    if case.decision.certificate:
        streams.append(certificates.stream_of(case.decision.certificate))
    for stream in streams:
        yield from stores.journal().read(stream)


def _forget_in_views(case: Case) -> None:
    """The access logs of the case's parties no longer name it."""
    keys = list(access_log.rows_of(case))
    for pk, sk in keys:
        stores.views().put(Row(pk, sk, version=2))
