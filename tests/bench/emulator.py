"""``emulator.*``: CPU that one AWS call costs the embedded AWS's own process, for a fixed mix of calls under a role.

The mix is that of a shop-sign lifecycle. The journal is filled first, so that snapshots have something to write; theirs
is the CPU of the processes that the emulator forks for them.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.local.emulator import embedded, probe
from tests.bench.report import emit, say

STREAMS, ENTRIES = 375, 8  # as long as a case is at its end
ROUNDS, WARM_ROUNDS = 300, 30
# Calls of each kind in one lifecycle.
MIX: Mapping[str, int] = {
    "GetItem": 17,
    "Query": 20,
    "PutItem": 12,
    "UpdateItem": 6,
    "TransactWriteItems": 3,
    "PutEvents": 4,
    "SendEmail": 4,
    "SendTaskSuccess": 4,
    "StartExecution": 1,
    "GetObject": 2,
    "Sign": 1,
    "Invoke": 6,
}
IDLE_SECONDS = 4.0
SENDER = "office@minghang.example"
# As long as an entry of the journal is.
ENTRY = {"acts": {"S": "x" * 1200}, "feed": {"S": "2026-01-01T00#1"}, "at": {"S": "01J"}}
Call = Callable[[int], Any]


def measure() -> None:
    """Print the numbers."""
    with _started() as running:
        calls = _calls(running)
        idle = _idle(running)
        spent = {kind: _per_call(running, kind, call) for kind, call in calls.items()}
        snapshots = _snapshots(running, calls["PutItem"])
    whole = sum(spent[kind] * count for kind, count in MIX.items())
    emit(
        "emulator.cpu_ms",
        whole / sum(MIX.values()),
        "ms of CPU of the emulator per call of the mix",
    )
    for kind, milliseconds in spent.items():
        emit(f"emulator.{kind}_ms", milliseconds, "ms of CPU of the emulator per call")
    emit("emulator.idle_ms", idle, "ms of CPU of the emulator per second without a call")
    emit("emulator.snapshot_ms", snapshots, "ms of CPU of snapshots per second of writing")


@contextmanager
def _started() -> Iterator[embedded.Running]:
    state = Path(tempfile.mkdtemp(prefix="sunlit-bench-"))
    try:
        with embedded.start(state) as running:
            yield running
    finally:
        shutil.rmtree(state, ignore_errors=True)


def _per_call(running: embedded.Running, kind: str, call: Call) -> float:
    """Milliseconds of CPU."""
    for n in range(WARM_ROUNDS):
        call(n)
    before, started = cpu(running)[0], time.monotonic()
    for n in range(ROUNDS):
        call(n + WARM_ROUNDS)
    spent, took = cpu(running)[0] - before, time.monotonic() - started
    say(f"  {kind}: {spent / ROUNDS * 1000:.2f} ms of CPU, {took / ROUNDS * 1000:.2f} ms")
    return spent / ROUNDS * 1000


def _idle(running: embedded.Running) -> float:
    """Milliseconds of CPU in a second in which nobody calls."""
    time.sleep(3)
    before = cpu(running)[0]
    time.sleep(IDLE_SECONDS)
    return (cpu(running)[0] - before) / IDLE_SECONDS * 1000


def _snapshots(running: embedded.Running, call: Call) -> float:
    """Milliseconds of CPU of forked processes in a second in which every snapshot finds something new."""
    before, started = cpu(running)[1], time.monotonic()
    n = 10 * ROUNDS
    while time.monotonic() - started < 3 * IDLE_SECONDS:
        call(n)
        n += 1
        time.sleep(0.05)
    return (cpu(running)[1] - before) / (time.monotonic() - started) * 1000


def cpu(running: embedded.Running) -> tuple[float, float]:
    """Seconds of user and system time of the emulator itself, and of its processes that have ended."""
    stat = Path(f"/proc/{running.process.pid}/stat").read_text()
    ticks = [int(field) for field in stat.rpartition(")")[2].split()[11:15]]
    second = os.sysconf("SC_CLK_TCK")
    return (ticks[0] + ticks[1]) / second, (ticks[2] + ticks[3]) / second


def _calls(running: embedded.Running) -> dict[str, Call]:
    """One function per kind of call, which makes it once with the rights of the role."""
    probe.deploy(running)
    owner = running.client
    _fill(owner("dynamodb"))
    owner("ses").verify_email_identity(EmailAddress=SENDER)
    owner("events").create_event_bus(Name="bench")
    owner("s3").put_object(Bucket="uploads", Key="u/1", Body=b"x" * 100)
    key = owner("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    client = _as_role(running, _role(owner("iam"), key["Arn"]))
    return {
        **_table_calls(client("dynamodb")),
        **_other_calls(client, key["KeyId"], _machine(owner)),
    }


def _fill(tables: Any) -> None:
    index = {
        "IndexName": "feed",
        "KeySchema": [
            {"AttributeName": "feed", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    tables.create_table(
        TableName="entries",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "stream", "KeyType": "HASH"},
            {"AttributeName": "seq", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "stream", "AttributeType": "S"},
            {"AttributeName": "seq", "AttributeType": "N"},
            {"AttributeName": "feed", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[index],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    for n in range(STREAMS):
        puts = [{"PutRequest": {"Item": _entry(f"case#{n}", seq)}} for seq in range(ENTRIES)]
        tables.batch_write_item(RequestItems={"entries": puts})


def _entry(stream: str, seq: int) -> dict[str, Any]:
    return {"stream": {"S": stream}, "seq": {"N": str(seq)}, **ENTRY}


def _table_calls(tables: Any) -> dict[str, Call]:
    first = "attribute_not_exists(#s)"
    names = {"#s": "stream"}

    def put(n: int) -> Any:
        return tables.put_item(
            TableName="entries",
            Item=_entry(f"put#{n}", 0),
            ConditionExpression=first,
            ExpressionAttributeNames=names,
        )

    def update(n: int) -> Any:
        return tables.update_item(
            TableName="entries",
            Key={"stream": {"S": "case#0"}, "seq": {"N": "0"}},
            UpdateExpression="SET version = :new",
            ExpressionAttributeValues={":new": {"N": str(n)}},
        )

    def transact(n: int) -> Any:
        puts = [
            {
                "Put": {
                    "TableName": "entries",
                    "Item": _entry(f"pair#{n}", seq),
                    "ConditionExpression": first,
                    "ExpressionAttributeNames": names,
                }
            }
            for seq in range(2)
        ]
        return tables.transact_write_items(TransactItems=puts)

    def query(n: int) -> Any:
        return tables.query(
            TableName="entries",
            KeyConditionExpression="#s = :s AND seq < :four",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={":s": {"S": f"case#{n % 100}"}, ":four": {"N": "4"}},
            ConsistentRead=True,
        )

    def get(n: int) -> Any:
        key = {"stream": {"S": f"case#{n % 100}"}, "seq": {"N": "1"}}
        return tables.get_item(TableName="entries", Key=key, ConsistentRead=True)

    return {
        "GetItem": get,
        "Query": query,
        "PutItem": put,
        "UpdateItem": update,
        "TransactWriteItems": transact,
    }


def _other_calls(client: Callable[[str], Any], key: str, machine: str) -> dict[str, Call]:
    events, mail, states = client("events"), client("ses"), client("stepfunctions")
    files, keys, functions = client("s3"), client("kms"), client("lambda")
    detail = json.dumps({"number": "URB-2026-W-000001", "act": "case.granted"})
    text = {"Subject": {"Data": "subject"}, "Body": {"Text": {"Data": "text" * 50}}}

    def publish(n: int) -> Any:
        entry = {"EventBusName": "bench", "Source": "sunlit", "DetailType": "act", "Detail": detail}
        return events.put_events(Entries=[entry])

    def send(n: int) -> Any:
        there = {"ToAddresses": ["p@example.org"]}
        return mail.send_email(Source=SENDER, Destination=there, Message=text)

    def answer(n: int) -> Any:
        """Of a task that is over, as most second answers are."""
        try:
            return states.send_task_success(taskToken=f"token-{n}", output="{}")
        except states.exceptions.ClientError as error:
            return error

    return {
        "PutEvents": publish,
        "SendEmail": send,
        "SendTaskSuccess": answer,
        "StartExecution": lambda n: states.start_execution(stateMachineArn=machine, input="{}"),
        "GetObject": lambda n: files.get_object(Bucket="uploads", Key="u/1", Range="bytes=0-1023")[
            "Body"
        ].read(),
        "Sign": lambda n: keys.sign(KeyId=key, Message=b"m", SigningAlgorithm="ECDSA_SHA_256"),
        "Invoke": lambda n: functions.invoke(FunctionName="probe", Payload=b"{}"),
    }


def _machine(client: Callable[[str], Any]) -> str:
    """A flow that ends at once."""
    flow = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    role = client("iam").get_role(RoleName="bench")["Role"]["Arn"]
    made = client("stepfunctions").create_state_machine(
        name="bench", definition=json.dumps(flow), roleArn=role
    )
    return str(made["stateMachineArn"])


def _role(iam: Any, key: str) -> str:
    """A role as our functions have them: a statement per right, and some with conditions."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    role = iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(document))["Role"]
    policy = {"Version": "2012-10-17", "Statement": [*_statements(key)]}
    iam.put_role_policy(RoleName="bench", PolicyName="own", PolicyDocument=json.dumps(policy))
    return str(role["Arn"])


