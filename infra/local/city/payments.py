"""The sample city's payment provider: a page with one button, and signed notices to the API.

It exists on the embedded AWS alone, under /__local/payments, beside the product and unknown to it;
no money moves.
"""

from __future__ import annotations

import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

import rfc8785
from flask import Blueprint, Flask, jsonify, render_template_string, request

_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>明杭市缴费</title>
<style>body{font:16px/1.6 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}
button{font:inherit;padding:.6rem 2rem}</style>
<h1>明杭市统一公共支付</h1><p>示例城市,不发生真实扣款。 Sample city: no money moves.</p>
<p>办件 Case {{ number }}<br>订单 Order {{ order }}<br>
金额 Amount ¥{{ "%d.%02d" % (fen // 100, fen % 100) }}</p>
{% if said %}<p role="status">{{ said }}</p>{% else %}
<form method="post" action="{{ order }}/pay?{{ request.query_string.decode() }}">
<button>缴费 Pay</button></form>
{% endif %}</html>"""
_SAID = {
    200: "缴费成功。 Paid.",
    403: "此链接并非由本市系统发出。 This link was not made by the city.",
    502: "系统暂时没有响应,请再试一次。 No answer; please try again.",
}
_REFUSED = (
    "办理机关未接受此笔缴费,款项已退回。 "
    "The office did not take the payment; you have your money back."
)
_SECONDS = 60
_ASK_AGAIN = 502

Answer = Any


def add_payments(app: Flask, api: str, stack: str) -> None:
    """Adds the provider to ``app``.

    It reports to the API at ``api`` under the secret of the stack ``stack``.
    """
    routes = Blueprint("payments", __name__, url_prefix="/__local/payments")

    @routes.get("/<order>")
    def show(order: str) -> Answer:
        bill = _bill(order, request.args)
        if not _is_signed(bill, request.args, stack):
            return _page(bill, 403)
        return _page(bill, 0)

    @routes.post("/<order>/pay")
    def pay(order: str) -> Answer:
        bill = _bill(order, request.args)
        if not _is_signed(bill, request.args, stack):
            return _page(bill, 403)
        notice = {**bill, "event": "paid"}
        status, _ = _report(api, notice, stack)
        return _page(bill, status)

    @routes.post("/<order>/refund")
    def refund(order: str) -> Answer:
        """Takes the detail of a RefundOrdered event, as the bus would send it."""
        bill = _bill(order, request.get_json())
        notice = {**bill, "event": "refunded"}
        status, answer = _report(api, notice, stack)
        return jsonify(answer), status

    app.register_blueprint(routes)


def _bill(order: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What is paid or given back, as a link or an event says; 0 fen for what is no amount."""
    amount = str(told.get("amount_fen", ""))
    is_amount = amount.isascii() and amount.isdecimal() and len(amount) < 16
    return {
        "order": order,
        "number": str(told.get("number", "")),
        "amount_fen": int(amount) if is_amount else 0,
    }


def _is_signed(bill: Mapping[str, Any], told: Mapping[str, str], stack: str) -> bool:
    """Whether the API made the link: nobody pays another amount than the one that is due."""
    stated = told.get("signature", "")
    right = _signature(bill, stack)
    return hmac.compare_digest(right.encode(), stated.encode())


def _signature(members: Mapping[str, Any], stack: str) -> str:
    secret = _secret(stack).encode()
    message = rfc8785.dumps(dict(members))
    return hmac.digest(secret, message, "sha256").hex()


def _secret(stack: str) -> str:
    import boto3

    described = boto3.client("cloudformation").describe_stack_resource(
        StackName=stack,
        LogicalResourceId="PaymentSecret",
    )
    identity = described["StackResourceDetail"]["PhysicalResourceId"]
    value = boto3.client("secretsmanager").get_secret_value(SecretId=identity)
    return str(value["SecretString"])


def _report(api: str, notice: Mapping[str, Any], stack: str) -> tuple[int, Any]:
    """Send a signed notice; the API's status and answer, 502 when it has to be asked again."""
    signed = {**notice, "signature": _signature(notice, stack)}
    asked = urllib.request.Request(
        f"{api}/payments/notices",
        json.dumps(signed).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        if refused.code >= 500 or refused.code == 429:
            return _ASK_AGAIN, {}
        return refused.code, json.load(refused)
    except OSError:
        return _ASK_AGAIN, {}


def _page(bill: Mapping[str, Any], status: int) -> Answer:
    """The page before (status 0) or after the API has answered."""
    said = _SAID.get(status, _REFUSED) if status else ""
    page = render_template_string(
        _PAGE,
        number=bill["number"],
        order=bill["order"],
        fen=bill["amount_fen"],
        said=said,
    )
    return page, status or 200
