"""Who may act on mandates, and as whom: the party, the grantee, or an office at a window."""

from collections.abc import Mapping

from chalicelib.authority.grants import persons
from chalicelib.authority.mandates.values import MANDATE, Granted, Mandate
from chalicelib.kernel import names
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import WINDOW, Principal, Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import Forbidden


def names_stood_for(principal: Principal) -> Mapping[str, str]:
    """Names of the parties that somebody is by law: the person, also by their document, and the
    company.
    """
    names = dict.fromkeys(principal.identities, principal.name)
    company = principal.company
    if company:
        names[company.party] = company.name
    return names


def grant(caller: Caller, party: str, grantee: str, granted: Granted) -> Authorization:
    """Permission to let somebody act for a party; who has no name has nothing to offer it under."""
    caller.permit(_resource("new", party, grantee, MANDATE))
    _check_name(names_stood_for(caller.principal)[party])
    persons.check_goes_on(party)
    return Authorization(caller.actor())


def accept(caller: Caller, mandate: str, granted: Granted) -> Authorization:
    """Permission to take a mandate on, under a legal name."""
    _permit(caller, granted.find(mandate))
    _check_name(caller.principal.name)
    return Authorization(caller.actor())


def _check_name(name: str) -> None:
    if not names.is_name(name):
        raise Forbidden("mandate-name-missing")


def limit(caller: Caller, mandate: str, granted: Granted) -> Authorization:
    """Permission to narrow a mandate."""
    _permit(caller, granted.find(mandate))
    return Authorization(caller.actor())


def end(caller: Caller, mandate: str, granted: Granted) -> Authorization:
    """Permission to end a mandate: as one of the two, or by the post at a window."""
    ending = granted.find(mandate)
    _permit(caller, ending)
    who = caller.principal
    if who.person == ending.grantee or ending.party in names_stood_for(who):
        return Authorization(caller.actor())
    window = next(post.id for post in who.posts if WINDOW in post.roles)
    return Authorization(caller.actor(window))


def _permit(caller: Caller, mandate: Mandate) -> None:
    """Ask the policies; whoever could not end it does not learn that it exists."""
    resource = _resource(
        mandate.id,
        mandate.party,
        mandate.grantee,
        mandate.kind,
    )
    caller.permit(resource)


def _resource(id: str, party: str, grantee: str, kind: str) -> Resource:
    facts = {"party": party, "grantee": grantee, "kind": kind}
    see = "" if id == "new" else "end_mandate"
    return Resource("Mandate", id, facts, see=see)
