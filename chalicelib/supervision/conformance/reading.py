"""Whether a case walked as its flow was published: a second reading of journal and flow, apart from
the rules.

It reads the published documents themselves and folds nothing: what the rules got wrong, this shows.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.casework import Case, fold
from chalicelib.catalog import flows
from chalicelib.kernel import journal
from chalicelib.kernel.journal import Act, Entry
from chalicelib.supervision.conformance import window_evidence
from chalicelib.supervision.conformance.participants import Covers, Participants, undelegated
from chalicelib.supervision.conformance.replay import Finding, Replay

RULES = (
    "sequence",
    "leaf",
    "flow-hash",
    "step-open",
    "outcome",
    "post",
    "duties",
    "reasons",
    "resolution",
    "end",
)


def report(entries: Sequence[Entry], covers: Covers = undelegated) -> dict[str, Any]:
    """The public answer: whether the case conforms, by which rules it was judged, and every
    finding.
    """
    case = _as_far_as_it_folds(entries)
    breaches = findings(entries, case, covers)
    return {
        "number": case.number,
        "flow": {
            "id": case.flow_id,
            "version": case.flow_version,
            "hash": case.flow.hash,
        },
        "entries": len(entries),
        "closed": bool(case.clocks.ended_at),
        "conforms": not breaches,
        "rules": list(RULES),
        "findings": [_shown(finding) for finding in breaches],
        "leaves": [entry.leaf for entry in entries],
    }


def _as_far_as_it_folds(entries: Sequence[Entry]) -> Case:
    """What the rules make of the journal, and of one that was doctored of its beginning."""
    for end in range(len(entries), 1, -1):
        try:
            return fold(entries[:end])
        except (KeyError, AttributeError, TypeError, ValueError):
            continue
    return fold(entries[:1])


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "entry": finding.entry,
        "step": finding.step or None,
    }


def findings(entries: Sequence[Entry], case: Case, covers: Covers = undelegated) -> list[Finding]:
    """All that does not conform; ``case`` is what the rules made of the same entries."""
    first, *later = entries
    filed = first.acts[0]
    replay = _replay_of(first, filed, covers)
    published = flows.read(replay.document.published)
    breaches = list(_broken_seals(entries))
    if filed.data["flow"]["hash"] != published.hash:
        breaches.append(Finding("flow-hash", 1))
    for entry in later:
        breaches += replay.read(entry)
    if not _stands_as(replay, case):
        last = entries[-1]
        breaches.append(Finding("end", last.seq))
    return breaches


def _replay_of(first: Entry, filed: Act, covers: Covers) -> Replay:
    """The case at the start of the flow by which it was filed."""
    applicant = filed.private.get("applicant", {})
    parties = {applicant.get("person", "")} - {""}
    parties |= window_evidence.agents(first, filed)
    participants = Participants(
        posts=filed.data["posts"],
        item=filed.data["item"],
        covers=covers,
        parties=parties,
        helpers=window_evidence.helpers(first),
    )
    flow = filed.data["flow"]
    replay = Replay(flow["id"], flow["version"], participants)
    start = replay.document.published["start"]
    replay.enter(start, since=0)
    return replay


def _broken_seals(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Entries out of their place, or other than the leaf that was made of them."""
    for number, entry in enumerate(entries, start=1):
        seq = entry.seq
        if seq != number:
            yield Finding("sequence", seq)
        if journal.leaf_hash(entry) != entry.leaf:
            yield Finding("leaf", seq)


def _stands_as(replay: Replay, case: Case) -> bool:
    """Whether both readings end at the same place."""
    open_places = set()
    for visit in case.open_visits:
        open_places.add((visit.step, visit.since))
    is_over = bool(case.clocks.ended_at)
    return replay.is_over == is_over and replay.open == open_places
