"""How API Gateway's own refusals read: problem+json like the API's, in both languages since it
cannot choose.
"""

import json
from typing import Any

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

TRY_AGAIN = {"THROTTLED", "QUOTA_EXCEEDED", "INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE"}


def _refusal(kind: str) -> dict[str, Any]:
    status, problem, zh, en = REFUSALS[kind]
    body = {
        "type": f"urn:sunlit:problem:{problem}",
        "title": f"{zh} / {en}",
        "status": status,
        "correlation_id": "$context.requestId",
    }
    headers = {"Content-Type": "'application/problem+json'", "Cache-Control": "'no-store'"}
    if kind in TRY_AGAIN:
        headers["Retry-After"] = "'1'"
    if status == 401:
        headers["WWW-Authenticate"] = "'Bearer'"
    return {
        "StatusCode": status,
        "ResponseParameters": {"Headers": headers},
        # The key picks the template for every caller that does not ask for another JSON; the header
        # says what it is.
        "ResponseTemplates": {"application/json": json.dumps(body, ensure_ascii=False)},
    }


def responses() -> dict[str, Any]:
    """SAM's ``GatewayResponses`` of the REST API: part of its definition, so a change redeploys the
    stage.
    """
    return {kind: _refusal(kind) for kind in REFUSALS}
