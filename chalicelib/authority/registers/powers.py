"""Whose power it is to change a register, and who would gain by it."""

from collections.abc import Iterable

from chalicelib.authority import grants
from chalicelib.authority.acts.definitions import Definition
from chalicelib.authority.grants import rows
from chalicelib.authority.registers.incompatible_roles import LEGAL_OFFICE
from chalicelib.kernel import clock

# Roles that reach beyond their department.
CITY_WIDE = frozenset({"administrator", "auditor", "security", "supervisor"})


def department_of(post: str) -> str:
    """The department of a post, of a closed one its last; empty for an unknown one."""
    row = rows.post_row(post)
    position = rows.position_at(row, clock.now())
    if position:
        return position.department
    definitions = rows.definitions_of(row)
    return str(definitions[-1].facts["department"]) if definitions else ""


def power_over(post: str, wanted: Iterable[str] = ()) -> str:
    """Whose power it is to fill a post: its department's, but the government's where it reaches
    over the whole city.

    ``wanted`` are the roles that it is to have, if they are to change.
    """
    roles = set(wanted)
    for definition in rows.definitions_of(rows.post_row(post)):
        roles |= set(definition.facts["roles"])
    if CITY_WIDE & roles:
        return LEGAL_OFFICE
    return department_of(post)


def organization_of(point: str) -> str:
    """Which organization runs a service point now; empty for an unknown one."""
    row = grants.store().get(grants.SERVICE_POINTS, point)
    facts = rows.facts_of(row, clock.now())
    return str(facts["organization"]) if facts else ""


def holders(post: str) -> list[str]:
    """Who holds a post now or is to hold it."""
    now = clock.now()
    people = []
    for row in rows.holder_rows(post):
        if rows.not_over(row.data["periods"], now):
            people.append(row.data["person"])
    return people


def people_at(point: str) -> list[str]:
    """Who sits at the windows of a service point, or is to."""
    posts = set()
    for row in grants.store().partition(grants.POSTS):
        if _sits_at(rows.defined(row.data), point):
            posts.add(row.data["post"])
    people = []
    for post in sorted(posts):
        people += holders(post)
    return people


def _sits_at(definitions: Iterable[Definition], point: str) -> bool:
    points = {definition.facts.get("service_point") for definition in definitions}
    return point in points
