"""Where complaints stand in the views: in the lists of their office and of all, with their month,
and in the due index. Nothing there tells who complained of what.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib import casework
from chalicelib.kernel import due_index, stores
from chalicelib.kernel.views import Row
from chalicelib.supervision import row_lists
from chalicelib.supervision.complaints import pages, rules
from chalicelib.supervision.complaints.values import Complaint

ROW = "complaint"
ALL = "complaints"
COUNTED = ("kind", "department", "status", "outcome")


def row_of(complaint: Complaint) -> Row:
    """The row of a complaint, its place in both lists and in the due index."""
    department = complaint.subject.department
    place = row_lists.sorted_by(complaint.filed_at, complaint.id)
    shard, moment = _due(complaint)
    return Row(
        f"complaint#{complaint.id}",
        ROW,
        version=complaint.version,
        data=pages.summary(complaint),
        inbox=row_lists.of_office(ALL, department) if department else "",
        inbox_at=place if department else "",
        owner=ALL,
        owner_at=place,
        due_shard=shard,
        due_at=moment,
    )


def of_month_row(complaint: Complaint) -> Row:
    """The row by which it is counted: the same one however often it is written."""
    shown = pages.summary(complaint)
    return Row(
        _of_month(complaint.filed_at.strftime("%Y-%m")),
        complaint.id,
        version=complaint.version,
        data={name: shown[name] for name in COUNTED},
    )


def _of_month(month: str) -> str:
    return f"complaints#month#{month}"


def _due(complaint: Complaint) -> tuple[str, str]:
    """When time moves it on; the last of the ladder keeps it."""
    if complaint.due is None or not rules.moves_by_time(complaint):
        return "", ""
    end = casework.read_calendar().end_of(complaint.due)
    return due_index.shard(complaint.id, ROW), due_index.utc(end)


def counts_of(month: str) -> dict[str, Any]:
    """How many were filed in a month (``2026-03``), by what everybody may know of them."""
    shown = [row.data for row in stores.views().partition(_of_month(month))]
    counts = {name: _counted(name, shown) for name in COUNTED}
    return {"filed": len(shown), **counts}


def _counted(name: str, shown: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    values = (row[name] for row in shown if row[name])
    return dict(sorted(Counter(values).items()))
