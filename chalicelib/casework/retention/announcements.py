"""What is on record of a case's redaction: what will be forgotten, entry by entry, and that it was.

Whatever changes in the journal unannounced rings an alarm.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.casework.acts import Case, kept_until
from chalicelib.casework.retention import periods
from chalicelib.casework.use_cases import repository
from chalicelib.casework.views import attachments
from chalicelib.kernel import clock, journal, stores
from chalicelib.kernel.acts import from_act, to_act
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Actor, Entry
from chalicelib.kernel.values import dataclass

MACHINE = Actor()
OF_THEIR_OWN = (
    periods.MANDATES,
    periods.QUESTION,
    periods.COMPLAINT,
    *periods.SUPERVISION,
)
"""Kinds of streams that are redacted without a case."""
OF_THE_CASE = ("case", "refusals", "read")  # kinds of streams whose names begin with a case's id


@dataclass(frozen=True)
class AnnouncedEntry:
    """An entry whose private parts will be forgotten; its leaf binds every public word of it."""

    stream: str
    seq: int
    leaf: str


@dataclass(frozen=True)
class RedactionAnnounced:
    """What will be forgotten: entries, how many private groups of which name, how many files."""

    number: str
    retention_years: int
    entries: tuple[AnnouncedEntry, ...]
    groups: Mapping[str, int]
    files: int


@dataclass(frozen=True)
class CaseRedacted:
    """Everything that was announced is gone."""

    number: str


@dataclass(frozen=True)
class EvidenceForgotten:
    """Everything that was announced of a stream that is no case's is gone."""


@dataclass(frozen=True)
class Subject:
    """What is redacted: a case by its id and ``number``, or a stream that has none; after how many
    ``years``.
    """

    name: str
    number: str
    years: int


def of_case(case: Case) -> Subject:
    """A case, as what is redacted."""
    return Subject(case.id, case.number, case.rules.retention_years)


def stream_of(name: str) -> str:
    """The stream in which a redaction is announced and reported: of a case by its id, or of another
    stream.
    """
    return f"redaction#{name}"


def with_private_parts(entries: Iterable[Entry]) -> list[Entry]:
    """Those of the entries that hold anything private."""
    return [entry for entry in entries if _groups(entry)]


def _groups(entry: Entry) -> Mapping[str, Any]:
    return journal.private_groups(entry.acts, entry.actor)


def announce(
    of: Subject,
    private: Sequence[Entry],
    announcements: Sequence[Entry],
    now: datetime,
) -> list[Entry]:
    """Say beforehand what goes, unless that has been said; the new announcement, if any."""
    announced = _announced(announcements)
    new = [entry for entry in private if _named(entry) not in announced]
    if not new:
        return []
    groups: Counter[str] = Counter()
    keys: set[str] = set()
    for entry in new:
        groups.update(_groups(entry).keys())
        keys |= attachments.files_of(entry)
    announcement = RedactionAnnounced(
        number=of.number,
        retention_years=of.years,
        entries=tuple(_named(entry) for entry in new),
        groups=dict(sorted(groups.items())),
        files=len(keys),
    )
    return [_append(of.name, announcements, announcement, now)]


def finish(of: Subject, announcements: Sequence[Entry], now: datetime) -> bool:
    """Put it on record, once, that everything is gone; whether that was news."""
    redacted = CaseRedacted(of.number) if of.number else EvidenceForgotten()
    if announcements[-1].acts[0].type == type(redacted).__name__:
        return False
    _append(of.name, announcements, redacted, now)
    return True


def _append(
    name: str,
    announcements: Sequence[Entry],
    payload: RedactionAnnounced | CaseRedacted | EvidenceForgotten,
    now: datetime,
) -> Entry:
    """One sweep at a time works on a case; another one's entry makes this one wait for the next."""
    stream = stream_of(name)
    seq = len(announcements) + 1
    entry = journal.new_entry(
        stream,
        seq,
        [to_act(payload)],
        at=now,
        actor=MACHINE,
    )
    stores.journal().append(entry)
    return entry


def is_announced(stream: str, seq: int) -> bool:
    """Whether an entry that was changed is one whose private parts were to be forgotten.

    Nothing else of it may have changed: the leaf binds every public word of it, and the
    announcement binds the leaf. And its time must really be over: whoever could write an
    announcement could otherwise erase what is still needed.
    """
    name = _subject_of(stream)
    if not name:
        return False
    entry = stores.journal().get(stream, seq)
    if entry is None or _groups(entry) or journal.leaf_hash(entry) != entry.leaf:
        return False
    if not _is_over(name, entry, clock.now()):
        return False
    announcements = stores.journal().read(stream_of(name))
    return _named(entry) in _announced(announcements)


def _is_over(name: str, entry: Entry, now: datetime) -> bool:
    """Whether the time is over for which the case, or the entry of another stream, is kept."""
    if name != entry.stream:
        case, _ = repository.load(name)
        until = kept_until(case)
        return until is not None and until <= now
    entries = stores.journal().read(name)
    ends = {term.entry.seq: term.ends for term in periods.terms(name, entries)}
    return entry.seq in ends and ends[entry.seq] <= now


def _subject_of(stream: str) -> str:
    """The case to whose redaction a stream may belong, or the stream itself where it has a term of
    its own; empty for any other stream.
    """
    kind, _, name = stream.partition("#")
    if kind in OF_THEIR_OWN:
        return stream
    if kind in OF_THE_CASE:
        return name.partition("#")[0]
    if kind != "certificate":
        return ""
    number = name.rpartition("-")[0]
    try:
        return repository.find(number)
    except NotFound:
        return ""


def report(case_id: str) -> dict[str, Any]:
    """What was redacted of a case, for everybody: when, how many entries, groups and files.

    Raises NotFound where nothing was.
    """
    entries = stores.journal().read(stream_of(case_id))
    if not entries:
        raise NotFound
    announcements = _payloads(entries)
    groups: Counter[str] = Counter()
    for announcement in announcements:
        groups.update(announcement.groups)
    return {
        "number": announcements[0].number,
        "retention_years": announcements[0].retention_years,
        "announced_at": clock.stamp(entries[0].at),
        "redacted_at": _redacted_at(entries),
        "entries": sum(len(each.entries) for each in announcements),
        "groups": dict(sorted(groups.items())),
        "files": sum(each.files for each in announcements),
    }


def _redacted_at(entries: Sequence[Entry]) -> str | None:
    for entry in entries:
        if entry.acts[0].type == CaseRedacted.__name__:
            return clock.stamp(entry.at)
    return None


def _payloads(entries: Sequence[Entry]) -> list[RedactionAnnounced]:
    payloads = []
    for entry in entries:
        act = entry.acts[0]
        if act.type == RedactionAnnounced.__name__:
            payloads.append(from_act(RedactionAnnounced, act))
    return payloads


def _announced(entries: Sequence[Entry]) -> set[AnnouncedEntry]:
    announced: set[AnnouncedEntry] = set()
    for announcement in _payloads(entries):
        announced.update(announcement.entries)
    return announced


def _named(entry: Entry) -> AnnouncedEntry:
    return AnnouncedEntry(entry.stream, entry.seq, entry.leaf)
