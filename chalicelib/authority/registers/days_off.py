"""The city's own days off: one stream that whoever counts days reads."""

from datetime import date
from functools import partial

from chalicelib.authority.acts import days_off
from chalicelib.authority.acts.days_off import STREAM, DayOffSet, DaysOff
from chalicelib.kernel import stores
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.aggregates import ActOrigin, Aggregate, Decision, Prepared
from chalicelib.kernel.commands import prepare


def read() -> frozenset[date]:
    """All of them, read consistently."""
    entries = stores.journal().read(STREAM)
    return frozenset(days_off.fold(STREAM, entries))


def prepare_day_off(wanted: DayOffSet, origin: ActOrigin) -> Prepared[DaysOff] | None:
    """The act, ready to be written; None where the day is so already. Raises Invalid."""
    return prepare(
        CITY,
        STREAM,
        wanted,
        partial(origin.in_stream, STREAM),
    )


def _decide(days: DaysOff, wanted: DayOffSet, origin: ActOrigin) -> Decision:
    payload = days_off.decide(days, wanted, origin.now.date())
    return Decision([to_act(payload)] if payload else [])


CITY: Aggregate[DaysOff, DayOffSet] = Aggregate(days_off.fold, _decide)
"""The days off of the city."""
