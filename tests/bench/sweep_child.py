"""One minute sweep of the real code over a table with many open cases, ten of them due; counts what it reads.

``python -m tests.bench.sweep_child <open cases>`` prints one JSON line, after the log. The tables are those of the
template, kept by the emulator's DynamoDB inside this process; its answers, not its capacity figures, are counted.
"""

import json
import os
import sys
import tempfile
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from typing import Any

from botocore import handlers
from botocore.awsrequest import AWSResponse

from tests.bench.rules import read_units, size

DUE = 10
LOGICAL = {"journal_table": "Journal", "views_table": "Views"}
units: defaultdict[str, float] = defaultdict(float)


def _answer(request: Any, **_: Any) -> AWSResponse:
    """Stands in for the network: every DynamoDB request of this process."""
    from ministack.services import dynamodb

    heads = {name.lower(): _text(value) for name, value in request.headers.items()}
    call = dynamodb.handle_request("POST", "/", heads, request.body, {})
    try:
        call.send(None)  # it never waits for anything
    except StopIteration as done:
        status, made, body = done.value
    body = body if isinstance(body, bytes) else body.encode()
    _count(heads["x-amz-target"].rpartition(".")[2], json.loads(request.body), json.loads(body))
    raw: Any = BytesIO(body)
    raw.stream = lambda *_, **__: iter([body])
    return AWSResponse(request.url, status, made, raw)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _count(operation: str, asked: dict[str, Any], answered: dict[str, Any]) -> None:
    consistent = asked.get("ConsistentRead", False)
    if operation == "Query":
        if answered["ScannedCount"] != answered["Count"]:
            raise RuntimeError("a filtered query reads more than it answers")
        part = f"index {asked['IndexName']}" if "IndexName" in asked else "items"
        units[part] += read_units(map(size, answered["Items"]), consistent=consistent)
    elif operation == "GetItem":
        units["items"] += read_units([size(answered.get("Item"))], consistent=consistent)
    elif operation not in ("PutItem", "TransactWriteItems", "CreateTable"):
        raise RuntimeError(f"the sweep is not known to call {operation}")


def _make_tables() -> None:
    import boto3

    from chalicelib.kernel.settings import settings
    from infra.build import template

    resources = template.read("template.yaml")["Resources"]
    for setting, logical in LOGICAL.items():
        properties = resources[logical]["Properties"]
        kept = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        boto3.client("dynamodb").create_table(
            TableName=getattr(settings(), setting), **{name: properties[name] for name in kept}
        )


def _file(n: int) -> Any:
    """A real case, and its view row as delivery writes it."""
    from chalicelib import casework
    from chalicelib.casework import delivery
    from chalicelib.kernel import stores
    from chalicelib.kernel.journal import Actor, Request
    from tests.unit.cases import filed_act

    act = filed_act()
    facts = {name: value for name, value in act.data.items() if name not in ("number", "authority", "channel")}
    application = casework.Application("URB", "online", facts, act.private)
    case = casework.file(application, Actor("p-li-na"), Request(f"key-{n}", "body")).case
    stores.views().put(delivery.case_row(case), expect=0)
    return case


def _fill(like: Any, count: int) -> None:
    """More open cases: the same row under other keys, due later."""
    from ministack.services import dynamodb

    from chalicelib.casework import delivery, desk
    from chalicelib.kernel.settings import settings
    from infra.local.emulator.patches import require

    require(dynamodb, "_tables", "_set_item")
    table = dynamodb._tables.get(settings().views_table)
    row = dynamodb._get_item_by_key(table, {"pk": {"S": desk.stream_of(like.id)}, "sk": {"S": "case"}})
    for n in range(count):
        case = f"{n:026d}"
        later = f"20{30 + n % 60}-01-{1 + n % 28:02d}T00:00:00+00:00"
        more = {"pk": {"S": desk.stream_of(case)}, "due_shard": {"S": delivery.due_shard(case)}, "due_at": {"S": later}}
        dynamodb._set_item(table, desk.stream_of(case), "case", {**row, **more})


def main() -> None:
    """With a clock of its own, so that the ten can be made to fall due."""
    with tempfile.TemporaryDirectory(prefix="sunlit-bench-") as folder:
        _sweep(Path(folder) / "clock", int(sys.argv[1]))


def _sweep(clock: Path, open_cases: int) -> None:
    """Lay out the tables, let the ten fall due, sweep once."""
    from tests import conftest  # a complete environment for settings

    region = conftest.ENVIRONMENT["AWS_DEFAULT_REGION"]
    os.environ |= {"STAGE": "embedded", "CLOCK_FILE": str(clock), "AWS_REGION": region}
    handlers.BUILTIN_HANDLERS.append(("before-send.dynamodb", _answer))
    from chalicelib.casework import desk, sweep
    from chalicelib.casework.acts import next_moment
    from chalicelib.kernel import clock as time
    from chalicelib.kernel import ids

    ids._secret = lambda: b"bench"  # type: ignore[assignment]
    clock.write_text("0")
    _make_tables()
    cases = [_file(n) for n in range(DUE)]
    _fill(cases[0], open_cases - DUE)
    due = max(moment for case in cases if (moment := next_moment(case, desk.calendar())))
    clock.write_text(str((due - time.system_now()).total_seconds() + 60))
    units.clear()
    swept = sweep.sweep_deadlines()
    print(json.dumps({**swept, "units": units}))


if __name__ == "__main__":
    main()
