"""Applications about an earlier case: an appeal against its decision, or the renewal of what it
granted.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib import casework, catalog, certificates
from chalicelib.intake import appeals
from chalicelib.kernel.errors import Fault, NotFound
from chalicelib.kernel.values import dataclass

CAME_TO_NOTHING = {"refused", "not_accepted", "withdrawn", "lapsed", "revoked"}
APPEAL, RENEWAL = "appeal", "renewal"


@dataclass(frozen=True)
class About:
    """The earlier case; ``expires_on`` is the last day of what it granted, where that is to be
    renewed, and ``in_time_until`` the last day on which an application for it is in time.
    """

    relation: str
    number: str
    expires_on: date | None = None
    in_time_until: date | None = None


def about(
    person: str, body: Mapping[str, Any], item: catalog.Document, now: datetime
) -> tuple[About | None, list[Fault]]:
    """The earlier case that an application is about, and what is wrong with naming it."""
    follows, number = item.get("follows"), body.get("about", "")
    if not follows:
        return None, [Fault("/about", "follows-nothing")] if number else []
    case = _earlier_case(number)
    if follows["relation"] == RENEWAL:
        return _renewal(case, person, number, follows, now)
    appeal = appeals.Appeal(follows, body["form"], now, casework.read_calendar())
    return _appeal(case, person, number, appeal)


def _earlier_case(number: str) -> casework.Case | None:
    if not number:
        return None
    try:
        case, _ = casework.load(casework.find(number))
    except NotFound:
        return None
    return case


def _is_of(case: casework.Case, follows: Mapping[str, Any]) -> bool:
    """Whether the item is about cases of that one's item."""
    return case.item in follows.get("items", [case.item])


def _appeal(
    case: casework.Case | None, person: str, number: str, appeal: appeals.Appeal
) -> tuple[About | None, list[Fault]]:
    is_open_to_others = appeal.follows.get("examined", False)
    if not number:
        if not is_open_to_others:
            return None, [Fault("/about", "required")]
        return None, list(appeals.faults(None, appeal))
    # Whoever was told of a decision may appeal against it. Whether anybody else has an interest in
    # it, the office examines (Art. 30); that the case exists, the public record says.
    if case is None or not _is_of(case, appeal.follows):
        return None, [Fault("/about", "about-unknown")]
    if person not in case.participants.parties and not is_open_to_others:
        return None, [Fault("/about", "about-unknown")]
    faults = list(appeals.faults(case, appeal))
    if faults:
        return None, faults
    return About(APPEAL, number), []


def _renewal(
    case: casework.Case | None, person: str, number: str, follows: Mapping[str, Any], now: datetime
) -> tuple[About | None, list[Fault]]:
    if not number:
        return None, [Fault("/about", "required")]
    # Only its holder renews a licence; somebody else's case and an absent one are answered alike.
    if case is None or case.participants.applicant != person or not _is_of(case, follows):
        return None, [Fault("/about", "about-unknown")]
    if case.status != "granted" or not case.decision.certificate:
        return None, [Fault("/about", "nothing-to-renew")]
    last_day = certificates.read(case.decision.certificate).last_day
    if last_day is None or last_day < now.date():
        return None, [Fault("/about", "nothing-to-renew")]
    if any(_is_alive(link["number"]) for link in case.record.links if link["relation"] == RENEWAL):
        return None, [Fault("/about", "renewed-already")]
    before = timedelta(days=follows.get("before_days", 0))
    return About(
        RENEWAL,
        number,
        last_day,
        last_day - before,
    ), []


def _is_alive(number: str) -> bool:
    """Whether a case has not come to nothing."""
    case, _ = casework.load(casework.find(number))
    return case.status not in CAME_TO_NOTHING
