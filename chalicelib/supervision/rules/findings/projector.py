"""What follows from the entries of a finding: it is counted and listed, and of a grave one
supervision is told. A feed handler.

The finding's row is the done-marker: it is written last, on condition of its version.
"""

from chalicelib import authority, notify
from chalicelib.kernel import log, stores
from chalicelib.kernel.journal import Entry
from chalicelib.notify import Message, Recipient
from chalicelib.supervision.rules.documents import GRAVE
from chalicelib.supervision.rules.findings import acts, counts, lists
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
    what = ["found", "in_history"] if finding.from_history else ["found"]
    counts.count(finding, what)
    log.line(
        "finding raised",
        counts={"FindingsRaised": 1},
        dimensions={"severity": finding.severity},
        finding=finding.id,
        rule=finding.rule,
    )
    # What lay there for months is in the list; it wakes nobody.
    if finding.severity == GRAVE and not finding.from_history:
        _tell(finding, entry)


def _tell(finding: Finding, entry: Entry) -> None:
    message = Message(
        f"{entry.stream}#{entry.seq}",
        "supervision.finding",
        {"finding": finding.id, "rule": finding.rule},
        finding.number,
        entry.at,
    )
    notify.send_to_all(_recipients(finding.supervisor), message)


def _recipients(post: str) -> list[Recipient]:
    """Who holds the supervising post."""
    if not post:
        return []
    holders = authority.holders_of(post)
    return [Recipient(holder.person, holder.mail) for holder in holders]
