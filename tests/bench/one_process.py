"""A stage inside this process: the product's own code over the template's tables, its AWS counted and not waited for.

The tables are kept by the emulator's DynamoDB, called as a function; other services answer what was canned for them.
What counts is deterministic: calls, and read units by DynamoDB's rules of the items that were answered. CPU is that of
our own code and its SDK: what the emulator takes to answer is left out.
"""

import json
import os
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from botocore import handlers
from botocore.awsrequest import AWSResponse

from tests.bench.intake_child import event
from tests.bench.rules import read_charge

Json = dict[str, Any]
LOGICAL = {"JOURNAL_TABLE": "Journal", "VIEWS_TABLE": "Views", "GRANTS_TABLE": "Grants"}
TABLE_PARTS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
SECRET = {"SecretString": "a secret of sixty-four characters, of which nobody needs to know any."}
# What HEAD says of an upload: 32 zero bytes are the SHA-256 that the bench's applications name.
UPLOAD = {
    "Content-Type": "application/pdf",
    "Content-Length": "2048",
    "ETag": '"e"',
    "x-amz-checksum-sha256": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "x-amz-version-id": "v1",
}
UPLOAD_SHA256 = "0" * 64


@dataclass
class Cost:
    """What something took: calls of AWS, read units, and CPU seconds of our own code."""

    calls: int = 0
    read_units: float = 0.0
    cpu: float = 0.0


@dataclass
class Stage:
    """The stage; ``app`` is the product's app.py, whose entry points are called as Lambda calls them."""

    clock: Path
    cost: Cost = field(default_factory=Cost)
    executions: list[str] = field(default_factory=list)
    """What Step Functions says is running: names of executions."""
    machine: str = ""
    app: Any = None
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def measure(self, act: Callable[[], Any]) -> Cost:
        """What ``act`` costs, once."""
        self.cost = Cost()
        started = time.process_time()
        act()
        spent, self.cost = self.cost, Cost()
        spent.cpu += time.process_time() - started
        return spent

    def ask(
        self, method: str, resource: str, person: str = "", body: Any = None, **more: Any
    ) -> Any:
        """What the API answers to ``person`` (nobody: not signed in). Raises RuntimeError for a refusal.

        ``more`` are the resource's parts in braces; ``query`` the parameters behind it.
        """
        query = more.pop("query", None)
        answer = self.app.app(event(method, resource, person, body, query, more), None)
        if answer["statusCode"] not in (200, 201):
            raise RuntimeError(
                f"{method} {resource}: {answer['statusCode']} {answer['body'][:500]}"
            )
        return json.loads(answer["body"])

    def advance(self, seconds: float) -> None:
        """Move official time on."""
        self.clock.write_text(str(float(self.clock.read_text()) + seconds))

    # ---- AWS ------------------------------------------------------------------------------------------
    def answer(self, request: Any, **_: Any) -> AWSResponse:
        """Stands in for the network: every AWS request of this process."""
        started = time.thread_time()
        heads = {name.lower(): _text(value) for name, value in request.headers.items()}
        service, _, operation = heads.get("x-amz-target", request.method).rpartition(".")
        if service.startswith("DynamoDB"):
            status, replied, content = _dynamodb(heads, request.body)
            charge = read_charge(operation, json.loads(request.body), json.loads(content))
        else:
            status, charge = 200, 0.0
            replied, content = self._canned(operation, request.body)
        with self._counting:
            self.cost.calls += 1
            self.cost.read_units += charge
            self.cost.cpu -= time.thread_time() - started
        raw: Any = BytesIO(content)
        raw.stream = lambda *_, **__: iter([content])
        return AWSResponse(request.url, status, replied, raw)

    def _canned(self, operation: str, asked: bytes) -> tuple[dict[str, str], bytes]:
        if operation == "HEAD":
            return UPLOAD, b""
        replies: dict[str, Callable[[Json], Json]] = {
            "GetSecretValue": lambda _: SECRET,
            "PutEvents": _published,
            "StartExecution": self._started,
            "ListExecutions": self._running,
        }
        answer = replies[operation](json.loads(asked))
        return {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()

    def _started(self, asked: Json) -> Json:
        self.machine = asked["stateMachineArn"]
        return _execution(asked["name"])

    def _running(self, asked: Json) -> Json:
        """A page of what runs: everything on the one machine that the bench's cases started."""
        first = int(asked.get("nextToken", 0))
        last = first + int(asked.get("maxResults", 1000))
        names = self.executions[first:last] if asked["stateMachineArn"] == self.machine else []
        page: Json = {"executions": [{**_execution(name), "status": "RUNNING"} for name in names]}
        if names and last < len(self.executions):
            page["nextToken"] = str(last)
        return page


def _dynamodb(heads: dict[str, str], asked: bytes) -> tuple[int, dict[str, str], bytes]:
    """What the emulator's DynamoDB answers: status, headers, body."""
    from ministack.services import dynamodb

    call = dynamodb.handle_request("POST", "/", heads, asked, {})
    try:
        call.send(None)  # it never waits for anything
    except StopIteration as ended:
        status, replied, content = ended.value
        return status, replied, content if isinstance(content, bytes) else content.encode()
    raise RuntimeError(
        "the emulator's DynamoDB waits for something: it cannot be called as a function any more"
    )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _published(asked: Json) -> Json:
    return {
        "FailedEntryCount": 0,
        "Entries": [{"EventId": uuid.uuid4().hex} for _ in asked["Entries"]],
    }


def _execution(name: str) -> Json:
    arn = f"arn:aws:states:us-east-1:000000000000:execution:bench:{name}"
    return {"executionArn": arn, "name": name, "startDate": time.time()}


@contextmanager
def stage() -> Iterator[Stage]:
    """The stage, its tables empty and its time standing at now. Once a process: settings are read once."""
    from tests import conftest  # a complete environment for settings

    with tempfile.TemporaryDirectory(prefix="sunlit-bench-") as folder:
        made = Stage(Path(folder) / "clock")
        made.clock.write_text("0")
        region = conftest.ENVIRONMENT["AWS_DEFAULT_REGION"]
        arn = f"arn:aws:states:{region}:000000000000:stateMachine:sunlit-embedded-"
        own = {"STAGE": "embedded", "CLOCK_FILE": str(made.clock), "AWS_REGION": region}
        os.environ |= {**own, "FLOW_ARN_PREFIX": arn}
        handlers.BUILTIN_HANDLERS.append(("before-send", made.answer))
        _make_tables()
        import app

        made.app = app
        yield made


def _make_tables() -> None:
    import boto3

    from infra.build import template

    resources = template.read("template.yaml")["Resources"]
    for setting, logical in LOGICAL.items():
        properties = resources[logical]["Properties"]
        described = {name: properties[name] for name in TABLE_PARTS if name in properties}
        boto3.client("dynamodb").create_table(TableName=os.environ[setting], **described)
