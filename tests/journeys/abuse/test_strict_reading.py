"""Abuse cases 14 to 18, 23 and 24: bodies, types, methods, names, cursors and times that the door
reads strictly.
"""

import json
from typing import Any

import httpx
import pytest

from infra.local.client import Answer, City, Client, Json, new_key
from tests.journeys.support.cases import application, filed, form_of
from tests.journeys.support.stack import Stack

WRITES = ["/uploads", "/applications", "/tasks/x.accept.0/complete", "/register-changes"]


def _raw(client: Client, path: str, content: bytes | str, kind: str = "application/json") -> Answer:
    headers = {"Idempotency-Key": new_key()} | ({"Content-Type": kind} if kind else {})
    return client.request("POST", path, content=content, headers=headers)


def _who(city: City, path: str) -> Client:
    return city.person("o-xu-admin" if "task" in path or "register" in path else "p-li-na")


def _fields(answer: Answer) -> set[str]:
    return {fault["field"] for fault in answer["errors"]}


def _file(city: City, **changed: Any) -> Answer:
    """File with fields of the form changed."""
    person = city.person("p-zhang-wei")
    body = application(city, person, form=form_of(city, "shop-sign", **changed))
    return person.post("/applications", body)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/uploads", {"content_type": "application/pdf", "size": 1, "sha256": "0" * 64, "key": "u/x/y"}),
        (
            "/applications",
            {"item": "x", "form": {}, "contact": {"phone": "1234567"}, "materials": [], "status": "granted"},
        ),
        ("/register-changes", {"kind": "post", "data": {}, "roles": ["head"]}),
        ("/tasks/x.accept.0/complete", {"outcome": "accept", "accepted_on": "2020-01-01"}),
    ],
)  # fmt: skip
def test_abuse_14_an_unknown_field_is_422_and_named(city: City, path: str, body: Json) -> None:
    answer = _who(city, path).post(path, body).expect(422, "invalid")
    assert _fields(answer) & {"/key", "/status", "/roles", "/accepted_on"}


def test_abuse_14_an_unknown_field_of_the_form_is_422_and_named(city: City) -> None:
    assert "/form/fee_waived" in _fields(_file(city, fee_waived=True).expect(422, "invalid"))


def test_abuse_14_every_fault_is_named_at_once(city: City) -> None:
    person = city.person("p-zhang-wei")
    form = form_of(city, "shop-sign", width_cm=1, lighting="neon", uscc=None)
    materials = [{"code": "passport", "upload_id": "a" * 26, "sha256": "0" * 64}]
    answer = person.post("/applications", application(city, person, form=form, materials=materials))
    fields = _fields(answer.expect(422, "invalid"))
    assert {"/form/width_cm", "/form/lighting", "/form/uscc", "/materials/0/code"} <= fields
    assert "neon" not in answer.raw.decode()


DEEP = '{"item":' + "[" * 33 + "]" * 33 + "}"
VERY_DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "nothing",
        DEEP,
        VERY_DEEP,
        '{"item": "a", "item": "b"}',
        '{"size": NaN}',
        '{"size": Infinity}',
        '{"item": "\\ud800"}',
        b"\xef\xbb\xbf{}",
        "{} {}",
    ],
    ids=[
        "empty",
        "cut",
        "word",
        "deep",
        "very deep",
        "twice",
        "NaN",
        "Infinity",
        "surrogate",
        "bom",
        "two",
    ],
)
def test_abuse_15_json_that_two_readers_read_differently_is_400(
    city: City, path: str, text: str | bytes
) -> None:
    _raw(_who(city, path), path, text).expect(400, "bad-request")


def test_abuse_15_bytes_that_are_no_utf_8_are_refused(city: City) -> None:
    """The gateway hands a function text: what is no UTF-8 arrives as U+FFFD, which no field
    takes.
    """
    answer = _raw(
        city.person("p-li-na"), "/uploads", b'{"content_type": "application/pdf\xff\xfe"}'
    )
    assert answer.status in (400, 422), answer


@pytest.mark.parametrize("value", ["[]", '"text"', "7", "null", "true"])
def test_abuse_15_what_is_no_object_is_422(city: City, value: str) -> None:
    _raw(city.person("p-li-na"), "/uploads", value).expect(422, "invalid")


