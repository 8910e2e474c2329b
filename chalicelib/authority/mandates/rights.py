"""For whom somebody may act at this moment: as the grants say, and as the policies are told it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.mandates.acts import ACTS
from chalicelib.authority.mandates.parties import company_of
from chalicelib.kernel import clock
from chalicelib.kernel.guard import Mandate, Principal

EVERY_ITEM = "*"
NAMED = ("applicant", "holder", "party", "concerned")  # facts of a resource that name a party
WINDOW, LEGAL_REPRESENTATIVE = "window", "legal_representative"
MOST_NAME = 100


def held_by(person: str, now: datetime) -> tuple[Mandate, ...]:
    """The mandates that a person holds at ``now``, read consistently."""
    row = grants.store().get(grants.person_key(person), grants.OF_PERSON)
    return of_row(row.data, now) if row else ()


def of_row(data: Mapping[str, Any], now: datetime) -> tuple[Mandate, ...]:
    """Those mandates of a person's row that hold at ``now``."""
    held = (m for m in data.get("mandates", ()) if now < clock.parse(m["until"]))
    return tuple(Mandate(m["party"], m["name"], _items(m["items"]), frozenset(m["acts"])) for m in held)


def _items(items: Iterable[str] | None) -> frozenset[str] | None:
    return None if items is None else frozenset(items)


def company(claims: Mapping[str, str]) -> Mandate | None:
    """What the issuer says of a company: all rights of its legal representative, none of anybody else."""
    party, name = company_of(claims["org"]), claims["org_name"]
    if claims["org_role"] != LEGAL_REPRESENTATIVE or not party:
        return None
    if not (name.strip() and name.isprintable() and len(name) <= MOST_NAME):
        return None
    return Mandate(party, name, None, frozenset(ACTS))


def covers(mandate: Mandate, item: str, act: str = "") -> bool:
    """Whether it reaches to an item (``EVERY_ITEM``: to all of them) and an act (none named: to any)."""
    return (mandate.items is None or item in mandate.items) and (not act or act in mandate.acts)


def facts(principal: Principal, resource: Mapping[str, Any]) -> dict[str, Any]:
    """What the policies are told of the principal's mandates: only those that concern the parties of the resource.

    ``acts_for`` says for whom they may do what at the resource's item; ``represents`` for whom they may do anything at
    any item; ``stands_for`` who they are by law. ``windows`` are the service points at whose windows they sit.
    """
    parties = {resource.get(name, "") for name in NAMED} | set(resource.get("told", ()))
    others = parties - {"", *principal.known_as}
    held = [mandate for mandate in principal.mandates if mandate.party in others] if others else []
    item = resource.get("item", EVERY_ITEM)
    acts_for = {act: sorted({m.party for m in held if covers(m, item, act)}) for act in ACTS}
    return {
        "acts_for": {**acts_for, "view": sorted({m.party for m in held if covers(m, item)})},
        "represents": sorted({mandate.party for mandate in held}),
        "stands_for": [*principal.known_as, *([principal.company.party] if principal.company else [])],
        "windows": sorted({p.service_point for p in principal.posts if WINDOW in p.roles} - {""}),
    }
