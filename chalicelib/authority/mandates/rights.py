"""For whom somebody may act at this moment: as the grants say, and as the policies are told it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.mandates.acts import ACTS
from chalicelib.authority.mandates.parties import company_of
from chalicelib.kernel import clock
from chalicelib.kernel.authorization import WINDOW, Mandate, Principal, Resource

EVERY_ITEM = "*"
NAMED = ("applicant", "holder", "party", "concerned")  # facts of a resource that name a party
LEGAL_REPRESENTATIVE = "legal_representative"
MAX_NAME = 100


def held_by(person: str, now: datetime) -> tuple[Mandate, ...]:
    """The mandates that a person holds at ``now``, read consistently."""
    return tuple(mandate for mandate in told_of(person, now) if mandate.ended is None)


def told_of(person: str, now: datetime) -> tuple[Mandate, ...]:
    """The mandates that a person holds at ``now``, and has held, read consistently."""
    row = grants.store().get(grants.person_key(person), grants.OF_PERSON)
    return of_row(row.data, now) if row else ()


def of_row(data: Mapping[str, Any], now: datetime) -> tuple[Mandate, ...]:
    """The mandates that a person's row tells of; those that are over at ``now`` say when they
    ended.
    """
    known = ((m, clock.parse(m["until"])) for m in data.get("mandates", ()))
    held = (
        Mandate(
            m["party"],
            m["name"],
            _items(m["items"]),
            frozenset(m["acts"]),
            until if until <= now else None,
        )
        for m, until in known
    )
    former = ((m["party"], clock.parse(m["ended_at"])) for m in data.get("former_mandates", ()))
    return (*held, *(Mandate(party, "", None, frozenset(), ended) for party, ended in former))


def _items(items: Iterable[str] | None) -> frozenset[str] | None:
    return None if items is None else frozenset(items)


def company(claims: Mapping[str, str]) -> Mandate | None:
    """What the issuer says of a company: all rights of its legal representative, none of anybody
    else.
    """
    party, name = company_of(claims["org"]), claims["org_name"]
    if claims["org_role"] != LEGAL_REPRESENTATIVE or not party:
        return None
    if not (name.strip() and name.isprintable() and len(name) <= MAX_NAME):
        return None
    return Mandate(party, name, None, frozenset(ACTS))


def covers(mandate: Mandate, item: str, act: str = "") -> bool:
    """Whether it reaches to an item (``EVERY_ITEM``: to all of them) and an act (none named: to
    any).
    """
    return (mandate.items is None or item in mandate.items) and (not act or act in mandate.acts)


def facts(principal: Principal, of: Resource) -> dict[str, Any]:
    """What the policies are told of the principal's mandates: only those that concern the parties
    of the resource.

    ``acts_for`` says for whom they may do what at the resource's item; ``represents`` for whom they
    may do anything at any item; ``represented`` for whom they might since the thing began;
    ``stands_for`` who they are by law. ``windows`` are the service points at whose windows they
    sit.
    """
    resource = of.facts
    parties = {resource.get(name, "") for name in NAMED} | set(resource.get("told", ()))
    others = parties - {"", *principal.identities}
    held = [mandate for mandate in principal.mandates if mandate.party in others] if others else []
    item, represents = resource.get("item", EVERY_ITEM), {mandate.party for mandate in held}
    acts_for = {act: sorted({m.party for m in held if covers(m, item, act)}) for act in ACTS}
    return {
        "acts_for": {**acts_for, "view": sorted({m.party for m in held if covers(m, item)})},
        "represents": sorted(represents),
        "represented": sorted(represents | _former(principal, others, of.since)),
        "stands_for": list(principal.stands_for),
        "windows": sorted({p.service_point for p in principal.posts if WINDOW in p.roles} - {""}),
    }


def _former(principal: Principal, parties: Collection[str], since: datetime | None) -> set[str]:
    """Parties whose mandate ended after ``since``: renouncing it makes nobody impartial."""
    if not parties or since is None:
        return set()
    return {
        m.party
        for m in principal.former_mandates
        if m.party in parties and m.ended and m.ended > since
    }
