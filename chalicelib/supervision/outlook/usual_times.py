"""How long each step of an item usually took its post in the last 90 days: made once a day of the
counters, and published.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.kernel import stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.supervision.statistics import cells, counts, generations, histograms
from chalicelib.supervision.statistics.histograms import MEDIAN, SLOW

LIST = "usual-times"
WINDOW = timedelta(days=90)
FEWEST = 3  # completions: of less nothing is usual, and one of them would be somebody's

Place = tuple[str, str]
"""A step, and the post that does it."""


@dataclass(frozen=True)
class Usual:
    """Working days within which half of the visits were done, and 80 of 100."""

    median: int
    slow: int


Times = Mapping[Place, Usual]


def of_item(item: str) -> Times:
    """What is usual of an item's steps, as it was last made."""
    row = stores.views().get(LIST, item)
    times = {}
    for step in row.data["steps"] if row else ():
        if step["median"] is not None:
            times[step["step"], step["post"]] = Usual(
                step["median"],
                step["slow"],
            )
    return times


def refresh(item: str, today: date) -> bool:
    """Make an item's row for a day, unless it is; whether it had to be made."""
    row = stores.views().get(LIST, item)
    if row and row.data["until"] == today.isoformat():
        return False
    data = {"until": today.isoformat(), "steps": _steps(item, today)}
    version = row.version if row else 0
    return stores.views().put(
        Row(
            LIST,
            item,
            version + 1,
            data,
        ),
        expect=version,
    )


def _steps(item: str, today: date) -> list[dict[str, Any]]:
    by_place: dict[str, list[histograms.Histogram]] = {}
    for counted in _days(item, today):
        names = {counter.rpartition(histograms.PARTED)[0] for counter in counted}
        for name in names:
            histogram = histograms.read(
                counted,
                name,
            )
            by_place.setdefault(
                name,
                [],
            ).append(histogram)
    steps = []
    for name, found in sorted(by_place.items()):
        step, post = counts.parts_of(name)
        steps.append({"step": step, "post": post, **_in_the_open(histograms.added(found))})
    return steps


def _in_the_open(histogram: histograms.Histogram) -> dict[str, int | None]:
    """What is usual; of few cases not even how many there were."""
    usual = shown(histogram)
    if histograms.size(histogram) < FEWEST:
        usual["count"] = None
    return usual


def shown(histogram: histograms.Histogram) -> dict[str, int | None]:
    """How many there were, and what is usual of them, if they are enough to say so."""
    size = histograms.size(histogram)
    is_enough = size >= FEWEST
    return {
        "count": size,
        "median": histograms.quantile(histogram, MEDIAN) if is_enough else None,
        "slow": histograms.quantile(histogram, SLOW) if is_enough else None,
    }


def _days(item: str, today: date) -> Iterator[Mapping[str, int]]:
    """What was counted on each of the last 90 days before a day."""
    first = today - WINDOW
    serving = generations.read().serving
    partition = cells.partition(
        serving,
        counts.times_of(item),
    )
    for month in _months(first, today):
        for row in stores.views().partition(partition, month):
            if first.isoformat() <= row.sk < today.isoformat():
                yield cells.counters(row)


def _months(first: date, last: date) -> list[str]:
    months = []
    day = first.replace(day=1)
    while day <= last:
        months.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=31)).replace(day=1)
    return months
