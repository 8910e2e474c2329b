"""Scheduled rules can be fired now, and whoever fires them knows when their functions have ended.

What the emulator lacks: a rule fires on the emulator's own ten-second tick and nobody can wait for
it; the demo, the tests and a moved clock need "every sweep has run" as an event, not as a pause.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ministack.core import responses
from ministack.services import eventbridge, lambda_svc

from infra.local.emulator.patches import require


@dataclass(frozen=True)
class _Due:
    """A rule that is fired and one function that it wakes."""

    account: str
    region: str
    rule: dict[str, Any]
    function: str


def fire(only: str | None = None) -> list[dict[str, Any]]:
    """Fires every enabled ``rate(...)`` rule once; returns when the functions it woke have ended.

    ``only`` keeps rules whose name or target contains it. Blocks. Returns one {"rule", "function",
    "ok", "error"} per invocation, ``error`` being the runtime's error document or None.
    """
    due = list(_scheduled())
    if only is not None:
        due = [each for each in due if only in each.rule["Name"] or only in each.function]
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(_invoke, due))


def _scheduled() -> Iterator[_Due]:
    for key, rule in list(eventbridge._rules._data.items()):
        is_enabled = rule.get("State") == "ENABLED"
        if not is_enabled or not rule.get("ScheduleExpression", "").startswith("rate("):
            continue
        eventbridge._rule_last_fired[key] = eventbridge._now_ts()
        for target in eventbridge._targets._data.get(key, []):
            arn = target.get("Arn", "")
            if ":lambda:" in arn:
                yield _Due(key[0], key[1], rule, arn)


def _invoke(due: _Due) -> dict[str, Any]:
    with responses.request_scope(due.account, due.region):
        func, config, name = lambda_svc._get_func_record_for_ref(due.function)
        ran = {"rule": due.rule["Name"], "function": name}
        if not func or not config:
            error = {"errorType": "ResourceNotFoundException", "errorMessage": due.function}
            return {**ran, "ok": False, "error": error}
        record = lambda_svc._execution_record_for_config(func, config)
        result = lambda_svc._execute_function_with_config_scope(record, _event(due))
    failed = bool(result.get("error") or result.get("throttle"))
    return {
        **ran,
        "ok": not failed,
        "error": result.get("body") if failed else None,
    }


def _event(due: _Due) -> dict[str, Any]:
    return {
        "version": "0",
        "id": responses.new_uuid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": due.account,
        "time": responses.now_iso(),
        "region": due.region,
        "resources": [due.rule.get("Arn", "")],
        "detail": {},
    }


def apply() -> None:
    """Looks up what ``fire`` uses."""
    require(eventbridge, "_rules", "_targets", "_rule_last_fired", "_now_ts")
    require(responses, "new_uuid", "now_iso", "request_scope")
    require(lambda_svc, "_get_func_record_for_ref", "_execution_record_for_config")
    require(lambda_svc, "_execute_function_with_config_scope")
