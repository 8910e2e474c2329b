"""How offices come to a decision: opinions, returns, joint meetings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from chalicelib.casework.acts.declaration import (
    OFFICE,
    CaseAct,
    Messages,
    Payload,
    Remark,
    declare,
    payload,
    unchanged,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.kernel.acts import private


@payload
class OpinionGiven(Payload):
    """A department agrees or objects; who objects says why."""

    step: str
    opinion: str
    reasons: tuple[str, ...] = private(OFFICE, default=())


declare(
    CaseAct(
        OpinionGiven,
        transition=unchanged,
        event=None,
        message=None,
        page=Remark(OFFICE, also_without_words=True),
    )
)


@payload
class CaseReturned(Payload):
    """A step sends the case back to an earlier one."""

    step: str
    reasons: tuple[str, ...] = private(OFFICE)


declare(
    CaseAct(
        CaseReturned,
        transition=unchanged,
        event=None,
        message=None,
        page=Remark(OFFICE, also_without_words=True),
    )
)


@payload
class MeetingAsked(Payload):
    """A step refers the case to a joint meeting."""

    step: str
    reasons: tuple[str, ...] = private(OFFICE)


declare(
    CaseAct(
        MeetingAsked,
        transition=unchanged,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)


@payload
class MeetingConvened(Payload):
    """The joint meeting of a task is called for a day; ``invited`` are posts."""

    visit: str
    on: date
    invited: tuple[str, ...]


def _convened(case: Case, act: MeetingConvened, at: ActStamp) -> Case:
    meeting: Mapping[str, Any] = {
        "visit": act.visit,
        "on": act.on.isoformat(),
        "invited": act.invited,
    }
    meetings = {**case.record.meetings, act.visit: meeting}
    return replace(case, record=replace(case.record, meetings=meetings))


declare(
    CaseAct(
        MeetingConvened,
        transition=_convened,
        event=("visit", "on", "invited"),
        message=Messages(offices=("case.meeting_convened",)),
        page=None,
    )
)


@payload
class MeetingResolved(Payload):
    """The joint meeting has resolved with which outcome ``step`` is to decide."""

    step: str
    resolution: str
    attendees: tuple[str, ...]
    minutes: str = private(OFFICE)


def _resolved(case: Case, act: MeetingResolved, at: ActStamp) -> Case:
    resolutions = {**case.decision.resolutions, act.step: act.resolution}
    return replace(case, decision=replace(case.decision, resolutions=resolutions))


declare(
    CaseAct(
        MeetingResolved,
        transition=_resolved,
        event=None,
        message=None,
        page=Remark(OFFICE),
    )
)
