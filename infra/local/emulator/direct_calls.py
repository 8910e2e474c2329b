"""Signed calls of a few services under a role go from the socket to the service that they name.

What the emulator lacks: it looks at every request for some sixty things that such a call is not,
from storage hosts to load balancers, half of what a small call costs. Signature and rights are
checked by the emulator as ever. Whatever is out of the ordinary, and every refusal, goes the
emulator's own way, which answers it.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from functools import lru_cache
from random import getrandbits
from typing import Any
from urllib.parse import parse_qs

from ministack import app as emulator
from ministack.core import iam_actions, iam_evaluator, responses, sigv4
from ministack.services import sts

from infra.local.emulator.patches import iam_verdicts, require

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Response = tuple[int, dict[str, str], bytes]

# Services that take JSON, by the prefix of X-Amz-Target, and one that takes a form.
_SERVICES = {
    "DynamoDB_20120810": "dynamodb",
    "AWSEvents": "events",
    "AWSStepFunctions": "states",
    "TrentService": "kms",
}
_JSON = ("application/x-amz-json-1.0", "application/x-amz-json-1.1")
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_HOSTS = ("127.0.0.1", "localhost")
_UNUSUAL = (
    "content-encoding",
    "transfer-encoding",
    "x-amz-content-sha256",
    "x-amz-decoded-content-length",
    "x-forwarded-proto",
)
_CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/, ]+)/\d{8}/([^/, ]+)/([^/, ]+)/aws4_request,"
)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Call:
    """One call; ``key`` is the access key that signed it, ``fields`` those of a form."""

    service: str
    headers: dict[str, str]
    key: str
    account: str
    region: str
    body: bytes = b""
    action: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)


async def serve(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers one request on the AWS port."""
    call = _ordinary(scope)
    if call is None:
        await emulator.app(scope, receive, send)
        return
    body, is_whole = await _read(receive)
    response = None
    if is_whole and call.headers.get("content-length") == str(len(body)):
        response = await _respond(_with_body(call, body))
    if response is None:
        await emulator.app(
            scope,
            _again(
                body,
                is_whole,
                receive,
            ),
            send,
        )
    else:
        await _send(send, *response)


def _ordinary(scope: Scope) -> _Call | None:
    """The call, unless the request is anything but a session's to one of a few services."""
    if (scope["method"], scope["path"], scope["query_string"]) != ("POST", "/", b""):
        return None
    headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
    if len(headers) != len(scope["headers"]) or not all(map(bytes.isascii, headers.values())):
        return None
    headers = {name: value.decode("ascii") for name, value in headers.items()}
    credential = _CREDENTIAL.match(headers.get("authorization", ""))
    if not credential or headers.get("host", "").partition(":")[0] not in _HOSTS:
        return None
    key, region, signed_for = credential.groups()
    service = _service(headers, signed_for)
    account = responses._account_from_sts_session(key)
    if not service or not account or any(name in headers for name in _UNUSUAL):
        return None
    return _Call(service, headers, key, account, region)


def _service(headers: dict[str, str], signed_for: str) -> str | None:
    """The service that is called; None of others."""
    content_type, target = headers.get("content-type"), headers.get("x-amz-target")
    if target is not None and content_type in _JSON:
        return _SERVICES.get(target.partition(".")[0])
    is_mail = target is None and content_type == _FORM and signed_for == "ses"
    return "ses" if is_mail else None


def _with_body(call: _Call, body: bytes) -> _Call:
    """The call with what its body says."""
    fields = {}
    if call.service == "ses":
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        action = iam_actions.extract_iam_action(
            "ses",
            "POST",
            "/",
            call.headers,
            body,
            fields,
        )
    else:
        action = _json_action(call.service, call.headers["x-amz-target"])
    return replace(
        call,
        body=body,
        action=action or "",
        fields=fields,
    )


@lru_cache(maxsize=256)
def _json_action(service: str, target: str) -> str | None:
    """The IAM action that X-Amz-Target names."""
    headers = {"x-amz-target": target, "content-type": _JSON[0]}
    action: str | None = iam_actions.extract_iam_action(
        service,
        "POST",
        "/",
        headers,
        b"",
        {},
    )
    return action


