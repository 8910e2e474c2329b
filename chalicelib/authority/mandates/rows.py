"""Which rows move with an act on a mandate: what tells the grantee of it, and what they may do."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.grants import Row, moved_on, rows
from chalicelib.authority.mandates.values import MAX_MANDATES, Mandate, scope_from_data
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.journal import TransactionalWrite

HELD = "mandate#"  # sort keys of the rows that tell a person of each mandate offered to them
Data = Mapping[str, Any]


def grants_after(mandate: Mandate, now: datetime) -> list[TransactionalWrite]:
    """The row that tells the grantee of it and, once it is accepted, what the grantee may do."""
    key = grants.person_key(mandate.grantee)
    offered = Row(
        key,
        f"{HELD}{mandate.id}",
        data=to_data(mandate),
    )
    writes = [grants.store().write(offered)]
    if mandate.accepted_at:
        writes.append(_grantees_row(mandate, now))
    return writes


def _grantees_row(mandate: Mandate, now: datetime) -> TransactionalWrite:
    """Raises Conflict beyond a hundred mandates of one grantee."""
    stored = rows.person_row(mandate.grantee)
    data = {
        "person": mandate.grantee,
        "name": mandate.grantee_name,
        "mail": "",
        "posts": [],
        **(stored.data if stored else {}),
    }
    held, ended = _others(data, mandate, now)
    if mandate.is_over(now):
        ended.append(_ended(mandate.party, clock.stamp(mandate.end)))
    else:
        held.append(_held(mandate))
    if len(held) > MAX_MANDATES:
        raise Conflict("mandates-too-many", limit=MAX_MANDATES)
    data["mandates"] = held
    former = _latest([*data.get("former_mandates", ()), *ended])
    if former:
        data["former_mandates"] = former
    row = Row(grants.person_key(mandate.grantee), grants.OF_PERSON, data=data)
    return moved_on(row, stored)


def _others(data: Data, mandate: Mandate, now: datetime) -> tuple[list[Data], list[Data]]:
    """The grantee's other mandates: those that are held, and those that have ended."""
    held: list[Data] = []
    ended: list[Data] = []
    for each in data.get("mandates", ()):
        if each["mandate"] == mandate.id:
            continue
        if clock.parse(each["until"]) > now:
            held.append(each)
        else:
            ended.append(_ended(each["party"], each["until"]))
    return held, ended


def _held(mandate: Mandate) -> Data:
    return {
        "mandate": mandate.id,
        "party": mandate.party,
        "name": mandate.party_name,
        **mandate.scope.data,
    }


def _ended(party: str, ended_at: str) -> Data:
    return {"party": party, "ended_at": ended_at}


def _latest(former: Iterable[Data]) -> list[Data]:
    """Of each party the mandate that ended last, the latest of them first, as many as a row
    takes.
    """
    in_order = sorted(former, key=_end_of)
    latest = list({each["party"]: each for each in in_order}.values())
    latest.reverse()
    return latest[:MAX_MANDATES]


def _end_of(former: Data) -> datetime:
    return clock.parse(former["ended_at"])


def to_data(mandate: Mandate) -> dict[str, Any]:
    """What the row says that tells the grantee of a mandate."""
    return {
        "mandate": mandate.id,
        "kind": mandate.kind,
        "party": mandate.party,
        "party_name": mandate.party_name,
        "grantee": mandate.grantee,
        "grantee_name": mandate.grantee_name,
        **mandate.scope.data,
        "granted_at": clock.stamp(mandate.granted_at),
        "accepted_at": stamp_or_none(mandate.accepted_at),
        "ended_at": stamp_or_none(mandate.ended_at),
    }


def from_data(data: Data) -> Mandate:
    """The mandate that ``to_data`` told of."""
    return Mandate(
        id=data["mandate"],
        kind=data["kind"],
        party=data["party"],
        party_name=data["party_name"],
        grantee=data["grantee"],
        scope=scope_from_data(data),
        granted_at=clock.parse(data["granted_at"]),
        grantee_name=data["grantee_name"],
        accepted_at=_moment_or_none(data["accepted_at"]),
        ended_at=_moment_or_none(data["ended_at"]),
    )


def stamp_or_none(moment: datetime | None) -> str | None:
    """A moment as it is shown, where there is one."""
    return clock.stamp(moment) if moment else None


def _moment_or_none(text: str | None) -> datetime | None:
    return clock.parse(text) if text else None
