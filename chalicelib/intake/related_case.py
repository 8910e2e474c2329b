"""Applications about an earlier case: an appeal against its decision, or the renewal of what it
granted.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib import casework, catalog, certificates
from chalicelib.casework import APPEALABLE
from chalicelib.kernel.errors import Fault, NotFound
from chalicelib.kernel.values import dataclass

CAME_TO_NOTHING = {"refused", "not_accepted", "withdrawn", "lapsed", "revoked"}
APPEAL, RENEWAL = "appeal", "renewal"


@dataclass(frozen=True)
class About:
    """The earlier case; ``expires_on`` is the last day of what it granted, where that is to be
    renewed.
    """

    relation: str
    number: str
    expires_on: date | None = None


def about(
    person: str, body: Mapping[str, Any], item: catalog.Document, now: datetime
) -> tuple[About | None, list[Fault]]:
    """The earlier case that an application is about, and what is wrong with naming it."""
    follows, number = item.get("follows"), body.get("about", "")
    if not follows:
        return None, [Fault("/about", "follows-nothing")] if number else []
    if not number:
        return None, [Fault("/about", "required")]
    try:
        case, _ = casework.load(casework.find(number))
    except NotFound:
        case = None
    # Somebody else's case and an absent one are answered alike.
    is_renewal = follows["relation"] == RENEWAL
    if (
        case is None
        or not _may_follow(case, person, is_renewal)
        or case.item not in follows.get("items", [case.item])
    ):
        return None, [Fault("/about", "about-unknown")]
    if is_renewal:
        return _renewal(case, number, now)
    has_reason = bool(body["form"].get(follows.get("late_with", "")))
    return _appeal(
        case,
        number,
        follows["within_days"],
        now,
        has_reason,
    )


def _may_follow(case: casework.Case, person: str, is_renewal: bool) -> bool:
    """Whoever was told of a decision may appeal against it; only its holder renews a licence."""
    return (
        person == case.participants.applicant if is_renewal else person in case.participants.parties
    )


def _appeal(
    case: casework.Case, number: str, days: int, now: datetime, has_reason: bool
) -> tuple[About | None, list[Fault]]:
    # From the day of the act that is appealed against: a revocation is one of its own.
    decided_at = case.clocks.revoked_at or case.clocks.decided_at
    if case.status not in APPEALABLE or decided_at is None:
        return None, [Fault("/about", "not-decided-yet")]
    if now.date() > decided_at.date() + timedelta(days=days) and not has_reason:
        return None, [
            Fault(
                "/about",
                "appeal-too-late",
                {"days": days},
            )
        ]
    return About(APPEAL, number), []


def _renewal(case: casework.Case, number: str, now: datetime) -> tuple[About | None, list[Fault]]:
    if case.status != "granted" or not case.decision.certificate:
        return None, [Fault("/about", "nothing-to-renew")]
    expires_at = certificates.read(case.decision.certificate).expires_at
    if expires_at is None or expires_at <= now:
        return None, [Fault("/about", "nothing-to-renew")]
    if any(_is_alive(link["number"]) for link in case.record.links if link["relation"] == RENEWAL):
        return None, [Fault("/about", "renewed-already")]
    # Art. 50: before the expiry. Silence counts at the end of a day, so of the last whole one.
    return About(
        RENEWAL,
        number,
        (expires_at - timedelta(days=1)).date(),
    ), []


def _is_alive(number: str) -> bool:
    """Whether a case has not come to nothing."""
    case, _ = casework.load(casework.find(number))
    return case.status not in CAME_TO_NOTHING
