"""Runs as a Lambda function would, with nothing but the zip: filings through the whole door, and
the bare calls.

``python -I -S intake_child.py``; reads one JSON line {"code", "item", "form", "rounds", "batch"}
and prints one with process CPU seconds per filing, per set of bare calls, per bare put and per
filing's questions to the policies, and until the first filing was answered. All of it runs in this
one process, turn by turn.
"""

import io
import json
import os
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

UPLOAD_ID = "a" * 26


def event(
    method: str,
    resource: str,
    person: str = "",
    body: Any = None,
    query: dict[str, str] | None = None,
    parts: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A request as API Gateway hands it to the function, after the authorizer; nobody's where no person is named."""
    path = resource.format(**parts or {})
    headers = {
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "Accept-Language": "zh-CN",
        "Content-Type": "application/json",
        "Host": "api.example",
        "Idempotency-Key": uuid.uuid4().hex,
        "User-Agent": "bench",
        "X-Amzn-Trace-Id": "Root=1-0-0",
        "X-Forwarded-For": "192.0.2.1",
    }
    context: dict[str, Any] = {
        "resourcePath": resource,
        "httpMethod": method,
        "path": path,
        "stage": "api",
        "requestId": uuid.uuid4().hex,
        "identity": {"sourceIp": "192.0.2.1"},
    }
    if person:
        headers["Authorization"] = "Bearer " + "x" * 600
        claims = {"name": "%E6%9D%8E%E5%A8%9C", "acr": "2", "amr": "pwd%20otp"}
        context["authorizer"] = {"principalId": person, **claims}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {n: [v] for n, v in query.items()} if query else None,
        "pathParameters": parts,
        "stageVariables": None,
        "requestContext": context,
        "isBase64Encoded": False,
        "body": None if body is None else json.dumps(body, ensure_ascii=False),
    }


def _door(item: dict[str, Any], form: dict[str, Any]) -> Callable[[], None]:
    """One filing through app.py; the item is published to the stub first."""
    import app
    from chalicelib import catalog

    catalog.publish(item)
    wanted = [material["code"] for material in item["materials"] if material["required"]]
    materials = [
        {"code": c, "upload_id": UPLOAD_ID, "sha256": "0" * 64, "file_name": f"{c}.pdf"}
        for c in wanted
    ]
    body = {
        "item": item["id"],
        "form": form,
        "contact": {"phone": "14000001002"},
        "materials": materials,
    }

    def file() -> None:
        # Each filing is another citizen's, as in life: who files without end is told to slow down.
        filing = event("POST", "/applications", f"p-{uuid.uuid4().hex}", body)
        answer = app.app(filing, None)
        if answer["statusCode"] != 201:
            raise RuntimeError(f"the filing was answered {answer['statusCode']} {answer['body']}")

    return file


def _bare(asked: list[dict[str, Any]]) -> Callable[[], None]:
    """The same requests, by boto3's own clients."""
    import boto3

    table, bucket = boto3.client("dynamodb"), boto3.client("s3")
    operations = {
        "Query": table.query,
        "PutItem": table.put_item,
        "TransactWriteItems": table.transact_write_items,
    }

    def look(path: str) -> None:
        _, name, key = path.split("?")[0].split("/", 2)
        bucket.get_object(Bucket=name, Key=key, Range="bytes=0-1023")["Body"].read()

    def call() -> None:
        for each in asked:
            if each["operation"] == "GET":
                look(each["path"])
            else:
                operations[each["operation"]](**each["body"])

    return call


def _authorization(file: Callable[[], None]) -> Callable[[], None]:
    """Who calls and whether they may, as one filing asked it of the gate."""
    from chalicelib.authority import CedarEngine

    asked: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []

    def noting(name: str) -> Callable[..., Any]:
        real = getattr(CedarEngine, name)

        def note(*given: Any) -> Any:
            asked.append((real, given))
            return real(*given)

        setattr(CedarEngine, name, note)
        return real

    before = {name: noting(name) for name in ("principal", "allows")}
    file()
    for name, real in before.items():
        setattr(CedarEngine, name, real)

    def ask() -> None:
        for real, given in asked:
            real(*given)

    return ask


def _asked() -> list[dict[str, Any]]:
    with urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/asked") as answer:
        return list(json.load(answer))


def _cpu(act: Callable[[], None], times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - started) / times


def main() -> None:
    """One line in, one line out."""
    told = json.loads(sys.stdin.readline())
    sys.path[:0] = [told["code"]]
    out, sys.stdout = sys.stdout, io.StringIO()
    file = _door(told["item"], told["form"])
    file()
    first = time.process_time()
    _asked()
    file()
    asked = _asked()
    put = {
        "operation": "PutItem",
        "path": "/",
        "body": asked[-1]["body"]["TransactItems"][-1]["Put"],
    }
    acts = {
        "door": file,
        "bare": _bare(asked),
        "put": _bare([put]),
        "authorization": _authorization(file),
    }
    found: dict[str, list[float]] = {name: [] for name in acts}
    for act in acts.values():
        _cpu(act, 20)
    for _ in range(told["rounds"]):
        for name, act in acts.items():
            found[name].append(_cpu(act, told["batch"]))
        sys.stdout.seek(0)
        sys.stdout.truncate()
    out.write(
        json.dumps({**found, "first": first, "calls": [each["operation"] for each in asked]}) + "\n"
    )


if __name__ == "__main__":
    main()
