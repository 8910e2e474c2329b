"""What rules need to know from outside the case: looked up once for a case and entry, and only what
they ask for.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from chalicelib import authority, casework, catalog, certificates
from chalicelib.catalog import requirements
from chalicelib.kernel import stores
from chalicelib.kernel.errors import NotFound
from chalicelib.supervision.rules.predicates.across import accepting_post
from chalicelib.supervision.rules.running import neighbours
from chalicelib.supervision.rules.watched import Facts, Serial, Watched


def gather(watched: Watched, needs: Collection[str]) -> Facts:
    """The facts that are needed."""
    found: dict[str, Any] = {}
    for name in needs:
        found[name] = LOOK_UP[name](watched)
    return Facts(casework.read_calendar(), authority.covers, **found)


def _fee(watched: Watched) -> int | None:
    """What the item's rule comes to with the answers as they were then; unknown once they are
    forgotten.
    """
    case = watched.case
    if case.is_forgotten:
        return None
    item = catalog.version(case.item, case.item_version)
    return requirements.fee_fen(item, case.submission.form)


def _certified_at(watched: Watched) -> datetime | None:
    try:
        return certificates.read(f"{watched.case.number}-1").issued_at
    except NotFound:
        return None


def _tied(watched: Watched) -> frozenset[str]:
    """Officers of the case who may act for a party of it, or could since it was filed."""
    case = watched.case
    parties = case.participants.parties
    officers = {visit.by for visit in case.visits.values() if visit.by and visit.post}
    tied = set()
    for officer in officers:
        for mandate in authority.mandates.told_of(officer, watched.entry.at):
            is_over = mandate.ended and mandate.ended <= case.clocks.filed_at
            if mandate.party in parties and not is_over:
                tied.add(officer)
    return frozenset(tied)


def _serial(watched: Watched) -> Serial:
    register, serial = casework.place_in_register(watched.case.number)
    entry = stores.journal().get(register, serial)
    is_of_case = False
    if entry:
        is_of_case = entry.acts[0].data["case"] == watched.case.id
    follows = serial == 1
    if serial > 1:
        before = stores.journal().get(register, serial - 1)
        follows = before is not None
    return Serial(is_of_case, follows)


def _accepted(watched: Watched) -> Any:
    return neighbours.accepted(accepting_post(watched), watched.entry.at.date())


def _closed(watched: Watched) -> Any:
    left = neighbours.days_left(watched.case, watched.entry, casework.read_calendar())
    if left > neighbours.NEAR:
        return ()
    return neighbours.closed(watched.entry.actor.post, watched.entry.at.date())


def _alike(watched: Watched) -> Any:
    return neighbours.alike(watched.case)


LOOK_UP: Mapping[str, Callable[[Watched], Any]] = {
    "accepted": _accepted,
    "alike": _alike,
    "certified_at": _certified_at,
    "closed": _closed,
    "fee_fen": _fee,
    "serial": _serial,
    "tied": _tied,
}
