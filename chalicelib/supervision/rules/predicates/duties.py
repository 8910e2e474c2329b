"""Who decided: beyond what was delegated, or about their own party; and whether the case walked as
its flow was published.
"""

from collections.abc import Iterator

from chalicelib.casework import Visit
from chalicelib.catalog.flows import OFFICE
from chalicelib.supervision import conformance
from chalicelib.supervision.rules.documents import Thresholds
from chalicelib.supervision.rules.watched import Facts, Hit, Watched


def delegation_exceeded(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether a step was completed under a delegation that did not reach so far at that moment."""
    case, entry = watched.case, watched.entry
    for act in watched.acts("TaskCompleted"):
        delegation = act.data.get("delegation", "")
        visit = case.visits[act.data["visit"]]
        if not delegation:
            continue
        post = case.post_of(visit)
        outcome = act.data["outcome"]
        if not facts.covers(
            delegation,
            entry.actor.post,
            post,
            case.item,
            outcome,
            entry.at,
        ):
            return Hit(
                (entry.seq,),
                {
                    "delegation": delegation,
                    "post": entry.actor.post,
                    "outcome": outcome,
                },
            )
    return None


def own_matter(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether an officer handled the case of a party for whom they may act, or are one
    themselves.
    """
    participants = watched.case.participants
    parties = participants.parties | participants.agents
    for visit in _handled(watched):
        if visit.by in facts.tied or visit.by in parties:
            tie = "party" if visit.by in parties else "mandate"
            return Hit(
                (visit.answer,),
                {"tie": tie, "post": visit.post},
            )
    return None


def _handled(watched: Watched) -> Iterator[Visit]:
    """What officers have completed, in its order."""
    visits = sorted(watched.case.visits.values(), key=_answer_of)
    for visit in visits:
        if visit.by and visit.post and watched.case.step(visit).language.actor == OFFICE:
            yield visit


def _answer_of(visit: Visit) -> int:
    return visit.answer


def nonconforming(watched: Watched, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether the second reading finds so many breaches. Reasons, and what was delegated, have
    rules of their own.
    """
    breaches = []
    for finding in conformance.findings(watched.entries, watched.case, facts.covers):
        if finding.rule == "reasons":
            continue
        if finding.rule == "post" and _is_delegated(watched, finding.entry):
            continue
        breaches.append(finding)
    if len(breaches) < thresholds["breaches"]:
        return None
    first = breaches[0]
    rules = sorted({finding.rule for finding in breaches})
    entries = sorted({finding.entry for finding in breaches})
    return Hit(
        tuple(entries),
        {"rules": " ".join(rules), "breaches": len(breaches)},
        key=f"{watched.case.id}/{first.rule}/{first.entry}",
    )


def _is_delegated(watched: Watched, seq: int) -> bool:
    return any(act.data.get("delegation") for act in watched.said_in(seq))
