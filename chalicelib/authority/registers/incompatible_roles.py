"""Offices that one person may not hold together: what a register change must not bring about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations

from chalicelib.authority.acts import Appointment, Definition, periods
from chalicelib.authority.acts.definitions import periods_in_force
from chalicelib.authority.acts.periods import Span
from chalicelib.authority.policies import publication
from chalicelib.kernel.errors import Conflict, Denial
from chalicelib.kernel.values import dataclass

OFFICES_OF_TRUST = ("administrator", "auditor", "security")
AUTHOR, PUBLISHER = "catalogue-author", "catalogue-publisher"
LEGAL_OFFICE = "GOV"  # it may handle every authority's items, as the policies say
TRUST_RULE, CATALOGUE_RULE = "offices-of-trust-apart", "author-and-publisher-apart"

Office = tuple[str, str]
"""Department code and role."""


class UnionForbidden(Conflict):
    """The person would hold offices that one person may not hold together."""

    type = "offices-not-together"


@dataclass(frozen=True)
class Term:
    """An office, and for how long somebody is to hold it."""

    office: Office
    span: Span


def forbidden(offices: Iterable[Office]) -> str:
    """The id of the policy that keeps who holds all these offices from acting; empty when they go
    together.
    """
    held = frozenset(offices)
    roles = {role for _, role in held}
    for pair in combinations(OFFICES_OF_TRUST, 2):
        if roles.issuperset(pair):
            return TRUST_RULE
    authors = {department for department, role in held if role == AUTHOR}
    publishers = {department for department, role in held if role == PUBLISHER}
    both = authors and publishers
    if authors & publishers or (both and LEGAL_OFFICE in authors | publishers):
        return CATALOGUE_RULE
    return ""


def check(offices: Iterable[Office]) -> None:
    """Raises UnionForbidden, naming the policy, when one person may not hold all these offices
    together.
    """
    rule = forbidden(offices)
    if rule:
        raise UnionForbidden().because(Denial(publication.policy(rule).rule))


def check_terms(terms: Sequence[Term], now: datetime) -> None:
    """Likewise at any moment from ``now`` on: what one person may hold one after the other is
    allowed.
    """
    # Somebody comes to hold more only where a term begins.
    moments = {max(term.span[0], now) for term in terms}
    for moment in sorted(moments):
        held = [term for term in terms if periods.holds(term.span, moment)]
        check(term.office for term in held)


def terms_of(
    appointments: Iterable[Appointment],
    definitions_of: Mapping[str, Sequence[Definition]],
) -> Iterator[Term]:
    """The offices that appointments give, as their posts are defined from time to time.

    An absence does not count: it can end on any day.
    """
    for appointment in appointments:
        for definition in periods_in_force(definitions_of[appointment.post]):
            span = periods.common(definition.span, appointment.span)
            if span:
                yield from _terms_in(definition, span)


def _terms_in(definition: Definition, span: Span) -> Iterator[Term]:
    for role in definition.facts["roles"]:
        yield Term((definition.facts["department"], role), span)
