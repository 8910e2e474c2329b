"""A department's business system on the deployed stack: it signs in, is told of tasks, works on them, and is bound."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from chalicelib.authority.webhooks import KEPT_SECONDS
from infra.local.city.system_sign_in import SECRET
from infra.local.client import City, Client, Json, wait
from tests.journeys.stack import Stack
from tests.journeys.walking import accepted, appointed, filed

SYSTEM = "s-urb-oa"


def signed_in(city: City, client: str, **asked: str) -> Client:
    """The API as a system, after its client credentials were taken."""
    issuer = f"{city.origin}/sign-in/systems"
    found = httpx.get(f"{issuer}/.well-known/openid-configuration", trust_env=False).json()
    form = {"grant_type": "client_credentials", **asked}
    answer = httpx.post(found["token_endpoint"], data=form, auth=(client, SECRET), trust_env=False)
    return Client(city.origin, answer.raise_for_status().json()["access_token"])


@pytest.fixture
def system(city: City) -> Iterator[Client]:
    """The Urban Management Bureau's system, appointed to its reviewer's post."""
    with appointed(city, SYSTEM, "urb-reviewer"):
        client = signed_in(city, "urb-oa")
        yield client
        client.close()


def test_a_wrong_secret_gets_no_token(city: City) -> None:
    form = {"grant_type": "client_credentials"}
    token = f"{city.origin}/sign-in/systems/token"
    assert httpx.post(token, data=form, auth=("urb-oa", "guess"), trust_env=False).status_code == 401


def test_a_system_takes_the_tasks_of_its_post_reports_and_completes_them(city: City, system: Client) -> None:
    case = accepted(city)
    task = system.wait_for_task("urb-reviewer", case.number)["id"]
    assert system.get(f"/tasks/{task}").expect(200)["case"]["number"] == case.number
    system.post(f"/tasks/{task}/claim").expect(200)
    told = {"title": "现场踏勘完成", "at": city.official_time().isoformat(timespec="seconds")}
    assert system.post(f"/tasks/{task}/milestones", told).expect(201)["done"] is False
    remarks = system.get(f"/tasks/{task}").expect(200)["remarks"]
    assert [(r["act"], r["note"]) for r in remarks] == [("MilestoneReported", "现场踏勘完成")]
    assert "踏勘" not in str(case.record().body), "it is for the office"
    system.complete(task, "pass").expect(200)
    assert ("review", "pass") in case.outcomes()
    case.act("urb-approver", "approve")
    assert city.anybody().get(f"/record/{case.number}/conformance").expect(200)["conforms"]


def test_a_milestone_that_is_to_come_or_strange_is_refused(city: City, system: Client) -> None:
    case = accepted(city)
    task = system.wait_for_task("urb-reviewer", case.number)["id"]
    path = f"/tasks/{task}/milestones"
    system.post(path, {"title": "x", "at": "2999-01-01T00:00:00+08:00"}).expect(422, "invalid")
    system.post(path, {"title": "x", "at": "2026-02-31T00:00:00+08:00"}).expect(422, "invalid")
    system.post(path, {"title": ""}).expect(422, "invalid")
    city.person("o-sun-li").post(path, {"title": "x"}).expect(404, "not-found")
    city.person("p-li-na").post(path, {"title": "x"}).expect(403, "not-allowed")


def test_a_system_does_nothing_beyond_its_scopes(city: City, system: Client) -> None:
    case = accepted(city)
    task = system.wait_for_task("urb-reviewer", case.number)["id"]
    reader = signed_in(city, "urb-oa", scope="tasks:read")
    reader.get(f"/tasks/{task}").expect(200)
    for verb, body in (("claim", None), ("complete", {"outcome": "pass"}), ("milestones", {"title": "x"})):
        reader.post(f"/tasks/{task}/{verb}", body).expect(403, "not-allowed")
    blind = signed_in(city, "urb-oa", scope="tasks:act")
    blind.get("/tasks", post="urb-reviewer").expect(404, "not-found")
    for client in (reader, system):
        assert client.get("/me").expect(200)["person"] == SYSTEM
        client.get("/cases").expect(403, "not-allowed")
        client.get("/messages").expect(403, "not-allowed")
        upload = {"content_type": "application/pdf", "size": 9, "sha256": "0" * 64}
        client.post("/uploads", upload).expect(403, "not-allowed")
        client.post(f"/tasks/{task}/handover", {"to": "o-zhao-min", "reasons": ["r"]}).expect(403, "not-allowed")
        client.post(f"/cases/{case.number}/objections", {"text": "x"}).expect(404, "not-found")
    for client in (reader, blind):
        client.close()


def test_a_system_may_ask_for_no_more_than_it_was_given(city: City) -> None:
    with appointed(city, "s-psb-archive", "psb-reviewer"):
        archive = signed_in(city, "psb-archive", scope="tasks:read tasks:act")
        archive.get("/tasks", post="psb-reviewer").expect(200)
        archive.post(f"/tasks/{'a' * 26}.review.2/claim").expect(404, "not-found")
        archive.close()


def test_a_system_that_is_appointed_no_more_is_out_at_once(city: City) -> None:
    case = accepted(city)
    with appointed(city, SYSTEM, "urb-reviewer") as appointment:
        system = signed_in(city, "urb-oa")
        task = system.wait_for_task("urb-reviewer", case.number)["id"]
        city.person("o-xu-admin").post(f"/appointments/{appointment}/end").expect(200)
        system.complete(task, "pass").expect(403, "not-allowed")
        system.close()


# ---- webhooks -------------------------------------------------------------------------------------------
class Receiver:
    """A department's system that listens: it checks signatures, times and repetitions as the documentation says."""

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
        return [body["data"]["task"] for _, body in self.got]


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
    """Every worker of delivery has looked again which posts have a system."""
    time.sleep(KEPT_SECONDS + 1)


