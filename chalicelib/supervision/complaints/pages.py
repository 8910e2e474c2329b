"""How a complaint is shown: the schema says of each field who sees it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel import clock
from chalicelib.supervision.complaints.values import Complaint, Decision


def full(complaint: Complaint) -> dict[str, Any]:
    """The whole page, for who handles it; one who wants to be unknown is so to them too."""
    return {
        **summary(complaint),
        "id": complaint.id,
        "complainant": _complainant(complaint),
        "number": complaint.subject.number or None,
        "text": complaint.text,
        "tracking_code": None,
        "extension_reasons": list(complaint.extension_reasons),
        "matters": list(complaint.matters),
        "decision": _decision(complaint.decision),
        "appeal": complaint.appeal or None,
        "review": _decision(complaint.review),
    }


def own(complaint: Complaint, code: str) -> dict[str, Any]:
    """The page as the complainant sees it, with the code that opens it and lets them appeal."""
    return full(complaint) | {"tracking_code": code}


def summary(complaint: Complaint) -> dict[str, Any]:
    """A complaint in a list, as everybody sees it."""
    return {
        "kind": complaint.kind,
        "scope": complaint.subject.scope,
        "department": complaint.subject.department or None,
        "filed_at": clock.stamp(complaint.filed_at),
        "status": complaint.status,
        "outcome": complaint.outcome or None,
        "handler": complaint.handler,
        "due": _day(complaint),
        "by_default": complaint.by_default,
        "is_extended": complaint.is_extended,
        "is_appealed": complaint.appealed_at is not None,
    }


def receipt(complaint: Complaint, code: str, leaf: str) -> dict[str, Any]:
    """What the complainant is given: whoever has it can follow the complaint."""
    return {
        "id": complaint.id,
        "tracking_code": code,
        "kind": complaint.kind,
        "status": complaint.status,
        "due": _day(complaint),
        "leaf": leaf,
    }


def done(complaint: Complaint, leaf: str) -> dict[str, Any]:
    """The complaint right after an act on it."""
    return {
        "id": complaint.id,
        "status": complaint.status,
        "outcome": complaint.outcome or None,
        "handler": complaint.handler,
        "due": _day(complaint),
        "matters": list(complaint.matters),
        "leaf": leaf,
    }


def _day(complaint: Complaint) -> str | None:
    return complaint.due.isoformat() if complaint.due else None


def _complainant(complaint: Complaint) -> Mapping[str, Any] | None:
    complainant = complaint.complainant
    is_known = complainant.person or complainant.contact
    if complainant.anonymous or not is_known:
        return None
    return {"name": complainant.name or None, "contact": dict(complainant.contact)}


def _decision(decision: Decision | None) -> Mapping[str, Any] | None:
    if decision is None:
        return None
    return {
        "outcome": decision.outcome,
        "at": clock.stamp(decision.at),
        "reasons": list(decision.reasons),
    }
