"""Who calls, an axis of the matrix: every role of the city in every relation, and who has rights
without an office.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# Whoever works on the case itself, and the step at which they do.
STEPS = {"window": "accept", "reviewer": "review", "approver": "approve", "head": "approve"}
# A delegate is the chief window, to which the approver has delegated; a substitute stands in for an
# absent reviewer.
STAND_INS = {"delegate": "approve", "substitute": "review"}
OTHERS = (
    "opinion", "supervisor", "administrator", "auditor", "security", "catalogue-author", "catalogue-publisher",
    "hearing", "inspector", "investigator", "assessor", "coordinator", "archivist",
)  # fmt: skip
ROLES = (*STEPS, *OTHERS)
# Relation: the department whose officers stand so to a case of URB, or to what belongs to URB.
DEPARTMENTS = {"same": "URB", "other": "DPF", "district": "SHQ"}
OWN = {
    "window": "o-wang-fang", "reviewer": "o-zhao-min", "approver": "o-sun-li", "head": "o-zhou-tao",
    "opinion": "o-yang-guang", "supervisor": "o-qin-ming", "administrator": "o-xu-admin", "auditor": "o-tong-auditor",
    "security": "o-gu-security", "catalogue-author": "o-lu-yao", "catalogue-publisher": "o-bai-lu",
    "hearing": "o-tang-wei", "inspector": "o-du-juan", "investigator": "o-liang-bo", "assessor": "o-ye-qing",
    "coordinator": "o-jiang-nan", "archivist": "o-su-wen",
}  # fmt: skip
APPLICANT, STRANGER, REVOKED, TOLD, DOCUMENT = (
    "p-li-na",
    "p-zhang-wei",
    "o-matrix-revoked",
    "p-matrix-told",
    "p-zhao-degui",
)
AGENT, AGENT_ELSEWHERE, AGENT_FOR_ALL = "p-matrix-agent", "p-matrix-elsewhere", "p-matrix-for-all"
AWAY, SUBSTITUTE = "o-matrix-away", "o-matrix-substitute"


@dataclass(frozen=True)
class Actor:
    """Somebody who calls: a role, how they stand to the thing, the person; whether they hold a
    post.
    """

    role: str
    relation: str
    person: str
    in_office: bool = False

    @property
    def name(self) -> str:
        """As rows name them."""
        return f"{self.role}.{self.relation}"

    @property
    def step(self) -> str:
        """The step of the case at whose task they are asked."""
        return {**STEPS, **STAND_INS}.get(self.role, "accept")


def person(role: str, relation: str) -> str:
    """Who holds the matrix's own post of a role in a department."""
    return f"o-matrix-{role}-{relation}"


def posts() -> Iterator[tuple[str, str, str]]:
    """Roles, relations and departments of the matrix's own posts; a district has no offices but
    those of cases.
    """
    for role in ROLES:
        for relation, department in DEPARTMENTS.items():
            if role in STEPS or relation != "district":
                yield role, relation, department


def actors() -> list[Actor]:
    """Everybody, in every relation."""
    officers = [Actor(role, "own", OWN[role], True) for role in ROLES]
    officers += [
        Actor(role, relation, person(role, relation), True) for role, relation, _ in posts()
    ]
    officers += [
        Actor("delegate", "own", "o-lin-feng", True),
        Actor("substitute", "own", SUBSTITUTE, True),
    ]
    people = [
        Actor("anonymous", "other", ""),
        Actor("foreign", "other", "foreign"),
        Actor("revoked", "other", REVOKED),
    ]
    people += [Actor("applicant", "own", APPLICANT), Actor("citizen", "other", STRANGER)]
    people += [Actor("told", "own", TOLD), Actor("document", "own", DOCUMENT)]
    # A guardian is ``agent.all``: what a guardianship gives is a mandate for all items and acts
    # (mandates/rights.py).
    people += [Actor("agent", "own", AGENT), Actor("agent", "elsewhere", AGENT_ELSEWHERE)]
    people += [Actor("agent", "all", AGENT_FOR_ALL)]
    machines = [
        Actor("machine", "own", "s-matrix-urb", True),
        Actor("machine", "other", "s-matrix-dpf", True),
    ]
    return [*officers, *people, *machines]
