"""Posts: places in an office, with the roles that they carry."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Position:
    """A post as it is defined: bilingual title {zh, en}, department code, roles, the service point
    where it sits.
    """

    id: str
    title: Mapping[str, str]
    department: str
    roles: frozenset[str]
    service_point: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What the register says of it."""
        facts = {
            "title": dict(self.title),
            "department": self.department,
            "roles": sorted(self.roles),
        }
        if self.service_point:
            facts["service_point"] = self.service_point
        return facts


def position(post: str, facts: Mapping[str, Any]) -> Position:
    """The post that ``Position.facts`` tell of."""
    return Position(
        post,
        facts["title"],
        facts["department"],
        frozenset(facts["roles"]),
        facts.get("service_point", ""),
    )
