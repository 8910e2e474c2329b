"""Filing: an application is complete and valid, or every fault of it is named at once."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Any

from chalicelib import authority, catalog
from chalicelib.casework import Application, CaseFiled, FineRange, FlowVersion
from chalicelib.catalog import flows, requirements
from chalicelib.catalog.flows import APPLICATION, EX_OFFICIO, Flow
from chalicelib.deadlines import WORKING
from chalicelib.intake import forms, related_case, twice, uploads
from chalicelib.kernel import clock, names
from chalicelib.kernel.authorization import Principal
from chalicelib.kernel.errors import Fault, Forbidden, Invalid, Malformed, NotFound
from chalicelib.kernel.journal import Act, TransactionalWrite
from chalicelib.kernel.values import dataclass

LIMITS = (
    "acceptance_days",
    "promised_days",
    "statutory_days",
    "delivery_days",
    "supplement_days",
)
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Checked:
    """What form and materials come to: faults, materials as the case holds them, and codes of those
    still owed.
    """

    faults: list[Fault]
    materials: list[dict[str, Any]]
    owed: list[str]


@dataclass(frozen=True)
class Filer:
    """For which ``party`` (its id and name) is filed, by whose upload folder, and by whom in its
    name.

    At a window ``trust`` says that the officer has seen the originals, ``more_acts`` what else goes
    on record, and ``writes`` what is remembered with it.
    """

    party: str
    name: str
    uploader: str
    represented_by: Mapping[str, str] = field(default_factory=dict)
    channel: str = "online"
    trust: Mapping[str, str] = field(default_factory=dict)
    more_acts: tuple[Act, ...] = ()
    writes: tuple[TransactionalWrite, ...] = ()


def application(person: Principal, body: Body, now: datetime) -> Application:
    """Check what is filed against the item version in force. Raises Invalid with every fault, or
    Forbidden.
    """
    _check_name(person.name)
    return submitted(online(person, body), body, now)


def _check_name(name: str) -> None:
    """The identity provider vouches for the name; nobody may file without one. Raises Forbidden,
    which says why it cannot be one.
    """
    if not name.strip():
        raise Forbidden("name-missing")
    try:
        names.check(name)
    except Malformed as malformed:
        raise Forbidden("name-unusable", faults=[malformed.at("")]) from None


def submitted(by: Filer, body: Body, now: datetime, more: Iterable[Fault] = ()) -> Application:
    """What is filed for a party, in whichever way. Raises Invalid with every fault, those found
    before among them; Conflict for a party that is no more.
    """
    authority.check_goes_on(by.party)
    item, flow = item_for(body["item"], APPLICATION)
    checked = _checked(by.uploader, body, item, now, by.party)
    about, faults = related_case.about(by.party, body, item, now)
    if faults := [*more, *checked.faults, *faults]:
        raise Invalid(faults=faults)
    filed = replace(
        filing_of(item, flow),
        channel=by.channel,
        on_promise=body.get("on_promise", False),
        owed=tuple(checked.owed),
        person=by.party,
        name=by.name,
        contact=dict(body["contact"]),
        form=forms.as_kept(item, body["form"]),
        materials=tuple({**material, **by.trust} for material in checked.materials),
        represented_by=dict(by.represented_by),
    )
    if about:
        filed = replace(
            filed,
            about={"relation": about.relation, "number": about.number},
            expires_on=about.expires_on,
            in_time_until=about.in_time_until,
        )
    filed = twice.application(filed, body.get("again", False))
    return Application(filed, by.more_acts, by.writes)


def online(person: Principal, body: Body) -> Filer:
    """Who files online: for themselves, or for a party that has given them a mandate, which the
    policies have seen.
    """
    party = body.get("on_behalf_of", person.person)
    if party in person.identities:
        return Filer(party, person.name, person.person)
    name = next(mandate.name for mandate in person.mandates if mandate.party == party)
    return Filer(
        party,
        name,
        person.person,
        {"person": person.person, "name": person.name},
    )


def opened(officer: str, body: Body, item: catalog.Document, flow: Flow) -> Application:
    """A case that an officer opens, about whoever is concerned. Raises Invalid with every fault."""
    checked = _checked(officer, body, item, clock.now())
    if checked.faults:
        raise Invalid(faults=checked.faults)
    concerned = body["concerned"]
    filed = replace(
        filing_of(item, flow),
        channel="office",
        person=concerned.get("person", ""),
        name=concerned["name"],
        contact=dict(concerned.get("contact", {})),
        form=forms.as_kept(item, body["form"]),
        materials=tuple(checked.materials),
    )
    return Application(twice.opening(filed, item, body.get("again", False)))


def item_for(name: str, opens: str) -> tuple[catalog.Document, Flow]:
    """The item in force and its flow. Raises Invalid where there is none, or where its cases begin
    otherwise.
    """
    try:
        item = catalog.current(name)
    except NotFound:
        raise Invalid(faults=[Fault("/item", "item-unknown")]) from None
    flow = flows.flow(item["flow"]["id"], item["flow"]["version"])
    if flow.opens != opens:
        raise Invalid(
            faults=[
                Fault(
                    "/item",
                    "item-ex-officio" if flow.opens == EX_OFFICIO else "item-on-application",
                )
            ]
        )
    return item, flow


def filing_of(item: catalog.Document, flow: Flow) -> CaseFiled:
    """What a case keeps of its item version, which later versions do not touch; of nobody yet."""
    limits = item["limits"]
    kept = {name: limits[name] for name in LIMITS}
    kept |= {"extension_days": limits["extension_days"]} if limits["extension_days"] else {}
    units = {name: unit for name, unit in limits.get("units", {}).items() if name in kept}
    fine = item.get("fine")
    return CaseFiled(
        number="",
        authority=item["authority"],
        channel="",
        item=item["id"],
        item_version=item["version"],
        flow=FlowVersion(flow.id, flow.version, flow.hash),
        posts=dict(item["posts"]),
        limits=kept,
        units={name: unit for name, unit in units.items() if unit != WORKING},
        warnings=limits.get("warnings", {}),
        tacit=limits["tacit_approval"],
        procedures=tuple(limits.get("special_procedures", ())),
        strong_sign_in=tuple(item.get("strong_sign_in", ())),
        retention_years=item.get("retention_years"),
        fine=FineRange(fine["least_fen"], fine["most_fen"]) if fine else None,
        person="",
        name="",
        contact={},
        form={},
        materials=(),
    )


def _checked(
    person: str,
    body: Body,
    item: catalog.Document,
    now: datetime,
    party: str = "",
) -> Checked:
    """Faults of form and materials together, so that the citizen hears of all of them at once."""
    faults: list[Fault] = []
    held: list[dict[str, Any]] = []
    on_promise = body.get("on_promise", False)
    if on_promise and "promise" not in item:
        faults.append(Fault("/on_promise", "no-promise-here"))
    faults += forms.faults(item, body["form"], party, now.date())
    given = body.get("materials", ())
    try:
        held = uploads.check(person, given, {m["code"]: m for m in item["materials"]})
    except Invalid as invalid:
        faults += invalid.faults
    needed = list(_missing(body["form"], given, item, on_promise and "promise" in item))
    faults += [
        Fault(f"/materials/{m['code']}", "material-required", m["name"])
        for m in needed
        if not m["waivable"]
    ]
    return Checked(faults, held, [m["code"] for m in needed if m["waivable"]])


def _missing(
    form: Mapping[str, Any],
    given: Iterable[Mapping[str, Any]],
    item: catalog.Document,
    on_promise: bool,
) -> Iterable[Mapping[str, Any]]:
    codes = {material["code"] for material in given}
    return (
        m
        for m in requirements.materials(
            item,
            form,
            on_promise,
        )
        if m["code"] not in codes
    )
