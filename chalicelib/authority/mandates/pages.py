"""How a mandate is shown to those whom it concerns."""

from datetime import datetime
from typing import Any

from chalicelib.authority.mandates.rows import stamp_or_none
from chalicelib.authority.mandates.values import Mandate
from chalicelib.kernel import clock


def shown(mandate: Mandate, now: datetime) -> dict[str, Any]:
    """For the party and the grantee: who may do what for whom, and how it stands at ``now``."""
    return {
        "id": mandate.id,
        "kind": mandate.kind,
        "status": mandate.status(now),
        "party": mandate.party,
        "party_name": mandate.party_name,
        "grantee": mandate.grantee,
        "grantee_name": mandate.grantee_name or None,
        **mandate.scope.data,
        "granted_at": clock.stamp(mandate.granted_at),
        "accepted_at": stamp_or_none(mandate.accepted_at),
        "ended_at": stamp_or_none(mandate.ended_at),
    }
