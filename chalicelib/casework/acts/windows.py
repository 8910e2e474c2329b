"""What a window does for a party who is present: the party's act, with who was present and the
consent on record.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.casework.acts import parties
from chalicelib.casework.acts.commands import AtWindow, DeliverAtWindow, ShowAtWindow, Supplement
from chalicelib.casework.acts.context import ActContext, completed
from chalicelib.casework.acts.declaration import Payload
from chalicelib.casework.acts.declared.marks import ResultDelivered, WindowAssisted
from chalicelib.casework.errors import DutiesNotSeparate, NothingToCollect
from chalicelib.kernel.acts import to_act
from chalicelib.kernel.journal import Act

FILED, SUPPLEMENTED, COLLECTED, SHOWN = "filed", "supplemented", "collected", "shown"


def attend(scene: ActContext, command: AtWindow) -> list[Payload]:
    """The party's act, then what the officer vouches for."""
    if scene.actor.person in scene.case.participants.parties | scene.case.participants.agents:
        raise DutiesNotSeparate
    what, acts = _done(scene, command.act)
    return [
        *acts,
        _assisted(
            what,
            command.service_point,
            command.evidence,
        ),
    ]


def assisted(what: str, service_point: str, evidence: Mapping[str, Any]) -> Act:
    """What was done at which service point; who was present and how that is known stays private."""
    return to_act(_assisted(what, service_point, evidence))


def _assisted(what: str, service_point: str, evidence: Mapping[str, Any]) -> WindowAssisted:
    return WindowAssisted(
        what=what,
        service_point=service_point,
        **evidence,
    )


def _done(
    scene: ActContext, act: Supplement | DeliverAtWindow | ShowAtWindow
) -> tuple[str, list[Payload]]:
    if isinstance(act, Supplement):
        return SUPPLEMENTED, parties.supplement(scene, act)
    if isinstance(act, ShowAtWindow):
        return SHOWN, []
    visit = scene.case.visit_of_kind("deliver")
    if visit is None:
        raise NothingToCollect
    return COLLECTED, [completed(scene.case, visit), ResultDelivered(way="window")]
