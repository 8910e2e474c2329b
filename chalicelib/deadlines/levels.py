"""The limits that a case can have, and when each warns where its item says nothing else.

A reminder comes one working day before; a promise and a step turn yellow when they are broken, a
statute turns red.
"""

from collections.abc import Mapping

ACCEPTANCE, SUPPLEMENT, OWED = "acceptance", "supplement", "owed"
PROMISED, STATUTORY, DELIVERY = "promised", "statutory", "delivery"
STEP, REPLY, PUBLICITY, PROCEDURE = "step", "reply", "publicity", "procedure"
REMINDER, YELLOW, RED = "reminder", "yellow", "red"
ORDER = (REMINDER, YELLOW, RED)
# How many of a limit's days are left when it warns; 0: none is, the limit is broken.
LEVELS: Mapping[str, Mapping[str, int]] = {
    # Administrative Licence Law, Art. 32: told within five working days, or accepted.
    ACCEPTANCE: {REMINDER: 1, RED: 0},
    SUPPLEMENT: {REMINDER: 1},
    OWED: {REMINDER: 1},
    PROMISED: {REMINDER: 1, YELLOW: 0},
    STATUTORY: {RED: 0},
    STEP: {REMINDER: 1, YELLOW: 0},
    REPLY: {REMINDER: 1},
    PUBLICITY: {REMINDER: 1},
    PROCEDURE: {REMINDER: 1, YELLOW: 0},
    DELIVERY: {RED: 0},  # Art. 44; its steps remind
}


def levels_of(limit: str, own: Mapping[str, Mapping[str, int]]) -> Mapping[str, int]:
    """When the limit of that name warns: as an item's ``own`` numbers say, else as everywhere."""
    return {**LEVELS[limit], **own.get(limit, {})}
