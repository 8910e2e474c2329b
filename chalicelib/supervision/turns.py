"""Turns that are over: each minute, whatever nobody acted on in time is moved on, once."""

from collections.abc import Callable, Iterator
from datetime import UTC

from chalicelib.kernel import clock, due_index, log, stores


def sweep(kind: str, move_on: Callable[[str], bool], failures: str) -> dict[str, int]:
    """Move on what is due of a ``kind``, by its id; what cannot be moved is tried again in the next
    minute, and counted under the metric ``failures``.
    """
    now = due_index.utc(clock.now().astimezone(UTC))
    climbed = failed = 0
    for id in _due(kind, now):
        try:
            climbed += move_on(id)
        except Exception as error:  # one must not keep its neighbours waiting
            failed += 1
            log.failure(f"{kind} not swept", error, stream=f"{kind}#{id}")
    counts: dict[str, float] = {failures: failed}
    log.line(f"{kind}s swept", counts=counts, climbed=climbed)
    return {"climbed": climbed, "failed": failed}


def _due(kind: str, now: str) -> Iterator[str]:
    for shard in due_index.shards(kind):
        page = stores.views().index("due", shard, until=now)
        for (stream, _), _ in page.keys:
            yield stream.partition("#")[2]
