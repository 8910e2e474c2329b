"""People known by a document: under which name windows know each of them."""

from chalicelib.authority import grants
from chalicelib.authority.grants import Row, moved_on, rows
from chalicelib.authority.mandates.parties import DOCUMENT_PARTY
from chalicelib.kernel import names
from chalicelib.kernel.journal import TransactionalWrite


def name_of(party: str) -> str:
    """The name under which a document was shown first; empty where it is not known."""
    row = rows.person_row(party)
    return str(row.data["name"]) if row else ""


def is_another(party: str, name: str) -> bool:
    """Whether the document is known, and under another name: a mistyped number, or somebody
    else's.
    """
    known = name_of(party)
    return bool(known) and not names.are_same(known, name)


def renamed(party: str, name: str) -> tuple[TransactionalWrite, ...]:
    """What goes with the correction of a name: windows know the document by the right one. Nothing
    where no window knows it.
    """
    stored = rows.person_row(party) if party.startswith(DOCUMENT_PARTY) else None
    if stored is None or stored.data["name"] == name:
        return ()
    row = Row(stored.pk, stored.sk, data={**stored.data, "name": name})
    return (moved_on(row, stored),)


def remembered(party: str, name: str) -> tuple[TransactionalWrite, ...]:
    """What goes with the first act for somebody known by a document: under which name it was.

    Nothing where that is known. Two windows that begin at once do not both succeed.
    """
    stored = rows.person_row(party)
    if stored and stored.data["name"]:
        return ()
    data = {
        "person": party,
        "mail": "",
        "posts": [],
        **(stored.data if stored else {}),
        "name": name,
    }
    row = Row(
        grants.person_key(party),
        grants.OF_PERSON,
        data=data,
    )
    return (moved_on(row, stored),)
