"""Offices that one person may not hold together: what a register change must not bring about."""

from collections.abc import Iterable
from itertools import combinations

from chalicelib.authority.policies import publication
from chalicelib.kernel.errors import Conflict, Denial

OFFICES_OF_TRUST = ("administrator", "auditor", "security")
AUTHOR, PUBLISHER = "catalogue-author", "catalogue-publisher"
LEGAL_OFFICE = "GOV"  # it may handle every authority's items, as the policies say
TRUST_RULE, CATALOGUE_RULE = "offices-of-trust-apart", "author-and-publisher-apart"

Office = tuple[str, str]
"""Department code and role."""


class UnionForbidden(Conflict):
    """The person would hold offices that one person may not hold together."""

    type = "offices-not-together"


def forbidden(offices: Iterable[Office]) -> str:
    """The id of the policy that keeps who holds all these offices from acting; empty when they go
    together.
    """
    held = frozenset(offices)
    roles = {role for _, role in held}
    if any(roles.issuperset(pair) for pair in combinations(OFFICES_OF_TRUST, 2)):
        return TRUST_RULE
    authors = {department for department, role in held if role == AUTHOR}
    publishers = {department for department, role in held if role == PUBLISHER}
    if authors & publishers or (authors and publishers and LEGAL_OFFICE in authors | publishers):
        return CATALOGUE_RULE
    return ""


def check(offices: Iterable[Office]) -> None:
    """Raises UnionForbidden, naming the policy, when one person may not hold all these offices
    together.
    """
    if rule := forbidden(offices):
        raise UnionForbidden().because(Denial(publication.policy(rule).rule))
