"""This process stands in the past: the product's clock, chance, stores and AWS are those of a
``Past``.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from chalicelib.authority import grants
from chalicelib.casework.acts import Case, deadlines, evolve
from chalicelib.casework.execution import delivery
from chalicelib.casework.use_cases import case_commands, file_case, repository
from chalicelib.certificates import issuing, status_lists
from chalicelib.kernel import aws, bus, cache, clock, ids, journal, log, stores
from chalicelib.kernel.http import rate_limits
from chalicelib.kernel.journal import Entry
from infra.seed.history.past import Past

FOLDING = (repository, case_commands, file_case, delivery)


@contextmanager
def playing(past: Past) -> Iterator[Past]:
    """The product in this process stands in the past; afterwards it is as it was."""
    theirs = {"events": past.events, "stepfunctions": past.machines, "s3": past.uploads}
    real = aws.client
    stores_before = stores.journal(), stores.views()
    with ExitStack() as until_the_end:
        put = until_the_end.enter_context
        put(_replaced(aws, "client", lambda service: theirs.get(service) or real(service)))
        put(_replaced(clock, "system_now", past.system_now))
        put(_replaced(clock, "now", past.now))
        put(_replaced(ids, "ulid", past.ulid))
        put(_replaced(bus, "publish", past.publish))
        put(_replaced(journal, "secrets", past))
        put(_replaced(issuing, "secrets", past))
        put(_replaced(status_lists, "secrets", past))
        put(_replaced(evolve, "evolve", _remembered(evolve.evolve)))
        put(_replaced(deadlines, "moments", _remembered(deadlines.moments)))
        folded = _folded_once(evolve.after)
        for module in FOLDING:
            put(_replaced(module, "fold", folded))
        put(_replaced(log, "line", _quiet(past)))
        put(_replaced(rate_limits, "check", lambda *_: None))  # a day takes less than a second
        until_the_end.callback(cache.clear)
        until_the_end.callback(grants.use, None)
        until_the_end.callback(stores.use, *stores_before)
        cache.clear()
        stores.use(past.journal, past.views)
        grants.use(past.grants)
        yield past


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _remembered(transition: Any) -> Any:
    """What a pure function makes of a case, and of what happens to it, once: to ask it anew would
    be most of the time.

    The parts are kept with the answer, so that no other object can come to have their identity.
    """
    known: dict[tuple[int, int], tuple[Any, ...]] = {}

    def remembered(case: Any, other: Any, *more: Any) -> Any:
        key = (id(case), id(other))
        if key not in known:
            known[key] = (transition(case, other, *more), case, other)
        return known[key][0]

    return remembered


def _folded_once(
    after: Callable[[Case | None, Entry], Case],
) -> Callable[[Sequence[Entry]], Case]:
    """The same of a case's entries: the last of them stands for all before it, and one more goes on
    from there.
    """
    known: dict[int, tuple[Case, Entry]] = {}

    def folded(entries: Sequence[Entry]) -> Case:
        case, begin = None, 0
        for place in range(len(entries), 0, -1):
            found = known.get(id(entries[place - 1]))
            if found:
                case, begin = found[0], place
                break
        for entry in entries[begin:]:
            case = after(case, entry)
            known[id(entry)] = (case, entry)
        assert case is not None, "a case begins with its filing"
        return case

    return folded


def _quiet(past: Past) -> Any:
    """Lines of half a year are nobody's to read, but for those of failures."""

    def line(message: str, *, failed: bool = False, **fields: Any) -> None:
        if failed:
            past.troubles.append(f"{past.at} {message} {fields}")

    return line
