"""What the API promises to answer: every reply is checked against its schema in ``schemas/``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"

# Each route and what it replies with when all is well: status, and the name of the schema.
REPLIES: Mapping[str, tuple[int, str]] = {
    "GET /health": (200, "health"),
    "GET /items": (200, "items"),
    "GET /items/{item}": (200, "item_page"),
    "GET /catalog": (200, "catalog"),
    "GET /flows": (200, "flows"),
    "GET /flows/{flow}": (200, "flow_page"),
    "GET /items/{item}/versions": (200, "item_versions"),
    "GET /items/{item}/changes": (200, "item_changes"),
    "GET /items/{item}/acts": (200, "item_acts"),
    "POST /item-drafts": (201, "item_draft_done"),
    "GET /item-drafts": (200, "item_drafts"),
    "GET /item-drafts/{draft}": (200, "item_draft_page"),
    "POST /item-drafts/{draft}/revision": (200, "item_draft_done"),
    "POST /item-drafts/{draft}/submission": (200, "item_draft_done"),
    "POST /item-drafts/{draft}/review": (200, "item_draft_done"),
    "POST /item-drafts/{draft}/publication": (200, "item_draft_done"),
    "POST /item-drafts/{draft}/withdrawal": (200, "item_draft_done"),
    "POST /items/{item}/retirement": (201, "item_retirement_done"),
    "POST /items/{item}/retirement/confirmation": (200, "item_retirement_done"),
    "POST /items/{item}/what-if": (200, "whatif_forecast"),
    "POST /uploads": (201, "upload_form"),
    "POST /applications": (201, "filing_receipt"),
    "GET /window-consent": (200, "window_consent"),
    "POST /window-applications": (201, "filing_receipt"),
    "POST /cases/{number}/window-supplements": (201, "receipt"),
    "POST /cases/{number}/window-collection": (201, "receipt"),
    "POST /cases/{number}/window-view": (201, "case"),
    "POST /guardianships": (201, "mandate_shown"),
    "GET /mandates": (200, "mandates"),
    "POST /mandates": (201, "mandate_shown"),
    "POST /mandates/{mandate}/acceptance": (200, "mandate_shown"),
    "POST /mandates/{mandate}/limit": (200, "mandate_shown"),
    "POST /mandates/{mandate}/end": (200, "mandate_shown"),
    "GET /cases": (200, "cases"),
    "GET /cases/{number}": (200, "case"),
    "GET /cases/{number}/term": (200, "term"),
    "POST /cases/{number}/supplements": (201, "receipt"),
    "POST /cases/{number}/withdrawal": (201, "receipt"),
    "POST /cases/{number}/follow": (200, "progress"),
    "POST /ex-officio-cases": (201, "receipt"),
    "POST /cases/{number}/statements": (201, "receipt"),
    "POST /cases/{number}/objections": (201, "receipt"),
    "POST /cases/{number}/collection": (201, "receipt"),
    "POST /cases/{number}/procedures": (201, "receipt"),
    "POST /cases/{number}/procedures/{procedure}/end": (201, "receipt"),
    "POST /cases/{number}/extension": (201, "receipt"),
    "POST /cases/{number}/extension/answer": (201, "receipt"),
    "POST /cases/{number}/corrections": (201, "receipt"),
    "POST /cases/{number}/recusals": (201, "receipt"),
    "POST /cases/{number}/revocation": (201, "receipt"),
    "POST /cases/{number}/refund": (201, "receipt"),
    "POST /cases/{number}/move": (201, "receipt"),
    "POST /cases/{number}/move/approval": (201, "receipt"),
    "POST /cases/{number}/payment": (200, "payment"),
    "POST /payments/notices": (200, "payment_noted"),
    "GET /public-notices": (200, "public_notices"),
    "GET /record/{number}/refusals": (200, "refusals"),
    "GET /record/{number}/conformance": (200, "conformance"),
    "GET /record/{number}/supervision": (200, "case_supervision"),
    "GET /published-matters": (200, "supervision_matters"),
    "GET /supervision-limits": (200, "supervision_limits"),
    "GET /statistics": (200, "statistics"),
    "GET /forecast-accuracy": (200, "forecast_accuracy"),
    "GET /usual-times": (200, "usual_times"),
    "GET /supervision-statistics": (200, "supervision_statistics"),
    "GET /supervision-board": (200, "supervision_board"),
    "GET /cases-at-risk": (200, "cases_at_risk"),
    "GET /post-loads": (200, "post_loads"),
    "GET /cases/{number}/timeline": (200, "case_timeline"),
    "GET /supervision-matters": (200, "supervision_matters"),
    "POST /supervision-matters": (201, "matter_done"),
    "GET /supervision-matters/{matter}": (200, "supervision_matter"),
    "POST /supervision-matters/{matter}/answer": (200, "matter_done"),
    "POST /supervision-matters/{matter}/ruling": (200, "matter_done"),
    "GET /findings": (200, "findings"),
    "GET /findings/{finding}": (200, "finding"),
    "POST /findings/{finding}/false-alarm": (200, "finding_done"),
    "POST /findings/{finding}/matter": (201, "finding_done"),
    "GET /supervision-rules": (200, "supervision_rules"),
    "GET /supervision-rules/{rule}": (200, "supervision_rule"),
    "POST /supervision-rules/{rule}/changes": (201, "rule_change_done"),
    "POST /supervision-rules/{rule}/changes/approval": (200, "rule_change_done"),
    "POST /supervision-rules/{rule}/changes/rejection": (200, "rule_change_done"),
    "POST /supervision-rules/{rule}/dry-run": (200, "rule_trial_result"),
    "POST /complaints": (201, "complaint_receipt"),
    "POST /nameless-complaints": (201, "complaint_receipt"),
    "POST /complaints/{complaint}/follow": (200, "complaint"),
    "POST /complaints/{complaint}/appeal": (201, "complaint_done"),
    "GET /complaints/{complaint}": (200, "complaint"),
    "POST /complaints/{complaint}/acceptance": (200, "complaint_done"),
    "POST /complaints/{complaint}/refusal": (200, "complaint_done"),
    "POST /complaints/{complaint}/extension": (200, "complaint_done"),
    "POST /complaints/{complaint}/order": (201, "complaint_done"),
    "POST /complaints/{complaint}/answer": (200, "complaint_done"),
    "GET /published-complaints": (200, "published_complaints"),
    "GET /published-complaints/{month}": (200, "complaint_counts"),
    "GET /record/{number}/redaction": (200, "redaction"),
    "GET /cases/{number}/materials/{code}": (200, "material"),
    "GET /record/{number}": (200, "record"),
    "GET /tasks": (200, "tasks"),
    "GET /tasks/counts": (200, "task_counts"),
    "GET /tasks/{task}": (200, "task"),
    "POST /tasks/{task}/claim": (200, "task_done"),
    "POST /tasks/{task}/release": (200, "task_done"),
    "POST /tasks/{task}/handover": (200, "task_done"),
    "POST /tasks/{task}/assignment": (200, "task_done"),
    "POST /tasks/{task}/claim/end": (200, "task_done"),
    "POST /tasks/{task}/meeting": (200, "task_done"),
    "POST /tasks/{task}/milestones": (201, "task_done"),
    "POST /tasks/{task}/complete": (200, "task_done"),
    "POST /task-batches": (200, "task_batch_done"),
    "GET /.well-known/jwt-vc-issuer": (200, "certificate_issuer"),
    "GET /certificates/keys": (200, "certificate_keys"),
    "GET /certificates/{certificate}": (200, "certificate"),
    "GET /certificates/{certificate}/status": (200, "certificate_status"),
    "GET /messages": (200, "messages"),
    "POST /messages/{message}/read": (200, "message_read"),
    "GET /me/message-settings": (200, "message_settings_page"),
    "POST /me/message-settings": (200, "message_settings_page"),
    "POST /posts/{post}/webhook": (201, "webhook_registered"),
    "GET /posts/{post}/webhook": (200, "webhook_page"),
    "POST /posts/{post}/webhook/end": (200, "webhook_page"),
    "GET /me": (200, "me"),
    "GET /me/access-log": (200, "access_log"),
    "GET /organizations": (200, "organizations"),
    "GET /posts": (200, "posts"),
    "GET /posts/{post}/holders": (200, "post_holders"),
    "GET /posts/{post}/appointments": (200, "post_appointments"),
    "GET /service-points": (200, "service_points"),
    "GET /delegations": (200, "delegations"),
    "POST /delegations/{delegation}/end": (200, "delegation_ended"),
    "POST /absences/{absence}/end": (200, "absence_ended"),
    "POST /register-changes": (201, "register_change_done"),
    "GET /register-changes": (200, "register_changes"),
    "GET /register-changes/{change}": (200, "register_change_page"),
    "POST /register-changes/{change}/approval": (200, "register_change_done"),
    "POST /register-changes/{change}/rejection": (200, "register_change_done"),
    "POST /appointments/{appointment}/end": (200, "appointment_made"),
    "GET /policies": (200, "policies"),
    "GET /policies/{policy}": (200, "policy"),
    "POST /policy-questions": (200, "policy_answer"),
    "GET /openapi.json": (200, ""),
}
_formats = FormatChecker()


def _shape(route: str) -> re.Pattern[str]:
    """What a method and a path of the route look like."""
    return re.compile(re.sub(r"{\w+}", "[^/]+", route))


_SHAPES = {route: _shape(route) for route in REPLIES}


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return True
    moment = datetime.fromisoformat(value)
    return moment.tzinfo is not None


@_formats.checks("date", raises=ValueError)
def _is_day(value: object) -> bool:
    if isinstance(value, str):
        date.fromisoformat(value)
    return True


def fault(method: str, path: str, status: int, content_type: str, body: Any) -> str:
    """What is wrong with an answer's form; empty when it is as promised."""
    if status >= 400:
        return _fault_of_refusal(status, content_type, body)
    route = _route(f"{method} {path}")
    if not route:
        return "no such route is published"
    promised, schema = REPLIES[route]
    if status != promised:
        return f"{route} promises {promised}, not {status}"
    if not content_type.startswith("application/json"):
        return f"an answer must be application/json, not {content_type!r}"
    if not schema:
        return ""
    return _mismatch(schema, body)


def _fault_of_refusal(status: int, content_type: str, body: Any) -> str:
    if not content_type.startswith("application/problem+json"):
        return f"a refusal must be application/problem+json, not {content_type!r}"
    mismatch = _mismatch("problem", body)
    if mismatch:
        return mismatch
    if body["status"] != status:
        return "status differs in head and body"
    return ""


def _route(asked: str) -> str:
    for route, shape in _SHAPES.items():
        if shape.fullmatch(asked):
            return route
    return ""


def _mismatch(schema: str, body: Any) -> str:
    errors = _validator(schema).iter_errors(body)
    first = next(errors, None)
    if first is None:
        return ""
    message = first.message[:300]
    return f"does not fit {schema}.schema.json at {first.json_path}: {message}"


@lru_cache
def _validator(name: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry(retrieve=_resource)  # type: ignore[call-arg]
    return Draft202012Validator(
        _load(f"{name}.schema.json"),
        registry=registry,
        format_checker=_formats,
    )


def _resource(uri: str) -> Any:
    return Resource.from_contents(_load(uri))


@lru_cache
def _load(uri: str) -> dict[str, Any]:
    name = uri.rsplit("/", 1)[-1]
    text = (SCHEMAS / name).read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
