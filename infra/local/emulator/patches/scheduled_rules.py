"""Scheduled rules can be fired now, and whoever fires them knows when their functions have ended.

What the emulator lacks: a rule fires on the emulator's own ten-second tick and nobody can wait for it; the
demo, the tests and a moved clock need "every sweep has run" as an event, not as a pause.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core import responses
from ministack.services import eventbridge, lambda_svc

from infra.local.emulator.patches import require


def fire(only: str | None = None) -> list[dict[str, Any]]:
    """Fires every enabled ``rate(...)`` rule once and returns when the functions it woke have ended.

    ``only`` keeps rules whose name or target contains it. Blocks. Returns one
    {"rule", "function", "ok", "error"} per invocation, ``error`` being the runtime's error document or None.
    """
    due = [found for found in _scheduled() if only is None or only in found[1]["Name"] or only in found[2]]
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(lambda found: _invoke(*found), due))


def _scheduled() -> list[tuple[tuple[str, str], dict[str, Any], str]]:
    found = []
    for key, rule in list(eventbridge._rules._data.items()):
        if rule.get("State") == "ENABLED" and rule.get("ScheduleExpression", "").startswith("rate("):
            eventbridge._rule_last_fired[key] = eventbridge._now_ts()
            targets = eventbridge._targets._data.get(key, [])
            found += [((key[0], key[1]), rule, t["Arn"]) for t in targets if ":lambda:" in t.get("Arn", "")]
    return found


def _invoke(scope: tuple[str, str], rule: dict[str, Any], arn: str) -> dict[str, Any]:
    account, region = scope
    event = {
        "version": "0",
        "id": responses.new_uuid(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": responses.now_iso(),
        "region": region,
        "resources": [rule.get("Arn", "")],
        "detail": {},
    }
    with responses.request_scope(account, region):
        func, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not func or not config:
            error = {"errorType": "ResourceNotFoundException", "errorMessage": arn}
            return {"rule": rule["Name"], "function": name, "ok": False, "error": error}
        record = lambda_svc._execution_record_for_config(func, config)
        result = lambda_svc._execute_function_with_config_scope(record, event)
    failed = bool(result.get("error") or result.get("throttle"))
    return {
        "rule": rule["Name"],
        "function": name,
        "ok": not failed,
        "error": result.get("body") if failed else None,
    }


def apply() -> None:
    """Looks up what ``fire`` uses."""
    require(eventbridge, "_rules", "_targets", "_rule_last_fired", "_now_ts")
    require(responses, "new_uuid", "now_iso", "request_scope")
    require(lambda_svc, "_get_func_record_for_ref", "_execution_record_for_config")
    require(lambda_svc, "_execute_function_with_config_scope")
