"""How grants look as rows: posts with what is defined and delegated, persons with the posts that
they hold.

A row carries periods, so that nothing has to be written when one begins or ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import (
    Career,
    Definition,
    Delegation,
    Holding,
    Position,
    definitions,
    periods,
)
from chalicelib.authority.acts.delegations import read as read_delegation
from chalicelib.authority.acts.posts import position
from chalicelib.authority.grants import Row
from chalicelib.authority.registers.writing import moved_on
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.journal import TransactionalWrite

MAX_HOLDERS = 90  # a DynamoDB transaction takes 100 rows
Data = Mapping[str, Any]


def in_force(told: Iterable[Data], now: datetime) -> list[Data]:
    """Those of a row's periods ``{from, until?}`` with from <= now < until."""
    return [each for each in told if periods.holds(periods.read(each, now), now)]


def not_over(told: Iterable[Data], now: datetime) -> list[Data]:
    """Those of a row's periods that hold now or are to come."""
    return [each for each in told if not periods.is_over(periods.read(each, now), now)]


def defined(data: Data) -> tuple[Definition, ...]:
    """The definitions that a row tells of; none in rows of earlier releases."""
    return tuple(
        Definition({k: v for k, v in told.items() if k not in ("from", "until")}, *_span(told))
        for told in data.get("definitions", ())
    )


def _span(told: Data) -> periods.Span:
    return clock.parse(told["from"]), clock.parse(told["until"]) if "until" in told else None


def definition_data(known: Sequence[Definition]) -> list[dict[str, Any]]:
    """Definitions as rows tell them."""
    return [{**definition.facts, **periods.told(definition.span)} for definition in known]


def facts_at(data: Data, moment: datetime) -> Data | None:
    """What a row's definitions say at a moment."""
    found = definitions.in_force(defined(data), moment)
    return found.facts if found else None


def position_at(row: Row | None, moment: datetime) -> Position | None:
    """The post that a post's row describes at a moment."""
    facts = facts_at(row.data, moment) if row else None
    return position(row.data["post"], facts) if row and facts else None


def is_known(row: Row | None) -> bool:
    """Whether something is defined by its row, now or from some day on."""
    return row is not None and bool(defined(row.data))


def post_data(
    post: str, known: Sequence[Definition], delegated: Sequence[Delegation], now: datetime
) -> dict[str, Any]:
    """What a post's row says, and every entry for the post in the rows of its holders."""
    kept = definition_data(definitions.still_needed(known, now))
    given = [each.data for each in delegated if not periods.is_over(each.span, now)]
    return {"post": post, "definitions": kept, "delegations": given}


def delegated_to(row: Row | None) -> tuple[Delegation, ...]:
    """The delegations to a post, as its row tells them."""
    return tuple(read_delegation(told) for told in (row.data.get("delegations", ()) if row else ()))


def of_career(career: Career, post: str, now: datetime) -> list[TransactionalWrite]:
    """The person's row, and the post's row about the person, as they follow from the career."""
    store = grants.store()
    known = store.get(grants.person_key(career.person), grants.OF_PERSON)
    held = career.current(now)
    facts = {name: _facts(name) for name in {holding.appointment.post for holding in held}}
    posts = [{**facts[holding.appointment.post], **_held(holding)} for holding in held]
    # What else may stand in the row, mandates and scopes, is not for this act to change.
    data = {
        **(known.data if known else {}),
        "person": career.person,
        "name": career.name,
        "mail": career.mail,
    }
    person = Row(grants.person_key(career.person), grants.OF_PERSON, data={**data, "posts": posts})
    told = [_held(holding) for holding in held if holding.appointment.post == post]
    about = {"person": career.person, "name": career.name, "mail": career.mail, "periods": told}
    holder = Row(grants.post_key(post), f"{grants.HOLDER}{career.person}", data=about)
    return [moved_on(person, known), store.write(holder)]


def _facts(post: str) -> Data:
    row = grants.store().get(grants.post_key(post), grants.OF_POST)
    return row.data if row else {"post": post, "definitions": [], "delegations": []}


def _held(holding: Holding) -> dict[str, Any]:
    substitute = {"substitute": True} if holding.appointment.is_substitute else {}
    return {"appointment": holding.appointment.id, **periods.told(holding.span), **substitute}


def post_again(post: str) -> TransactionalWrite | None:
    """The post's own row once more, so that who redefines it or delegates to it just then sees a
    new holder.
    """
    row = grants.store().get(grants.post_key(post), grants.OF_POST)
    return moved_on(row, row) if row else None


def of_holders(post: str, facts: Data) -> list[TransactionalWrite]:
    """The rows of all who hold the post, with its new facts. Raises Conflict with more than 90 of
    them.
    """
    store = grants.store()
    holders = store.partition(grants.post_key(post), grants.HOLDER)
    if len(holders) > MAX_HOLDERS:
        raise Conflict("post-has-too-many-holders", limit=MAX_HOLDERS)
    rows = [
        store.get(grants.person_key(h.data["person"]), grants.OF_PERSON)
        for h in holders
        if h.data["periods"]
    ]
    moved = []
    for row in filter(None, rows):
        held = [
            _renewed(each, facts) if each["post"] == post else each for each in row.data["posts"]
        ]
        moved.append(moved_on(replace(row, data={**row.data, "posts": held}), row))
    return moved


def _renewed(held: Data, facts: Data) -> dict[str, Any]:
    """An entry of a person's row: how the post is held stays, what the post is may differ."""
    kept = {
        name: held[name] for name in ("appointment", "from", "until", "substitute") if name in held
    }
    return {**facts, **kept}
