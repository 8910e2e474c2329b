"""How journeys come to a payment and make it: a case with a fee, its bill, and the provider's page."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import httpx

from infra.local.client import Answer, City, Client, pdf
from tests.journeys.support.cases import Case, form_of

ITEM, FILES = "road-excavation", ("design-documents", "traffic-plan", "safety-measures")


def to_payment(city: City, applicant: str = "p-li-na") -> Case:
    """A road-excavation case whose fee is assessed and not paid."""
    person = city.person(applicant)
    receipt = person.file(ITEM, form_of(city, ITEM), {code: pdf(f"{code}.pdf") for code in FILES})
    case = Case(city, receipt, person)
    for post, outcome in (
        ("window", "accept"),
        ("reviewer", "pass"),
        ("approver", "approve"),
        ("assessor", "assessed"),
    ):
        case.act(f"urb-{post}", outcome)
    return case


def bill(case: Case, person: Client | None = None) -> Answer:
    """What the applicant is told to pay."""
    return (person or case.applicant).request("POST", f"/cases/{case.number}/payment")


def browse(method: str, url: str) -> httpx.Response:
    """A page of the provider, as a browser gets it."""
    return httpx.request(method, url, timeout=60, trust_env=False)


def press(url: str) -> httpx.Response:
    """Open the provider's page and press its one button."""
    page = browse("GET", url)
    assert page.status_code == 200, page.text
    action = re.search(r'action="([^"]+)"', page.text)
    assert action
    return browse("POST", urljoin(url, action[1].replace("&amp;", "&")))
