"""No policy can lose an action without a test that notices: the plain rules then say something else
somewhere.
"""

from functools import cache

import pytest

from chalicelib.authority.policies import engine, publication
from chalicelib.authority.policies.publication import PolicySet
from tests.support.policy_oracle import situations

SHIPPED = publication.policies(publication.shipped())
PAIRS = [
    (rule, action)
    for rule, policy in SHIPPED.items()
    for action in sorted(situations.kinds())
    if policy.speaks_of(action)
]
# What may be lost, because nothing hangs on it, and why.
REDUNDANT = {
    (
        "machine-within-its-scopes",
        "read_me",
    ): "speaks of every action, and leaves this one to every system",
}


@cache
def without(rule: str) -> PolicySet:
    """The shipped policies but for one. Asked about one action, they are those in which it lost
    that action alone.
    """
    shipped, lost = publication.shipped(), SHIPPED[rule].text
    return PolicySet(
        tuple((theme, text.replace(lost, "")) for theme, text in shipped.themes), shipped.schema
    )


def is_noticed(mutant: PolicySet, action: str) -> bool:
    """Whether the plain rules say something else than these policies somewhere."""
    return any(
        engine.ask(mutant, each.who, action, each.resource).allowed is not each.is_allowed
        for each in situations.of_action(action)
    )


@pytest.mark.parametrize(("rule", "action"), PAIRS)
def test_a_policy_that_loses_an_action_is_noticed(rule: str, action: str) -> None:
    assert is_noticed(without(rule), action) is ((rule, action) not in REDUNDANT)


def test_only_what_there_is_can_be_redundant() -> None:
    assert REDUNDANT.keys() <= set(PAIRS)


@pytest.mark.parametrize("rule", SHIPPED)
def test_a_set_without_a_policy_lacks_that_one_alone(rule: str) -> None:
    assert publication.policies(without(rule)).keys() == SHIPPED.keys() - {rule}
