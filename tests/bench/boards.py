"""What supervision reads among few cases and among many: its board, statistics, and lists.

Counters are as so many cases leave them: no more rows, greater numbers. One case in fifty is open
with a card and at risk, and these stand in their lists one by one.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from chalicelib.kernel import clock, stores
from chalicelib.kernel.views import Row
from chalicelib.kernel.views.dynamodb import item_of
from chalicelib.supervision.outlook import listing
from chalicelib.supervision.statistics import cells, counts, pages
from chalicelib.supervision.statistics.counts import Count
from infra.seed import load
from tests.bench.copies import Tables
from tests.bench.one_process import Stage

SUPERVISOR = "o-qin-ming"
PAGE = "20"
OPEN_OF = 50
DAYS, LEVELS = 40, ("yellow", "red")
MATTER = ("kind", "level", "department", "number", "item", "measure", "opened_at", "status")
PATHS = {
    "board": "/supervision-board",
    "statistics": "/supervision-statistics",
    "matters": "/supervision-matters",
    "at_risk": "/cases-at-risk",
    "loads": "/post-loads",
}


def asks(stage: Stage, cases: int) -> dict[str, Callable[[], Any]]:
    """One request for each subject, once so many cases have left their counters."""
    tables = Tables()
    _lay_counters(cases)
    like = _listed()
    for n in range(cases // OPEN_OF):
        place = f"20{10 + n % 16}-01-{1 + n % 28:02d}T00:00:00+00:00/{n:026d}"
        for pk, sk, owner in (
            (f"matter#{n:026d}", "matter", "matters"),
            (f"outlook#case#{n:026d}", listing.ROW, listing.ALL),
        ):
            tables.copy_row(like, pk, sk, owner=owner, owner_at=place)
    query = {"limit": PAGE}
    return {
        subject: partial(stage.ask, "GET", path, SUPERVISOR, query=query)
        for subject, path in PATHS.items()
    }


def _listed() -> dict[str, Any]:
    """A row that both lists can show."""
    data = dict.fromkeys((*MATTER, "rung", "due", *listing.FIELDS), "x")
    return dict(item_of(Row("p", "s", 1, data, owner="o", owner_at="o")))


def _lay_counters(cases: int) -> None:
    today = clock.now().date()
    each = max(cases // 1000, 1)
    items = load.items()
    names = [Count(("", ""), name, each) for name in pages.NAMES]
    names += [Count(("", ""), f"days:{n}", each) for n in range(30)]
    for item in items:
        authority = item["authority"]
        _lay((counts.of_month(today, counts.AUTHORITY), authority), names)
        _lay((counts.LOADS, counts.place(authority, item["id"])), [Count(("", ""), "open", each)])
        for level in LEVELS:
            place = counts.place(authority, "card", level, item["id"])
            by_day = [Count(("", ""), f"2026-0{1 + n % 6}-{1 + n % 28:02d}") for n in range(DAYS)]
            _lay((counts.BOARD, place), by_day * each)


def _lay(cell: tuple[str, str], added: list[Count]) -> None:
    counted: dict[str, int] = {}
    for count in added:
        counted[count.name] = counted.get(count.name, 0) + count.amount
    data = {"until": 0.0, "ahead": [], "counted": counted}
    stores.views().put(Row(cells.partition(1, cell[0]), cell[1], 1, data))
