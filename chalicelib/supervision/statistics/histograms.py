"""Histograms of working days among the counters, and what is usual by them."""

from collections.abc import Mapping

LONGEST = 120  # working days; what took longer is counted with it
PARTED = ":"
MEDIAN, SLOW = 50, 80  # per cent

Histogram = Mapping[int, int]
"""Working days -> how often it took so many."""


def bucket(name: str, days: int) -> str:
    """The counter of a number of days."""
    return f"{name}{PARTED}{min(days, LONGEST)}"


def read(counters: Mapping[str, int], name: str) -> dict[int, int]:
    """The histogram of a name among counters."""
    found = {}
    for counter, amount in counters.items():
        of, _, days = counter.rpartition(PARTED)
        if of == name and amount > 0:
            found[int(days)] = amount
    return found


def added(histograms: list[Histogram]) -> dict[int, int]:
    """Several histograms as one."""
    total: dict[int, int] = {}
    for histogram in histograms:
        for days, amount in histogram.items():
            total[days] = (
                total.get(
                    days,
                    0,
                )
                + amount
            )
    return total


def size(histogram: Histogram) -> int:
    """How much was counted."""
    return sum(histogram.values())


def quantile(histogram: Histogram, per_cent: int) -> int | None:
    """The least number of days within which so many per cent were done; None of nothing."""
    total = size(histogram)
    reached = 0
    for days in sorted(histogram):
        reached += histogram[days]
        if reached * 100 >= total * per_cent:
            return days
    return None
