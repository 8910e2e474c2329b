"""Abuse cases 20, 21 and 25: what strangers try from outside: guessing, uploading something else,
flooding.
"""

import base64
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from infra.local.client import Answer, City, File, Json, pdf, put_into_storage
from tests.journeys.support.cases import Case, application, filed, same
from tests.journeys.support.stack import Stack

WRONG = "AAAA-BBBB-CCCC-DDDD"


def _follow(city: City, case: Case, **changed: str) -> Answer:
    right = {
        "number": case.number,
        "code": case.receipt["tracking_code"],
        "digits": "1002",
    } | changed
    return city.anybody().follow(right["number"], right["code"], right["digits"])


def test_abuse_20_guessing_gets_the_same_404_and_then_429(city: City) -> None:
    case = filed(city)
    first = _follow(city, case, code=WRONG).expect(404, "not-found")
    digits = _follow(city, case, digits="9999").expect(404, "not-found")
    absent = _follow(city, case, number="URB-2026-W-888888").expect(404, "not-found")
    assert same(first.body, digits.body) and same(first.body, absent.body)
    assert set(first.headers) == set(digits.headers) == set(absent.headers)
    for _ in range(4):
        _follow(city, case, code=WRONG).expect(404, "not-found")
    stopped = _follow(city, case, code=WRONG).expect(429, "too-many-requests")
    assert int(stopped.headers["retry-after"]) > 0
    _follow(city, case).expect(200)  # who has the code is not locked out by who has not


def test_abuse_20_an_absent_number_runs_into_the_same_wall(city: City) -> None:
    case = filed(city)
    answers = [_follow(city, case, number="URB-2026-W-777777").status for _ in range(7)]
    assert answers == [404] * 5 + [429] * 2


def test_abuse_20_guessing_one_case_does_not_lock_another(city: City) -> None:
    one, other = filed(city), filed(city)
    for _ in range(6):
        _follow(city, one, code=WRONG)
    _follow(city, other).expect(200)


