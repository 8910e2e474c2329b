"""What each kind of change makes of its body: whom it concerns, what stands against it, and what is
to be written.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.authority.acts import (
    AbsenceRequest,
    Appointment,
    AppointmentRequest,
    Change,
    Definition,
    Delegation,
    periods,
)
from chalicelib.authority.acts.days_off import DayOffSet
from chalicelib.authority.acts.definitions import ORGANIZATION, POST, SERVICE_POINT
from chalicelib.authority.acts.joined_parties import PartiesJoined
from chalicelib.authority.acts.party_ends import PartyEndRecorded
from chalicelib.authority.grants import identities, rows
from chalicelib.authority.mandates import use_cases as mandates
from chalicelib.authority.registers import (
    appointments,
    careers,
    days_off,
    definitions,
    delegations,
    joined_parties,
    offices_held,
    open_work,
    party_ends,
    powers,
)
from chalicelib.authority.registers.change_requests import ChangeRequest
from chalicelib.authority.registers.incompatible_roles import LEGAL_OFFICE
from chalicelib.kernel.aggregates import ActOrigin, Prepared
from chalicelib.kernel.errors import Conflict, Fault, Invalid
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Consequence:
    """What an approval brings about: ``subject`` is what the register holds then; None to be
    written where the register says so already.
    """

    subject: str
    prepared: Prepared[Any] | None


def _nothing_follows(change: Change) -> None:
    """Most changes are whole when they are approved."""


@dataclass(frozen=True)
class Kind:
    """``department``: whose power it is; ``concerned``: who would gain by it; ``prepare`` raises
    Problem. ``finish`` is what follows from an approval at once, and is safe to repeat.
    """

    department: Callable[[ChangeRequest], str]
    concerned: Callable[[ChangeRequest], Iterable[str]]
    prepare: Callable[[ChangeRequest, ActOrigin], Consequence]
    finish: Callable[[Change], None] = _nothing_follows


def _power_over_post(change: ChangeRequest) -> str:
    return powers.power_over(change.data["post"])


# ---- appointments


def _appointed(change: ChangeRequest) -> list[str]:
    return [change.data["person"]]


def _appoint(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    data = change.data
    request = AppointmentRequest(
        data["person"],
        data["post"],
        *change.span,
        name=data.get("name", ""),
        mail=data.get("mail", ""),
    )
    prepared = appointments.prepare_appointment(request, origin)
    offices_held.check(prepared.state.appointments, origin.now)
    return Consequence(appointments.new_id(prepared), prepared)


# ---- absences


def _absent_and_substitute(change: ChangeRequest) -> list[str]:
    data = change.data
    return [data["person"], data["substitute"]]


def _be_absent(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    data = change.data
    request = AbsenceRequest(
        data["person"],
        data["post"],
        data["substitute"],
        change.span[0],
        _end_of(change),
        name=data.get("name", ""),
        mail=data.get("mail", ""),
    )
    prepared = appointments.prepare_absence(request, origin)
    absence = appointments.new_id(prepared)
    stands_in = Appointment(absence, request.post, *request.span, is_substitute=True)
    career = careers.career_of(request.substitute)
    offices_held.check([*career.appointments, stands_in], origin.now)
    return Consequence(absence, prepared)


def _end_of(change: ChangeRequest) -> datetime:
    """What lasts for a while only says how long. Raises Invalid."""
    _, ends = change.span
    if ends is None:
        raise Invalid(faults=[Fault("/until", "required")])
    return ends


# ---- delegations


def _power_of_delegating_post(change: ChangeRequest) -> str:
    return powers.department_of(change.data["post"])


def _delegates(change: ChangeRequest) -> list[str]:
    return powers.holders(change.data["to"])


def _delegate(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    data = change.data
    wanted = Delegation(
        change.id,
        data["post"],
        data["to"],
        tuple(data["items"]),
        tuple(data["outcomes"]),
        change.span[0],
        _end_of(change),
    )
    return Consequence(change.id, delegations.prepare_delegation(wanted, origin))


# ---- posts


def _power_over_defined_post(change: ChangeRequest) -> str:
    """The department that a post has now is asked, and not the one that is to get it."""
    data = change.data
    present = powers.power_over(data["id"], data["roles"])
    return present or str(data["department"])


def _holders(change: ChangeRequest) -> list[str]:
    return powers.holders(change.data["id"])


def _define_post(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    facts = {**change.data, "roles": sorted(change.data["roles"])}
    post = facts.pop("id")
    definition = Definition(facts, *change.span)
    if definition.ends is not None:
        _check_no_work(post)
    consequence = _define(POST, post, definition, origin)
    for row in rows.holder_rows(post):
        career = careers.career_of(row.data["person"])
        if career.holds(post, (origin.now, None)):
            offices_held.check(
                career.appointments,
                origin.now,
                {post: definition},
            )
    return consequence


def _check_no_work(post: str) -> None:
    """What is closed leaves nothing undone. Raises Conflict."""
    tasks = open_work.tasks_of(post)
    if tasks:
        raise Conflict("post-has-open-work", tasks=tasks)


def _define(register: str, thing: str, definition: Definition, origin: ActOrigin) -> Consequence:
    faults = periods.faults(definition.span, origin.now)
    definitions.check(register, thing, definition, faults)
    prepared = definitions.prepare_definition(
        register,
        thing,
        definition,
        origin,
    )
    return Consequence(thing, prepared)


# ---- organizations


def _organization(change: ChangeRequest) -> str:
    return str(change.data["code"])


def _nobody(change: ChangeRequest) -> list[str]:
    return []


def _define_organization(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    facts = dict(change.data)
    code = facts.pop("code")
    return _define(
        ORGANIZATION,
        code,
        Definition(facts, *change.span),
        origin,
    )


# ---- service points


def _power_over_point(change: ChangeRequest) -> str:
    """The organization that runs it now is asked, and not the one that is to get it."""
    data = change.data
    present = powers.organization_of(data["id"])
    return present or str(data["organization"])


def _people_at_point(change: ChangeRequest) -> list[str]:
    return powers.people_at(change.data["id"])


def _define_point(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    facts = dict(change.data)
    point = facts.pop("id")
    return _define(
        SERVICE_POINT,
        point,
        Definition(facts, *change.span),
        origin,
    )


# ---- days off


def _government(change: ChangeRequest) -> str:
    return LEGAL_OFFICE


def _set_day_off(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    data = change.data
    day = date.fromisoformat(data["day"])
    wanted = DayOffSet(day, data["name"], data.get("is_off", True))
    return Consequence(data["day"], days_off.prepare_day_off(wanted, origin))


# ---- ends of parties


def _party(change: ChangeRequest) -> list[str]:
    return [change.data["party"]]


def _end_party(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    data = change.data
    wanted = PartyEndRecorded(
        identities.of(data["party"]),
        data["cause"],
        date.fromisoformat(data["on"]),
        data["evidence"],
    )
    subject = party_ends.id_of(data["party"])
    return Consequence(subject, party_ends.prepare_end(wanted, origin))


def _end_mandates(change: Change) -> None:
    """Who is no more neither acts nor lets anybody act."""
    data = change.wanted["data"]
    for party in identities.of(data["party"]):
        mandates.end_all(party, data["evidence"])


# ---- ids of one person


def _joined(change: ChangeRequest) -> list[str]:
    return list(change.data["parties"])


def _join(change: ChangeRequest, origin: ActOrigin) -> Consequence:
    data = change.data
    wanted = PartiesJoined(
        data.get("is_joined", True),
        tuple(data["parties"]),
        data["evidence"],
    )
    subject = joined_parties.id_of(wanted.parties)
    return Consequence(subject, joined_parties.prepare_joining(wanted, origin))


KINDS: Mapping[str, Kind] = {
    "appointment": Kind(_power_over_post, _appointed, _appoint),
    "absence": Kind(_power_over_post, _absent_and_substitute, _be_absent),
    "delegation": Kind(_power_of_delegating_post, _delegates, _delegate),
    "post": Kind(_power_over_defined_post, _holders, _define_post),
    "organization": Kind(_organization, _nobody, _define_organization),
    "service_point": Kind(_power_over_point, _people_at_point, _define_point),
    "day_off": Kind(_government, _nobody, _set_day_off),
    "party_end": Kind(_government, _party, _end_party, _end_mandates),
    "identity": Kind(_government, _joined, _join),
}