def _statements(key: str) -> Iterator[dict[str, Any]]:
    table = "arn:aws:dynamodb:us-east-1:000000000000:table/entries"
    leading = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["pair#*", "put#*"]}}
    through = {"StringEquals": {"kms:ViaService": ["dynamodb.us-east-1.amazonaws.com"]}}
    yield _allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        "arn:aws:logs:*:*:log-group:bench:*",
    )
    yield _allow("Append", ["dynamodb:PutItem"], table, Condition=leading)
    yield _allow("Read", ["dynamodb:GetItem", "dynamodb:Query"], [table, f"{table}/index/feed"])
    yield _allow("Change", ["dynamodb:UpdateItem"], table)
    yield _allow(
        "ReadFiles",
        ["s3:PutObject", "s3:GetObject", "s3:GetObjectVersion"],
        "arn:aws:s3:::uploads/u/*",
    )
    yield _allow("Start", ["states:StartExecution"], "arn:aws:states:*:*:stateMachine:bench*")
    yield _allow("Answer", ["states:SendTaskSuccess", "states:SendTaskFailure"], "*")
    yield _allow("Publish", ["events:PutEvents"], "arn:aws:events:*:*:event-bus/bench")
    yield _allow("Mail", ["ses:SendEmail"], "*")
    yield _allow("Sign", ["kms:Sign", "kms:GetPublicKey"], key)
    yield _allow("Run", ["lambda:InvokeFunction"], "*")
    yield _allow("UseDataKey", ["kms:Decrypt", "kms:GenerateDataKey"], key, Condition=through)


def _allow(sid: str, actions: list[str], resource: Any, **more: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource, **more}


def _as_role(running: embedded.Running, role: str) -> Callable[[str], Any]:
    """Makes clients that have the role's rights and no more."""
    assumed = running.client("sts").assume_role(RoleArn=role, RoleSessionName="bench")[
        "Credentials"
    ]
    config = Config(parameter_validation=False)

    def client(service: str) -> Any:
        return boto3.client(
            service,
            config=config,
            endpoint_url=running.aws,
            region_name=running.region,
            aws_access_key_id=assumed["AccessKeyId"],
            aws_secret_access_key=assumed["SecretAccessKey"],
            aws_session_token=assumed["SessionToken"],
        )

    return client