def test_abuse_20_a_tracking_code_has_80_bits_and_none_is_like_another(city: City) -> None:
    codes = [filed(city).receipt["tracking_code"] for _ in range(3)]
    assert all(re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", code) for code in codes)
    assert len(set(codes)) == 3


@pytest.mark.parametrize("digits", ["100", "10022", "", "abcd", "１０２", "一二三四"])
def test_abuse_20_digits_that_are_none_are_422(city: City, digits: str) -> None:
    _follow(city, filed(city), digits=digits).expect(422, "invalid")


def _form(city: City, file: File) -> Json:
    stated = {"content_type": file.content_type, "size": len(file.content), "sha256": file.sha256}
    found: Json = city.person("p-zhang-wei").post("/uploads", stated).expect(201).body
    return found


def _attached(city: City, form: Json, sha256: str) -> Answer:
    person = city.person("p-zhang-wei")
    materials = [{"code": "sign-rendering", "upload_id": form["upload_id"], "sha256": sha256}]
    materials += person.attach({"premises-proof": pdf("premises-proof.pdf")})
    return person.post("/applications", application(city, person, materials=materials))


def _nothing_was_stored(city: City, form: Json, file: File) -> None:
    answer = _attached(city, form, file.sha256).expect(422, "invalid")
    assert [fault["field"] for fault in answer["errors"]] == ["/materials/0/upload_id"]


def test_abuse_21_an_upload_of_another_size_is_refused(city: City) -> None:
    file = pdf("a.pdf")
    for content in (file.content + b"x", file.content[:-1], b""):
        form = _form(city, file)
        assert put_into_storage(form, File("a.pdf", content)).status_code in (400, 403)
        _nothing_was_stored(city, form, file)


def test_abuse_21_an_upload_of_another_type_is_403(city: City) -> None:
    file = pdf("a.pdf")
    form = _form(city, file)
    assert put_into_storage(form, file, Content_Type="text/html").status_code == 403
    _nothing_was_stored(city, form, file)


def test_abuse_21_an_upload_of_other_bytes_is_refused(city: City) -> None:
    file = pdf("a.pdf", "the promised text")
    form = _form(city, file)
    other = pdf("a.pdf", "another one text!")
    assert len(other.content) == len(file.content)
    assert put_into_storage(form, other).status_code == 400
    changed = {"x_amz_checksum_sha256": base64.b64encode(bytes.fromhex(other.sha256)).decode()}
    assert put_into_storage(form, other, **changed).status_code == 403
    _nothing_was_stored(city, form, file)


def test_abuse_21_an_upload_to_another_key_is_403(city: City) -> None:
    file = pdf("a.pdf")
    form = _form(city, file)
    assert put_into_storage(form, file, key=form["fields"]["key"] + "x").status_code == 403
    assert put_into_storage(form, file, key="u/somebody/else").status_code == 403


def test_abuse_21_an_expired_form_is_403(city: City, stack: Stack) -> None:
    """The form says until when, under the signature; storage holds to it."""
    file = pdf("a.pdf")
    form = _form(city, file)
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    ends = datetime.fromisoformat(policy["expiration"])
    assert abs(ends - datetime.fromisoformat(form["expires_at"])) < timedelta(seconds=5)
    later = base64.b64encode(
        json.dumps({**policy, "expiration": "2099-01-01T00:00:00Z"}).encode()
    ).decode()
    assert put_into_storage(form, file, policy=later).status_code == 403
    expired = stack.client("s3").generate_presigned_post(
        stack.resources["Uploads"], form["fields"]["key"], ExpiresIn=-60
    )
    assert put_into_storage(expired, file).status_code == 403


def test_abuse_21_a_form_without_its_signature_is_403(city: City) -> None:
    file = pdf("a.pdf")
    form = _form(city, file)
    bare = {**form, "fields": {"key": form["fields"]["key"], "Content-Type": "application/pdf"}}
    assert put_into_storage(bare, file).status_code == 403
    address = f"{form['url'].rstrip('/')}/{form['fields']['key']}"
    assert httpx.put(address, content=b"x", trust_env=False).status_code == 403
    person = city.person("p-zhang-wei")
    assert person.upload(file, key="read-by-nobody")
    assert httpx.get(address, trust_env=False).status_code == 403


def test_abuse_21_an_overwrite_can_only_bring_the_same_bytes(city: City) -> None:
    file = pdf("a.pdf", "the first text")
    form = _form(city, file)
    assert put_into_storage(form, file).status_code == 204
    assert put_into_storage(form, pdf("a.pdf", "another text..")).status_code == 400
    assert put_into_storage(form, file).status_code == 204
    receipt = _attached(city, form, file.sha256).expect(201)
    material = (
        city.person("p-zhang-wei")
        .get(f"/cases/{receipt['number']}/materials/sign-rendering")
        .expect(200)
    )
    assert httpx.get(material["url"], trust_env=False).content == file.content


def test_abuse_21_a_hash_mismatch_when_attached_is_422(city: City) -> None:
    file = pdf("a.pdf")
    form = _form(city, file)
    assert put_into_storage(form, file).status_code == 204
    answer = _attached(city, form, "0" * 64).expect(422, "invalid")
    assert [fault["field"] for fault in answer["errors"]] == ["/materials/0/sha256"]


def test_abuse_21_nobody_attaches_anothers_upload(city: City) -> None:
    file = pdf("a.pdf")
    identity = city.person("p-li-na").upload(file)
    _nothing_was_stored(city, {"upload_id": identity}, file)


@pytest.mark.parametrize(
    "stated",
    [
        {"content_type": "text/html"},
        {"size": 0},
        {"size": 52428801},
        {"size": 1.5},
        {"sha256": "0" * 63},
    ],
)
def test_abuse_21_a_form_for_what_is_not_taken_is_422(city: City, stated: Json) -> None:
    body = {"content_type": "application/pdf", "size": 10, "sha256": "0" * 64} | stated
    city.person("p-li-na").post("/uploads", body).expect(422, "invalid")


@contextmanager
def _throttled(stack: Stack, rate: int, burst: int) -> Iterator[None]:
    """The API's stage with lower limits: this machine cannot send the published ones."""
    gateway, api = stack.client("apigateway"), stack.resources["RestAPI"]
    stage = gateway.get_stages(restApiId=api)["item"][0]
    settings = stage["methodSettings"]["*/*"]

    def change(now: float, at_once: int) -> None:
        limits = {"rateLimit": now, "burstLimit": at_once}
        operations = [
            {"op": "replace", "path": f"/*/*/throttling/{name}", "value": str(value)}
            for name, value in limits.items()
        ]
        gateway.update_stage(
            restApiId=api, stageName=stage["stageName"], patchOperations=operations
        )

    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (500.0, 1000)
    change(rate, burst)
    try:
        yield
    finally:
        change(settings["throttlingRateLimit"], settings["throttlingBurstLimit"])


def test_abuse_25_a_flood_gets_429_with_retry_after_and_no_5xx(city: City, stack: Stack) -> None:
    people = [city.anybody(), city.person("p-li-na"), city.person("o-wang-fang")]
    asked: list[tuple[Any, str]] = [
        (people[0], "/items"), (people[1], "/cases"), (people[2], "/tasks"), (people[0], "/record/x")
    ]  # fmt: skip
    with _throttled(stack, 1, 5), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: asked[i % 4][0].get(asked[i % 4][1]), range(160)))
    statuses = {answer.status for answer in answers}
    assert 429 in statuses and 200 in statuses
    assert not [answer.raw for answer in answers if answer.status >= 500]
    assert statuses <= {200, 404, 429}
    refused = [answer for answer in answers if answer.status == 429]
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    city.person("p-li-na").get("/cases").expect(200)
