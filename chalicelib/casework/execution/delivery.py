"""Delivery: after the append, the bus is told, task tokens are answered, the views follow.
Idempotent, replayable.

The case's view row is the done-marker: it is written last, on condition that it still shows the
version that was read.
"""

import json
from datetime import UTC, datetime
from zlib import crc32

from chalicelib import authority
from chalicelib.casework.acts import DECLARED, Case, LinkCase, fold, kept_until, next_moment
from chalicelib.casework.execution import events, task_tokens
from chalicelib.casework.use_cases import case_commands, repository
from chalicelib.kernel import aws, bus, clock, log, stores
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.settings import settings
from chalicelib.kernel.views import Row

GRACE = 90.0  # seconds that Step Functions has to open a visit's task
NEVER = "9999-12-31"
KEPT = "retention"  # the shards of closed cases


def deliver(stream: str, age: float = 0.0) -> bool:
    """Bring the consequences of a case's acts up to date; True if it was behind.

    ``age`` (seconds of the newest entry seen): past the grace period, a visit without its task is a
    finding.
    """
    row = stores.views().get(stream, "case")
    entries = stores.journal().read(stream)
    if not entries:
        return False
    case = fold(entries)
    delivered = row.version if row else 0
    if delivered >= case.seq:
        if age >= GRACE:
            check_tasks(case)
        return False
    _tell(case, entries[delivered:])
    if delivered == 0:
        _link(case)
        start(case, "0")
    if case.moved > delivered:
        start(case, f"m{case.moved}")
    _answer(case, delivered)
    _move_tasks(case, entries[delivered:])
    stores.views().put(case_row(case, row.due_at if row else ""), expect=delivered)
    return True


def _tell(case: Case, new: list[Entry]) -> None:
    told = authority.posts_told()
    bus.publish([event for entry in new for event in events.of_entry(case, entry, told)])


def _link(case: Case) -> None:
    """An earlier case that this one is about learns of it, once."""
    if case.about:
        earlier = repository.find(case.about["number"])
        link = LinkCase(case.about["relation"], case.number)
        case_commands.execute(earlier, link, by_machine)


def _answer(case: Case, delivered: int) -> None:
    for visit in case.visits.values():
        if not visit.is_open and visit.answer > delivered:
            row = stores.views().close(*task_tokens.task_key(case.id, visit))
            for token in row.tokens:
                task_tokens.answer(token, case, visit)


def _move_tasks(case: Case, new: list[Entry]) -> None:
    """Where a limit has moved, open tasks move in their inboxes."""
    if any(DECLARED[act.type].moves_limits for entry in new for act in entry.acts):
        for visit in case.open_visits:
            stores.views().update_open(task_tokens.task_row(case, visit))


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
        "filed_at": clock.stamp(case.filed_at),
        "colour": case.colour,
        "claims": claims,
    }
    shard, due = _due(case, due_before, kept or kept_until(case))
    return Row(
        repository.stream_of(case.id),
        "case",
        version=case.seq,
        data=data,
        owner=f"person#{case.applicant}" if case.applicant else "",
        owner_at=clock.stamp(case.filed_at) if case.applicant else "",
        due_shard=shard,
        due_at=due,
    )


def _due(case: Case, before: str, kept: datetime | None) -> tuple[str, str]:
    """Place and moment in the due index; nowhere once nothing is left to forget."""
    if case.is_forgotten:
        return "", ""
    if kept:
        return due_shard(case.id, KEPT), utc(kept)
    moment = next_moment(case, repository.calendar())
    due = utc(moment) if moment else NEVER
    return due_shard(case.id), min(due, before) if before else due


def utc(moment: datetime) -> str:
    """A moment as the due index sorts it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def due_shard(case_id: str, of: str = "case") -> str:
    """The shard of the due index in which a case stands: of running cases, or of those that are
    ``KEPT``.
    """
    return f"{of}#{crc32(case_id.encode()) % settings().due_shards}"


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
    log.line("execution restarted", counts={"ExecutionsRestarted": 1}, case=case.id)
