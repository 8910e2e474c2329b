"""What offices write for the public names no party and holds no number of a person."""

import re

from chalicelib import casework
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.supervision.matters.values import Matter

# Telephone and document numbers; an amount of money or a year is shorter.
_NUMBER = re.compile(r"\d{7,}")


def check(matter: Matter, summary: str) -> None:
    """Raises Invalid for a summary that is not for the public."""
    is_personal = _NUMBER.search(summary) or _names_party(matter, summary)
    if is_personal:
        raise Invalid(faults=[Fault("/summary", "summary-names-person")])


def _names_party(matter: Matter, summary: str) -> bool:
    if not matter.subject.case:
        return False
    case, _ = casework.load(matter.subject.case)
    name = case.participants.applicant_name
    return bool(name) and name in summary
