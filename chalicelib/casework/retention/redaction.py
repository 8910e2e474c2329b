"""When the time is over for which a case is kept: its private parts are redacted, and a report says
what went.

First what will be forgotten is announced, entry by entry with its leaf, in the stream
``redaction#<case>``; then it is forgotten; then that is on record too. Every part can be repeated,
and whatever changes unannounced rings an alarm.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib import certificates
from chalicelib.casework.acts import Case, kept_until
from chalicelib.casework.execution import delivery
from chalicelib.casework.retention import files
from chalicelib.casework.use_cases import refusals, repository
from chalicelib.casework.views import access_log
from chalicelib.kernel import clock, journal, log, stores
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Act, Actor, Entry
from chalicelib.kernel.settings import settings
from chalicelib.kernel.views import Row

ANNOUNCED, REDACTED = "RedactionAnnounced", "CaseRedacted"
BATCH = 200  # due cases of one shard in one sweep
LOOK_AGAIN = timedelta(days=90)  # at a case that something else still holds
MACHINE = Actor()


def sweep_retention() -> dict[str, int]:
    """Redact what is due. Says how much failed or had to wait for the next sweep."""
    now = clock.now()
    redacted = failed = short = 0
    for shard in range(settings().due_shards):
        page = stores.views().index(
            "due", f"{delivery.KEPT}#{shard}", until=delivery.utc(now), limit=BATCH
        )
        short += page.next_start is not None
        for (stream, _), _ in page.keys:
            try:
                redacted += redact(stream.partition("#")[2], now)
            except Exception as error:  # one case must not keep its neighbours
                failed += 1
                log.failure("redaction failed", error, stream=stream)
    log.line(
        "retention swept",
        counts={"RetentionFailures": failed, "RetentionShort": short},
        redacted=redacted,
    )
    return {"redacted": redacted, "failed": failed, "short": short}


def redact(case_id: str, now: datetime) -> bool:
    """Redact a case whose time is over; whether this finished it. Raises what AWS raises: the next
    sweep goes on.
    """
    case, entries = repository.load(case_id)
    held = _held_until(case, now)
    if held is None or held > now:
        stores.views().put(delivery.case_row(case, kept=held), expect=case.seq)
        return False
    everything = [*entries, *_beside(case)]
    said = stores.journal().read(stream_of(case.id))
    said += _announce(case, _private(everything), said, now)
    for entry in _private(
        reversed(everything)
    ):  # the filing last: whose case it was is needed until then
        if entry == entries[0]:
            _forget_in_views(case)
        files.delete(case, entry)
        stores.journal().forget(journal.forgotten(entry))
    return _finish(case.id, said, now)


def is_announced(stream: str, seq: int) -> bool:
    """Whether an entry that was changed is one whose private parts were to be forgotten, and
    nothing else has changed.

    The leaf binds every public word of it, and the announcement binds the leaf.
    """
    case_id = _case_of(stream)
    entry = stores.journal().get(stream, seq) if case_id else None
    if entry is None or _private([entry]) or journal.leaf_hash(entry) != entry.leaf:
        return False
    return (stream, seq, entry.leaf) in _announced(stores.journal().read(stream_of(case_id)))


def report(case_id: str) -> dict[str, Any]:
    """What was redacted of a case, for everybody: when, how many entries, private groups and files.
    Raises NotFound.
    """
    entries = stores.journal().read(stream_of(case_id))
    if not entries:
        raise NotFound
    acts = [entry.acts[0].data for entry in entries if entry.acts[0].type == ANNOUNCED]
    groups = sum((Counter(data["groups"]) for data in acts), Counter[str]())
    done = [clock.stamp(entry.at) for entry in entries if entry.acts[0].type == REDACTED]
    return {
        "number": acts[0]["number"],
        "retention_years": acts[0]["retention_years"],
        "announced_at": clock.stamp(entries[0].at),
        "redacted_at": done[0] if done else None,
        "entries": sum(len(data["entries"]) for data in acts),
        "groups": dict(sorted(groups.items())),
        "files": sum(data["files"] for data in acts),
    }


def stream_of(case_id: str) -> str:
    """The stream in which a case's redaction is announced and reported."""
    return f"redaction#{case_id}"


def _held_until(case: Case, now: datetime) -> datetime | None:
    """Until when the case is kept: for its time, while its certificate is valid, and while a case
    about it runs.
    """
    until = kept_until(case)
    if until is None or until > now:
        return until
    if case.certificate:
        certificate = certificates.read(case.certificate)
        if certificate.status(now) == "valid":
            return certificate.expires_at or now + LOOK_AGAIN
    later = (repository.load(repository.find(link["number"]))[0] for link in case.links)
    return now + LOOK_AGAIN if any(not other.ended_at for other in later) else until


def _beside(case: Case) -> Iterator[Entry]:
    """Entries of other streams that hold private parts of the case."""
    streams = [
        refusals.stream_of(case.id),
        *sorted({stream for stream, _ in access_log.rows_of(case)}),
    ]
    streams += [certificates.stream_of(case.certificate)] if case.certificate else []
    for stream in streams:
        yield from stores.journal().read(stream)


def _private(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if journal.private_groups(entry.acts, entry.actor)]


def _announce(
    case: Case, private: Sequence[Entry], said: Sequence[Entry], now: datetime
) -> list[Entry]:
    """Say beforehand what goes, unless that has been said."""
    known = _announced(said)
    new = [entry for entry in private if (entry.stream, entry.seq, entry.leaf) not in known]
    if not new:
        return []
    groups = Counter(
        group for entry in new for group in journal.private_groups(entry.acts, entry.actor)
    )
    data = {
        "number": case.number,
        "retention_years": case.rules.retention_years,
        "entries": [
            {"stream": entry.stream, "seq": entry.seq, "leaf": entry.leaf} for entry in new
        ],
        "groups": dict(sorted(groups.items())),
        "files": len({key for entry in new for key in files.keys(entry)}),
    }
    return [_append(case.id, len(said) + 1, Act(ANNOUNCED, data), now)]


def _announced(said: Sequence[Entry]) -> set[tuple[str, int, str]]:
    acts = (entry.acts[0] for entry in said)
    named = (one for act in acts if act.type == ANNOUNCED for one in act.data["entries"])
    return {(one["stream"], one["seq"], one["leaf"]) for one in named}


def _finish(case_id: str, said: Sequence[Entry], now: datetime) -> bool:
    """Put it on record that everything is gone, once, and take the case out of the index of what is
    kept.
    """
    case, _ = repository.load(case_id)
    is_new = said[-1].acts[0].type != REDACTED
    if is_new:
        _append(case.id, len(said) + 1, Act(REDACTED, {"number": case.number}), now)
    stores.views().put(delivery.case_row(case), expect=case.seq)
    return is_new


def _append(case_id: str, seq: int, act: Act, now: datetime) -> Entry:
    entry = journal.new_entry(stream_of(case_id), seq, [act], at=now, actor=MACHINE)
    stores.journal().append(entry)
    return entry


def _forget_in_views(case: Case) -> None:
    """The access logs of the case's parties no longer name it."""
    for key in [*access_log.rows_of(case)]:
        stores.views().put(Row(*key, version=2))


def _case_of(stream: str) -> str:
    """The case to whose redaction a stream may belong; empty for any other stream."""
    kind, _, name = stream.partition("#")
    if kind in ("case", "refusals", "read"):
        return name.partition("#")[0]
    try:
        return repository.find(name.rpartition("-")[0]) if kind == "certificate" else ""
    except NotFound:
        return ""
