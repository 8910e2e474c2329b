"""How a case is shown: to its parties and officers in full, to followers its progress, to the
public masked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib import authority, catalog
from chalicelib.casework.acts import ADVERSE, DECLARED, Case, Notice, Visit
from chalicelib.casework.acts.terms import acceptance_term, decision_terms, supplement_term
from chalicelib.casework.execution import task_tokens
from chalicelib.casework.use_cases.repository import calendar
from chalicelib.casework.views import term_page
from chalicelib.casework.views.case_history import course, matters
from chalicelib.deadlines import Term
from chalicelib.kernel import clock, ids, visibility
from chalicelib.kernel.aggregates import CommandResult
from chalicelib.kernel.journal import Entry


def receipt(case: Case, entry: Entry) -> dict[str, Any]:
    """What the applicant gets for an act: where it stands on record, and until when the office must
    act.
    """
    return {
        "number": case.number,
        "status": case.status,
        "at": clock.stamp(entry.at),
        "item": {"id": case.item, "version": case.item_version},
        "flow": {
            "id": case.flow_id,
            "version": case.flow_version,
            "hash": case.flow.hash,
        },
        "due": due(case),
        "receipt": {"stream": entry.stream, "seq": entry.seq, "leaf": entry.leaf},
    }


def filing_receipt(case: Case, entry: Entry, by_mandate: bool = False) -> dict[str, Any]:
    """The receipt of a filing: with the tracking code, which is told only here.

    Who filed online by a mandate gets none: it would open the case to them when the mandate has
    ended.
    """
    return {
        **receipt(case, entry),
        "tracking_code": None if by_mandate else ids.tracking_code(entry.stream),
    }


def due(case: Case) -> dict[str, Any]:
    """The limits that run now, as dates; ``provisional`` where the calendar of that year is not out
    yet.
    """
    shown: dict[str, Any] = {}
    if case.clocks.ended_at or case.clocks.decided_at:
        return shown
    if case.clocks.accepted_on:
        promised, statutory = decision_terms(case, calendar())
        shown = {
            "runs_from": case.clocks.accepted_on.isoformat(),
            "decide_by": promised.last_day(calendar()).isoformat(),
        }
        shown |= {"statutory_by": statutory.last_day(calendar()).isoformat()}
        shown["provisional"] = statutory.due(calendar()).provisional
    elif visit := next((v for v in case.open_visits if case.step(v).kind == "supplement"), None):
        if "supplement_days" in case.rules.limits:
            shown = _until("supplement_by", supplement_term(case, visit))
    else:
        shown = _until("accept_by", acceptance_term(case))
    return shown


def _until(name: str, term: Term) -> dict[str, Any]:
    due = {
        "runs_from": term.starts_on.isoformat(),
        name: term.last_day(calendar()).isoformat(),
    }
    return {**due, "provisional": term.due(calendar()).provisional}


def record(case: Case) -> dict[str, Any]:
    """The public record: every step, office, time and outcome; the applicant's name masked, texts
    left out.
    """
    item = catalog.version(case.item, case.item_version)
    return {
        "number": case.number,
        "item": {
            "id": case.item,
            "version": case.item_version,
            "name": item["name"],
        },
        "authority": case.authority,
        "flow": {
            "id": case.flow_id,
            "version": case.flow_version,
            "hash": case.flow.hash,
        },
        "applicant": visibility.mask_name(case.participants.applicant_name),
        "status": case.status,
        "filed_at": clock.stamp(case.clocks.filed_at),
        "accepted_on": case.clocks.accepted_on.isoformat() if case.clocks.accepted_on else None,
        "accepted_by_default": case.clocks.accepted_by_default,
        "decided_at": clock.stamp(case.clocks.decided_at) if case.clocks.decided_at else None,
        "ended_at": clock.stamp(case.clocks.ended_at) if case.clocks.ended_at else None,
        "due": due(case),
        "steps": [_step(case, visit) for visit in case.visits.values()],
        "warnings": [_warning(key, level) for key, level in case.clocks.warnings.items()],
        "course": course(case),
    }


def public_record(case: Case, now: datetime) -> dict[str, Any]:
    """The public record with the account of the case's term as of ``now``, without its words."""
    account = term_page.term(case, now)
    shown = visibility.show("term", account, visibility.PUBLIC)
    return {**record(case), "term": shown}


def progress(case: Case) -> dict[str, Any]:
    """What number and tracking code open: the public record, and what the applicant is asked
    for.
    """
    shown = record(case)
    shown["defects"] = (
        list(case.submission.defects) if case.status == "supplement_requested" else []
    )
    shown["reasons"] = list(case.decision.reasons)
    shown["appeal"] = _appeal(case)
    return shown