@pytest.mark.parametrize(
    "number", ["1" * 39, "-" + "9" * 39, "1" + "0" * 5000, "1e999", "0." + "1" * 60]
)
def test_abuse_15_a_number_too_long_to_be_kept_is_422(city: City, number: str) -> None:
    text = f'{{"content_type": "application/pdf", "size": {number}, "sha256": "{"0" * 64}"}}'
    _raw(city.person("p-li-na"), "/uploads", text).expect(422, "invalid")


def test_abuse_15_a_body_over_256_kb_is_413(city: City) -> None:
    person = city.person("p-li-na")
    large = json.dumps({"item": "x" * (256 * 1024)})
    _raw(person, "/applications", large).expect(413, "body-too-large")
    _raw(person, "/uploads", "[" + "1," * 200_000 + "1]").expect(413, "body-too-large")
    _raw(person, "/uploads", b" " * (256 * 1024 + 1)).expect(413, "body-too-large")


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/xml", "multipart/form-data", "application/jsonp", "*/*"]
)
def test_abuse_16_another_content_type_is_415(city: City, kind: str) -> None:
    _raw(city.person("p-li-na"), "/uploads", "{}", kind).expect(415, "content-type-not-json")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/items", "GET"),
        ("PUT", "/items/shop-sign", "GET"),
        ("DELETE", "/cases/URB-2026-W-000001", "GET"),
        ("PATCH", "/tasks/x.accept.0", "GET"),
        ("GET", "/applications", "POST"),
        ("POST", "/record/URB-2026-W-000001", "GET"),
        ("POST", "/messages", "GET"),
        ("GET", "/tasks/x.accept.0/complete", "POST"),
        ("DELETE", "/certificates/keys", "GET"),
    ],
)
def test_abuse_16_another_method_is_405(city: City, method: str, path: str, allow: str) -> None:
    answer = city.person("p-li-na").request(method, path).expect(405, "method-not-allowed")
    assert allow in answer.headers["allow"]


def test_head_and_options_are_answered(city: City, stack: Stack) -> None:
    gateway = stack.running.gateway
    head = httpx.head(f"{gateway}/items/shop-sign", trust_env=False)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", '"1"')
    assert httpx.head(f"{gateway}/cases", trust_env=False).status_code == 401
    options = httpx.options(f"{gateway}/items", trust_env=False)
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/items/shop-sign/x", "/admin", "/.env", "/cases/a/b/c/d"]
)
def test_abuse_16_an_unknown_path_is_404(city: City, path: str) -> None:
    city.anybody().get(path).expect(404, "not-found")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("handler_name", "王" * 59 + "!"),
        ("handler_name", "·".join(["王" * 10] * 5) + "·"),
        ("handler_name", "A " * 29 + "!"),
        ("handler_name", "a-" * 29 + "1"),
        ("note", " " * 999 + "\x00"),
        ("business_name", "x" * 79 + "\x00"),
        ("uscc", "9" * 17 + "!"),
    ],
)
def test_abuse_17_a_patterns_redos_string_is_422(city: City, field: str, text: str) -> None:
    """A pattern that backtracks would not answer within the client's patience, or the
    function's.
    """
    assert _fields(_file(city, **{field: text}).expect(422, "invalid")) == {f"/form/{field}"}


@pytest.mark.parametrize("path", ["item", "phone", "email", "upload_id"])
def test_abuse_17_nor_do_the_api_s_own_patterns_backtrack(city: City, path: str) -> None:
    person = city.person("p-zhang-wei")
    body = application(city, person)
    evil = "a-" * 60_000 + "!"
    if path == "item":
        body["item"] = evil
    elif path == "upload_id":
        body["materials"][0]["upload_id"] = evil
    else:
        body["contact"][path] = "1" * 100_000 + "!" if path == "phone" else "a@" * 50_000
    person.post("/applications", body).expect(422, "invalid")


@pytest.mark.parametrize("name", ["张Wei", "张\u202e伟", "аlice", "张伟\n", "张伟<script>"])
def test_abuse_18_a_name_that_deceives_the_eye_is_422(city: City, name: str) -> None:
    assert _fields(_file(city, handler_name=name).expect(422, "invalid")) == {"/form/handler_name"}


@pytest.mark.parametrize("name", ["𠮷野", "买买提·艾力", "㛃䶮", "O'Brien Smith", "张\u200b伟"])
def test_abuse_18_rare_names_are_names(city: City, name: str) -> None:
    _file(city, handler_name=name).expect(201)


@pytest.mark.parametrize("cursor", ["x", "x" * 200, "e30" + "a" * 16, "%00", "有", "e30=" * 100])
def test_abuse_23_a_foreign_cursor_is_400(city: City, cursor: str) -> None:
    city.person("p-li-na").get("/messages", cursor=cursor).expect(400, "cursor-not-ours")
    city.person("p-li-na").get("/cases", cursor=cursor).expect(400, "cursor-not-ours")
    city.person("o-wang-fang").get("/tasks", cursor=cursor).expect(400, "cursor-not-ours")
    city.anybody().get("/items", cursor=cursor).expect(400, "cursor-not-ours")


def test_abuse_23_a_cursor_is_its_callers_and_its_lists(city: City) -> None:
    for _ in range(3):
        filed(city, applicant="p-liu-yang", contact={"phone": "14000001004"})
    citizen = city.person("p-liu-yang")
    cursor = citizen.get("/cases", limit=1).expect(200)["next_cursor"]
    assert cursor
    citizen.get("/cases", limit=1, cursor=cursor).expect(200)
    city.person("p-li-na").get("/cases", limit=1, cursor=cursor).expect(400, "cursor-not-ours")
    citizen.get("/messages", cursor=cursor).expect(400, "cursor-not-ours")
    tampered = cursor[:3] + ("A" if cursor[3] != "A" else "B") + cursor[4:]
    citizen.get("/cases", cursor=tampered).expect(400, "cursor-not-ours")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1e2", "", "9" * 30, "１"])
def test_abuse_23_a_strange_page_size_is_400(city: City, limit: str) -> None:
    city.person("p-li-na").get("/messages", limit=limit).expect(400)


def test_abuse_24_a_clients_own_timestamp_is_ignored(city: City) -> None:
    person = city.person("p-zhang-wei")
    claims = {
        "Date": "Wed, 01 Jan 2020 00:00:00 GMT",
        "X-Timestamp": "2020-01-01T00:00:00Z",
        "X-Amz-Date": "20200101T000000Z",
    }
    before = city.anybody().get("/health").expect(200)["time"]
    answer = person.post("/applications", application(city, person), headers=claims).expect(201)
    assert before <= answer["at"] <= city.anybody().get("/health").expect(200)["time"]
    assert answer["due"]["runs_from"] == answer["at"][:10]


def test_abuse_24_a_timestamp_in_the_body_is_no_field(city: City) -> None:
    person = city.person("p-zhang-wei")
    body = application(city, person, filed_at="2020-01-01T00:00:00+08:00")
    assert _fields(person.post("/applications", body).expect(422, "invalid")) == {"/filed_at"}


@pytest.mark.parametrize(
    "blank", [" ", "\n", "\u3000", "\ufeff", "\u2060", "\u3164", "\u200b\u200b", "\U000e0041"]
)
def test_blank_reasons_are_no_reasons(city: City, blank: str) -> None:
    window = city.person("o-wang-fang")
    body = {"outcome": "not_accept", "reasons": [blank]}
    assert _fields(window.post("/tasks/x.accept.0/complete", body).expect(422, "invalid")) == {
        "/reasons/0"
    }


def test_a_body_full_of_faults_gets_a_short_answer(city: City) -> None:
    person = city.person("p-li-na")
    body = {
        "item": "shop-sign",
        "form": {},
        "contact": {"phone": "14000001002"},
        "materials": [{}] * 20_000,
    }
    answer = person.post("/applications", body).expect(422, "invalid")
    assert 1 <= len(answer["errors"]) <= 100 and len(answer.raw) < 20_000


@pytest.mark.parametrize(
    "path", ["/record/{}-2026-W-000001", "/items/{}", "/certificates/{}/status"]
)
def test_a_name_longer_than_any_key_is_not_found(city: City, path: str) -> None:
    city.anybody().get(path.format("A" * 2_100)).expect(404, "not-found")


def test_an_empty_supplement_does_not_use_up_the_one_there_is(city: City) -> None:
    case = filed(city)
    case.act("urb-window", "supplement", defects=[{"subject": "premises-proof", "problem": "缺"}])
    version = {"If-Match": case.page().headers["etag"]}
    path = f"/cases/{case.number}/supplements"
    assert _fields(case.applicant.post(path, {"materials": []}, headers=version).expect(422)) == {
        "/materials"
    }
    assert case.page()["status"] == "supplement_requested"
