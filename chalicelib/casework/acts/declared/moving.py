"""A case moves to a successor of its defective flow version: proposed by one, approved by
another.
"""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.casework.acts import flow_walk
from chalicelib.casework.acts.declaration import (
    OFFICE,
    CaseAct,
    Messages,
    Payload,
    declare,
    payload,
)
from chalicelib.casework.acts.flow_walk import ActStamp
from chalicelib.casework.acts.state import Case
from chalicelib.kernel.acts import private, public, to_act


@payload
class MoveProposed(Payload):
    """Somebody proposes the move; ``place`` and ``visits`` are where the case stands, ``target``
    where it is to go on, ``steps`` the published step map.
    """

    from_version: int = public(key="from")
    to_version: int = public(key="to")
    hash: str
    target: str
    steps: Mapping[str, str] = public(default={})
    place: tuple[str, ...]
    visits: tuple[str, ...] | None = public(default=None)
    reasons: tuple[str, ...] = private(OFFICE)
    by: str = private(OFFICE)


def _move_proposed(case: Case, act: MoveProposed, at: ActStamp) -> Case:
    proposal = {**to_act(act).data, "by": at.actor.person}
    transfer = replace(case.transfer, proposal=proposal)
    return replace(case, transfer=transfer)


declare(
    CaseAct(
        MoveProposed,
        transition=_move_proposed,
        event=None,
        message=None,
        page=None,
    )
)


@payload
class CaseMoved(Payload):
    """A second person has agreed; the case goes on at ``target`` of the other version.

    Journals of earlier releases do not tell the step map.
    """

    from_version: int = public(key="from")
    to_version: int = public(key="to")
    hash: str
    target: str
    steps: Mapping[str, str] = public(default={})


def _moved(case: Case, act: CaseMoved, at: ActStamp) -> Case:
    return flow_walk.move(
        case,
        act.to_version,
        act.target,
        act.steps,
        at,
    )


declare(
    CaseAct(
        CaseMoved,
        transition=_moved,
        event=("from", "to"),
        message=Messages(applicant="case.moved"),
        page=None,
    )
)
