"""How often the forecast was right, month by month: of the decisions that were listed as at risk,
and of those that were not.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib.kernel import stores
from chalicelib.supervision.statistics import cells, counts, generations
from chalicelib.supervision.statistics.pages import MONTH, Wanted, masked


def by_month(wanted: Wanted) -> list[dict[str, Any]]:
    """Each month's, the newest first."""
    assert wanted.unit == MONTH, "it is published each month"
    return list(_by_month(wanted.periods))


def _by_month(months: list[str]) -> Iterator[dict[str, Any]]:
    serving = generations.read().serving
    for month in months:
        total = dict.fromkeys(counts.FORECASTS, 0)
        list_name = f"{month}#{counts.AUTHORITY}"
        for row in stores.views().partition(cells.partition(serving, list_name)):
            for name in counts.FORECASTS:
                total[name] += cells.counters(row).get(name, 0)
        listed = total["at_risk_broken"] + total["at_risk_kept"]
        broken = total["at_risk_broken"] + total["unlisted_broken"]
        yield {
            "month": month,
            **masked(total),
            "hit_rate": _rate(
                total["at_risk_broken"],
                listed,
            ),
            "foreseen_rate": _rate(total["at_risk_broken"], broken),
        }


def _rate(part: int, whole: int) -> float | None:
    """A share; None of so few that it would be about one or two persons."""
    return (
        round(
            part / whole,
            3,
        )
        if whole >= 10
        else None
    )
