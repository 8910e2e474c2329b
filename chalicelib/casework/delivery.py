"""Delivery: after the append, the bus is told, task tokens are answered, the views follow. Idempotent, replayable.

The case's view row is the done-marker: it is written last, on condition that it still shows the version that was read.
"""

import json
from datetime import UTC, datetime
from zlib import crc32

from chalicelib.casework import desk, events, tasks
from chalicelib.casework.acts import Case, fold, next_moment
from chalicelib.kernel import aws, bus, clock, log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.kernel.settings import settings
from chalicelib.kernel.views import Row

GRACE = 90.0  # seconds that Step Functions has to open a visit's task
NEVER = "9999-12-31"


def deliver(stream: str, age: float = 0.0) -> bool:
    """Bring the consequences of a case's acts up to date; True if it was behind.

    ``age`` (seconds of the newest entry seen): past the grace period, a visit without its task is a finding.
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
        start(case, "0")
    _answer(case, delivered)
    stores.views().put(case_row(case, row.due_at if row else ""), expect=delivered)
    return True


def _tell(case: Case, new: list[Entry]) -> None:
    bus.publish([event for entry in new for event in events.of_entry(case, entry)])


def _answer(case: Case, delivered: int) -> None:
    for visit in case.visits.values():
        if not visit.is_open and visit.answer > delivered:
            row = stores.views().close(*tasks.task_key(case.id, visit))
            for token in row.tokens:
                tasks.answer(token, case, visit)


def start(case: Case, run: str) -> None:
    """Start an execution of the case's flow version; the same run twice is one execution."""
    states = aws.client("stepfunctions")
    arn = settings().flow_arn_prefix + case.flow.name
    try:
        states.start_execution(
            stateMachineArn=arn, name=f"{case.id}-{run}", input=json.dumps({"case": case.id, "since": 0})
        )
    except states.exceptions.ClientError as error:
        if aws.error_code(error) != "ExecutionAlreadyExists":
            raise


def case_row(case: Case, due_before: str = "") -> Row:
    """The case as lists show it; while it is open it stands in the due index, at the next moment that matters.

    An earlier place there (``due_before``) is kept: moving it at every act would cost more than one look too many, and
    the sweep that then finds nothing moves it on.
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
    moment = next_moment(case, desk.calendar())
    due = utc(moment) if moment else NEVER
    due = min(due, due_before) if due_before else due
    return Row(
        desk.stream_of(case.id),
        "case",
        version=case.seq,
        data=data,
        owner=f"person#{case.applicant}",
        owner_at=clock.stamp(case.filed_at),
        due_shard="" if case.ended_at else due_shard(case.id),
        due_at="" if case.ended_at else due,
    )


def utc(moment: datetime) -> str:
    """A moment as the due index sorts it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def due_shard(case_id: str) -> str:
    """The shard of the due index in which a case stands."""
    return f"case#{crc32(case_id.encode()) % int(settings().due_shards)}"


def check_tasks(case: Case) -> bool:
    """Whether every open visit has its task row; if not, alarm and start an execution anew."""
    missing = [v.id for v in case.open_visits if not _has_task(case, v.id)]
    if not missing:
        return True
    log.line("visits without task", counts={"VisitsWithoutTask": len(missing)}, case=case.id, visits=missing)
    restart(case)
    return False


def _has_task(case: Case, visit_id: str) -> bool:
    row = stores.views().get(desk.stream_of(case.id), f"task#{visit_id}")
    return bool(row and row.tokens)


def restart(case: Case) -> None:
    """Another execution under a new name: it fast-forwards to where the case stands."""
    start(case, clock.system_now().strftime("%Y%m%dT%H%M%S"))
    log.line("execution restarted", counts={"ExecutionsRestarted": 1}, case=case.id)
