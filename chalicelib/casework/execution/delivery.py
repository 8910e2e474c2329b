"""Delivery: after the append, the bus is told, task tokens are answered, the views follow.
Idempotent, replayable.

The case's view row is the done-marker: it is written last, on condition of its version. A wake-up
assumes that it shows all entries before those it speaks of, so it reads nothing but the journal;
where the row turns out to be behind, what was missed is made up for.
"""

import json
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime

from chalicelib import authority
from chalicelib.casework.acts import DECLARED, Case, LinkCase, fold, kept_until, next_moment
from chalicelib.casework.acts.declared.recounting import LimitsRecounted
from chalicelib.casework.execution import events, task_tokens
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.casework.views import attachments
from chalicelib.kernel import aws, bus, clock, due_index, log, stores
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.settings import settings
from chalicelib.kernel.views import Row

TRIES = 5
GRACE = 90.0  # seconds that Step Functions has to open a visit's task
NEVER = "9999-12-31"
OPEN, KEPT = "case", "retention"  # the shards of running cases, and of closed ones


def deliver_entries(stream: str, first: int, last: int) -> bool:
    """Bring about what follows from the entries ``first`` to ``last``; whether it had to be done.

    All that follows is safe to repeat, so it is done before the row tells whether it was done.
    """
    entries = stores.journal().read(stream)[:last]
    case = fold(entries)
    _read_calendar(entries[first - 1 :])
    _bring_about(case, entries[first - 1 :])
    return _show_next(case, entries[: first - 1]) or _catch_up(
        case,
        entries,
        first,
    )


def _read_calendar(new: Sequence[Entry]) -> None:
    """The days as they are known to this process; where limits were counted anew, as they are now:
    else what has just been moved would be moved back.
    """
    acts = [act.type for entry in new for act in entry.acts]
    if LimitsRecounted.__name__ in acts:
        repository.forget_calendar()
    repository.read_calendar()


def deliver(stream: str, age: float = 0.0) -> bool:
    """Bring the consequences of a case's acts up to date; True if it was behind.

    ``age`` (seconds of the newest entry seen): past the grace period, a visit without its task is a
    finding.
    """
    row = stores.views().get(stream, "case")
    is_young = age < GRACE
    if row and is_young and not stores.journal().read(stream, after=row.version):
        return False
    entries = stores.journal().read(stream)
    if not entries:
        return False
    case = fold(entries)
    _read_calendar(entries[row.version if row else 0 :])
    if row is None or row.version < case.seq:
        return _catch_up(case, entries, case.seq + 1)
    if not is_young:
        check_tasks(case)
    return False


def _catch_up(case: Case, entries: list[Entry], done_from: int) -> bool:
    """Bring about what the row does not show yet, but for the entries from ``done_from`` on, and
    show it all; whether there was anything.
    """
    for _ in range(TRIES):
        row = stores.views().get(repository.stream_of(case.id), "case")
        delivered = row.version if row else 0
        if delivered >= case.seq:
            return False
        _bring_about(case, entries[delivered : done_from - 1])
        due_before = row.due_at if row else ""
        if stores.views().put(case_row(case, due_before), expect=delivered):
            return True
        done_from = min(done_from, delivered + 1)
    raise Unavailable


def _bring_about(case: Case, new: Sequence[Entry]) -> None:
    """All that follows from these entries, but for the case's row."""
    if not new:
        return
    _tell(case, new)
    attachments.lay(new)
    seqs = {entry.seq for entry in new}
    if 1 in seqs:
        _link(case)
        start(case, "0")
    if case.transfer.entry in seqs:
        start(case, f"m{case.transfer.entry}")
    _answer(case, seqs)
    _move_tasks(case, new)


def _tell(case: Case, new: Sequence[Entry]) -> None:
    opens_tasks = bool(case.open_visits)
    posts = authority.posts_told() if opens_tasks else frozenset[str]()
    told: list[bus.Event] = []
    for entry in new:
        told += events.of_entry(case, entry, posts)
    bus.publish(told)


def _link(case: Case) -> None:
    """An earlier case that this one is about, or that is the same, learns of it, once."""
    for number in case.record.same:
        link = LinkCase("same", case.number)
        case_commands.execute(repository.find(number), link, by_machine)
    if case.submission.about:
        earlier = repository.find(case.submission.about["number"])
        link = LinkCase(case.submission.about["relation"], case.number)
        case_commands.execute(earlier, link, by_machine)