def full(case: Case, viewer: str = visibility.OFFICE) -> dict[str, Any]:
    """The whole case, for its applicant and for the officers who read it; of the form what
    ``viewer`` may see.
    """
    shown = progress(case)
    submission = case.submission
    shown["applicant"] = case.participants.applicant_name
    shown["defects"] = list(submission.defects)
    item = catalog.version(case.item, case.item_version)
    # Whoever gave the answers sees those to the office as well; those of an ex-officio case an
    # officer gave.
    gave_them = viewer == visibility.OWN and not case.is_ex_officio
    shown["form"] = visibility.show_form(
        item["form"], submission.form, visibility.OFFICE if gave_them else viewer
    )
    shown["contact"] = submission.contact
    shown["materials"] = [
        {
            k: m[k]
            for k in (
                "code",
                "file_name",
                "content_type",
                "size",
                "sha256",
                "trust",
            )
            if k in m
        }
        for m in submission.materials
    ]
    shown["certificate"] = case.decision.certificate or None
    shown["matters"] = matters(case)
    shown["version"] = case.seq
    return shown


def party(case: Case) -> dict[str, Any]:
    """The case for an interested party who was told of it: not the applicant's papers, but what it
    is told.
    """
    told = matters(case)
    for_all = [notice for notice in told["notices"] if _is_for_all_parties(notice["act"])]
    return {
        **progress(case),
        "defects": [],
        "matters": {**told, "owed": [], "notices": for_all},
        "version": case.seq,
    }


def _is_for_all_parties(act_type: str) -> bool:
    page = DECLARED[act_type].page
    return isinstance(page, Notice) and page.to_all_parties


def remarks(case: Case) -> list[dict[str, Any]]:
    """What the office is told with the acts so far: opinions, notes, reasons of a return or a
    withdrawal.
    """
    return [_remark(case, remark) for remark in case.record.remarks]


def _remark(case: Case, remark: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "act": remark["act"],
        "step": remark["step"] or None,
        "at": clock.stamp(remark["at"]),
    }
    shown["office"] = authority.post_of(remark["post"]) if remark["post"] else None
    shown |= {
        name: remark[name]
        for name in ("opinion", "note", "reached_at", "substitute", "cause")
        if name in remark
    }
    if "party" in remark:  # whose views these are, by how they stand to the case
        relations = {
            **case.participants.interested,
            case.participants.applicant: "concerned" if case.is_ex_officio else "applicant",
        }
        shown["relation"] = relations.get(remark["party"], "")
    said = [remark[name] for name in ("reason", "text", "minutes") if name in remark]
    return {**shown, "reasons": [*remark.get("reasons", ()), *said]}


def task(case: Case, visit: Visit) -> dict[str, Any]:
    """One task, with what can be answered to it."""
    step = case.step(visit)
    return {
        "id": f"{case.id}.{visit.id}",
        "number": case.number,
        "item": case.item,
        "step": visit.step,
        "title": step.title,
        "post": case.post_of(visit),
        "outcomes": list(step.outcomes),
        "opened_at": clock.stamp(visit.opened_at),
        "due_at": task_tokens.due_of(case, visit) or None,
        "claimed_by": visit.claimed_by or None,
        "done": not visit.is_open,
        "outcome": visit.outcome or None,
    }


def task_after(result: CommandResult[Case], task_id: str) -> dict[str, Any]:
    """One task after an act on it, and the act's receipt."""
    case = result.state
    act = receipt(case, result.entry)
    visit = case.visits[task_id.partition(".")[2]]
    return {
        **task(case, visit),
        "status": act["status"],
        "at": act["at"],
        "due": act["due"],
        "receipt": act["receipt"],
    }


def _step(case: Case, visit: Visit) -> dict[str, Any]:
    step = case.step(visit)
    shown: dict[str, Any] = {
        "step": visit.step,
        "kind": step.kind,
        "title": step.title,
    }
    post = visit.post or case.post_of(visit)
    if post:
        shown["office"] = authority.post_of(post)
    shown |= {"delegation": visit.delegation} if visit.delegation else {}
    shown |= {
        "opened_at": clock.stamp(visit.opened_at),
        "closed_at": clock.stamp(visit.closed_at) if visit.closed_at else None,
        "outcome": visit.outcome or None,
        "by_default": bool(visit.outcome)
        and visit.outcome == step.language.elapsed
        and not visit.by,
    }
    return shown


def _warning(key: str, level: str) -> dict[str, str]:
    clock_id, _, day = key.split("/")
    return {"clock": clock_id, "level": level, "due": day}


def _appeal(case: Case) -> list[Mapping[str, str]]:
    if case.status not in ADVERSE:
        return []
    return list(catalog.version(case.item, case.item_version)["appeal"])
