"""What is left of private parts that are forgotten: their payloads' empty values, and for each who
was told somebody whom nobody can name.
"""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.casework.acts.declaration import PARTIES
from chalicelib.kernel.journal import FORGOTTEN, Act, Entry

INFORMED = "PartiesInformed"


def acts(entry: Entry) -> Iterable[Act]:
    """The acts of an entry, as far as they are not forgotten."""
    if not entry.commitments:
        return entry.acts
    return [_with_unnamed(entry, act) if act.type == INFORMED else act for act in entry.acts]


def _with_unnamed(entry: Entry, act: Act) -> Act:
    """How many were told is public, and so stays."""
    unnamed = [
        {"person": f"{FORGOTTEN}{entry.seq}.{i}", "relation": ""} for i in range(act.data["told"])
    ]
    return replace(act, private={PARTIES: {"people": unnamed}})
