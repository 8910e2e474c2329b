"""Office acts that touch no task: special procedures, extension, correction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.casework.acts.declaration import (
    APPLICANT,
    OFFICE,
    PARTIES,
    CaseAct,
    Messages,
    Notice,
    Payload,
    Remark,
    declare,
    payload,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.casework.acts.values import Extension, Procedure
from chalicelib.kernel.acts import private, public


@payload
class ProcedureBegun(Payload):
    """A special procedure stops the clock, for ``days`` working days at most (Art. 45)."""

    procedure: str
    kind: str
    days: int
    begun_on: date
    ground: str = private(PARTIES)
    evidence: str = private(OFFICE, default="")


def _procedure_begun(case: Case, act: ProcedureBegun, at: ActStamp) -> Case:
    begun = Procedure(
        act.procedure,
        act.kind,
        act.days,
        act.begun_on,
        ordered_by=at.actor.post,
        ground=act.ground,
        evidence=act.evidence,
    )
    procedures = (*case.clocks.procedures, begun)
    return replace(case, clocks=replace(case.clocks, procedures=procedures))


declare(
    CaseAct(
        ProcedureBegun,
        transition=_procedure_begun,
        event=("kind", "days"),
        message=Messages(applicant="case.procedure_begun"),
        page=Notice(to_all_parties=True),
        moves_limits=True,
    )
)


@payload
class ProcedureEnded(Payload):
    """The clock runs again; ``report`` is what came of the procedure."""

    procedure: str
    kind: str
    ended_on: date
    report: str = private(PARTIES)


def _procedure_ended(case: Case, act: ProcedureEnded, at: ActStamp) -> Case:
    procedures = []
    for procedure in case.clocks.procedures:
        if procedure.id == act.procedure:
            procedure = _ended(procedure, act, at)
        procedures.append(procedure)
    return replace(case, clocks=replace(case.clocks, procedures=tuple(procedures)))


def _ended(procedure: Procedure, act: ProcedureEnded, at: ActStamp) -> Procedure:
    return replace(
        procedure,
        ended_on=act.ended_on,
        ended_by=at.actor.post,
        report=act.report,
    )


declare(
    CaseAct(
        ProcedureEnded,
        transition=_procedure_ended,
        event=("kind",),
        message=Messages(applicant="case.procedure_ended"),
        page=Notice(to_all_parties=True),
        moves_limits=True,
    )
)


@payload
class ExtensionAsked(Payload):
    """The office asks its head for more days, in the unit of the limit (Art. 42)."""

    days: int
    reasons: tuple[str, ...] = private(OFFICE)
    by: str = private(OFFICE)


def _extension_asked(case: Case, act: ExtensionAsked, at: ActStamp) -> Case:
    extension = Extension(act.days, at.actor.person)
    return replace(case, clocks=replace(case.clocks, extension=extension))


declare(
    CaseAct(
        ExtensionAsked,
        transition=_extension_asked,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)


@payload
class ExtensionGranted(Payload):
    """The head grants them; the applicant is told why."""

    days: int
    reasons: tuple[str, ...] = private(PARTIES)


def _extension_granted(case: Case, act: ExtensionGranted, at: ActStamp) -> Case:
    return _answered(case, "granted", at, act.reasons)


def _answered(case: Case, status: str, at: ActStamp, reasons: tuple[str, ...] = ()) -> Case:
    assert case.clocks.extension is not None, "only what was asked is answered"
    extension = replace(
        case.clocks.extension,
        status=status,
        answered_on=at.time.date(),
        answered_by=at.actor.post,
        reasons=reasons,
    )
    return replace(case, clocks=replace(case.clocks, extension=extension))


declare(
    CaseAct(
        ExtensionGranted,
        transition=_extension_granted,
        event=("days",),
        message=Messages(
            applicant="case.extension_granted",
            in_natural_days="case.extension_granted_in_days",
        ),
        page=Notice(to_all_parties=True),
        moves_limits=True,
    )
)


@payload
class ExtensionRefused(Payload):
    """The head refuses them."""

    days: int
    reasons: tuple[str, ...] = private(OFFICE)


def _extension_refused(case: Case, act: ExtensionRefused, at: ActStamp) -> Case:
    return _answered(case, "refused", at)


declare(
    CaseAct(
        ExtensionRefused,
        transition=_extension_refused,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)


@payload
class OfficerRecused(Payload):
    """The head keeps an officer from the case who has an interest in it (Administrative Penalty
    Law, Art. 43); what they had claimed is free.
    """

    person: str = private(OFFICE)
    reasons: tuple[str, ...] = private(OFFICE)


def _recused(case: Case, act: OfficerRecused, at: ActStamp) -> Case:
    for visit in case.open_visits:
        if visit.claimed_by == act.person:
            case = case.with_visit(replace(visit, claimed_by=""))
    recused = case.participants.recused | ({act.person} - {""})
    participants = replace(case.participants, recused=recused)
    return replace(case, participants=participants)


declare(
    CaseAct(
        OfficerRecused,
        transition=_recused,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)


@payload
class ActCorrected(Payload):
    """What the acts of ``entry`` got wrong is put right: ``text`` is what is right, ``name`` the
    applicant's name and ``form`` the answers where those were wrong. ``is_certified``: a
    certificate shows it and is to be replaced.
    """

    entry: int
    is_certified: bool = public(default=False)
    name: str = private(APPLICANT, default="")
    form: Mapping[str, Any] = private(APPLICANT, default={})
    text: str = private(PARTIES)
    reasons: tuple[str, ...] = private(PARTIES)


def _corrected(case: Case, act: ActCorrected, at: ActStamp) -> Case:
    correction = {
        "entry": act.entry,
        "at": at.time,
        "text": act.text,
        "reasons": act.reasons,
    }
    corrections = (*case.record.corrections, correction)
    participants, decision = case.participants, case.decision
    if act.name:
        participants = replace(participants, applicant_name=act.name)
    if act.is_certified:
        decision = replace(decision, replacements=decision.replacements + 1)
    return replace(
        case,
        record=replace(case.record, corrections=corrections),
        participants=participants,
        submission=replace(case.submission, form={**case.submission.form, **act.form}),
        decision=decision,
    )


declare(
    CaseAct(
        ActCorrected,
        transition=_corrected,
        event=("entry",),
        message=Messages(applicant="case.corrected", parties="case.corrected"),
        page=None,
    )
)
