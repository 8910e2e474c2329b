"""What each kind of change makes of its body: whom it concerns, what stands against it, and what is
to be written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.acts import AbsenceRequest, AppointmentRequest, Definition, Delegation
from chalicelib.authority.acts.periods import Span
from chalicelib.authority.grants import rows
from chalicelib.authority.registers import (
    appointments,
    definitions,
    delegations,
    incompatible_roles,
)
from chalicelib.authority.registers.writing import By, Prepared
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Fault, Invalid

Data = Mapping[str, Any]
BEYOND = {
    "administrator",
    "auditor",
    "security",
    "supervisor",
}  # roles that reach beyond their department


@dataclass(frozen=True)
class ChangeRequest:
    """What is asked for: the register's ``data`` and the period; ``id`` is the change's own."""

    id: str
    kind: str
    data: Data
    span: Span


@dataclass(frozen=True)
class Kind:
    """``department``: whose power it is; ``concerned``: who would gain by it; ``prepare`` raises
    Problem.
    """

    department: Callable[[ChangeRequest], str]
    concerned: Callable[[ChangeRequest], Iterable[str]]
    prepare: Callable[[ChangeRequest, By], Prepared]


def wanted_of(change: str, body: Data, now: datetime, *, late: bool = False) -> ChangeRequest:
    """The body of a change as it is to be read at ``now``.

    ``late``: what waited for its approval beyond its day begins at ``now``; power is never given
    for the past. Raises Invalid for a moment that there is not.
    """
    starts = _moment(body, "from", now) or now
    return ChangeRequest(
        change,
        body["kind"],
        body["data"],
        (max(starts, now) if late else starts, _moment(body, "until", now)),
    )


def _moment(body: Data, name: str, now: datetime) -> datetime | None:
    """A moment as it is written, or the beginning of a day."""
    if name not in body:
        return None
    try:
        moment = clock.parse(body[name])
        moment = moment if moment.tzinfo else datetime.combine(moment.date(), time(), now.tzinfo)
        return moment.astimezone(now.tzinfo)
    except (ValueError, OverflowError) as error:  # the schema's pattern lets a 31 February pass
        raise Invalid(faults=[Fault(f"/{name}", "format", {"limit": "date-time"})]) from error


def department_of(post: str) -> str:
    """The department of a post, of a closed one its last; empty for an unknown one."""
    row = grants.store().get(grants.post_key(post), grants.OF_POST)
    position = rows.position_at(row, clock.now())
    known = rows.defined(row.data) if row else ()
    return position.department if position else str(known[-1].facts["department"]) if known else ""


def holders(post: str) -> list[str]:
    """Who holds a post now or is to hold it."""
    now, found = clock.now(), grants.store().partition(grants.post_key(post), grants.HOLDER)
    return [row.data["person"] for row in found if rows.not_over(row.data["periods"], now)]


def _appoint(wanted: ChangeRequest, by: By) -> Prepared:
    data, (starts, ends) = wanted.data, wanted.span
    order = AppointmentRequest(
        data["person"], data["post"], starts, ends, data.get("name", ""), data.get("mail", "")
    )
    prepared = appointments.prepare(order, by)
    _may_go_together(order.person, order.post, by.now)
    return prepared


def _absence(wanted: ChangeRequest, by: By) -> Prepared:
    data, (starts, ends) = wanted.data, wanted.span
    people = data["person"], data["post"], data["substitute"]
    wish = AbsenceRequest(*people, starts, _end(ends), data.get("name", ""), data.get("mail", ""))
    prepared = appointments.prepare_absence(wish, by)
    _may_go_together(wish.substitute, wish.post, by.now)
    return prepared


def _may_go_together(
    person: str, post: str, now: datetime, wanted: Sequence[Definition] = ()
) -> None:
    """Raises UnionForbidden where a person would come to hold offices that nobody may hold
    together.

    ``wanted`` is what is to be said of the post, if that is to change.
    """
    store = grants.store()
    row = store.get(grants.person_key(person), grants.OF_PERSON)
    of_post = store.get(grants.post_key(post), grants.OF_POST)
    held = rows.not_over(row.data["posts"], now) if row else []
    told = [
        *(each for each in held if each["post"] != post),
        *([of_post.data] if of_post and not wanted else []),
    ]
    known = [*wanted, *(definition for each in told for definition in rows.defined(each))]
    incompatible_roles.check(
        (d.facts["department"], role) for d in known for role in d.facts["roles"]
    )


def _delegate(wanted: ChangeRequest, by: By) -> Prepared:
    data, (starts, ends) = wanted.data, wanted.span
    named = tuple(data["items"]), tuple(data["outcomes"])
    return delegations.prepare(
        Delegation(wanted.id, data["post"], data["to"], *named, starts, _end(ends)), by
    )


def _end(ends: datetime | None) -> datetime:
    """What lasts for a while only says how long. Raises Invalid."""
    if ends is None:
        raise Invalid(faults=[Fault("/until", "required")])
    return ends


def _define(register: str, key: str) -> Callable[[ChangeRequest, By], Prepared]:
    def prepare(wanted: ChangeRequest, by: By) -> Prepared:
        facts = {name: value for name, value in wanted.data.items() if name != key}
        made = Definition(
            facts | ({"roles": sorted(facts["roles"])} if "roles" in facts else {}), *wanted.span
        )
        starts, ends = wanted.span
        found = [Fault("/from", "from-in-the-past")] if starts < by.now else []
        found += [Fault("/until", "until-not-after-from")] if ends and ends <= starts else []
        definitions.check(register, wanted.data[key], made, found)
        for person in holders(wanted.data[key]) if register == definitions.POST else ():
            _may_go_together(person, wanted.data[key], by.now, [made])
        return definitions.prepare(register, wanted.data[key], made, by)

    return prepare


def _power_of(post: str, wanted: Iterable[str] = ()) -> str:
    """Whose power it is to fill a post: its department's, but the government's where it reaches
    over the whole city.

    ``wanted`` are the roles that it is to have, if they are to change.
    """
    row = grants.store().get(grants.post_key(post), grants.OF_POST)
    roles = {
        role for known in (rows.defined(row.data) if row else ()) for role in known.facts["roles"]
    }
    return (
        incompatible_roles.LEGAL_OFFICE if BEYOND & (roles | set(wanted)) else department_of(post)
    )


def _post_department(wanted: ChangeRequest) -> str:
    """The department that a post has now is asked, and not the one that is to get it."""
    post, roles = wanted.data["id"], wanted.data["roles"]
    return _power_of(post, roles) or str(wanted.data["department"])


def _organization_of(wanted: ChangeRequest) -> str:
    """Likewise for a service point."""
    row = grants.store().get(grants.SERVICE_POINTS, wanted.data["id"])
    facts = rows.facts_at(row.data, clock.now()) if row else None
    return str((facts or wanted.data)["organization"])


def _at_point(point: str) -> list[str]:
    """Who sits at the windows of a service point, or is to."""
    told = (row.data for row in grants.store().partition(grants.POSTS))
    posts = {
        each["post"]
        for each in told
        if any(d.facts.get("service_point") == point for d in rows.defined(each))
    }
    return [person for post in sorted(posts) for person in holders(post)]


KINDS: Mapping[str, Kind] = {
    "appointment": Kind(
        lambda w: _power_of(w.data["post"]), lambda w: [w.data["person"]], _appoint
    ),
    "absence": Kind(
        lambda w: _power_of(w.data["post"]),
        lambda w: [w.data["person"], w.data["substitute"]],
        _absence,
    ),
    "delegation": Kind(
        lambda w: department_of(w.data["post"]), lambda w: holders(w.data["to"]), _delegate
    ),
    "post": Kind(
        _post_department, lambda w: holders(w.data["id"]), _define(definitions.POST, "id")
    ),
    "organization": Kind(
        lambda w: str(w.data["code"]), lambda w: (), _define(definitions.ORGANIZATION, "code")
    ),
    "service_point": Kind(
        _organization_of,
        lambda w: _at_point(w.data["id"]),
        _define(definitions.SERVICE_POINT, "id"),
    ),
}
