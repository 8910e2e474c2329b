"""What the bus is told of findings: that there is one, in ids, dates and codes."""

from typing import Any

from chalicelib.kernel import clock
from chalicelib.kernel.bus import Event
from chalicelib.kernel.journal import Entry
from chalicelib.supervision.matters.events import SOURCE
from chalicelib.supervision.rules.findings.acts import Finding, FindingRaised

RAISED = FindingRaised.__name__


def raised(finding: Finding, entry: Entry) -> Event:
    """The event of a finding that was raised."""
    detail: dict[str, Any] = {
        "finding": finding.id,
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "severity": finding.severity,
        "department": finding.department or None,
        "number": finding.number or None,
        "item": finding.item or None,
        "from_history": finding.from_history,
        "seq": entry.seq,
        "act": 0,
        "at": clock.stamp(entry.at),
    }
    return Event(SOURCE, RAISED, detail)
