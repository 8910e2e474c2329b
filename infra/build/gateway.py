"""How API Gateway lays out the paths, and how its own refusals read.

Refusals are problem+json like the API's, in both languages since the gateway cannot choose.
"""

import json
from typing import Any

from chalicelib.kernel.http.headers import HTTPS_ONLY

# response type -> (status, problem type, zh-CN, en)
REFUSALS: dict[str, tuple[int, str, str, str]] = {
    "UNAUTHORIZED": (401, "sign-in-needed", "请先登录。", "Please sign in."),
    "EXPIRED_TOKEN": (401, "sign-in-needed", "请先登录。", "Please sign in."),
    "ACCESS_DENIED": (403, "not-allowed", "您的职责或身份不允许此项操作。", "Your role does not allow this."),
    "INVALID_API_KEY": (403, "not-allowed", "您的职责或身份不允许此项操作。", "Your role does not allow this."),
    "INVALID_SIGNATURE": (403, "not-allowed", "请求签名无效。", "The request's signature is not valid."),
    "WAF_FILTERED": (403, "not-allowed", "请求被防火墙拒绝。", "The firewall refused the request."),
    # What API Gateway calls a missing token is a path that does not exist.
    "MISSING_AUTHENTICATION_TOKEN": (404, "not-found", "没有找到。", "Not found."),
    "RESOURCE_NOT_FOUND": (404, "not-found", "没有找到。", "Not found."),
    "BAD_REQUEST_BODY": (400, "bad-request", "请求无法读取。", "The request cannot be read."),
    "BAD_REQUEST_PARAMETERS": (400, "bad-request", "请求无法读取。", "The request cannot be read."),
    "REQUEST_TOO_LARGE": (413, "body-too-large", "请求正文过大。", "The body is too large."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "content-type-not-json", "请求正文须为 JSON。", "The body must be JSON."),
    "THROTTLED": (429, "too-many-requests", "请求过于频繁,请稍后再试。", "Too many requests. Please wait."),
    "QUOTA_EXCEEDED": (429, "too-many-requests", "请求过于频繁,请稍后再试。", "Too many requests. Please wait."),
    "DEFAULT_4XX": (400, "bad-request", "请求无法处理。", "The request cannot be handled."),
    "INTEGRATION_TIMEOUT": (504, "unavailable", "服务暂时没有响应,请稍后重试。", "No answer in time. Try again."),
    "INTEGRATION_FAILURE": (503, "unavailable", "服务暂时不可用,请稍后重试。", "Away for a moment. Try again."),
    "DEFAULT_5XX": (500, "internal", "系统出错。", "Something went wrong on our side."),
}  # fmt: skip

# Why, where the title alone would leave somebody at a loss: a 403 always says it.
REASONS: dict[str, tuple[str, str]] = {
    "ACCESS_DENIED": (
        "登录凭证不能用于这一地址。请重新登录后再试;部门系统请核对凭证的签发机构和权限范围。",
        "The access token is not good for this address. Sign in again; for a department's system, check who issued its token and for which scopes.",
    ),
    "INVALID_API_KEY": (
        "本接口不使用 API 密钥,请改用登录凭证(Authorization: Bearer)。",
        "This API takes no API keys; send an access token (Authorization: Bearer).",
    ),
    "INVALID_SIGNATURE": (
        "本接口不使用 AWS 签名,请改用登录凭证(Authorization: Bearer)。",
        "This API takes no AWS signatures; send an access token (Authorization: Bearer).",
    ),
    "WAF_FILTERED": (
        "请求的内容或者来源触发了防火墙规则。请检查请求内容;如系误拦,请将 correlation_id 告知管理员。",
        "The request's content or origin met a rule of the firewall. Look at what you sent; if it was in order, tell the administrators the correlation_id.",
    ),
}

TRY_AGAIN = {"THROTTLED", "QUOTA_EXCEEDED", "INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE"}

# "Will catch any HTTP method that wasn't explicitly declared": API Gateway's extensions to OpenAPI.
CATCH_ALL = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
# What Chalice writes into each method and API Gateway either does not read or assumes.
UNUSED_IN_METHOD = {"consumes", "produces", "summary", "description"}
UNUSED_IN_INTEGRATION = {"responses", "passthroughBehavior"}

Operation = dict[str, Any]


def lay_out(api: dict[str, Any]) -> dict[str, Any]:
    """Chalice's OpenAPI body with what the gateway needs of it: HEAD beside GET, a catch-all for
    other verbs.

    Each path's catch-all reaches the same function, which says what is allowed (OPTIONS) or
    answers 405.
    """
    paths = {}
    for path, methods in api["paths"].items():
        paths[path] = _verbs(methods)
    return _without(api, {"definitions"}) | {"paths": paths}


def _verbs(methods: dict[str, Operation]) -> dict[str, Operation]:
    laid_out = {}
    for verb, method in methods.items():
        operation = _operation(method)
        laid_out[verb] = operation
        laid_out[CATCH_ALL] = {"responses": {}, INTEGRATION: operation[INTEGRATION]}
    # Who may read may ask for the headers alone, with the same sign-in.
    if "get" in laid_out:
        laid_out["head"] = laid_out["get"]
    return laid_out


def _operation(method: Operation) -> Operation:
    kept = _without(method, UNUSED_IN_METHOD)
    kept["responses"] = {}
    kept[INTEGRATION] = _without(method[INTEGRATION], UNUSED_IN_INTEGRATION)
    return kept


def _without(document: dict[str, Any], unused: set[str]) -> dict[str, Any]:
    kept = document.keys() - unused
    return {key: document[key] for key in sorted(kept)}


def responses() -> dict[str, Any]:
    """SAM's ``GatewayResponses``: part of the API's definition, so a change redeploys the stage."""
    return {kind: _response(kind) for kind in REFUSALS}


def _response(kind: str) -> dict[str, Any]:
    status, problem, zh, en = REFUSALS[kind]
    body = {
        "type": f"urn:sunlit:problem:{problem}",
        "title": f"{zh} / {en}",
        "status": status,
        "correlation_id": "$context.requestId",
    }
    if kind in REASONS:
        body["detail"] = " / ".join(REASONS[kind])
    return {
        "StatusCode": status,
        "ResponseParameters": {"Headers": _headers(kind, status)},
        # The key picks the template for whoever asks for no other JSON; the header says what it is.
        "ResponseTemplates": {"application/json": json.dumps(body, ensure_ascii=False)},
    }


def _headers(kind: str, status: int) -> dict[str, str]:
    headers = {
        "Content-Type": "'application/problem+json'",
        "Cache-Control": "'no-store'",
        "X-Content-Type-Options": "'nosniff'",
        "Strict-Transport-Security": f"'{HTTPS_ONLY}'",
    }
    if kind in TRY_AGAIN:
        headers["Retry-After"] = "'1'"
    if status == 401:
        headers["WWW-Authenticate"] = "'Bearer'"
    return headers
