"""How journeys read a case as an office does, and what its applicant is told of that."""

from __future__ import annotations

from infra.local.client import Answer, City
from tests.journeys.support.cases import OFFICER, Case

HEAD, SUPERVISOR = OFFICER["urb-head"], OFFICER["city-supervisor"]


def reads_told(case: Case) -> list[tuple[str, str]]:
    """(department, purpose) of the reads of this case that its applicant is told, newest first."""
    found = case.applicant.get("/me/access-log", limit=100).expect(200)["reads"]
    return [
        (one["office"]["department"], one["purpose"])
        for one in found
        if one["number"] == case.number
    ]


def read_case(city: City, case: Case, person: str, **purpose: str) -> Answer:
    return city.person(person).get(f"/cases/{case.number}", **purpose)
