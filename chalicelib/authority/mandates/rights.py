"""For whom somebody may act at this moment: as the grants say, and as the policies are told it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.authority.grants import rows
from chalicelib.authority.mandates.parties import company_of
from chalicelib.authority.mandates.values import ACTS
from chalicelib.kernel import clock, names
from chalicelib.kernel.authorization import WINDOW, Mandate, Principal, Resource

EVERY_ITEM = "*"
NAMED = ("applicant", "holder", "party", "concerned")  # facts of a resource that name a party
LEGAL_REPRESENTATIVE = "legal_representative"


def held_by(person: str, now: datetime) -> tuple[Mandate, ...]:
    """The mandates that a person holds at ``now``, read consistently."""
    mandates = told_of(person, now)
    return tuple(mandate for mandate in mandates if mandate.ended is None)


def told_of(person: str, now: datetime) -> tuple[Mandate, ...]:
    """The mandates that a person holds at ``now``, and has held, read consistently."""
    row = rows.person_row(person)
    return of_row(row.data, now) if row else ()


def of_row(data: Mapping[str, Any], now: datetime) -> tuple[Mandate, ...]:
    """The mandates that a person's row tells of; those that are over at ``now`` say when they
    ended.
    """
    mandates = [_held(each, now) for each in data.get("mandates", ())]
    for former in data.get("former_mandates", ()):
        ended = clock.parse(former["ended_at"])
        mandates.append(
            Mandate(
                former["party"],
                "",
                None,
                frozenset(),
                ended,
            )
        )
    return tuple(mandates)


def _held(data: Mapping[str, Any], now: datetime) -> Mandate:
    until = clock.parse(data["until"])
    return Mandate(
        data["party"],
        data["name"],
        _items(data["items"]),
        frozenset(data["acts"]),
        until if until <= now else None,
    )


def _items(items: Iterable[str] | None) -> frozenset[str] | None:
    if items is None:
        return None
    return frozenset(items)


def company(claims: Mapping[str, str]) -> Mandate | None:
    """What the issuer says of a company: all rights of its legal representative, none of anybody
    else.
    """
    party, name = company_of(claims["org"]), claims["org_name"]
    if claims["org_role"] != LEGAL_REPRESENTATIVE or not party:
        return None
    if not names.is_name(name):
        return None
    return Mandate(party, name, None, frozenset(ACTS))


def covers(mandate: Mandate, item: str, act: str = "") -> bool:
    """Whether it reaches to an item (``EVERY_ITEM``: to all of them) and an act (none named: to
    any).
    """
    reaches_item = mandate.items is None or item in mandate.items
    reaches_act = not act or act in mandate.acts
    return reaches_item and reaches_act


def facts(principal: Principal, of: Resource) -> dict[str, Any]:
    """What the policies are told of the principal's mandates: only those that concern the parties
    of the resource.

    ``acts_for`` says for whom they may do what at the resource's item; ``represents`` for whom they
    may do anything at any item; ``represented`` for whom they might since the thing began;
    ``stands_for`` who they are by law. ``windows`` are the service points at whose windows they
    sit.
    """
    others = _others(principal, of)
    held: list[Mandate] = []
    if others:
        held = [mandate for mandate in principal.mandates if mandate.party in others]
    represents = {mandate.party for mandate in held}
    represented = represents | _former(principal, others, of.since)
    ids = known_as(principal, of)
    return {
        "acts_for": _acts_for(held, of.facts.get("item", EVERY_ITEM)),
        "represents": sorted(represents),
        "represented": sorted(represented),
        "stands_for": [*ids, *([principal.company.party] if principal.company else [])],
        "windows": _windows(principal),
    }


def known_as(principal: Principal, of: Resource) -> tuple[str, ...]:
    """The ids under which the policies know the principal. Whether there are more than the token
    proves is looked up for who holds posts, and where the resource names somebody else.
    """
    is_office = principal.rights_version is not None
    if is_office or _others(principal, of):
        return principal.identities
    return principal.vouched


def _others(principal: Principal, of: Resource) -> set[str]:
    """The parties that a resource names, but for whom the token proves the principal to be."""
    return _parties(of) - {"", *principal.vouched}


def _parties(of: Resource) -> set[str]:
    """The parties that a resource names."""
    parties = set(of.facts.get("told", ()))
    for name in NAMED:
        parties.add(of.facts.get(name, ""))
    return parties


def _acts_for(held: Collection[Mandate], item: str) -> dict[str, list[str]]:
    parties = {act: _covered(held, item, act) for act in ACTS}
    parties["view"] = _covered(held, item)
    return parties


def _covered(held: Iterable[Mandate], item: str, act: str = "") -> list[str]:
    parties = set()
    for mandate in held:
        if covers(mandate, item, act):
            parties.add(mandate.party)
    return sorted(parties)


def _windows(principal: Principal) -> list[str]:
    points = set()
    for post in principal.posts:
        if WINDOW in post.roles and post.service_point:
            points.add(post.service_point)
    return sorted(points)


def _former(principal: Principal, parties: Collection[str], since: datetime | None) -> set[str]:
    """Parties whose mandate ended after ``since``: renouncing it makes nobody impartial."""
    if not parties or since is None:
        return set()
    former = set()
    for mandate in principal.former_mandates:
        if mandate.party in parties and mandate.ended and mandate.ended > since:
            former.add(mandate.party)
    return former