async def _read(receive: Receive) -> tuple[bytes, bool]:
    """The body, and whether it came to its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts), False
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts), True


def _again(body: bytes, is_whole: bool, receive: Receive) -> Receive:
    """Hands a body that was read over once more."""
    kept = [{"type": "http.request", "body": body, "more_body": not is_whole}]

    async def receive_again() -> Any:
        return kept.pop() if kept else await receive()

    return receive_again


async def _respond(call: _Call) -> Response | None:
    """What the service answers; None where the emulator has to refuse the call."""
    responses._request_account_id.set(call.account)
    responses.set_request_region(call.region)
    if not call.action or not _is_allowed(call):
        return None
    iam_evaluator._request_caller_arn.set(str(sts._sessions.get(call.key).get("Arn", "")))
    handler = emulator.SERVICE_HANDLERS[call.service]
    try:
        status, headers, content = await handler(
            "POST",
            "/",
            call.headers,
            call.body,
            {},
        )
    except Exception as error:
        _logger.exception("a call of %s failed", call.service)
        failure = {"__type": "InternalError", "message": str(error)}
        status, headers, content = responses.json_response(failure, 500)
    responses.fix_error_content_type(call.service, status, headers)
    responses.fix_success_content_type(call.service, status, headers)
    return status, headers, content if isinstance(content, bytes) else content.encode()


def _is_allowed(call: _Call) -> bool:
    """Whether the emulator finds the signature right, and each right that the call needs given."""
    credential = _credential(call)
    if credential is None:
        return False
    caller = iam_evaluator.resolve_principal(call.key, call.account, credential)
    context: dict[str, Any] | None = None
    for action, resource in _rights(call):
        right = (call.service, action, resource)
        if right in caller.policies.always:
            continue
        if context is None:
            context = _context(call)
        refusal = iam_evaluator.enforce(
            call.key,
            action,
            call.service,
            call.region,
            resource_arn=resource,
            service_context=_of_part(context, call, action),
        )
        if refusal:
            return False
        if call.service not in iam_evaluator._RESOURCE_POLICY_LOOKUPS:
            iam_verdicts.keep_if_always(caller.policies, right)
    return True


def _credential(call: _Call) -> Any:
    """The credential that signed the call; None when its time, token or signature is not right."""
    iam_evaluator._signed_request.set(None)
    iam_evaluator._anonymous.set(False)
    signature = sigv4.parse_header_signature(call.headers)
    if isinstance(signature, tuple) or sigv4.request_time_failure(signature):
        return None
    token = call.headers.get("x-amz-security-token", "")
    credential = iam_evaluator.resolve_credential(call.key, call.account, token)
    if not isinstance(credential, iam_evaluator.ResolvedCredential):
        return None
    failure = sigv4.header_signature_failure(
        signature,
        credential.secret_access_key,
        "POST",
        "/",
        {},
        call.headers,
        call.body,
    )
    if failure or credential.principal_type != "AssumedRole":
        return None
    iam_evaluator._verified_key.set(call.key)
    return credential


def _of_part(context: dict[str, Any], call: _Call, action: str) -> dict[str, Any]:
    """What conditions may look at, also that a part of a transaction is one."""
    if action == call.action:
        return context
    whole = call.action.partition(":")[2]
    return {**context, "dynamodb:EnclosingOperation": [whole]}


def _context(call: _Call) -> dict[str, Any]:
    """What conditions may look at."""
    context = iam_actions.request_tag_context(
        call.service,
        call.action,
        call.body,
        call.fields,
    )
    if call.service == "dynamodb":
        context = {**context, **iam_actions.dynamodb_service_context(call.body)}
    return dict(context)


def _rights(call: _Call) -> list[tuple[str, str]]:
    """The actions and resources that a call needs; each part of a transaction needs its own."""
    place = call.region, call.account
    parts: list[tuple[str, str]] = []
    if call.service == "dynamodb":
        parts = iam_actions.dynamodb_transaction_checks(
            call.action,
            call.body,
            *place,
        )
    if parts:
        return parts
    first = iam_actions.extract_resource_arn(
        call.service, "POST", "/", call.headers, call.body, call.fields, *place
    )
    further = []
    if call.service == "dynamodb":
        further = iam_actions.dynamodb_resource_arns(call.body, *place)[1:]
    elif call.service == "events":
        further = iam_actions.eventbridge_resource_arns(call.body, *place)[1:]
    return [(call.action, resource) for resource in (first, *further)]


async def _send(send: Send, status: int, headers: dict[str, str], content: bytes) -> None:
    request_id = str(uuid.UUID(int=getrandbits(128), version=4))
    headers["x-amzn-requestid"] = request_id
    headers["x-amz-request-id"] = request_id
    headers["content-length"] = str(len(content))
    headers["date"] = _date(int(time.time()))
    lines = emulator._asgi_header_list(headers)
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": content})


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def check() -> None:
    """Raises PatchError unless the emulator has what a call needs on its way."""
    require(emulator, "SERVICE_HANDLERS", "_asgi_header_list")
    require(responses, "_request_account_id", "_account_from_sts_session")
    require(iam_actions, "dynamodb_resource_arns", "dynamodb_service_context")
    require(iam_actions, "dynamodb_transaction_checks", "eventbridge_resource_arns")
    require(iam_actions, "extract_iam_action", "extract_resource_arn", "request_tag_context")
    require(iam_evaluator, "_signed_request", "_verified_key", "_anonymous", "enforce")
    require(iam_evaluator, "_request_caller_arn", "_RESOURCE_POLICY_LOOKUPS")
    require(iam_evaluator, "resolve_credential", "ResolvedCredential", "resolve_principal")
    require(sigv4, "parse_header_signature", "request_time_failure", "header_signature_failure")
    require(sts, "_sessions")
