"""Problem responses (RFC 9457): each error is put into the caller's words here, once."""

import json
from typing import Any

from chalice.app import Response

from chalicelib.kernel import aws, texts
from chalicelib.kernel.errors import Problem, Rule, Unavailable
from chalicelib.kernel.http import headers


class Internal(Problem):
    """A defect of ours."""

    status, type = 500, "internal"


def unavailable(error: Exception) -> Problem:
    """503 with Retry-After for a passing fault of AWS, else 500."""
    return Unavailable() if aws.is_passing(error) else Internal()


def text_of(body: Any) -> str:
    """A JSON body as text, Chinese as it is written."""
    return json.dumps(
        body,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def response(problem: Problem, language: str, correlation_id: str) -> Response:
    """The problem as application/problem+json in ``language``."""
    body: dict[str, Any] = {
        "type": f"urn:sunlit:problem:{problem.type}",
        "title": texts.say(problem.type, language, **problem.params),
        "status": problem.status,
        "correlation_id": correlation_id,
    }
    if problem.message != problem.type:
        body["detail"] = texts.say(problem.message, language, **problem.params)
    if problem.faults:
        body["errors"] = [
            {
                "field": f.field,
                "message": texts.say(f.message, language, **f.params),
            }
            for f in problem.faults
        ]
    if problem.denial.rule:
        body["rule"] = _shown(problem.denial.rule, language)
    elif problem.denial.rules:
        body["rules"] = [_shown(rule, language) for rule in problem.denial.rules]
    common = headers.common(language, correlation_id)
    told: headers.Headers = {
        **common,
        "Content-Type": "application/problem+json",
        **problem.headers,
    }
    return Response(text_of(body), headers=told, status_code=problem.status)


def _shown(rule: Rule, language: str) -> dict[str, str]:
    return {"id": rule.id, "title": rule.titles[language]}