def test_an_address_is_the_administrators_to_set_and_its_secret_is_shown_once(city: City) -> None:
    administrator, path = city.person("o-xu-admin"), "/posts/psb-window/webhook"
    administrator.get(path).expect(404, "not-found")
    body = {"url": "https://oa.psb.example/hooks"}
    for other in ("p-li-na", "o-wei-dong", "o-han-bing"):
        city.person(other).post(path, body).expect(403, "not-allowed")
    made = administrator.post(path, body).expect(201)
    assert "secret" not in administrator.get(path).expect(200).body
    assert city.person("o-han-bing").get(path).expect(200)["url"] == body["url"], "the department's head may look"
    city.person("o-zhou-tao").get(path).expect(403, "not-allowed")
    again = administrator.post(path, body).expect(201)
    assert again["secret"] != made["secret"]
    city.person("o-han-bing").post(path + "/end").expect(200)
    administrator.get(path).expect(404, "not-found")
    administrator.post("/posts/no-such-post/webhook", body).expect(404, "not-found")
    for url in ("http://oa.psb.example/", "https://u:p@oa.psb.example/", "ftp://x/", "https://oa.psb.example/#x"):
        administrator.post(path, {"url": url}).expect(422, "invalid")


def test_a_system_is_told_of_each_task_once_and_right(delivering: City) -> None:
    receiver = Receiver()
    with told_at(delivering, "urb-window", receiver):
        _until_delivery_knows()
        case = filed(delivering)
        wait(lambda: f"{case.id}.accept.0" in receiver.tasks(), "the message of a new task", seconds=30)
        head, body = next(each for each in receiver.got if each[1]["data"]["task"] == f"{case.id}.accept.0")
        assert body["type"] == "task.opened"
        assert body["data"] == {
            "task": f"{case.id}.accept.0", "number": case.number, "item": "shop-sign", "item_version": 1,
            "step": "accept", "post": "urb-window",
        }  # fmt: skip
        assert "李娜" not in json.dumps(body, ensure_ascii=False) and "p-li-na" not in json.dumps(body)
        assert abs(int(head["webhook-timestamp"]) - delivering.official_time().timestamp()) < 300
        assert receiver.forged == 0


def test_an_absent_system_is_tried_again_and_the_message_bears_the_same_id(delivering: City) -> None:
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
        assert len({head["webhook-id"] for head, body in receiver.got if body["data"]["task"] == task}) == 1


def test_a_system_that_never_answers_holds_up_nobody(delivering: City) -> None:
    silent, other = Receiver(), Receiver()
    with told_at(delivering, "urb-window", silent), told_at(delivering, "urb-reviewer", other):
        _until_delivery_knows()
        silent.delay.set()
        case = accepted(delivering)
        wait(lambda: any(task.startswith(f"{case.id}.review") for task in other.tasks()), "the other's", seconds=30)
        assert case.task("urb-reviewer"), "and officers' inboxes fill as ever"
        case.act("urb-reviewer", "pass")
        case.act("urb-approver", "approve")


def test_a_late_system_is_warned_about_like_an_officer(delivering: City) -> None:
    with appointed(delivering, SYSTEM, "urb-reviewer"):
        case = accepted(delivering)
        system = signed_in(delivering, "urb-oa")
        task = system.wait_for_task("urb-reviewer", case.number)["id"]
        system.post(f"/tasks/{task}/claim").expect(200)
        delivering.move_clock(advance_days=60)
        wait(lambda: case.record()["warnings"], "the warnings")
        assert {warning["level"] for warning in case.record()["warnings"]} >= {"red"}
        head = delivering.person("o-zhou-tao")
        wait(lambda: head.messages(case.number), "the head's message")
        system.close()
