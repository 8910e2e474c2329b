"""The embedded AWS keeps what it promises beyond its emulator, seen on a small stack of its own."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from infra.local.emulator import embedded, probe


def eventually(check: Callable[[], Any], seconds: float = 20) -> Any:
    """The first true value of ``check``, asked again and again for at most ``seconds``."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Running]:
    os.environ["PROBE_MACHINE"] = "a setting of the machine that no function may see"
    with embedded.start(tmp_path_factory.mktemp("embedded")) as running:
        probe.deploy(running)
        yield running


def test_every_socket_is_bound_to_this_machine_alone(aws: embedded.Running) -> None:
    listening = subprocess.run(
        ["ss", "-tulnpH"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    own = [line.split()[4] for line in listening if f"pid={aws.process.pid}," in line]
    assert len(own) >= 2
    assert all(address.startswith("127.0.0.1:") for address in own)


def test_an_exception_arrives_by_its_class_name_and_leaves_its_worker_alive(
    aws: embedded.Running,
) -> None:
    before, _ = probe.invoke(aws, {})
    failure, kind = probe.invoke(aws, {"raise": True})
    after, _ = probe.invoke(aws, {})
    assert kind == "Unhandled"
    assert (failure["errorType"], failure["errorMessage"]) == ("NotYetThere", "nothing here")
    assert before["pid"] == after["pid"]


def _ends(aws: embedded.Running, execution: str) -> str:
    """How an execution ends."""
    flows = aws.client("stepfunctions")

    def status() -> str:
        found = str(flows.describe_execution(executionArn=execution)["status"])
        return "" if found == "RUNNING" else found

    return str(eventually(status))


def test_a_flow_catches_a_python_exception_by_name(aws: embedded.Running) -> None:
    assert _ends(aws, probe.start(aws, "probe", {"raise": True})) == "SUCCEEDED"


def test_a_task_whose_function_fails_does_not_wait_for_its_token(aws: embedded.Running) -> None:
    assert _ends(aws, probe.start(aws, "waiting")) == "SUCCEEDED"


def test_branches_that_begin_at_once_wait_for_a_token_each(aws: embedded.Running) -> None:
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda _: probe.start(aws, "branches"), range(60)))
    queues, flows = aws.client("sqs"), aws.client("stepfunctions")
    url = queues.get_queue_url(QueueName="tokens")["QueueUrl"]
    tokens: list[str] = []

    def all_asked() -> bool:
        found = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        tokens.extend(message["Body"] for message in found)
        return len(tokens) == len(started) * probe.BRANCHES

    eventually(all_asked)
    assert len(set(tokens)) == len(tokens)
    for token in tokens:
        flows.send_task_success(taskToken=token, output="{}")
    assert {_ends(aws, execution) for execution in started} == {"SUCCEEDED"}


def test_a_function_sees_the_clock_but_not_this_machine(aws: embedded.Running) -> None:
    seen, _ = probe.invoke(aws, {})
    assert seen["clock"] == str(aws.clock_file)
    assert seen["machine"] is None


def test_a_logged_metric_raises_the_alarm_of_its_own_dimension(aws: embedded.Running) -> None:
    def state() -> str:
        return str(
            aws.client("cloudwatch").describe_alarms(AlarmNames=["red"])["MetricAlarms"][0][
                "StateValue"
            ]
        )

    probe.invoke(aws, {"level": "yellow"})
    eventually(lambda: state() == "OK")
    probe.invoke(aws, {"level": "red"})
    eventually(lambda: state() == "ALARM")


def test_one_bad_message_goes_to_the_dead_letters_and_its_neighbour_is_done(
    aws: embedded.Running,
) -> None:
    queues = aws.client("sqs")
    work, dead = (queues.get_queue_url(QueueName=name)["QueueUrl"] for name in ("work", "dead"))
    for body in ("good", "bad"):
        queues.send_message(QueueUrl=work, MessageBody=body)
    received = eventually(lambda: queues.receive_message(QueueUrl=dead).get("Messages"))
    assert [message["Body"] for message in received] == ["bad"]


