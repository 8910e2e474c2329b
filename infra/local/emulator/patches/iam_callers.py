"""Who calls under a role is worked out once for each set of policies, boundaries and tags.

What the emulator lacks: for one request it gathers the caller's policies, tags and times twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ministack.core import iam_evaluator, responses
from ministack.services import iam, sts

from infra.local.emulator.patches import require

_MAX_CALLERS = 256
_callers: dict[tuple[Any, ...], Any] = {}


class Policies(list[Any]):
    """The parsed policies in force for one caller, and what was found out about them since.

    ``always`` holds what they allow whatever else is so: service, action, resource.
    """

    def __init__(self, policies: list[Any], limits: list[Any]) -> None:
        super().__init__(policies)
        self.limits = limits
        self.verdicts: dict[tuple[str, str, str], Any] = {}
        self.condition_keys: dict[tuple[str, str], tuple[str, ...]] = {}
        self.named_prefixes: dict[str, bool] = {}
        self.always: set[tuple[str, str, str]] = set()

    def statements(self) -> Iterator[Any]:
        """Every statement, also of what limits the policies."""
        for layer in (self, *self.limits):
            for statements in layer:
                yield from statements


def _caller(
    original: Callable[..., Any],
    key: str,
    account: str,
    credential: Any = None,
) -> Any:
    """The emulator's PrincipalInfo; the same object until something that it was made of changes."""
    if credential is None:
        owner = responses._account_from_sts_session(key) or account
        credential = iam_evaluator.resolve_credential(key, owner)
    if getattr(credential, "principal_type", "") != "AssumedRole":
        return original(key, account, credential)
    made_of = _made_of(key, credential)
    caller = _callers.get(made_of)
    if caller is None:
        caller = original(key, account, credential)
        caller.policies = Policies(caller.policies, caller.limits)
        if len(_callers) >= _MAX_CALLERS:
            _callers.clear()
        _callers[made_of] = caller
    return caller


def _made_of(key: str, credential: Any) -> tuple[Any, ...]:
    """All that the emulator looks at: the credential, and the texts of what is in force for it."""
    account = credential.account_id
    name = iam_evaluator._role_name_from_assumed_arn(credential.principal_arn)
    role = iam._roles.get_scoped(account, None, name) or {}
    session = sts._sessions.get(key) or {}
    inline = role.get("InlinePolicies") or {}
    attached = role.get("AttachedPolicies") or ()
    boundary = role.get("PermissionsBoundary")
    return (
        key,
        credential.principal_arn,
        credential.principal_id,
        account,
        tuple(map(_text, inline.values())),
        tuple([_managed(arn, account) for arn in attached]),
        boundary and _managed(boundary, account),
        _session_policies(session.get("SessionPolicies"), account),
        _text(role.get("Tags")),
        _text(session.get("SessionTags")),
        session.get("IssuedAt"),
    )


def _managed(arn: str, account: str) -> str:
    document = iam_evaluator._resolve_managed_policy_document(arn, account)
    return _text(document)


def _session_policies(passed: Any, account: str) -> Any:
    if passed is None:
        return None
    managed = [_managed(arn, account) for arn in passed.get("PolicyArns") or ()]
    return (_text(passed.get("Policy")), *managed)


def _text(document: Any) -> str:
    """A policy's or a list's text; most are kept as text, whose hash Python remembers."""
    if isinstance(document, str):
        return document
    return repr(document)


def apply() -> None:
    """Remembers callers."""
    require(iam_evaluator, "resolve_principal", "resolve_credential", "_role_name_from_assumed_arn")
    require(iam_evaluator, "_resolve_managed_policy_document", "_principal_keys")
    require(responses, "_account_from_sts_session")
    require(iam, "_roles")
    require(sts, "_sessions")
    iam_evaluator.resolve_principal = partial(_caller, iam_evaluator.resolve_principal)
