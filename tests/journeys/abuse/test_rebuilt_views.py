"""Views in doubt are made anew from the journal, by hand."""

from __future__ import annotations

import json
import time

from tests.journeys.support.cases import Case, filed
from tests.journeys.support.stack import Stack

SOME_MINUTES = 600


def _row(stack: Stack, case: Case) -> dict[str, str]:
    rows = stack.rows("Views", pk=f"case#{case.id}")
    return next(dict(json.loads(row["data"]["S"])) for row in rows if row["sk"]["S"] == "case")


def test_a_row_that_was_spoilt_is_as_the_journal_says_after_a_rebuild(stack: Stack) -> None:
    case = filed(stack.city)
    case.task("urb-window")
    stack.city.person("o-qin-ming").get(f"/cases/{case.number}", purpose="supervision").expect(200)
    before = _row(stack, case)
    stack.client("dynamodb").update_item(
        TableName=stack.resources["Views"],
        Key={"pk": {"S": f"case#{case.id}"}, "sk": {"S": "case"}},
        UpdateExpression="SET #d = :d",
        ExpressionAttributeNames={"#d": "data"},
        ExpressionAttributeValues={":d": {"S": json.dumps({**before, "status": "granted"})}},
    )
    assert _row(stack, case)["status"] == "granted"
    asked = {"rebuild_from": time.time() - SOME_MINUTES}
    done = stack.client("lambda").invoke(
        FunctionName="sunlit-embedded-reconcile", Payload=json.dumps(asked).encode()
    )
    assert json.loads(done["Payload"].read())["rebuilt"] > 0
    assert _row(stack, case) == before
