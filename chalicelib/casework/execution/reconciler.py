"""The reconciler: every open case has a running execution, or gets another one; and views can be
made anew.
"""

from collections.abc import Iterator
from time import time
from typing import Any

from chalicelib.casework.execution import delivery
from chalicelib.casework.use_cases import repository
from chalicelib.casework.views import attachments
from chalicelib.catalog import flows
from chalicelib.kernel import aws, due_index, feed, ids, log, stores
from chalicelib.kernel.settings import settings


def reconcile() -> dict[str, int]:
    """Restart every open case that no running execution carries.

    The open cases are read before the executions: a case stands in the index only after its
    execution was started, so one that is missing from the later list is gone, not late. One too
    many would be harmless.
    """
    waiting = list(open_cases())
    running = {case_id for flow in flows.published() for case_id in _running(flow.name)}
    findings = 0
    for case_id in waiting:
        if case_id not in running:
            findings += _restarted(case_id)
    log.line(
        "reconciled",
        counts={"ReconcilerFindings": findings},
        waiting=len(waiting),
        running=len(running),
    )
    return {"waiting": len(waiting), "running": len(running), "findings": findings}


def _restarted(case_id: str) -> bool:
    """Whether the case got another execution; one that cannot be folded or started must not keep
    its neighbours.
    """
    try:
        case, _ = repository.load(case_id)
        if case.clocks.ended_at:
            return False
        delivery.restart(case)
    except Exception as error:
        log.failure("reconcile failed", error, counts={"ReconcilerFailures": 1}, case=case_id)
        return False
    return True


def open_cases() -> Iterator[str]:
    """Ids of all cases that have not ended, from the due index."""
    for shard in due_index.shards(delivery.OPEN):
        start: Any = None
        while True:
            page = stores.views().index(
                "due",
                shard,
                limit=1000,
                start=start,
            )
            yield from (stream.partition("#")[2] for (stream, _), _ in page.keys)
            if not (start := page.next_start):
                break


def _running(flow_name: str) -> Iterator[str]:
    pages = aws.client("stepfunctions").get_paginator("list_executions")
    for page in pages.paginate(
        stateMachineArn=settings().flow_arn_prefix + flow_name, statusFilter="RUNNING"
    ):
        yield from (execution["name"].partition("-")[0] for execution in page["executions"])


def rebuild(stream: str, age: float = 0.0) -> bool:
    """Write a case's view row anew from its journal (a feed handler); acts not yet delivered stay
    delivery's.
    """
    case, entries = repository.load(stream.partition("#")[2])
    row = stores.views().get(stream, "case")
    if row is None and time() - ids.ulid_time(entries[-1].feed_id) < feed.CLOSING:
        return False
    if row and row.version < case.seq:
        return False
    attachments.lay(entries)
    return stores.views().put(delivery.case_row(case), expect=row.version if row else 0)
