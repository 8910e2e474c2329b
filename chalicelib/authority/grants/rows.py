"""How grants look as rows: posts with what is defined and delegated, persons with the posts that
they hold.

A row carries periods, so that nothing has to be written when one begins or ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import Definition, Delegation, Position, definitions, periods
from chalicelib.authority.acts import delegations as delegating
from chalicelib.authority.acts.posts import position
from chalicelib.authority.grants import Row
from chalicelib.kernel import clock

Data = Mapping[str, Any]


def person_row(person: str) -> Row | None:
    """The one row of a person, read consistently."""
    key = grants.person_key(person)
    return grants.store().get(key, grants.OF_PERSON)


def post_row(post: str) -> Row | None:
    """The one row of a post, read consistently."""
    key = grants.post_key(post)
    return grants.store().get(key, grants.OF_POST)


def holder_rows(post: str) -> list[Row]:
    """The post's rows about who holds it, has held it or is to, read consistently."""
    key = grants.post_key(post)
    return grants.store().partition(key, grants.HOLDER)


def in_force(periods_told: Iterable[Data], now: datetime) -> list[Data]:
    """Those of a row's periods ``{from, until?}`` with from <= now < until."""
    current = []
    for each in periods_told:
        if periods.holds(_span(each, now), now):
            current.append(each)
    return current


def not_over(periods_told: Iterable[Data], now: datetime) -> list[Data]:
    """Those of a row's periods that hold now or are to come."""
    current = []
    for each in periods_told:
        if not periods.is_over(_span(each, now), now):
            current.append(each)
    return current


def _span(data: Data, now: datetime) -> periods.Span:
    return periods.from_data(data, now)


def defined(data: Data) -> tuple[Definition, ...]:
    """The definitions that a row tells of; none in rows of earlier releases."""
    definitions = data.get("definitions", ())
    return tuple(map(_definition, definitions))


def definitions_of(row: Row | None) -> tuple[Definition, ...]:
    """Likewise; none where there is no row."""
    return defined(row.data) if row else ()


def _definition(told: Data) -> Definition:
    facts = dict(told)
    starts = clock.parse(facts.pop("from"))
    until = facts.pop("until", None)
    ends = clock.parse(until) if until else None
    return Definition(facts, starts, ends)


def definition_data(defined: Sequence[Definition]) -> list[dict[str, Any]]:
    """Definitions as rows tell them."""
    data = []
    for each in defined:
        data.append({**each.facts, **periods.to_data(each.span)})
    return data


def facts_at(data: Data, moment: datetime) -> Data | None:
    """What a row's definitions say at a moment."""
    definition = definitions.in_force(defined(data), moment)
    return definition.facts if definition else None


def facts_of(row: Row | None, moment: datetime) -> Data | None:
    """Likewise; None where there is no row."""
    return facts_at(row.data, moment) if row else None


def position_at(row: Row | None, moment: datetime) -> Position | None:
    """The post that a post's row describes at a moment."""
    facts = facts_of(row, moment)
    if row is None or facts is None:
        return None
    return position(row.data["post"], facts)


def is_known(row: Row | None) -> bool:
    """Whether something is defined by its row, now or from some day on."""
    return bool(definitions_of(row))


def is_closed(row: Row | None, moment: datetime) -> bool:
    """Whether what its row defines is over at a moment: it was there, and is no longer."""
    has_begun = any(definition.starts <= moment for definition in definitions_of(row))
    return has_begun and facts_of(row, moment) is None


def post_data(
    post: str,
    defined: Sequence[Definition],
    delegated: Sequence[Delegation],
    now: datetime,
) -> dict[str, Any]:
    """What a post's row says, and every entry for the post in the rows of its holders."""
    current = [each.data for each in delegated if not periods.is_over(each.span, now)]
    return {
        "post": post,
        "definitions": definition_data(definitions.still_needed(defined, now)),
        "delegations": current,
    }


def delegated_to(row: Row | None) -> tuple[Delegation, ...]:
    """The delegations to a post, as its row tells them."""
    if row is None:
        return ()
    delegations = row.data.get("delegations", ())
    return tuple(map(delegating.from_data, delegations))
