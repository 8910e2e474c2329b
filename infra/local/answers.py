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

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"

# Each route and what it replies with when all is well: status, and the name of the schema.
REPLIES: Mapping[str, tuple[int, str]] = {
    "GET /health": (200, "health"),
    "GET /items": (200, "items"),
    "GET /items/{item}": (200, "item_page"),
    "POST /uploads": (201, "upload_form"),
    "POST /applications": (201, "filing_receipt"),
    "GET /cases": (200, "cases"),
    "GET /cases/{number}": (200, "case"),
    "POST /cases/{number}/supplements": (201, "receipt"),
    "POST /cases/{number}/withdrawal": (201, "receipt"),
    "POST /cases/{number}/follow": (200, "progress"),
    "GET /cases/{number}/materials/{code}": (200, "material"),
    "GET /record/{number}": (200, "record"),
    "GET /tasks": (200, "tasks"),
    "GET /tasks/{task}": (200, "task"),
    "POST /tasks/{task}/claim": (200, "task_done"),
    "POST /tasks/{task}/release": (200, "task_done"),
    "POST /tasks/{task}/complete": (200, "task_done"),
    "GET /certificates/keys": (200, "certificate_keys"),
    "GET /certificates/{certificate}": (200, "certificate"),
    "GET /certificates/{certificate}/status": (200, "certificate_status"),
    "GET /messages": (200, "messages"),
    "GET /me": (200, "me"),
    "POST /appointments": (201, "appointment_made"),
    "POST /appointments/{appointment}/end": (200, "appointment_made"),
    "GET /openapi.json": (200, ""),
}
_SHAPES = [(route, re.compile(re.sub(r"{\w+}", "[^/]+", route))) for route in REPLIES]

_formats = FormatChecker()


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_formats.checks("date", raises=ValueError)
def _is_day(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


def fault(method: str, path: str, status: int, content_type: str, body: Any) -> str:
    """What is wrong with an answer's form; empty when it is as promised."""
    if status >= 400:
        if not content_type.startswith("application/problem+json"):
            return f"a refusal must be application/problem+json, not {content_type!r}"
        return _mismatch("problem", body) or ("" if body["status"] == status else "status differs in head and body")
    route = next((route for route, shape in _SHAPES if shape.fullmatch(f"{method} {path}")), "")
    if not route:
        return "no such route is published"
    promised, schema = REPLIES[route]
    if status != promised:
        return f"{route} promises {promised}, not {status}"
    if not content_type.startswith("application/json"):
        return f"an answer must be application/json, not {content_type!r}"
    return _mismatch(schema, body) if schema else ""


def _mismatch(schema: str, body: Any) -> str:
    found = next(_validator(schema).iter_errors(body), None)
    return f"does not fit {schema}.schema.json at {found.json_path}: {found.message[:300]}" if found else ""


@lru_cache
def _validator(name: str) -> Draft202012Validator:
    registry: Registry[Any] = Registry(retrieve=lambda uri: Resource.from_contents(_load(uri)))  # type: ignore[call-arg]
    return Draft202012Validator(_load(f"{name}.schema.json"), registry=registry, format_checker=_formats)


@lru_cache
def _load(uri: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / uri.rsplit("/", 1)[-1]).read_text("utf-8"))
    return schema
