"""Statistics as lists show them: cells by period, the newest first, for everybody without numbers
that are about one or two persons.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.kernel import stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.supervision.outlook import usual_times
from chalicelib.supervision.statistics import cells, counts, generations, histograms

DAY, MONTH = "day", "month"
MOST_PERIODS = 92
LOOKS = 40  # pages of the store that one request looks at
FEWEST_PERSONS = 3
HIDDEN = "<3"
OF_MATTERS = tuple(
    f"{kind}_{what}"
    for kind in ("card", "order", "accountability")
    for what in ("opened", "answered", "climbed", "ruled")
)
NAMES = (
    *(counts.FILED, counts.ACCEPTED, counts.BY_DEFAULT, counts.NOT_ACCEPTED),
    *(counts.GRANTED, counts.TACITLY, counts.REFUSED, counts.ORDERED, counts.DROPPED),
    *(counts.WITHDRAWN, counts.LAPSED, counts.REVOKED),
    *(counts.IN_TIME, counts.LATE, counts.OVERDUE, counts.SUPPLEMENTS, counts.RETURNS),
    *(counts.REMINDER, counts.YELLOW, counts.RED, counts.OPENED, counts.COMPLETED),
    *(*counts.FORECASTS, *OF_MATTERS),
)
COLUMNS = ("period", "authority", "code", *NAMES, "days_count", "days_median", "days_slow")
Shown = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which cells: ``by`` authority, item, service point or post, of each ``unit`` (day or month)
    from ``first`` to ``last``; empty parts ask for all. ``items`` limits them to some.
    """

    by: str
    unit: str
    first: date
    last: date
    authority: str = ""
    code: str = ""
    items: frozenset[str] | None = None

    @property
    def periods(self) -> list[str]:
        """The newest first."""
        found = []
        day = self.last
        while day >= self.first or (f"{day:%Y-%m}" == f"{self.first:%Y-%m}" and self.unit == MONTH):
            found.append(day.isoformat() if self.unit == DAY else f"{day:%Y-%m}")
            day = _before(
                day,
                self.unit,
            )
        return found

    @property
    def prefix(self) -> str:
        """How the places of these cells begin."""
        if self.by == counts.AUTHORITY or not self.authority:
            return self.authority
        return counts.place(
            self.authority,
            self.code,
        )

    def matches(self, place: str) -> bool:
        """Whether a cell is one of these."""
        authority, code = _named(place)
        if self.authority not in ("", authority) or self.code not in ("", code):
            return False
        return self.items is None or code in self.items


@dataclass(frozen=True)
class Place:
    """Where a page begins: at a period, in a generation's list of it."""

    period: str
    generation: int
    start: Mapping[str, Any] | None = None


def _before(day: date, unit: str) -> date:
    if unit == DAY:
        return day - timedelta(days=1)
    return day.replace(day=1) - timedelta(days=1)


def _named(place: str) -> tuple[str, str]:
    """Authority and code of a cell's place; no code of an authority's own."""
    authority, _, code = place.partition(counts.PARTED)
    return authority, code


def place_of(start: Mapping[str, Any] | None, wanted: Wanted) -> Place:
    """The place that a cursor carries; the beginning without one."""
    if start is None:
        return Place(
            wanted.periods[0],
            generations.read().serving,
        )
    return Place(**start)


def page(wanted: Wanted, limit: int, place: Place) -> tuple[list[Row], Place | None]:
    """At most ``limit`` cells, and where to read on; None at the end. A page may be short where few
    of those looked at are wanted.
    """
    found: list[Row] = []
    periods = wanted.periods
    for _ in range(LOOKS):
        part = stores.views().newest(
            cells.partition(place.generation, f"{place.period}#{wanted.by}"),
            prefix=wanted.prefix,
            limit=limit - len(found),
            start=place.start,
        )
        found += [row for row in part.rows if wanted.matches(row.sk)]
        after = _after(
            place,
            part.next_start,
            periods,
        )
        if after is None or len(found) == limit:
            return found, after
        place = after
    return found, place


def _after(place: Place, start: Mapping[str, Any] | None, periods: list[str]) -> Place | None:
    if start:
        return Place(
            place.period,
            place.generation,
            start,
        )
    ahead = periods[periods.index(place.period) + 1 :]
    return Place(ahead[0], place.generation) if ahead else None


def shown(rows: list[Row], is_public: bool) -> list[Shown]:
    """Cells as replies show them."""
    return list(
        _shown(
            rows,
            is_public,
        )
    )


def _shown(rows: list[Row], is_public: bool) -> Iterator[Shown]:
    for row in rows:
        counted = cells.counters(row)
        authority, code = _named(row.sk)
        numbers = {name: counted[name] for name in NAMES if name in counted}
        yield {
            "period": row.pk.split("#")[2],
            "authority": authority,
            "code": code or None,
            "counts": masked(numbers) if is_public else numbers,
            "days": _days(counted, is_public),
        }


def masked(numbers: Mapping[str, int]) -> dict[str, int | str]:
    """Without what would be about one or two persons."""
    return {name: _masked(number) for name, number in numbers.items()}


def _masked(number: int) -> int | str:
    return HIDDEN if 0 < number < FEWEST_PERSONS else number


def _days(counted: Mapping[str, int], is_public: bool) -> Shown:
    histogram = histograms.read(
        counted,
        counts.DAYS,
    )
    usual: Shown = dict(usual_times.shown(histogram))
    if is_public:
        usual["count"] = _masked(usual["count"])
    return usual


def flat(cell: Shown) -> Shown:
    """A cell as a row of a table."""
    days = {f"days_{name}": value for name, value in cell["days"].items()}
    return {**cell, **cell["counts"], **days}
