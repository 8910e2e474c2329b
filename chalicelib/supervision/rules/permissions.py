"""Who may see and judge findings, and change a rule in the city."""

from chalicelib.authority import unchanged_rights
from chalicelib.kernel.aggregates import Authorization
from chalicelib.kernel.authorization import Resource
from chalicelib.kernel.caller import Caller
from chalicelib.kernel.errors import NotFound
from chalicelib.supervision.matters.permissions import supervising_post
from chalicelib.supervision.rules.city.acts import CityRule
from chalicelib.supervision.rules.findings.acts import Finding

ADMINISTRATOR = "administrator"


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
    return _by(caller, supervising_post(caller.principal))


def propose(caller: Caller, rule: CityRule) -> Authorization:
    """Permission to propose a change of a rule."""
    caller.permit()
    return _by(caller, supervising_post(caller.principal))


def answer(caller: Caller, rule: CityRule) -> Authorization:
    """Permission to approve or reject what somebody else has proposed."""
    caller.permit(rule_resource(rule))
    administering = [post.id for post in caller.principal.posts if ADMINISTRATOR in post.roles]
    posts = [*administering, supervising_post(caller.principal)]
    return _by(caller, posts[0])


def _by(caller: Caller, post: str) -> Authorization:
    conditions = unchanged_rights(caller.principal)
    return Authorization(
        caller.actor(post),
        conditions=conditions,
    )
