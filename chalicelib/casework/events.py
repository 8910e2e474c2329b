"""Which acts of a case are of public interest, and what the bus is told of them: ids, dates and codes, no persons."""

from collections.abc import Iterator

from chalicelib.casework.acts import Case
from chalicelib.kernel import clock
from chalicelib.kernel.bus import Event
from chalicelib.kernel.journal import Entry

SOURCE = "sunlit.casework"
TOLD = {
    "CaseFiled": ("channel",),
    "SupplementRequested": (),
    "CaseAccepted": ("accepted_on", "decide_by"),
    "CaseAcceptedByDefault": ("accepted_on", "decide_by"),
    "CaseNotAccepted": (),
    "CaseGranted": (),
    "CaseRefused": (),
    "CaseWithdrawn": (),
    "CertificateIssued": ("certificate",),
    "WarningRaised": ("clock", "level", "due", "posts"),
}


def of_entry(case: Case, entry: Entry) -> Iterator[Event]:
    """The events of one entry, in the order of its acts; ``CertificateDue`` asks the signing worker to act."""
    common = {
        "case": case.id,
        "number": case.number,
        "item": case.item,
        "item_version": case.item_version,
        "authority": case.authority,
        "seq": entry.seq,
        "at": clock.stamp(entry.at),
    }
    for i, act in enumerate(entry.acts):
        if act.type in TOLD:
            more = {name: act.data[name] for name in TOLD[act.type]}
            yield Event(SOURCE, act.type, {**common, "act": i, **more})
    if any(v.since == entry.seq and case.step(v).kind == "issue" for v in case.visits.values()):
        yield Event(SOURCE, "CertificateDue", {**common, "act": 0})
