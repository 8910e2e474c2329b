"""A row of the matrix: who may do what on one route, and what the request is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ALLOWED, SIGN_IN, REFUSED, HIDDEN = "allowed", "sign in", "refused", "hidden"
EVERYBODY, OFFICERS = "everybody", "officers"


@dataclass(frozen=True)
class Row:
    """``allowed`` and ``sees``: names of actors, a role alone for all its relations; what the
    ``others`` get.

    A thing that there is not is hidden from all in office, or from those ``told`` alone, where
    others may not even ask; with ``empty`` there is nothing of the kind, so that the allowed get
    404. With ``running`` the case is one that is still at its approver, else one that has ended.
    Bodies and queries have ``{task}`` and the like filled in; they are valid, and lead to nothing:
    ``faults`` names the problems that the allowed are told instead, which nobody is told whom the
    policies refuse. With ``inside`` the answer holds one of its own to the thing that is asked
    about. A route with several rows has a ``name`` for each.
    """

    allowed: str = ""
    sees: str = ""
    others: str = HIDDEN
    told: str = ""
    empty: bool = False
    running: bool = False
    inside: bool = False
    faults: str = ""
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    def says(self, name: str, in_office: bool, absent: bool) -> str:
        """What somebody named so gets about the thing."""
        if absent:
            return HIDDEN if not self.told or _names(self.told, name, in_office) else REFUSED
        if _names(self.allowed, name, in_office):
            return HIDDEN if self.empty else ALLOWED
        return REFUSED if _names(self.sees, name, in_office) else self.others


def _names(told: str, name: str, in_office: bool) -> bool:
    """Machines are allowed nothing unless they are named."""
    words, role = told.split(), name.partition(".")[0]
    if name in words or role in words:
        return True
    return role != "machine" and (EVERYBODY in words or (in_office and OFFICERS in words))
