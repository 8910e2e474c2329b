"""Mandates over HTTP: grant, accept, limit, end; and who acts for whom, as far as it concerns the
caller.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.authority import grants
from chalicelib.authority.mandates import acts, use_cases
from chalicelib.authority.mandates.acts import Mandate, MandateRequest, Scope
from chalicelib.authority.mandates.pages import shown
from chalicelib.authority.registers.writing import By
from chalicelib.kernel import clock
from chalicelib.kernel.authorization import WINDOW, Resource
from chalicelib.kernel.errors import Fault, Forbidden, Invalid
from chalicelib.kernel.http import PARTY, SIGNED_IN, Call, Door, Reply
from chalicelib.kernel.journal import Actor

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
    parties = [{"party": party, "name": name} for party, name in _stands_for(call).items()]
    granted = [mandate for party in _stands_for(call) for mandate in use_cases.granted_by(party)]
    held = [use_cases.of_row(row.data) for row in _told(call.principal.person)]
    held.sort(key=lambda mandate: mandate.granted_at, reverse=True)
    both = {
        name: [shown(m, call.now) for m in some[:MAX_SHOWN]]
        for name, some in (("granted", granted), ("held", held))
    }
    return Reply({"stands_for": parties, **both})


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
    party = body.get("party", call.principal.person)
    call.permit(
        Resource(
            "Mandate", "new", {"party": party, "grantee": body["grantee"], "kind": acts.MANDATE}
        )
    )
    name = _stands_for(call)[party]
    if not name.strip():
        raise Forbidden("mandate-name-missing")
    items = frozenset(body["items"]) if "items" in body else None
    scope = Scope(items, frozenset(body.get("acts", acts.ACTS)), _moment(call))
    return Reply(
        shown(
            use_cases.grant(MandateRequest(party, name, body["grantee"], scope), _by(call)),
            call.now,
        )
    )


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
    _permit(call, mandate)
    if not call.principal.name.strip():
        raise Forbidden("mandate-name-missing")
    return Reply(shown(use_cases.accept(mandate, call.principal.name, _by(call)), call.now))


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
    _permit(call, mandate)
    body = call.body
    changed: dict[str, Any] = {
        name: frozenset(body[name]) for name in ("items", "acts") if name in body
    }
    changed |= {"ends": _moment(call)} if "until" in body else {}
    return Reply(
        shown(
            use_cases.limit(mandate, lambda scope: replace(scope, **changed), _by(call)), call.now
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
    known = _permit(call, mandate)
    is_own = call.principal.person == known.grantee or known.party in _stands_for(call)
    post = "" if is_own else next(post.id for post in call.principal.posts if WINDOW in post.roles)
    if (
        post and "reason" not in call.body
    ):  # both sides hear of it, and the reason stays with the mandate
        raise Invalid(faults=[Fault("/reason", "required")])
    return Reply(
        shown(use_cases.end(mandate, call.body.get("reason", ""), _by(call, post)), call.now)
    )


def _permit(call: Call, mandate: str) -> Mandate:
    """Ask the policies; whoever could not end it does not learn that it exists."""
    known = use_cases.find(mandate)
    facts = {"party": known.party, "grantee": known.grantee, "kind": known.kind}
    call.permit(Resource("Mandate", known.id, facts, see="end_mandate"))
    return known


def _stands_for(call: Call) -> Mapping[str, str]:
    """Names of the parties that the caller is by law: the person, also by their document, and the
    company.
    """
    own, company = (
        dict.fromkeys(call.principal.identities, call.principal.name),
        call.principal.company,
    )
    return own | ({company.party: company.name} if company else {})


def _told(person: str) -> list[grants.Row]:
    return grants.store().partition(grants.person_key(person), use_cases.HELD)


def _by(call: Call, post: str = "") -> By:
    return By(call.now, Actor(call.principal.person, post), call.request)


def _moment(call: Call) -> datetime:
    try:
        return clock.parse(call.body["until"]).astimezone(call.now.tzinfo)
    except (ValueError, OverflowError) as error:  # the schema's pattern lets a 31 February pass
        raise Invalid(faults=[Fault("/until", "format", {"limit": "date-time"})]) from error
