"""How a mandate is shown to those whom it concerns."""

from datetime import datetime
from typing import Any

from chalicelib.authority.mandates.acts import Mandate
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
        "accepted_at": clock.stamp(mandate.accepted_at) if mandate.accepted_at else None,
        "ended_at": clock.stamp(mandate.ended_at) if mandate.ended_at else None,
    }
