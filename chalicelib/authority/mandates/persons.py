"""People known by a document: under which name windows know each of them.

Of the name only a keyed hash is kept: it is compared, and never shown.
"""

from chalicelib.authority.grants import Row, persons, rows
from chalicelib.authority.mandates.parties import DOCUMENT_PARTY
from chalicelib.kernel import ids, names
from chalicelib.kernel.journal import TransactionalWrite

KNOWN_AS = "known_as"


def is_another(party: str, name: str) -> bool:
    """Whether the document is known, and under another name: a mistyped number, or somebody
    else's.
    """
    known = _known_as(rows.person_row(party))
    return bool(known) and known != _mark(party, name)


def renamed(party: str, name: str) -> tuple[TransactionalWrite, ...]:
    """What goes with the correction of a name: windows know the document by the right one. Nothing
    where no window knows it.
    """
    stored = rows.person_row(party) if party.startswith(DOCUMENT_PARTY) else None
    if stored is None or _known_as(stored) in ("", _mark(party, name)):
        return ()
    return (_marked(party, name, stored),)


def remembered(party: str, name: str) -> tuple[TransactionalWrite, ...]:
    """What goes with the first act for somebody known by a document: under which name it was.

    Nothing where that is known. Two windows that begin at once do not both succeed.
    """
    stored = rows.person_row(party)
    if _known_as(stored):
        return ()
    return (_marked(party, name, stored),)


def _marked(party: str, name: str, stored: Row | None) -> TransactionalWrite:
    return persons.with_data(party, stored, known_as=_mark(party, name))


def _known_as(row: Row | None) -> str:
    return str(row.data.get(KNOWN_AS, "")) if row else ""


def _mark(party: str, name: str) -> str:
    return ids.keyed_hash("known-as", party, names.compared(name))
