"""Where findings stand in the views: in the lists of their department and of all."""

from chalicelib.kernel.views import Row
from chalicelib.supervision import row_lists
from chalicelib.supervision.rules.findings import pages
from chalicelib.supervision.rules.findings.acts import Finding

ROW = "finding"
ALL = "findings"


def row_of(finding: Finding) -> Row:
    """The row of a finding, and its place in both lists."""
    place = row_lists.sorted_by(finding.raised_at, finding.id)
    return Row(
        f"finding#{finding.id}",
        ROW,
        version=finding.version,
        data=pages.summary(finding),
        inbox=row_lists.of_office(ALL, finding.department),
        inbox_at=place,
        owner=ALL,
        owner_at=place,
    )
