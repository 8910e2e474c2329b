"""What else is put on record of a case: by time, by a signature, by other cases, at a window."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.casework.acts.declaration import (
    PARTIES,
    WINDOW,
    CaseAct,
    Messages,
    Notice,
    Payload,
    declare,
    payload,
    unchanged,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.kernel.acts import private, public

SAME = "same"  # how a case stands to another one in which the same was filed


@payload
class WarningRaised(Payload):
    """A limit comes near or has passed: once for each clock, level and due day. ``posts`` are those
    whose turn it is, empty for who holds none; ``limit`` is the limit's name (``acts.limits``).
    """

    clock: str
    level: str
    due: date
    posts: tuple[str, ...]
    limit: str = public(default="", always=True)

    @property
    def id(self) -> str:
        """What makes it the same warning."""
        return f"{self.clock}/{self.level}/{self.due.isoformat()}"


def _warned(case: Case, act: WarningRaised, at: ActStamp) -> Case:
    warnings = {**case.clocks.warnings, act.id: act.level}
    clocks = replace(case.clocks, warnings=warnings)
    return replace(case, clocks=clocks)


declare(
    CaseAct(
        WarningRaised,
        transition=_warned,
        event=("clock", "level", "due", "posts", "limit"),
        message=Messages(offices=("warning.reminder", "warning.yellow", "warning.red")),
        page=None,
    )
)


@payload
class CaseLapsed(Payload):
    """The applicant has let a limit pass, and the application counts as given up."""


def _lapsed(case: Case, act: CaseLapsed, at: ActStamp) -> Case:
    return replace(case, status="lapsed")


declare(
    CaseAct(
        CaseLapsed,
        transition=_lapsed,
        event=(),
        message=Messages(applicant="case.lapsed"),
        page=None,
    )
)


@payload
class CertificateIssued(Payload):
    """The certificate is signed."""

    certificate: str


def _issued(case: Case, act: CertificateIssued, at: ActStamp) -> Case:
    decision = replace(case.decision, certificate=act.certificate)
    return replace(case, decision=decision)


declare(
    CaseAct(
        CertificateIssued,
        transition=_issued,
        event=("certificate",),
        message=Messages(applicant="certificate.issued"),
        page=None,
    )
)


@payload
class CertificateReplaced(Payload):
    """A certificate is signed in the place of ``replaces``, which showed what was wrong and is
    revoked.
    """

    certificate: str
    replaces: str


def _replaced(case: Case, act: CertificateReplaced, at: ActStamp) -> Case:
    decision = replace(case.decision, certificate=act.certificate)
    return replace(case, decision=decision)


declare(
    CaseAct(
        CertificateReplaced,
        transition=_replaced,
        event=("certificate", "replaces"),
        message=Messages(applicant="certificate.replaced"),
        page=None,
    )
)


@payload
class ResultDelivered(Payload):
    """The result has reached the party, in a ``way``; ``agent`` fetched it online in the party's
    name.
    """

    way: str
    tracking: str = private(PARTIES, default="")
    agent: str = private(PARTIES, default="")


declare(
    CaseAct(
        ResultDelivered,
        transition=unchanged,
        event=("way",),
        message=Messages(applicant="case.delivered"),
        page=Notice(to_all_parties=False),
        by_applicant=True,
    )
)


@payload
class CaseArchived(Payload):
    """The file is closed; ``entries`` is the number of the last one that belongs to it."""

    entries: int


declare(
    CaseAct(
        CaseArchived,
        transition=unchanged,
        event=None,
        message=None,
        page=None,
    )
)


@payload
class CaseLinked(Payload):
    """Another case is about this one, or was filed with the same contents (``SAME``)."""

    relation: str
    number: str


def _linked(case: Case, act: CaseLinked, at: ActStamp) -> Case:
    if act.relation == SAME:
        same = replace(case.record, same=(*case.record.same, act.number))
        return replace(case, record=same)
    link = {"relation": act.relation, "number": act.number}
    links = (*case.record.links, link)
    record = replace(case.record, links=links)
    return replace(case, record=record)


declare(
    CaseAct(
        CaseLinked,
        transition=_linked,
        event=None,
        message=None,
        page=None,
    )
)


@payload
class WindowAssisted(Payload):
    """A window has done something for a party who was present; how that is known, and the version
    of the text to which they consented, stays private.
    """

    what: str
    service_point: str
    present: Any = private(WINDOW, default=None)
    identity_check: Mapping[str, str] = private(WINDOW, default={})
    consent: int = private(WINDOW, default=0)


def _assisted(case: Case, act: WindowAssisted, at: ActStamp) -> Case:
    # Whoever was present in the party's name has acted for it, as if they had done so online.
    present = act.present if isinstance(act.present, Mapping) else {}
    agents = {present.get("person", "")} - {"", case.participants.applicant}
    done = {"what": act.what, "service_point": act.service_point, "at": at.time}
    participants = replace(
        case.participants,
        helpers=case.participants.helpers | {at.actor.person},
        agents=case.participants.agents | agents,
    )
    record = replace(case.record, windows=(*case.record.windows, done))
    return replace(case, participants=participants, record=record)


declare(
    CaseAct(
        WindowAssisted,
        transition=_assisted,
        event=("what", "service_point"),
        message=Messages(applicant="case.at_window"),
        page=None,
    )
)
