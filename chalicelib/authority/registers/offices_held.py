"""Which offices a person would hold from now on, by all their appointments together."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib.authority.acts import Appointment, Definition, periods
from chalicelib.authority.grants import rows
from chalicelib.authority.registers import incompatible_roles


def check(
    held: Iterable[Appointment],
    now: datetime,
    redefined: Mapping[str, Definition] | None = None,
) -> None:
    """Raises UnionForbidden where a person would come to hold offices that nobody may hold
    together, at some moment from ``now`` on.

    ``redefined`` is what is to be said of a post, if that is to change.
    """
    current = [each for each in held if not periods.is_over(each.span, now)]
    definitions_of = {}
    for each in current:
        row = rows.post_row(each.post)
        definitions_of[each.post] = list(rows.definitions_of(row))
    for post, definition in (redefined or {}).items():
        definitions_of[post].append(definition)
    terms = incompatible_roles.terms_of(current, definitions_of)
    incompatible_roles.check_terms(list(terms), now)
