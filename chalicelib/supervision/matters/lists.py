"""Where supervision matters stand in the views: in the lists of their department and of all, with
their case, and in the due index.
"""

from chalicelib import casework
from chalicelib.kernel import due_index, stores
from chalicelib.kernel.views import Row
from chalicelib.supervision import row_lists
from chalicelib.supervision.matters import pages
from chalicelib.supervision.matters.values import GOVERNMENT, Matter

ROW = "matter"
ALL = "matters"


def row_of(matter: Matter) -> Row:
    """The row of a matter, its place in both lists and in the due index."""
    department = matter.subject.department
    place = row_lists.sorted_by(matter.opened_at, matter.id)
    shard, moment = _due(matter)
    return Row(
        f"matter#{matter.id}",
        ROW,
        version=matter.version,
        data=pages.summary(matter),
        inbox=row_lists.of_office(ALL, department),
        inbox_at=place,
        owner=ALL,
        owner_at=place,
        due_shard=shard,
        due_at=moment,
    )


def of_case_row(matter: Matter) -> Row:
    """The row by which its case knows it."""
    return Row(
        _of_case(matter.subject.case),
        row_lists.sorted_by(matter.opened_at, matter.id),
        version=matter.version,
        data={"matter": matter.id},
    )


def _of_case(case: str) -> str:
    return f"matters#case#{case}"


def _due(matter: Matter) -> tuple[str, str]:
    """When it climbs, if nobody acts; at the top it climbs no more."""
    if matter.due is None or matter.rung == GOVERNMENT:
        return "", ""
    end = casework.read_calendar().end_of(matter.due)
    return due_index.shard(matter.id, ROW), due_index.utc(end)


def of_case(case: str) -> list[str]:
    """Ids of the matters about a case, the oldest first."""
    rows = stores.views().partition(_of_case(case))
    return [row.data["matter"] for row in rows]
