"""Changing a rule in the city, by two persons."""

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel import clock, stores
from chalicelib.kernel.aggregates import Aggregate, Authorize, CommandResult
from chalicelib.kernel.commands import execute
from chalicelib.kernel.journal import Request
from chalicelib.supervision.rules import documents
from chalicelib.supervision.rules.city import acts
from chalicelib.supervision.rules.city.acts import CityRule, Proposal, RuleCommand

PREFIX = "rule#"
RULES: Aggregate[CityRule, RuleCommand] = Aggregate(acts.fold, acts.decide)
"""A published rule, as the city changes it."""


def find(rule: str) -> CityRule:
    """A published rule as the city has changed it. Raises NotFound."""
    documents.find(rule)
    stream = PREFIX + rule
    return acts.fold(stream, stores.journal().read(stream))


def change(
    rule: str,
    command: RuleCommand,
    authorize: Authorize[CityRule],
    request: Request,
) -> CommandResult[CityRule]:
    """Propose, approve or reject a change. Raises NotFound, Invalid, Conflict."""
    documents.find(rule)
    return execute(
        RULES,
        PREFIX + rule,
        command,
        authorize,
        request,
    )


def shown(rule: CityRule) -> dict[str, Any]:
    """A rule's changes, and what is proposed, as everybody may read them: what, from when, not by
    whom.
    """
    changes = []
    for change in rule.changes:
        changes.append(
            {
                **_setting(change.setting.is_on, change.setting.thresholds),
                "from": change.starts_on.isoformat(),
                "approved_at": clock.stamp(change.approved_at),
            }
        )
    return {"changes": changes, "proposal": _proposal(rule.proposal)}


def _proposal(proposal: Proposal | None) -> dict[str, Any] | None:
    if proposal is None:
        return None
    return {
        **_setting(proposal.setting.is_on, proposal.setting.thresholds),
        "proposal": proposal.seq,
        "from": proposal.starts_on.isoformat(),
        "proposed_at": clock.stamp(proposal.at),
        "reasons": list(proposal.reasons),
    }


def _setting(is_on: bool, thresholds: Mapping[str, int]) -> dict[str, Any]:
    return {
        "on": is_on,
        "thresholds": dict(thresholds),
    }
