"""Filing: an application is complete and valid, or every fault of it is named at once."""

from collections.abc import Mapping
from typing import Any

from chalicelib import catalog
from chalicelib.casework import Application
from chalicelib.catalog import flows
from chalicelib.intake import uploads
from chalicelib.kernel import schemas
from chalicelib.kernel.errors import Fault, Forbidden, Invalid, NotFound
from chalicelib.kernel.guard import Principal

LIMITS = ("acceptance_days", "promised_days", "statutory_days", "delivery_days", "supplement_days")


def application(person: Principal, body: Mapping[str, Any], channel: str = "online") -> Application:
    """Check what is filed against the item version in force. Raises Invalid with every fault, or Forbidden."""
    if not (person.name.strip() and person.name.isprintable() and len(person.name) <= 100):
        raise Forbidden("name-missing")  # the identity provider vouches for the name; nobody may file without one
    try:
        item = catalog.current(body["item"])
    except NotFound:
        raise Invalid(faults=[Fault("/item", "item-unknown")]) from None
    faults, materials = _faults(person, body, item)
    if faults:
        raise Invalid(faults=faults)
    flow = flows.flow(item["flow"]["id"], item["flow"]["version"])
    facts = {
        "item": item["id"],
        "item_version": item["version"],
        "flow": {"id": flow.id, "version": flow.version, "hash": flow.hash},
        "posts": dict(item["posts"]),
        "limits": {name: item["limits"][name] for name in LIMITS},
    }
    private = {
        "person": person.person,
        "name": person.name,
        "contact": dict(body["contact"]),
        "form": dict(body["form"]),
        "materials": materials,
    }
    return Application(item["authority"], channel, facts, {"applicant": private})


def _faults(
    person: Principal, body: Mapping[str, Any], item: catalog.Document
) -> tuple[list[Fault], list[dict[str, Any]]]:
    """Faults of form and materials together, so that the citizen hears of all of them at once."""
    faults: list[Fault] = []
    materials: list[dict[str, Any]] = []
    try:
        schemas.check(catalog.form_validator(item["id"], item["version"]), body["form"], at="/form")
    except Invalid as invalid:
        faults += invalid.faults
    try:
        materials = uploads.check(person.person, body["materials"], {m["code"]: m for m in item["materials"]})
    except Invalid as invalid:
        faults += invalid.faults
    given = {material["code"] for material in body["materials"]}
    needed = [m for m in item["materials"] if m["required"] and not m["waivable"] and m["code"] not in given]
    faults += [Fault(f"/materials/{m['code']}", "material-required", m["name"]) for m in needed]
    return faults, materials
