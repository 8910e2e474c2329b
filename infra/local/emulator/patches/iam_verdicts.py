"""IAM's verdicts are remembered for as long as nothing that they rest on has changed.

What the emulator lacks: on every call it gathers and parses all policies of the caller's role and
judges anew, a fifth of its time for a small request; and it keeps no record of the rights that are
used, as CloudTrail does.

Nothing has to be cleared, since a verdict is filed under all that it rests on: the text of every
policy, boundary and session policy in force, action, resource, and the values that conditions of
matching statements look at. When one of them changes, another verdict is looked up. A verdict that
looks at the time is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from ministack.core import iam_evaluator

from infra.local.emulator.patches import iam_callers, require
from infra.local.emulator.patches.iam_callers import Policies

# Role session, statement, action, resource; of an object's address only the bucket.
Right = tuple[str, str, str, str]
_OBJECT = re.compile(r"(arn:aws:s3:::[^/]+)/.*", re.DOTALL)
_TIME = {"aws:currenttime", "aws:epochtime"}
_MAX_VERDICTS = 4096  # of one caller: each object in storage is a resource
_used: set[Right] = set()


def used() -> list[dict[str, str]]:
    """The rights that were used since the start: {session, sid, action, resource}."""
    rights = []
    for session, sid, action, resource in sorted(_used):
        right = {
            "session": session,
            "sid": sid,
            "action": action,
            "resource": resource,
        }
        rights.append(right)
    return rights


def keep_if_always(policies: Policies, right: tuple[str, str, str]) -> None:
    """Remembers a right (service, action, resource) unless a condition has a say in it."""
    _, action, resource = right
    if policies.condition_keys.get((action, resource)) == ():
        if len(policies.always) >= _MAX_VERDICTS:
            policies.always.clear()
        policies.always.add(right)


def _verdict(evaluate: Callable[..., Any], asked: Any, policies: Any, *limits: Any) -> Any:
    """The emulator's verdict, remembered where it may be."""
    if not isinstance(policies, Policies) or list(limits) != policies.limits:
        return evaluate(asked, policies, *limits)
    condition_keys = _condition_keys(asked, policies)
    if _TIME.intersection(condition_keys):
        return _noted(asked, evaluate(asked, policies, *limits))
    values = [iam_evaluator._resolve_condition_key(key, asked) for key in condition_keys]
    filed_under = (asked.action, asked.resource_arn, repr(values))
    verdict = policies.verdicts.get(filed_under)
    if verdict is None:
        verdict = _noted(asked, evaluate(asked, policies, *limits))
        if len(policies.verdicts) >= _MAX_VERDICTS:
            policies.verdicts.clear()
        policies.verdicts[filed_under] = verdict
    return replace(verdict)  # the emulator writes into what it is given


def _condition_keys(asked: Any, policies: Policies) -> tuple[str, ...]:
    """What conditions look at, in lower case, of all statements about this action and resource."""
    about = (asked.action, asked.resource_arn)
    keys = policies.condition_keys.get(about)
    if keys is None:
        found: set[str] = set()
        for statement in policies.statements():
            if _matches(statement, *about):
                found.update(_keys(statement))
        keys = tuple(sorted(found))
        if len(policies.condition_keys) >= _MAX_VERDICTS:
            policies.condition_keys.clear()
        policies.condition_keys[about] = keys
    return keys


def _matches(statement: Any, action: str, resource: str) -> bool:
    return bool(
        iam_evaluator._action_matches(action, statement.actions, statement.not_actions)
        and iam_evaluator._resource_matches(resource, statement.resources, statement.not_resources)
    )


def _keys(statement: Any) -> Iterator[str]:
    for conditions in (statement.conditions or {}).values():
        if isinstance(conditions, dict):
            for key in conditions:
                yield key.lower()


def _noted(asked: Any, verdict: Any) -> Any:
    """The verdict; a right that it rests on is on record."""
    if verdict.decision == "Allow" and verdict.matched_sid:
        resource = _OBJECT.sub(r"\1", asked.resource_arn)
        _used.add((asked.principal_arn, verdict.matched_sid, asked.action, resource))
    return verdict


def _names_condition_key(original: Callable[..., bool], policies: Any, prefix: str) -> bool:
    """Whether any condition of the policies looks at a key that begins so."""
    if not isinstance(policies, Policies):
        return original(policies, prefix)
    if prefix not in policies.named_prefixes:
        policies.named_prefixes[prefix] = original(policies, prefix)
    return policies.named_prefixes[prefix]


def _parsed(
    original: Callable[..., Any],
    remembered: Callable[..., Any],
    document: Any,
) -> Any:
    """A policy's statements, which are only ever read."""
    if isinstance(document, str):
        return remembered(document)
    return original(document)


def apply() -> None:
    """Remembers parsed documents by their text, callers by their policies, verdicts by both."""
    require(
        iam_evaluator,
        "parse_policy_document",
        "evaluate",
        "enforce",
        "_names_condition_key",
    )
    require(
        iam_evaluator,
        "_resolve_condition_key",
        "_action_matches",
        "_resource_matches",
    )
    own = iam_evaluator
    parsed_once = lru_cache(maxsize=1024)(own.parse_policy_document)
    own.parse_policy_document = partial(
        _parsed,
        own.parse_policy_document,
        parsed_once,
    )
    own.evaluate = partial(_verdict, own.evaluate)
    own._names_condition_key = partial(_names_condition_key, own._names_condition_key)
    iam_callers.apply()
