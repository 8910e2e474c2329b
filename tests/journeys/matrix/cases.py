"""Cases of the matrix that belong to somebody else than its applicant."""

from __future__ import annotations

from infra.local.client import City
from tests.journeys.matrix.actors import DOCUMENT, TOLD
from tests.journeys.support import cases, item_walks

TOLD_OF = "construction-permit"  # the reviewer of a shop sign tells nobody
# As a window writes it down; the issuer says the same of whoever has signed in as DOCUMENT.
BY_DOCUMENT = {"name": "赵德贵", "document": {"type": "id_card", "number": "339900199001020033"}}


def by_document(city: City) -> cases.Case:
    """A case that another department's window filed for somebody by document, who has an account
    too; granted.
    """
    officer, form = city.person("o-wu-jing"), cases.form_of(city, "shop-sign")
    files = officer.attach(item_walks.materials("shop-sign", form))
    version = city.anybody().get("/window-consent").expect(200)["version"]
    seen = {
        "present": BY_DOCUMENT,
        "identity_check": {"method": "visual"},
        "consent": {"given": True, "version": version},
    }
    body = {
        **seen,
        "item": "shop-sign",
        "form": form,
        "contact": {"phone": "14000001005"},
        "materials": files,
        "again": True,
    }
    case = cases.Case(
        city, officer.post("/window-applications", body).expect(201), city.person(DOCUMENT)
    )
    for post, outcome in (
        ("urb-window", "accept"),
        ("urb-reviewer", "pass"),
        ("urb-approver", "approve"),
    ):
        case.act(post, outcome)
    return case


def informed(city: City) -> cases.Case:
    """A case of which a neighbour was told by its reviewer; views are heard."""
    case = item_walks.filed(city, TOLD_OF)
    case.complete("accept")
    neighbour = {"person": TOLD, "relation": "owner of the house next door"}
    case.complete(
        "review", "inform", parties=[neighbour], reasons=["The wall stands on the border."]
    )
    return case
