"""What follows from the entries of a finding: the bus is told, it is counted and listed. A feed
handler.

The finding's row is the done-marker: it is written last, on condition of its version.
"""

from chalicelib.kernel import bus, log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.supervision.rules.findings import acts, counts, events, lists
from chalicelib.supervision.rules.findings.acts import (
    Finding,
    FindingMarkedFalse,
    FindingRaised,
    FindingTakenUp,
)


def project(stream: str, age: float = 0.0) -> bool:
    """Bring a finding's consequences up to date; whether it was behind."""
    entries = stores.journal().read(stream)
    row = stores.views().get(stream, lists.ROW)
    shown = row.version if row else 0
    if len(entries) <= shown:
        return False
    for seq in range(shown + 1, len(entries) + 1):
        finding = acts.fold(stream, entries[:seq])
        assert finding is not None, "what has entries is there"
        _bring_about(finding, entries[seq - 1])
        if not stores.views().put(lists.row_of(finding), expect=seq - 1):
            return False
    return True


def _bring_about(finding: Finding, entry: Entry) -> None:
    """What follows from its last entry; safe to repeat."""
    [payload] = acts.payloads_of(entry)
    if isinstance(payload, FindingRaised):
        _raised(finding, entry)
    elif isinstance(payload, FindingMarkedFalse):
        counts.count(finding, ["false"])
    elif isinstance(payload, FindingTakenUp):
        counts.count(finding, ["taken_up"])


def _raised(finding: Finding, entry: Entry) -> None:
    bus.publish([events.raised(finding, entry)])
    what = ["found", "in_history"] if finding.from_history else ["found"]
    counts.count(finding, what)
    log.line(
        "finding raised",
        counts={"FindingsRaised": 1},
        dimensions={"severity": finding.severity},
        finding=finding.id,
        rule=finding.rule,
    )
