"""Which acts of a case are of public interest, and what the bus is told of them: ids, dates and
codes, no persons.
"""

from collections.abc import Iterator

from chalicelib.casework.acts import DECLARED, Case
from chalicelib.kernel import clock
from chalicelib.kernel.bus import Event
from chalicelib.kernel.journal import Entry

SOURCE = "sunlit.casework"


def of_entry(case: Case, entry: Entry, posts_told: frozenset[str] = frozenset()) -> Iterator[Event]:
    """The events of one entry, in the order of its acts; the three of certificates ask the
    signing worker to act.

    Tasks that it opened are told for the posts whose systems want to know.
    """
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
        fields = DECLARED[act.type].event
        if fields is not None:
            # What an earlier release did not say yet is not told.
            more = {name: act.data[name] for name in fields if name in act.data}
            yield Event(
                SOURCE,
                act.type,
                {**common, "act": i, **more},
            )
    is_issue_due = any(
        visit.since == entry.seq and case.step(visit).kind == "issue"
        for visit in case.visits.values()
    )
    if is_issue_due or _corrects_certificate(entry):
        yield Event(SOURCE, "CertificateDue", {**common, "act": 0})
    if case.decision.certificate and any(act.type == "DecisionRevoked" for act in entry.acts):
        yield Event(
            SOURCE,
            "CertificateRevocationDue",
            {**common, "act": 0},
        )
    if case.decision.certificate and any(act.type == "PartyEnded" for act in entry.acts):
        yield Event(
            SOURCE,
            "CertificateCancellationDue",
            {**common, "act": 0},
        )
    for visit in case.visits.values():
        opened_here = visit.since == (entry.seq if entry.seq > 1 else 0)
        if opened_here and visit.is_open and case.post_of(visit) in posts_told:
            task = {"visit": visit.id, "step": visit.step, "post": case.post_of(visit)}
            yield Event(
                SOURCE,
                "TaskOpened",
                {**common, "act": 0, **task},
            )


def _corrects_certificate(entry: Entry) -> bool:
    """Whether an entry corrects what a certificate shows, or would show."""
    return any(act.type == "ActCorrected" and act.data.get("is_certified") for act in entry.acts)
