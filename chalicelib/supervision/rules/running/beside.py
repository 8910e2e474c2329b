"""Streams beside the cases that rules watch: certificates, and reads of personal data. Handlers of
the feed, and what becomes due.
"""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any

from chalicelib import casework, certificates
from chalicelib.casework import Case, CaseRead
from chalicelib.kernel import clock, due_index, ids, log, stores
from chalicelib.kernel.acts import from_act
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.views import Row
from chalicelib.supervision.rules import predicates
from chalicelib.supervision.rules.city import settings
from chalicelib.supervision.rules.city.settings import Running
from chalicelib.supervision.rules.documents import CERTIFICATE, READ
from chalicelib.supervision.rules.findings import use_cases
from chalicelib.supervision.rules.running import judging
from chalicelib.supervision.rules.watched import Facts, Read, Registered

WATCHED = "watched"  # the row that says that a stream has been judged
KEPT = timedelta(days=40)  # longer than any read waits to be judged
OF_TASKS = frozenset({"task", "window"})  # purposes that nobody states


def certificate(stream: str, age: float = 0.0) -> bool:
    """Judge a certificate once; whether it was new."""
    if stores.views().get(stream, WATCHED):
        return False
    found = certificates.read(stream.partition("#")[2])
    case = _case_of(found.case_number)
    registered = Registered(
        found.id,
        found.case_number,
        found.issued_at,
        case,
    )
    for running in settings.running(CERTIFICATE, found.issued_at.date()):
        _judge(running, registered, case)
    return stores.views().put(Row(stream, WATCHED, version=1), expect=0)


def _case_of(number: str) -> Case | None:
    try:
        case, _ = casework.load(casework.find(number))
    except NotFound:
        return None
    return case


def _judge(running: Running, thing: Any, case: Case | None) -> None:
    predicate = predicates.of(running.rule)
    facts = Facts(casework.read_calendar())
    hit = predicate.judge(thing, facts, running.thresholds)
    if hit:
        about = case.id if case else ""
        finding = use_cases.id_of(running.rule, about, hit)
        raised = judging.raised(running.rule, hit, case)
        use_cases.raise_once(finding, raised)


def read(stream: str, age: float = 0.0) -> bool:
    """Judge an office's read once, and note it for what is judged some days later."""
    entry = stores.journal().get(stream, 1)
    if entry is None or entry.acts[0].type != CaseRead.__name__:
        return False
    said: CaseRead = from_act(CaseRead, entry.acts[0])
    if said.purpose in OF_TASKS or stores.views().get(stream, WATCHED):
        return False
    running = settings.running(READ, entry.at.date())
    days = 0
    for each in running:
        waits = predicates.of(each.rule).waits
        if waits:
            days = max(days, each.thresholds[waits])
        else:
            _judge_read(each, stream, entry, said)
    due = entry.at + timedelta(days=days)
    row = Row(
        stream,
        WATCHED,
        version=1,
        due_shard=due_index.shard(stream, READ),
        due_at=due_index.utc(due),
    )
    return stores.views().put(row, expect=0)


def _judge_read(running: Running, stream: str, entry: Entry, said: CaseRead) -> None:
    case, _ = casework.load(said.case)
    reader_day = ids.digest("reader", entry.actor.person, said.on.isoformat())
    place = f"reader#{reader_day}"
    ends_at = int((entry.at + KEPT).timestamp())
    stores.views().put(Row(place, said.case, expires_at=ends_at))
    thing = Read(
        case,
        stream.rpartition("#")[2],
        entry.at,
        said.purpose,
        entry.actor.post,
        reader_day,
        len(stores.views().partition(place)),
    )
    _judge(running, thing, case)


def judge_due() -> int:
    """Reads that have waited for what should follow from them; how many."""
    now = due_index.utc(clock.now().astimezone(UTC))
    judged = 0
    for stream in _due(now):
        try:
            _judge_late(stream)
            judged += 1
        except Exception as error:  # one read must not keep its neighbours waiting
            log.failure("read not judged", error, stream=stream)
    return judged


def _due(now: str) -> Iterator[str]:
    for shard in due_index.shards(READ):
        page = stores.views().index("due", shard, until=now)
        for (stream, _), _at in page.keys:
            yield stream


def _judge_late(stream: str) -> None:
    entry = stores.journal().get(stream, 1)
    assert entry is not None, "what was noted is there"
    said: CaseRead = from_act(CaseRead, entry.acts[0])
    for running in settings.running(READ, entry.at.date()):
        if predicates.of(running.rule).waits:
            _judge_read(running, stream, entry, said)
    stores.views().put(Row(stream, WATCHED, version=2))
