"""What everybody can see and check of a case, and what nobody can change: record, certificate,
interface, rights.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.client import City, answers, wait
from tests.journeys.support.cases import PEOPLE, Case, accepted, filed, granted
from tests.journeys.support.stack import Stack


def _kinds(case: Case) -> set[str]:
    return {message["kind"] for message in case.applicant.messages(case.number)}


def test_anyone_follows_a_case_with_its_tracking_code(city: City) -> None:
    case = accepted(city)
    code = case.receipt["tracking_code"]
    progress = city.anybody().follow(case.number, code, "1002").expect(200)
    assert progress["status"] == "accepted" and progress["applicant"] == "李*"
    relaxed = city.anybody().follow(case.number, code.replace("-", "").lower(), "1002").expect(200)
    assert relaxed.body == progress.body


def test_the_public_record_names_offices_and_no_person(city: City) -> None:
    case = granted(city)
    record = case.record()
    text = record.raw.decode()
    shown = {
        name
        for person in PEOPLE.values()
        for name in (person["id"], person["name"])
        if name in text
    }
    assert not shown
    assert record["applicant"] == "李*"
    for secret in (
        PEOPLE["p-li-na"]["phone"],
        case.receipt["tracking_code"],
        "premises-proof.pdf",
        "handler_name",
    ):
        assert secret not in text
    offices = [step["office"]["department"] for step in record["steps"] if "office" in step]
    assert offices == ["URB", "URB", "URB"]
    assert all(step["closed_at"] for step in record["steps"])


def test_a_certificate_is_verified_offline_with_the_published_keys(
    city: City, tmp_path: Path
) -> None:
    case = granted(city)
    certificate = case.applicant.get(f"/certificates/{case.certificate()}").expect(200)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(city.anybody().get("/certificates/keys").expect(200).body))
    command = [sys.executable, "-m", "chalicelib.certificates.verify", "--keys", str(keys)]
    command += ["--at", city.official_time().isoformat()]
    done = subprocess.run(command, input=certificate["jwt"], text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    claims = json.loads(done.stdout)
    assert claims["jti"] == certificate["id"] and claims["credential"]["case_number"] == case.number
    head, payload, signature = certificate["jwt"].split(".")
    forged = ".".join(
        [head, payload, signature[:-4] + ("AAAA" if signature[-4:] != "AAAA" else "BBBB")]
    )
    assert subprocess.run(command, input=forged, text=True, capture_output=True).returncode == 1


def test_a_certificates_status_is_public_and_its_text_its_holders(city: City) -> None:
    case = granted(city)
    identity = case.certificate()
    status = city.anybody().get(f"/certificates/{identity}/status").expect(200)
    assert status["status"] == "valid" and PEOPLE["p-li-na"]["name"] not in status.raw.decode()
    city.person("p-zhang-wei").get(f"/certificates/{identity}").expect(404)
    city.anybody().get(f"/certificates/{identity}").expect(401)


def test_the_same_facts_are_told_in_both_languages(city: City) -> None:
    case = accepted(city)
    wait(lambda: "case.accepted" in _kinds(case), "the message")
    english = case.applicant.messages(case.number)
    chinese = city.person("p-li-na", "zh-CN").messages(case.number)
    assert [m["id"] for m in english] == [m["id"] for m in chinese]
    assert all(e["text"] != c["text"] for e, c in zip(english, chinese, strict=True))
    refused = city.person("p-li-na", "zh-CN").get("/cases/URB-2026-W-999999").expect(404)
    assert refused["title"] == "没有找到。" and refused.headers["content-language"] == "zh-CN"


def test_serial_numbers_have_no_gap(city: City, stack: Stack) -> None:
    numbers = sorted(filed(city).number for _ in range(3))
    register = numbers[0].rpartition("-")[0]
    rows = stack.journal("register#" + register.replace("-", "#"))
    assert [int(row["seq"]["N"]) for row in rows] == list(range(1, len(rows) + 1))
    assert numbers[-1] == f"{register}-{len(rows):06d}"


def test_openapi_describes_every_route_as_the_client_knows_it(city: City) -> None:
    document = city.anybody().get("/openapi.json").expect(200).body
    published = {
        f"{verb.upper()} {path}": (int(status), _schema(answer))
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        for status, answer in operation["responses"].items()
        if int(status) < 400
    }
    assert dict(answers.REPLIES).items() <= published.items()


def _schema(answer: dict[str, Any]) -> str:
    content = answer.get("content", {}).get("application/json")
    return str(content["schema"]["$ref"]).rpartition("/")[2] if content else ""


def test_no_functions_role_may_change_or_remove_what_is_on_record(city: City, stack: Stack) -> None:
    """The emulator enforces each function's own policy, as AWS does."""
    case = filed(city)
    key = {"stream": {"S": f"case#{case.id}"}, "seq": {"N": "1"}}
    table = stack.resources["Journal"]
    for function in (
        "APIHandler",
        "Deliver",
        "FeedSweep",
        "DeadlineSweep",
        "Notify",
        "SignCertificate",
        "LoadCity",
    ):
        journal = stack.as_function(function, "dynamodb")
        for attempt in (
            lambda db: db.delete_item(TableName=table, Key=key),
            lambda db: db.update_item(
                TableName=table, Key=key, AttributeUpdates={"post": {"Action": "DELETE"}}
            ),
            lambda db: db.delete_table(TableName=table),
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                attempt(journal)
    assert case.page()["status"] == "filed"


def test_only_the_signing_worker_may_sign(stack: Stack) -> None:
    message = {
        "KeyId": stack.resources["CertificateKey"],
        "Message": b"x",
        "SigningAlgorithm": "ECDSA_SHA_256",
    }
    assert stack.as_function("SignCertificate", "kms").sign(**message)["Signature"]
    for function in (
        "APIHandler",
        "Authorize",
        "OpenTask",
        "Deliver",
        "Notify",
        "Reconcile",
        "LoadCity",
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            stack.as_function(function, "kms").sign(**message)
