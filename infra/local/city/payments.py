"""The sample city's payment provider: a page with one button, and signed notices to the API, as a real one sends them.

It exists on the embedded AWS alone, under /__local/payments, beside the product and unknown to it; no money moves.
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
<p>办件 Case {{ number }}<br>订单 Order {{ order }}<br>金额 Amount ¥{{ "%d.%02d" % (fen // 100, fen % 100) }}</p>
{% if said %}<p role="status">{{ said }}</p>{% else %}
<form method="post" action="{{ order }}/pay?{{ request.query_string.decode() }}"><button>缴费 Pay</button></form>
{% endif %}</html>"""
_SAID = {
    200: "缴费成功。 Paid.",
    403: "此链接并非由本市系统发出。 This link was not made by the city.",
    502: "系统暂时没有响应,请再试一次。 No answer; please try again.",
}
_REFUSED = "办理机关未接受此笔缴费,款项已退回。 The office did not take the payment; you have your money back."

Answer = Any


def add_payments(app: Flask, api: str, stack: str) -> None:
    """Adds the provider to ``app``; it reports to the API at ``api`` under the secret of the stack ``stack``."""
    routes = Blueprint("payments", __name__, url_prefix="/__local/payments")

    @routes.get("/<order>")
    def show(order: str) -> Answer:
        bill = _bill(order, request.args)
        return _page(bill, 0 if _is_signed(bill, request.args, stack) else 403)

    @routes.post("/<order>/pay")
    def pay(order: str) -> Answer:
        bill = _bill(order, request.args)
        if not _is_signed(bill, request.args, stack):
            return _page(bill, 403)
        return _page(bill, _report(api, {**bill, "event": "paid"}, stack)[0])

    @routes.post("/<order>/refund")
    def refund(order: str) -> Answer:
        """Takes the detail of a RefundOrdered event, as an API destination of the bus would send it."""
        notice = {**_bill(order, request.get_json()), "event": "refunded"}
        status, answer = _report(api, notice, stack)
        return jsonify(answer), status

    app.register_blueprint(routes)


def _bill(order: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What is paid or given back, as a link or an event tells of it; 0 fen for what is no amount."""
    amount = str(told.get("amount_fen", ""))
    known = amount.isascii() and amount.isdecimal() and len(amount) < 16
    return {"order": order, "number": str(told.get("number", "")), "amount_fen": int(amount) if known else 0}


def _is_signed(bill: Mapping[str, Any], told: Mapping[str, str], stack: str) -> bool:
    """Whether the API made the link: nobody pays another amount than the one that is due."""
    return hmac.compare_digest(_signature(bill, stack).encode(), told.get("signature", "").encode())


def _signature(members: Mapping[str, Any], stack: str) -> str:
    import boto3

    resource = boto3.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId="PaymentSecret"
    )["StackResourceDetail"]["PhysicalResourceId"]
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=resource)["SecretString"]
    return hmac.digest(secret.encode(), rfc8785.dumps(dict(members)), "sha256").hex()


def _report(api: str, notice: Mapping[str, Any], stack: str) -> tuple[int, Any]:
    """Send a signed notice; the API's status and answer, 502 when it has to be asked again."""
    body = json.dumps({**notice, "signature": _signature(notice, stack)}).encode()
    headers = {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(f"{api}/payments/notices", body, headers), timeout=60
        ) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return (refused.code, json.load(refused)) if refused.code < 500 and refused.code != 429 else (502, {})
    except OSError:
        return 502, {}


def _page(bill: Mapping[str, Any], status: int) -> Answer:
    """The page before (status 0) or after the API has answered."""
    said = _SAID.get(status, _REFUSED) if status else ""
    page = render_template_string(_PAGE, number=bill["number"], order=bill["order"], fen=bill["amount_fen"], said=said)
    return page, status or 200
