"""Where findings stand in the views: in the lists of their department and of all."""

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from chalicelib.kernel import clock, stores
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Row
from chalicelib.supervision.rules.findings import pages
from chalicelib.supervision.rules.findings.acts import Finding

ROW = "finding"
ALL = "findings"
LOOKED_AT_MOST = 200  # rows that one request looks through for a filter
Start = Mapping[str, Any] | None


@dataclass(frozen=True)
class FindingPage:
    """Some findings, the newest first, and where the next page starts."""

    findings: list[dict[str, Any]]
    next_start: Start


def row_of(finding: Finding) -> Row:
    """The row of a finding, and its place in both lists."""
    raised_at = clock.stamp(finding.raised_at.astimezone(UTC))
    place = f"{raised_at}/{finding.id}"
    return Row(
        f"finding#{finding.id}",
        ROW,
        version=finding.version,
        data=pages.summary(finding),
        inbox=f"{ALL}#{finding.department}",
        inbox_at=place,
        owner=ALL,
        owner_at=place,
    )


def page(
    department: str,
    keeps: Callable[[Mapping[str, Any]], bool],
    limit: int,
    start: Start,
) -> FindingPage:
    """The newest findings of a department, or of all where none is named, that the filter
    ``keeps``. A page may be short where few of those looked at are kept; the cursor leads on.
    """
    found: list[dict[str, Any]] = []
    looked_at = 0
    while looked_at < LOOKED_AT_MOST:
        batch, start = _batch(department, limit - len(found), start)
        looked_at += limit
        found += [finding for finding in batch if keeps(finding)]
        if start is None or len(found) >= limit:
            break
    return FindingPage(found, start)


def _batch(department: str, limit: int, start: Start) -> tuple[list[dict[str, Any]], Start]:
    index, place = "owner", ALL
    if department:
        index, place = "inbox", f"{ALL}#{department}"
    page = stores.views().index(
        index,
        place,
        limit=limit,
        start=start,
        newest_first=True,
    )
    rows = stores.views().get_many(key for key, _ in page.keys)
    shown = [_shown(rows[key]) for key, _ in page.keys if key in rows]
    return shown, page.next_start


def _shown(row: Row) -> dict[str, Any]:
    return {"id": row.pk.partition("#")[2], **row.data}
