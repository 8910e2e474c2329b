"""Mandates over HTTP: grant, accept, limit, end; and who acts for whom, as far as it concerns the
caller.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.authority.mandates import permissions, use_cases
from chalicelib.authority.mandates.pages import shown
from chalicelib.authority.mandates.rules import LimitMandate, MandateRequest
from chalicelib.authority.mandates.values import ACTS, Mandate, Scope
from chalicelib.kernel import clock
from chalicelib.kernel.errors import Fault, Invalid
from chalicelib.kernel.http import PARTY, SIGNED_IN, Call, Door, Reply

MAX_SHOWN = 200

door = Door()


@door.on(
    "GET",
    "/mandates",
    action="list_mandates",
    audience=SIGNED_IN,
    reply="mandates",
    summary="Who acts for me, and for whom I act",
)
def list_mandates(call: Call) -> Reply:
    """Those of the caller, also by their document, and of the company that they represent by law;
    the newest first.
    """
    call.permit()
    names = permissions.names_stood_for(call.principal)
    granted = []
    for party in names:
        granted += use_cases.granted_by(party)
    offered = use_cases.offered_to(call.principal.person)
    return Reply(
        {
            "stands_for": [{"party": party, "name": name} for party, name in names.items()],
            "granted": _newest(granted, call.now),
            "held": _newest(offered, call.now),
        }
    )


def _newest(mandates: Sequence[Mandate], now: datetime) -> list[dict[str, Any]]:
    newest = mandates[:MAX_SHOWN]
    return [shown(mandate, now) for mandate in newest]


@door.on(
    "POST",
    "/mandates",
    action="grant_mandate",
    audience=SIGNED_IN,
    status=201,
    body="mandate",
    reply="mandate_shown",
    summary="Let somebody act for me, or for my company",
)
def grant_mandate(call: Call) -> Reply:
    """An offer: it gives no power before the grantee has accepted it."""
    body = call.body
    party, grantee = body.get("party", call.principal.person), body["grantee"]
    scope = Scope(
        frozenset(body["items"]) if "items" in body else None,
        frozenset(body.get("acts", ACTS)),
        _moment(call),
    )
    name = permissions.names_stood_for(call.principal).get(party, "")
    mandate = use_cases.grant(
        MandateRequest(party, name, grantee, scope),
        partial(permissions.grant, call, party, grantee),
        call.request,
    )
    return Reply(shown(mandate, call.now))


@door.on(
    "POST",
    "/mandates/{mandate}/acceptance",
    action="accept_mandate",
    audience=SIGNED_IN,
    reply="mandate_shown",
    summary="Accept a mandate or a guardianship",
)
def accept_mandate(call: Call, mandate: str) -> Reply:
    """By the grantee: from now on it holds."""
    authorize = partial(permissions.accept, call, mandate)
    accepted = use_cases.accept(
        mandate,
        call.principal.name,
        authorize,
        call.request,
    )
    return Reply(shown(accepted, call.now))


@door.on(
    "POST",
    "/mandates/{mandate}/limit",
    action="limit_mandate",
    audience=SIGNED_IN,
    body="mandate_limit",
    reply="mandate_shown",
    summary="Narrow a mandate at once",
)
def limit_mandate(call: Call, mandate: str) -> Reply:
    """By the party: fewer items, fewer acts, an earlier end; whoever wants more grants anew."""
    body = call.body
    command = LimitMandate(
        mandate,
        items=frozenset(body["items"]) if "items" in body else None,
        acts=frozenset(body["acts"]) if "acts" in body else None,
        ends=_moment(call) if "until" in body else None,
    )
    authorize = partial(permissions.limit, call, mandate)
    return Reply(
        shown(
            use_cases.limit(
                command,
                authorize,
                call.request,
            ),
            call.now,
        )
    )


@door.on(
    "POST",
    "/mandates/{mandate}/end",
    action="end_mandate",
    audience=PARTY,
    body="mandate_end",
    reply="mandate_shown",
    summary="Withdraw, decline or renounce a mandate at once",
)
def end_mandate(call: Call, mandate: str) -> Reply:
    """By the party or the grantee; a guardianship also by a window officer, who says why."""
    reason = call.body.get("reason", "")
    authorize = partial(permissions.end, call, mandate)
    ended = use_cases.end(
        mandate,
        reason,
        authorize,
        call.request,
    )
    return Reply(shown(ended, call.now))


def _moment(call: Call) -> datetime:
    try:
        return clock.until(call.body["until"], call.now.tzinfo)
    except (ValueError, OverflowError) as error:  # the schema's pattern lets a 31 February pass
        raise Invalid(
            faults=[
                Fault(
                    "/until",
                    "format",
                    {"limit": "date-time"},
                )
            ]
        ) from error
