"""Who may see and judge findings, and change a rule in the city."""

from chalicelib.authority import unchanged_rights
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import NotFound
from chalicelib.supervision.rules.city.acts import CityRule
from chalicelib.supervision.rules.findings.acts import Finding

DECIDING = frozenset({"supervisor", "administrator"})


def rule_resource(rule: CityRule) -> Resource:
    """A rule as the policies see it."""
    proposer = rule.proposal.by if rule.proposal else ""
    return Resource(
        "SupervisionRule",
        rule.rule,
        {"proposer": proposer},
    )


def judge(caller: Caller, finding: Finding | None) -> Authorization:
    """Permission to judge a finding, which stands on unchanged grants."""
    caller.permit()
    if finding is None:
        raise NotFound
    return _as_deciding(caller)


def propose(caller: Caller, rule: CityRule) -> Authorization:
    """Permission to propose a change of a rule."""
    caller.permit()
    return _as_deciding(caller)


def answer(caller: Caller, rule: CityRule) -> Authorization:
    """Permission to approve or reject what somebody else has proposed."""
    caller.permit(rule_resource(rule))
    return _as_deciding(caller)


def _as_deciding(caller: Caller) -> Authorization:
    actor = caller.actor(deciding_post(caller))
    conditions = unchanged_rights(caller.principal)
    return Authorization(
        actor,
        conditions=conditions,
    )


def deciding_post(caller: Caller) -> str:
    """The post by which somebody supervises or administers; empty for none."""
    posts = [post.id for post in caller.principal.posts if post.roles & DECIDING]
    return next(iter(posts), "")
