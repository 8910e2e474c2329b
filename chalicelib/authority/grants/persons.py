"""What a person's row says beside posts and mandates: under which other ids the same person is
known, and that they are no more.
"""

from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.grants import Row, moved_on, rows
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.journal import TransactionalWrite

ENDED = "ended"


def with_data(person: str, stored: Row | None, **more: Any) -> TransactionalWrite:
    """The person's row with ``more``, if nobody has written it since it was read as ``stored``."""
    data: dict[str, Any] = {
        "person": person,
        "name": "",
        "mail": "",
        "posts": [],
    }
    if stored:
        data |= stored.data
    data |= more
    key = grants.person_key(person)
    row = Row(key, grants.OF_PERSON, data=data)
    return moved_on(row, stored)


def has_ended(row: Row | None) -> bool:
    """Whether it is on record that the party of a row is no more."""
    if row is None:
        return False
    return ENDED in row.data


def check_goes_on(party: str) -> None:
    """Raise Conflict for a party that is no more: nothing can be begun for it."""
    if has_ended(rows.person_row(party)):
        raise Conflict("party-ended")
