"""Department systems are told of their tasks: once, signed, again when they were away, and late ones
are warned about like officers.
"""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.authority.registers.webhooks import KEPT_SECONDS
from infra.local.client import City, Json, wait
from tests.journeys.support.cases import accepted, appointed, filed
from tests.journeys.support.stack import Stack
from tests.journeys.support.systems import SYSTEM, signed_in


class Receiver:
    """A department's system that listens: it checks signatures, times and repetitions as the
    documentation says.
    """

    def __init__(self) -> None:
        self.secret = b""
        self.answer = 204
        self.delay = threading.Event()
        self.got: list[tuple[dict[str, str], Json]] = []
        self.tries = 0
        self.forged = 0

    def take(self, head: dict[str, str], body: bytes) -> int:
        """The status with which a message is answered."""
        self.tries += 1
        signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
        right = "v1," + base64.b64encode(hmac.digest(self.secret, signed, "sha256")).decode()
        if not hmac.compare_digest(right, head["webhook-signature"]):
            self.forged += 1
            return 401
        if self.answer == 204:
            self.got.append((head, json.loads(body)))
        return self.answer

    def tasks(self) -> list[str]:
        """Which tasks it was told of."""
        return [body["data"]["task"] for _, body in self.got if body["type"] == "task.opened"]

    def warnings(self, number: str) -> set[str]:
        """The levels of the warnings of a case that it was told of."""
        told = [body["data"] for _, body in self.got if body["type"] == "warning.raised"]
        return {each["level"] for each in told if each["number"] == number}


@contextmanager
def listening(receiver: Receiver) -> Iterator[str]:
    """The address at which a receiver listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if receiver.delay.is_set():
                receiver.tries += 1
                threading.Event().wait(8)
                return
            self.send_response(receiver.take({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def told_at(city: City, post: str, receiver: Receiver) -> Iterator[str]:
    """A post's system is told at the receiver's address, for a while."""
    administrator = city.person("o-xu-admin")
    with listening(receiver) as url:
        made = administrator.post(f"/posts/{post}/webhook", {"url": url}).expect(201)
        receiver.secret = base64.b64decode(str(made["secret"]).removeprefix("whsec_"))
        try:
            yield url
        finally:
            administrator.post(f"/posts/{post}/webhook/end").expect(200)


@pytest.fixture(scope="module")
def delivering(own_stack: Stack) -> City:
    """A city of their own: its clock is moved."""
    return own_stack.city


def _until_delivery_knows() -> None:
    """Every worker of delivery looks again which posts have a system: what it knew is too old by now."""
    time.sleep(KEPT_SECONDS + 0.5)


def test_a_system_is_told_of_each_task_once_and_right(delivering: City) -> None:
    receiver = Receiver()
    with told_at(delivering, "urb-window", receiver):
        _until_delivery_knows()
        case = filed(delivering)
        wait(
            lambda: f"{case.id}.accept.0" in receiver.tasks(),
            "the message of a new task",
            seconds=30,
        )
        head, body = next(
            each for each in receiver.got if each[1]["data"].get("task") == f"{case.id}.accept.0"
        )
        assert body["type"] == "task.opened"
        assert body["data"] == {
            "task": f"{case.id}.accept.0", "number": case.number, "item": "shop-sign", "item_version": 1,
            "step": "accept", "post": "urb-window",
        }  # fmt: skip
        assert "李娜" not in json.dumps(body, ensure_ascii=False) and "p-li-na" not in json.dumps(
            body
        )
        assert abs(int(head["webhook-timestamp"]) - delivering.official_time().timestamp()) < 300
        assert receiver.forged == 0


def test_an_absent_system_is_tried_again_and_the_message_bears_the_same_id(
    delivering: City,
) -> None:
    receiver = Receiver()
    with told_at(delivering, "urb-window", receiver):
        _until_delivery_knows()
        receiver.answer = 503
        case = filed(delivering)
        before = receiver.tries
        wait(lambda: receiver.tries > before, "the first try", seconds=30)
        receiver.answer = 204
        task = f"{case.id}.accept.0"
        wait(lambda: task in receiver.tasks(), "the second try", seconds=90)
        assert (
            len(
                {
                    head["webhook-id"]
                    for head, body in receiver.got
                    if body["data"].get("task") == task
                }
            )
            == 1
        )


def test_a_system_that_never_answers_holds_up_nobody(delivering: City) -> None:
    silent, other = Receiver(), Receiver()
    with told_at(delivering, "urb-window", silent), told_at(delivering, "urb-reviewer", other):
        _until_delivery_knows()
        silent.delay.set()
        case = accepted(delivering)
        wait(
            lambda: any(task.startswith(f"{case.id}.review") for task in other.tasks()),
            "the other's",
            seconds=30,
        )
        assert case.task("urb-reviewer"), "and officers' inboxes fill as ever"
        case.act("urb-reviewer", "pass")
        case.act("urb-approver", "approve")


def test_a_late_system_is_warned_about_like_an_officer(delivering: City) -> None:
    receiver = Receiver()
    with (
        told_at(delivering, "urb-reviewer", receiver),
        appointed(delivering, SYSTEM, "urb-reviewer"),
    ):
        case = accepted(delivering)
        system = signed_in(delivering, "urb-oa")
        task = system.wait_for_task("urb-reviewer", case.number)["id"]
        system.post(f"/tasks/{task}/claim").expect(200)
        delivering.move_clock(advance_days=60)
        wait(lambda: case.record()["warnings"], "the warnings")
        assert {warning["level"] for warning in case.record()["warnings"]} >= {"red"}
        head = delivering.person("o-zhou-tao")
        wait(lambda: head.messages(case.number), "the head's message")
        wait(lambda: "red" in receiver.warnings(case.number), "the system's own message")
        assert receiver.forged == 0
        administrator = delivering.person("o-xu-admin")

        def is_noted() -> bool:
            page = administrator.get("/posts/urb-reviewer/webhook").expect(200)
            taken = page["last_taken"] or {}
            return taken.get("message") in {told["webhook-id"] for told, _ in receiver.got}

        wait(is_noted, "what the administrator sees", seconds=30)
        system.close()
