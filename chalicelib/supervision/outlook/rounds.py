"""The daily round: first what is usual of each item, then every open case against it, some in each
minute. A case to which something comes is looked at then, too (``statistics.projector``).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib import casework, catalog
from chalicelib.kernel import aws, due_index, log, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.supervision.outlook import listing, usual_times

PLACE = ("outlook", "round")
ITEMS, CASES = 20, 100  # at most in one minute


@dataclass(frozen=True)
class Round:
    """How far the round of a ``day`` has come: up to which item, then to which shard of the due
    index, and where in it (``start``).
    """

    day: str
    item: str = ""
    shard: int = 0
    start: Mapping[str, Any] | None = None
    has_items: bool = False
    is_over: bool = False
    version: int = 0


def go_on(today: date) -> dict[str, int]:
    """One minute's part of today's round. OutlookFailures are cases that could not be looked at."""
    known = _read(today)
    if known.is_over:
        return {"looked_at": 0}
    if not known.has_items:
        after, looked_at = _refresh(known, today)
    else:
        after, looked_at = _look(known, today)
    _write(after)
    return {"looked_at": looked_at}


def _read(today: date) -> Round:
    row = stores.views().get(*PLACE)
    day = today.isoformat()
    if row is None or row.data["day"] != day:
        return Round(
            day,
            version=row.version if row else 0,
        )
    return Round(**row.data, version=row.version)


def _write(after: Round) -> None:
    data = {
        "day": after.day,
        "item": after.item,
        "shard": after.shard,
        "start": after.start,
        "has_items": after.has_items,
        "is_over": after.is_over,
    }
    row = Row(*PLACE, version=after.version + 1, data=data)
    stores.views().put(row, expect=after.version)


def _refresh(known: Round, today: date) -> tuple[Round, int]:
    ahead = sorted(item for item in catalog.item_ids() if item > known.item)
    for item in ahead[:ITEMS]:
        usual_times.refresh(
            item,
            today,
        )
    if len(ahead) <= ITEMS:
        return replace(known, has_items=True), len(ahead)
    return replace(
        known,
        item=ahead[ITEMS - 1],
    ), ITEMS


def _look(known: Round, today: date) -> tuple[Round, int]:
    shards = due_index.shards(casework.OPEN)
    page = stores.views().index(
        "due",
        shards[known.shard],
        limit=CASES,
        start=known.start,
    )
    failed = sum(not _evaluated(stream, today) for (stream, _), _ in page.keys)
    counts: dict[str, float] = {"OutlookFailures": failed}
    log.line(
        "cases looked at",
        counts=counts,
        acted=len(page.keys),
    )
    return _after(known, page.next_start, len(shards)), len(page.keys)


def _after(known: Round, start: Mapping[str, Any] | None, shards: int) -> Round:
    if start:
        return replace(known, start=start)
    if known.shard + 1 < shards:
        return replace(
            known,
            shard=known.shard + 1,
            start=None,
        )
    return replace(known, is_over=True, start=None)


def _evaluated(stream: str, today: date) -> bool:
    """One case, which must not keep its neighbours waiting; whether it could be looked at."""
    try:
        case, _ = casework.load(stream.partition("#")[2])
        listing.evaluate(case, today)
    except Exception as error:
        log.failure("case not looked at", error, stream=stream, passing=aws.is_passing(error))
        return False
    return True
