"""The application and what becomes of it until it is accepted: filed, supplemented, taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.casework.acts import flow_walk
from chalicelib.casework.acts.declaration import (
    APPLICANT,
    PARTIES,
    CaseAct,
    Messages,
    Payload,
    Remark,
    declare,
    payload,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.casework.acts.values import Clocks, Participants, Record, Rules, Submission
from chalicelib.catalog.flows import END, WITHDRAW
from chalicelib.kernel.acts import private, public
from chalicelib.kernel.values import dataclass

Material = Mapping[str, Any]


@dataclass(frozen=True)
class FlowVersion:
    """The published flow that a case walks, and its hash at that time."""

    id: str
    version: int
    hash: str


@dataclass(frozen=True)
class FineRange:
    """The least and the most that may be imposed, in fen."""

    least_fen: int
    most_fen: int


@payload
class CaseFiled(Payload):
    """An application has come in, or an officer has opened a case; what its item version said then.

    ``units`` are those of the limits that are not counted in working days, ``warnings`` what the
    item sets of when they warn. ``owed`` are codes of
    materials that may follow acceptance; ``about`` names an earlier case and how this one stands to
    it, ``same_as`` an open one in which the same was filed. ``expires_on`` is the last day of a
    licence that is to be renewed; silence grants only what was complete on ``in_time_until`` at the
    latest. ``calendar`` is the edition on which its days were counted.
    """

    number: str
    authority: str
    channel: str
    item: str
    item_version: int
    flow: FlowVersion
    posts: Mapping[str, str]
    limits: Mapping[str, int]
    units: Mapping[str, str] = public(default={})
    warnings: Mapping[str, Mapping[str, int]] = public(default={})
    tacit: bool = public(default=False)
    procedures: tuple[str, ...] = public(default=())
    strong_sign_in: tuple[str, ...] = public(default=())
    retention_years: int | None = public(default=None)
    fine: FineRange | None = public(default=None)
    on_promise: bool = public(default=False)
    owed: tuple[str, ...] = public(default=())
    about: Mapping[str, str] = public(default={})
    expires_on: date | None = public(default=None)
    in_time_until: date | None = public(default=None)
    same_as: str = public(default="")
    calendar: str = public(default="")
    person: str = private(APPLICANT)
    name: str = private(APPLICANT)
    contact: Mapping[str, str] = private(APPLICANT)
    form: Mapping[str, Any] = private(APPLICANT)
    materials: tuple[Material, ...] = private(APPLICANT)
    represented_by: Mapping[str, str] = private(APPLICANT, default={})


def _filed(case: Case, act: CaseFiled, at: ActStamp) -> Case:
    case = Case(
        id=at.stream.partition("#")[2],
        number=act.number,
        item=act.item,
        item_version=act.item_version,
        authority=act.authority,
        flow_id=act.flow.id,
        flow_version=act.flow.version,
        clocks=Clocks(
            filed_at=at.time,
            received_on=at.time.date(),
            calendar=act.calendar,
        ),
        seq=at.seq,
        rules=_rules(act),
        participants=_participants(act),
        submission=_submission(act),
        record=Record(same=(act.same_as,) if act.same_as else ()),
    )
    if case.is_ex_officio:  # nothing is applied for, so nothing has to be accepted
        clocks = replace(case.clocks, accepted_on=at.time.date())
        case = replace(case, status="accepted", clocks=clocks)
    return flow_walk.enter(case, case.flow.start, 0, at)


def _rules(act: CaseFiled) -> Rules:
    return Rules(
        posts=act.posts,
        limits=act.limits,
        units=act.units,
        warnings=act.warnings,
        tacit=act.tacit,
        procedures=act.procedures,
        strong_sign_in=act.strong_sign_in,
        retention_years=act.retention_years or Rules.retention_years,
        fine=(act.fine.least_fen, act.fine.most_fen) if act.fine else None,
        expires_on=act.expires_on,
        in_time_until=act.in_time_until,
    )


def _participants(act: CaseFiled) -> Participants:
    agent = act.represented_by.get("person")
    return Participants(
        applicant=act.person,
        applicant_name=act.name,
        represented_by=act.represented_by,
        agents=frozenset({agent} if agent else ()),
    )


def _submission(act: CaseFiled) -> Submission:
    return Submission(
        channel=act.channel,
        form=act.form,
        materials=act.materials,
        contact=act.contact,
        about=act.about,
        on_promise=act.on_promise,
        owed=act.owed,
    )


declare(
    CaseAct(
        CaseFiled,
        transition=_filed,
        event=("channel",),
        message=Messages(applicant="case.filed", ex_officio="case.opened"),
        page=None,
    )
)


@payload
class SupplementRequested(Payload):
    """The one full notice of what is missing or wrong (Art. 32)."""

    defects: tuple[Mapping[str, str], ...] = private(PARTIES)


def _supplement_requested(case: Case, act: SupplementRequested, at: ActStamp) -> Case:
    submission = replace(
        case.submission,
        defects=act.defects,
        supplements=case.submission.supplements + 1,
    )
    return replace(case, status="supplement_requested", submission=submission)


declare(
    CaseAct(
        SupplementRequested,
        transition=_supplement_requested,
        event=(),
        message=Messages(applicant="case.supplement_requested"),
        page=None,
    )
)


@payload
class MaterialsSupplemented(Payload):
    """The notice is answered. ``owed``: where the form has changed, what it asks for and is not
    there yet; ``form`` is None where it stays.
    """

    owed: tuple[str, ...] | None = public(default=None)
    materials: tuple[Material, ...] = private(APPLICANT)
    form: Mapping[str, Any] | None = private(APPLICANT, default=None, always=True)


def _supplemented(case: Case, act: MaterialsSupplemented, at: ActStamp) -> Case:
    submission = case.submission
    owed = act.owed
    if owed is None:
        owed = _still_owed(submission, [material["code"] for material in act.materials])
    submission = replace(
        submission,
        form=act.form or submission.form,
        materials=_with_materials(submission, act.materials),
        owed=owed,
    )
    clocks = replace(case.clocks, received_on=at.time.date())
    return replace(case, status="filed", clocks=clocks, submission=submission)


def _still_owed(submission: Submission, brought: Sequence[str]) -> tuple[str, ...]:
    return tuple(code for code in submission.owed if code not in brought)


def _with_materials(
    submission: Submission,
    brought: Sequence[Material],
) -> tuple[Material, ...]:
    """What is brought takes the place of what was there under the same code."""
    codes = {material["code"] for material in brought}
    kept = [material for material in submission.materials if material["code"] not in codes]
    return (*kept, *brought)


declare(
    CaseAct(
        MaterialsSupplemented,
        transition=_supplemented,
        event=None,
        message=None,
        page=None,
        by_applicant=True,
    )
)


@payload
class OwedMaterialsBrought(Payload):
    """Materials that could follow acceptance are there."""

    codes: tuple[str, ...]
    materials: tuple[Material, ...] = private(APPLICANT)


def _owed_brought(case: Case, act: OwedMaterialsBrought, at: ActStamp) -> Case:
    owed = _still_owed(case.submission, act.codes)
    submission = replace(
        case.submission,
        materials=_with_materials(case.submission, act.materials),
        owed=owed,
        owed_settled_at=None if owed else at.time,
    )
    return replace(case, submission=submission)


declare(
    CaseAct(
        OwedMaterialsBrought,
        transition=_owed_brought,
        event=None,
        message=None,
        page=None,
        by_applicant=True,
    )
)


@payload
class CaseWithdrawn(Payload):
    """The applicant has taken the application back."""

    reason: str = private(PARTIES, default="")


def _withdrawn(case: Case, act: CaseWithdrawn, at: ActStamp) -> Case:
    return flow_walk.interrupt(case, WITHDRAW, END + "withdrawn", at)


declare(
    CaseAct(
        CaseWithdrawn,
        transition=_withdrawn,
        event=(),
        message=Messages(applicant="case.withdrawn", parties="case.decided"),
        page=Remark(PARTIES),
        by_applicant=True,
    )
)
