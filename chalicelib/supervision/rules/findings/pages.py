"""How a finding is shown to supervision."""

from typing import Any

from chalicelib.kernel import clock
from chalicelib.supervision.rules.findings.acts import Finding


def full(finding: Finding) -> dict[str, Any]:
    """The whole page."""
    return {
        "id": finding.id,
        **summary(finding),
        "rule_version": finding.rule_version,
        "entries": list(finding.entries),
        "why": dict(finding.why),
        "reasons": list(finding.reasons),
        "judged_at": clock.stamp(finding.judged_at) if finding.judged_at else None,
    }


def summary(finding: Finding) -> dict[str, Any]:
    """A finding in a list."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "department": finding.department or None,
        "number": finding.number or None,
        "item": finding.item or None,
        "raised_at": clock.stamp(finding.raised_at),
        "from_history": finding.from_history,
        "status": finding.status,
        "matter": finding.matter or None,
    }
