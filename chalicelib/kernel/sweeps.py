"""What a sweep does, one work after the other: a failure of one keeps no other waiting."""

from collections import Counter
from collections.abc import Callable

from chalicelib.kernel import log


def all_of(*works: Callable[[], dict[str, int]]) -> dict[str, int]:
    """What they counted, added up. Raises the first failure, when all are done; each has its
    line.
    """
    counted: Counter[str] = Counter()
    failures: list[Exception] = []
    for work in works:
        try:
            counted.update(work())
        except Exception as error:
            log.failure("sweep failed", error)
            failures.append(error)
    if failures:
        raise failures[0]
    return dict(counted)