def test_a_moved_clock_fires_the_schedules_and_waits_for_them(aws: embedded.Running) -> None:
    moved = httpx.post(f"{aws.gateway}/__local/clock", json={"advance_days": 2}).json()
    assert [(fired["rule"], fired["ok"]) for fired in moved["fired"]] == [("sweep", True)]
    assert float(aws.clock_file.read_text()) == 2 * 86400
    assert (
        httpx.post(f"{aws.gateway}/__local/clock", json={"advance_days": "two"}).status_code == 400
    )
    assert (
        httpx.post(f"{aws.gateway}/__local/clock", json={"reset": True}).json()["offset_seconds"]
        == 0
    )


def test_a_clock_goes_back_behind_acts_on_record_only_when_asked_twice(
    aws: embedded.Running,
) -> None:
    def move(**change: object) -> httpx.Response:
        return httpx.post(f"{aws.gateway}/__local/clock", json=change)

    assert move(advance_days=9).status_code == 200
    assert move(reset=True).status_code == 200  # nothing is on record
    ahead = datetime.now(UTC) + timedelta(days=5)
    tables = aws.client("dynamodb")
    tables.create_table(
        TableName="sunlit-Journal-1",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "stream", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "stream", "AttributeType": "S"}],
    )
    act = {"stream": {"S": "case#1"}, "at": {"S": ahead.isoformat()}}
    tables.put_item(TableName="sunlit-Journal-1", Item=act)
    assert move(advance_days=9).status_code == 200
    refused = move(reset=True)
    assert (refused.status_code, refused.json()["last_act"]) == (409, ahead.isoformat())
    assert float(aws.clock_file.read_text()) == 9 * 86400
    assert move(advance_days=-2).status_code == 200  # not behind it
    assert move(reset=True, anyway="yes").status_code == 409
    moved = move(reset=True, anyway=True).json()
    assert (moved["offset_seconds"], moved["last_act"]) == (0, ahead.isoformat())
    tables.delete_table(TableName="sunlit-Journal-1")


def test_the_gateway_answers_for_the_api_and_says_who_calls(aws: embedded.Running) -> None:
    answer = httpx.get(f"{aws.gateway}/open", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.json() == {"ip": "127.0.0.1", "path": "/open"}
    assert httpx.get(f"{aws.gateway}/open", headers={"Host": "rebound.example"}).status_code == 421


def test_a_missing_or_refused_token_is_a_401(aws: embedded.Running) -> None:
    own = f"{aws.gateway}/own"
    assert httpx.get(own).status_code == 401
    assert httpx.get(own, headers={"Authorization": "Bearer bad"}).status_code == 401
    assert httpx.get(own, headers={"Authorization": "Bearer good"}).status_code == 200


def test_who_asks_too_often_is_told_when_to_come_back(aws: embedded.Running) -> None:
    with httpx.Client() as client:
        answers = [client.get(f"{aws.gateway}/open") for _ in range(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused and refused[0].headers["Retry-After"] == "1"
    assert refused[0].json() == {"title": "slow down"}


def _upload(aws: embedded.Running, content: bytes, promised: bytes) -> httpx.Response:
    digest = base64.b64encode(hashlib.sha256(promised).digest()).decode()
    fields = {
        "Content-Type": "image/png",
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": digest,
    }
    conditions = [{name: value} for name, value in fields.items()] + [
        ["content-length-range", 1, 100]
    ]
    form = aws.client("s3").generate_presigned_post("uploads", "u/1", fields, conditions)
    return httpx.post(form["url"], data=form["fields"], files={"file": ("a.png", content)})


def test_an_upload_other_than_promised_is_refused_and_a_right_one_keeps_its_checksum(
    aws: embedded.Running,
) -> None:
    s3 = aws.client("s3")
    refused = _upload(aws, b"other", promised=b"bytes")
    assert (refused.status_code, "BadDigest" in refused.text) == (400, True)
    assert _upload(aws, b"bytes", promised=b"bytes").status_code == 204
    kept = s3.head_object(Bucket="uploads", Key="u/1", ChecksumMode="ENABLED")
    assert base64.b64decode(kept["ChecksumSHA256"]) == hashlib.sha256(b"bytes").digest()
    assert kept["VersionId"] and kept["ContentType"] == "image/png"