def _answer(case: Case, seqs: Set[int]) -> None:
    """Answer the tokens of all visits that these entries closed.

    The row is closed before its tokens are looked at: ``open_task`` rests on that (decision 0033).
    """
    for visit in case.visits.values():
        if visit.is_open or visit.answer not in seqs:
            continue
        row = stores.views().close(*task_tokens.task_key(case.id, visit))
        for token in row.tokens:
            task_tokens.answer(token, case, visit)


def _move_tasks(case: Case, new: Sequence[Entry]) -> None:
    """Where a limit has moved, open tasks move in their inboxes."""
    acts = [act for entry in new for act in entry.acts]
    if any(DECLARED[act.type].moves_limits for act in acts):
        for visit in case.open_visits:
            stores.views().update_open(task_tokens.task_row(case, visit))


def _show_next(case: Case, before: Sequence[Entry]) -> bool:
    """Write the case's row if it shows the entries ``before``; False where it does not."""
    row = case_row(case)
    if not before:
        return stores.views().put(row, expect=0)
    earlier = fold(before)
    if _stays_in_due_index(earlier, case):
        row = replace(row, due_shard="", due_at="")
        return stores.views().update(row, expect=earlier.seq)
    return stores.views().put(row, expect=earlier.seq)


def _stays_in_due_index(earlier: Case, case: Case) -> bool:
    """Whether the place of the earlier case there, which is never late, is early enough."""
    if earlier.clocks.ended_at or case.clocks.ended_at:
        return False
    return _next_due(earlier) <= _next_due(case)


def start(case: Case, run: str) -> None:
    """Start an execution of the case's flow version; the same run twice is one execution."""
    states = aws.client("stepfunctions")
    arn = settings().flow_arn_prefix + case.flow.name
    try:
        states.start_execution(
            stateMachineArn=arn,
            name=f"{case.id}-{run}",
            input=json.dumps({"case": case.id, "since": 0}),
        )
    except states.exceptions.ClientError as error:
        if aws.error_code(error) != "ExecutionAlreadyExists":
            raise


def case_row(case: Case, due_before: str = "", kept: datetime | None = None) -> Row:
    """The case as lists show it; in the due index it stands at the next moment that matters.

    While it is open, an earlier place there (``due_before``) stays: moving it at every act would
    cost more than one look too many, and the sweep that then finds nothing moves it on. Once it is
    closed, the moment is the end of its retention (``kept`` where something holds it longer).
    """
    claims = {visit.id: visit.claimed_by for visit in case.open_visits if visit.claimed_by}
    data = {
        "number": case.number,
        "item": case.item,
        "item_version": case.item_version,
        "status": case.status,
        "flow": case.flow.name,
        "filed_at": clock.stamp(case.clocks.filed_at),
        "colour": case.clocks.colour,
        "claims": claims,
    }
    shard, due = _due(case, due_before, kept or kept_until(case))
    return Row(
        repository.stream_of(case.id),
        "case",
        version=case.seq,
        data=data,
        owner=f"person#{case.participants.applicant}" if case.participants.applicant else "",
        owner_at=clock.stamp(case.clocks.filed_at) if case.participants.applicant else "",
        due_shard=shard,
        due_at=due,
    )


def _due(case: Case, before: str, kept: datetime | None) -> tuple[str, str]:
    """Place and moment in the due index; nowhere once nothing is left to forget."""
    if case.is_forgotten:
        return "", ""
    if kept:
        return due_index.shard(case.id, KEPT), due_index.utc(kept)
    due = _next_due(case)
    return due_index.shard(case.id, OPEN), min(due, before) if before else due


def _next_due(case: Case) -> str:
    moment = next_moment(case, repository.calendar())
    return due_index.utc(moment) if moment else NEVER


def check_tasks(case: Case) -> bool:
    """Whether every open visit has its task row; if not, alarm and start an execution anew."""
    missing = [v.id for v in case.open_visits if not _has_task(case, v.id)]
    if not missing:
        return True
    log.line(
        "visits without task",
        counts={"VisitsWithoutTask": len(missing)},
        case=case.id,
        visits=missing,
    )
    restart(case)
    return False


def _has_task(case: Case, visit_id: str) -> bool:
    row = stores.views().get(repository.stream_of(case.id), f"task#{visit_id}")
    return bool(row and row.tokens)


def restart(case: Case) -> None:
    """Another execution under a new name: it fast-forwards to where the case stands."""
    start(case, clock.system_now().strftime("%Y%m%dT%H%M%S"))
    log.line(
        "execution restarted",
        counts={"ExecutionsRestarted": 1},
        case=case.id,
    )
