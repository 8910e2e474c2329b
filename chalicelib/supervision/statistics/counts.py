"""What is counted: an amount under a name, in a cell of the counters."""

from collections.abc import Mapping
from datetime import date

from chalicelib.kernel.values import dataclass

# By what statistics are kept; each is a list of its own for each day and each month.
AUTHORITY, ITEM, POINT, POST = "authority", "item", "service-point", "post"
BOARD, LOADS = "board", "loads"
PARTED = "/"  # no code of the registers or the catalogue holds one

# What ends of a case and its clocks are counted under.
FILED, ACCEPTED, BY_DEFAULT, NOT_ACCEPTED = (
    "filed",
    "accepted",
    "accepted_by_default",
    "not_accepted",
)
GRANTED, TACITLY, REFUSED, ORDERED, DROPPED = (
    "granted",
    "granted_tacitly",
    "refused",
    "ordered",
    "dropped",
)
WITHDRAWN, LAPSED, REVOKED = "withdrawn", "lapsed", "revoked"
IN_TIME, LATE, OVERDUE = "in_time", "late", "overdue"
SUPPLEMENTS, RETURNS = "supplements", "returns"
REMINDER, YELLOW, RED = "reminder", "yellow", "red"
OPENED, COMPLETED = "tasks_opened", "tasks_completed"
DAYS = "days"
"""Names of a histogram: ``days:12`` counts those that took twelve working days."""
FORECASTS = ("at_risk_broken", "at_risk_kept", "unlisted_broken", "unlisted_kept")

Cell = tuple[str, str]
"""A list of cells, and the place in it: (``2026-11-30#item``, ``URB/shop-sign``)."""


@dataclass(frozen=True)
class Count:
    """``amount`` more under ``name`` in a cell."""

    cell: Cell
    name: str
    amount: int = 1


def of_day(day: date, by: str) -> str:
    """The list of a day's cells."""
    return f"{day.isoformat()}#{by}"


def of_month(day: date, by: str) -> str:
    """The list of the cells of a day's month."""
    return f"{day:%Y-%m}#{by}"


def is_of_authorities_by_day(list_name: str) -> bool:
    """Whether a list holds the cells of the authorities on one day."""
    period, _, by = list_name.partition("#")
    return by == AUTHORITY and len(period) == len("2026-11-30")


def place(*parts: str) -> str:
    """The place of a cell in its list."""
    return PARTED.join(parts)


def parts_of(place: str) -> list[str]:
    """What ``place`` was made of."""
    return place.split(PARTED)


def times_of(item: str) -> str:
    """The list of how long the steps of an item took, day by day."""
    return f"times#{item}"


@dataclass(frozen=True)
class Subject:
    """Where a fact is counted: on a day, at an authority and where they are known at an item and a
    service point.
    """

    day: date
    authority: str
    item: str = ""
    point: str = ""

    @property
    def places(self) -> Mapping[str, str]:
        """Its place in each list."""
        named = {ITEM: self.item, POINT: self.point}
        found = {AUTHORITY: self.authority}
        for by, code in named.items():
            if code:
                found[by] = place(
                    self.authority,
                    code,
                )
        return found

    def counted(self, name: str, amount: int = 1) -> list[Count]:
        """The fact in each list of its day and of its month."""
        counts = []
        for by, where in self.places.items():
            for list_name in (of_day(self.day, by), of_month(self.day, by)):
                counts.append(
                    Count(
                        (list_name, where),
                        name,
                        amount,
                    )
                )
        return counts
