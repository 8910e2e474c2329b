"""AWS inside this process: the emulator's DynamoDB, called as a function, and canned answers of
the other services.

What it counts is deterministic: calls, and read units by DynamoDB's rules of the items that were
answered. What it takes to answer is left out of the CPU of who asks.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse

from infra.local.emulator.patches import require
from tests.bench.index_pages import IndexPages
from tests.bench.rules import read_charge

Json = dict[str, Any]
SECRET = {"SecretString": "a secret of sixty-four characters, of which nobody needs to know any."}
UPLOAD_SHA256 = "0" * 64  # that the bench's applications name
BEGINNING = b"%PDF-1.7\n".ljust(1024)
# What S3 says with the beginning of an upload.
UPLOAD = {
    "Content-Type": "application/pdf",
    "Content-Length": str(len(BEGINNING)),
    "Content-Range": f"bytes 0-{len(BEGINNING) - 1}/2048",
    "ETag": '"e"',
    "Last-Modified": formatdate(usegmt=True),
    "x-amz-meta-sha256": UPLOAD_SHA256,
    "x-amz-version-id": "v1",
}
JSON_ANSWER = {"Content-Type": "application/x-amz-json-1.1"}


@dataclass
class Cost:
    """What something took: calls of AWS, read units, and CPU of our own code."""

    calls: int = 0
    read_units: float = 0.0
    cpu: float = 0.0


@dataclass
class CannedAws:
    """Answers every AWS request of this process; ``executions`` are names of those that run."""

    cost: Cost = field(default_factory=Cost)
    executions: Sequence[str] = ()
    pages: IndexPages | None = None
    unknown: list[str] = field(default_factory=list)
    """What was asked for and nothing is canned for: handlers log that, and go on."""
    _machine: str = ""
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        """Stands in for the network (a botocore handler of ``before-send``)."""
        started = time.thread_time()
        heads = {name.lower(): _text(value) for name, value in request.headers.items()}
        service, _, operation = heads.get("x-amz-target", request.method).rpartition(".")
        charge = 0.0
        if service.startswith("DynamoDB"):
            status, replied, content = self._dynamodb(heads, operation, request.body)
            charge = read_charge(operation, json.loads(request.body), json.loads(content))
        else:
            status = 200
            replied, content = self._other(operation, request.body)
        with self._counting:
            self.cost.calls += 1
            self.cost.read_units += charge
            self.cost.cpu -= time.thread_time() - started
        return _response(request.url, status, replied, content)

    def _dynamodb(self, heads: dict[str, str], operation: str, asked: bytes) -> Any:
        """Status, headers and body."""
        if self.pages and operation == "Query":
            page = self.pages.answer(json.loads(asked))
            if page is not None:
                return 200, JSON_ANSWER, json.dumps(page).encode()
        return _emulated(heads, asked)

    def _other(self, operation: str, asked: bytes) -> tuple[dict[str, str], bytes]:
        if operation == "GET":
            return UPLOAD, BEGINNING
        replies: dict[str, Callable[[Json], Json]] = {
            "GetSecretValue": _secret,
            "PutEvents": _published,
            "StartExecution": self._started,
            "ListExecutions": self._running,
            "SendTaskSuccess": _accepted,
        }
        if operation not in replies:
            self.unknown.append(operation)
        answer = replies[operation](json.loads(asked))
        return JSON_ANSWER, json.dumps(answer).encode()

    def _started(self, asked: Json) -> Json:
        self._machine = asked["stateMachineArn"]
        return _execution(asked["name"])

    def _running(self, asked: Json) -> Json:
        """A page of what runs: all of it on the one machine that the bench's cases started."""
        if asked["stateMachineArn"] != self._machine:
            return {"executions": []}
        first = int(asked.get("nextToken", 0))
        last = first + int(asked.get("maxResults", 1000))
        page: Json = {"executions": [_execution(name) for name in self.executions[first:last]]}
        if last < len(self.executions):
            page["nextToken"] = str(last)
        return page


def _emulated(heads: dict[str, str], asked: bytes) -> tuple[int, dict[str, str], bytes]:
    """What the emulator's DynamoDB answers."""
    call = _emulator().handle_request("POST", "/", heads, asked, {})
    try:
        call.send(None)  # it never waits for anything
    except StopIteration as ended:
        status, replied, content = ended.value
        return status, replied, content if isinstance(content, bytes) else content.encode()
    raise RuntimeError("the emulator's DynamoDB waits: it cannot be called as a function any more")


@lru_cache(maxsize=1)
def _emulator() -> Any:
    """It reads a query's condition anew for every item that it looks at: here, once."""
    from ministack.services import dynamodb

    for name in ("_tokenize", "_condition_syntax_error"):
        require(dynamodb, name)
        setattr(dynamodb, name, lru_cache(getattr(dynamodb, name)))
    return dynamodb


def _response(url: str, status: int, heads: dict[str, str], content: bytes) -> AWSResponse:
    raw: Any = BytesIO(content)
    raw.stream = lambda *_, **__: iter([content])  # what botocore reads of urllib3's answers
    return AWSResponse(url, status, heads, raw)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _secret(_: Json) -> Json:
    return SECRET


def _accepted(_: Json) -> Json:
    return {}


def _published(asked: Json) -> Json:
    entries = [{"EventId": uuid.uuid4().hex} for _ in asked["Entries"]]
    return {"FailedEntryCount": 0, "Entries": entries}


def _execution(name: str) -> Json:
    arn = f"arn:aws:states:us-east-1:000000000000:execution:bench:{name}"
    now = time.time()
    return {"executionArn": arn, "name": name, "startDate": now, "status": "RUNNING"}
