"""Decisions: whether an application is accepted, and how the case is decided."""

from dataclasses import replace
from datetime import date

from chalicelib.casework.acts import flow_walk
from chalicelib.casework.acts.declaration import (
    PARTIES,
    CaseAct,
    Messages,
    Payload,
    declare,
    payload,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.catalog.flows import END, REVOKE, TACIT
from chalicelib.kernel.acts import private, public


@payload
class CaseAccepted(Payload):
    """The application is accepted, with the days that follow from it; ``provisional`` where the
    calendar of that year is not out yet.
    """

    accepted_on: date
    decide_by: date
    statutory_by: date
    provisional: bool = public(default=False, always=True)


@payload
class CaseAcceptedByDefault(CaseAccepted):
    """Nobody has said in time that something is missing: it counts as accepted from receipt."""


def _accepted(case: Case, act: CaseAccepted, at: ActStamp) -> Case:
    return accepted(case, act.accepted_on)


def _accepted_by_default(case: Case, act: CaseAcceptedByDefault, at: ActStamp) -> Case:
    clocks = replace(case.clocks, accepted_on=act.accepted_on, accepted_by_default=True)
    return replace(case, status="accepted", clocks=clocks)


def accepted(case: Case, on: date) -> Case:
    """The case as accepted on a day."""
    clocks = replace(case.clocks, accepted_on=on)
    return replace(case, status="accepted", clocks=clocks)


declare(
    CaseAct(
        CaseAccepted,
        transition=_accepted,
        event=("accepted_on", "decide_by"),
        message=Messages(applicant="case.accepted"),
        page=None,
    )
)
declare(
    CaseAct(
        CaseAcceptedByDefault,
        transition=_accepted_by_default,
        event=("accepted_on", "decide_by"),
        message=Messages(
            applicant="case.accepted_by_default",
            offices=("case.accepted_by_silence",),
        ),
        page=None,
    )
)


@payload
class CaseNotAccepted(Payload):
    """The application is not for this office to decide, or nothing that can be applied for."""

    reasons: tuple[str, ...] = private(PARTIES)


def _not_accepted(case: Case, act: CaseNotAccepted, at: ActStamp) -> Case:
    return _decided_against(case, "not_accepted", act.reasons, at)


def _decided_against(case: Case, status: str, reasons: tuple[str, ...], at: ActStamp) -> Case:
    decision = replace(case.decision, reasons=reasons)
    return replace(_decided(case, status, at), decision=decision)


def _decided(case: Case, status: str, at: ActStamp) -> Case:
    clocks = replace(case.clocks, decided_at=at.time)
    return replace(case, status=status, clocks=clocks)


declare(
    CaseAct(
        CaseNotAccepted,
        transition=_not_accepted,
        event=(),
        message=Messages(applicant="case.not_accepted"),
        page=None,
    )
)


@payload
class CaseRefused(Payload):
    """What was applied for is refused."""

    reasons: tuple[str, ...] = private(PARTIES)


def _refused(case: Case, act: CaseRefused, at: ActStamp) -> Case:
    return _decided_against(case, "refused", act.reasons, at)


declare(
    CaseAct(
        CaseRefused,
        transition=_refused,
        event=(),
        message=Messages(applicant="case.refused", parties="case.decided"),
        page=None,
    )
)


@payload
class CaseDropped(Payload):
    """A case that an officer had opened comes to nothing."""

    reasons: tuple[str, ...] = private(PARTIES)


def _dropped(case: Case, act: CaseDropped, at: ActStamp) -> Case:
    return _decided_against(case, "dropped", act.reasons, at)


declare(
    CaseAct(
        CaseDropped,
        transition=_dropped,
        event=(),
        message=Messages(applicant="case.dropped", parties="case.decided"),
        page=None,
    )
)


@payload
class CaseGranted(Payload):
    """What was applied for is granted."""


def _granted(case: Case, act: CaseGranted, at: ActStamp) -> Case:
    return _decided(case, "granted", at)


declare(
    CaseAct(
        CaseGranted,
        transition=_granted,
        event=(),
        message=Messages(applicant="case.granted", parties="case.decided"),
        page=None,
    )
)


@payload
class CaseGrantedTacitly(Payload):
    """Nobody has decided until the limit, and the item's law says that this grants (Art. 50)."""


def _granted_tacitly(case: Case, act: CaseGrantedTacitly, at: ActStamp) -> Case:
    granted = _decided(case, "granted", at)
    return flow_walk.interrupt(granted, TACIT, case.flow.tacit, at)


declare(
    CaseAct(
        CaseGrantedTacitly,
        transition=_granted_tacitly,
        event=(),
        message=Messages(applicant="case.granted_tacitly", parties="case.decided"),
        page=None,
    )
)


@payload
class CaseOrdered(Payload):
    """A measure is ordered; with ``amount_fen``, money to be paid."""

    amount_fen: int | None = public(default=None)
    measure: str = private(PARTIES)


def _ordered(case: Case, act: CaseOrdered, at: ActStamp) -> Case:
    due_fen = case.money.due_fen if act.amount_fen is None else act.amount_fen
    return replace(
        _decided(case, "ordered", at),
        decision=replace(case.decision, measure=act.measure),
        money=replace(case.money, due_fen=due_fen),
    )


declare(
    CaseAct(
        CaseOrdered,
        transition=_ordered,
        event=(),
        message=Messages(applicant="case.ordered", parties="case.decided"),
        page=None,
    )
)


@payload
class DecisionRevoked(Payload):
    """A decision is taken back: it was ``mistaken``, or what was promised for it was not kept."""

    ground: str
    reasons: tuple[str, ...] = private(PARTIES)


def _revoked(case: Case, act: DecisionRevoked, at: ActStamp) -> Case:
    case = replace(
        case,
        status="revoked",
        clocks=replace(case.clocks, revoked_at=at.time),
        decision=replace(case.decision, reasons=act.reasons),
    )
    if case.clocks.ended_at:
        return case
    return flow_walk.interrupt(case, REVOKE, END + "revoked", at)


declare(
    CaseAct(
        DecisionRevoked,
        transition=_revoked,
        event=("ground",),
        message=Messages(applicant="case.revoked", parties="case.revoked"),
        page=None,
    )
)
