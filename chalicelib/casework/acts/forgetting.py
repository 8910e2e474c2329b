"""What stands in the place of private parts that are forgotten: the case folds as before, and names
nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.kernel.journal import FORGOTTEN, Act, Entry

NOTHING: Mapping[str, Mapping[str, Any]] = {
    "applicant": {"person": "", "name": "", "contact": {}, "form": {}, "materials": []},
    "parties": {"defects": [], "reasons": [], "measure": "", "text": "", "people": []},
    "office": {"to": ""},
}


def acts(entry: Entry) -> Iterable[Act]:
    """The acts of an entry, with empty private groups where those are forgotten."""
    if not entry.commitments:
        return entry.acts
    return tuple(replace(act, private=_emptied(entry, act)) for act in entry.acts)


def is_forgotten(entries: Iterable[Entry]) -> bool:
    """Whether the filing, which is forgotten last, has lost its private parts."""
    return any(entry.seq == 1 and entry.commitments for entry in entries)


def _emptied(entry: Entry, act: Act) -> dict[str, Mapping[str, Any]]:
    # How many were told is public, and so stays.
    people = [{"person": f"{FORGOTTEN}{entry.seq}.{i}", "relation": ""} for i in range(_told(act))]
    return {**NOTHING, "parties": {**NOTHING["parties"], "people": people}}


def _told(act: Act) -> int:
    return int(act.data["told"]) if act.type == "PartiesInformed" else 0
