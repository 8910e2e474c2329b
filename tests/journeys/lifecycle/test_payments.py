"""Fees on the deployed stack: assessed, paid at the sandbox provider in a browser, refunded through
the bus.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import rfc8785

from infra.local.client import Answer, City, Json, wait
from tests.journeys.support.cases import Case
from tests.journeys.support.payments import bill, browse, press, to_payment
from tests.journeys.support.stack import Stack


@pytest.fixture(scope="module")
def secret(stack: Stack) -> bytes:
    """What the city shares with its provider."""
    found = stack.client("secretsmanager").get_secret_value(
        SecretId=stack.resources["PaymentSecret"]
    )
    return str(found["SecretString"]).encode()


def notice(case: Case, secret: bytes, order: str, amount_fen: int, event: str = "paid") -> Answer:
    """A notice of the provider and its answer."""
    told = {"order": order, "number": case.number, "event": event, "amount_fen": amount_fen}
    signature = hmac.new(secret, rfc8785.dumps(told), "sha256").hexdigest()
    return case.city.anybody().request(
        "POST", "/payments/notices", json={**told, "signature": signature}
    )


@pytest.fixture
def refunds(stack: Stack) -> Iterator[Any]:
    """What the bus hands to the provider's connector, here a queue."""
    bus, queues = stack.client("events"), stack.client("sqs")
    queue = queues.create_queue(QueueName="refund-connector")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    name = stack.resources["Bus"].rpartition("/")[2]
    pattern = json.dumps({"source": ["sunlit.casework"], "detail-type": ["RefundOrdered"]})
    bus.put_rule(Name="refund-connector", EventBusName=name, EventPattern=pattern)
    bus.put_targets(
        Rule="refund-connector", EventBusName=name, Targets=[{"Id": "provider", "Arn": arn}]
    )

    def take() -> list[Json]:
        messages = queues.receive_message(QueueUrl=queue).get("Messages", [])
        return [json.loads(message["Body"])["detail"] for message in messages]

    yield take
    bus.remove_targets(Rule="refund-connector", EventBusName=name, Ids=["provider"])
    bus.delete_rule(Name="refund-connector", EventBusName=name)
    queues.delete_queue(QueueUrl=queue)


def test_a_fee_is_paid_at_the_providers_page_and_the_permit_is_issued(city: City) -> None:
    case = to_payment(city)
    due = bill(case).expect(200)
    form = case.page()["form"]
    assert due["amount_fen"] == form["area_m2"] * 38000
    assert bill(case).body == due.body
    page = browse("GET", due["url"])
    assert page.headers["content-type"].startswith("text/html")
    assert case.number in page.text and f"¥{due['amount_fen'] // 100}.00" in page.text
    assert press(due["url"]).status_code == 200
    assert press(due["url"]).status_code == 200, "pressed twice, it is one payment"
    assert case.certificate() == f"{case.number}-1"
    bill(case).expect(409, "nothing-to-pay")
    case.act("urb-window", "delivered", way="post")
    case.act("city-archivist", "archived")
    assert case.outcomes()[-5:] == [
        ("assess", "assessed"),
        ("pay", "paid"),
        ("issue", "issued"),
        ("deliver", "delivered"),
        ("archive", "archived"),
    ]


def test_a_refund_is_ordered_by_the_head_and_carried_out_by_the_provider(
    city: City, refunds: Any
) -> None:
    case = to_payment(city)
    due = bill(case).expect(200)
    press(due["url"])
    case.certificate()
    case.officer("urb-head").post(
        f"/cases/{case.number}/refund", {"reasons": ["工程取消,未挖掘道路"]}
    ).expect(201)
    order = wait(refunds, "the refund to reach the provider")[0]
    assert (order["order"], order["number"], order["amount_fen"]) == (
        due["order"],
        case.number,
        due["amount_fen"],
    )
    for _ in range(2):
        answer = httpx.post(
            f"{city.origin}/__local/payments/{order['order']}/refund",
            json=order,
            timeout=60,
            trust_env=False,
        )
        assert (answer.status_code, answer.json()) == (
            200,
            {"number": case.number, "event": "refunded"},
        )
    press(due["url"])
    bill(case).expect(409, "nothing-to-pay")


def test_nobody_pays_less_by_changing_the_link(city: City) -> None:
    case = to_payment(city)
    url = bill(case).expect(200)["url"]
    cheaper = url.replace("amount_fen=", "amount_fen=1&was=")
    assert browse("GET", cheaper).status_code == 403
    assert browse("POST", cheaper.replace("?", "/pay?")).status_code == 403
    assert dict(parse_qsl(urlsplit(url).query))["number"] == case.number
    bill(case).expect(200)


def test_only_the_applicant_is_told_what_to_pay(city: City) -> None:
    case = to_payment(city)
    bill(case, city.person("p-zhang-wei")).expect(404, "not-found")
    bill(case, city.person("o-sun-li")).expect(404, "not-found")
    bill(case, city.anybody()).expect(401, "sign-in-needed")


def test_what_the_provider_did_not_sign_is_refused(city: City, secret: bytes) -> None:
    case = to_payment(city)
    due = bill(case).expect(200)
    order, amount = due["order"], due["amount_fen"]
    notice(case, b"guess", order, amount).expect(403, "signature-wrong")
    notice(case, secret, order, amount - 1).expect(422, "payment-not-as-due")
    notice(case, secret, order, 0).expect(422, "invalid")
    notice(case, secret, "a" * 26, amount).expect(422, "payment-not-as-due")
    notice(case, secret, order, amount, "refunded").expect(409, "nothing-to-pay")
    other = to_payment(city)
    notice(other, secret, order, amount).expect(422, "payment-not-as-due")
    assert case.outcomes()[-1] == other.outcomes()[-1] == ("pay", None)
    for _ in range(2):
        notice(case, secret, order, amount).expect(200)
    case.certificate()


def test_only_the_api_reads_the_secret(stack: Stack) -> None:
    resource = stack.resources["PaymentSecret"]
    assert stack.as_function("APIHandler", "secretsmanager").get_secret_value(SecretId=resource)[
        "SecretString"
    ]
    with pytest.raises(Exception, match="AccessDenied"):
        stack.as_function("Deliver", "secretsmanager").get_secret_value(SecretId=resource)
