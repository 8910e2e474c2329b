"""The acts of a case, a file for each theme: what an act says, what it makes of the case, and what
else it brings about.
"""

from chalicelib.casework.acts.declaration import DECLARED, CaseAct
from chalicelib.casework.acts.declared import (
    decisions,
    deliberation,
    filing,
    marks,
    money,
    moving,
    office,
    parties,
    recounting,
    tasks,
)

__all__ = ["DECLARED", "CaseAct"]
