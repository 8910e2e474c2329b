"""A stage inside this process: the product's own code over the template's tables, its AWS counted
and not waited for.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore import handlers

from tests.bench.canned_aws import CannedAws, Cost
from tests.bench.intake_child import event

TABLES = {"JOURNAL_TABLE": "Journal", "VIEWS_TABLE": "Views", "GRANTS_TABLE": "Grants"}
YARDSTICK = {"names": [{"zh": "设置店招标牌许可", "n": n, "text": "x" * 40} for n in range(50)]}
YARDSTICK_ROUNDS = 30  # some 2 ms
TABLE_PARTS = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def _yardstick() -> float:
    """CPU seconds that a fixed piece of work takes now: a core that others use, too, is slower."""
    started = time.process_time()
    for _ in range(YARDSTICK_ROUNDS):
        json.loads(json.dumps(YARDSTICK))
    return time.process_time() - started


@dataclass
class Stage:
    """The stage; ``app`` is app.py, whose entry points are called as Lambda calls them."""

    app: Any
    aws: CannedAws
    clock: Path

    def measure(self, act: Callable[[], Any]) -> Cost:
        """What ``act`` costs, once; its CPU in yardsticks, one before and one after it."""
        before = _yardstick()
        self.aws.cost = Cost()
        started = time.process_time()
        act()
        taken = time.process_time() - started
        spent, self.aws.cost = self.aws.cost, Cost()
        spent.cpu = 2 * (spent.cpu + taken) / (before + _yardstick())
        return spent

    def ask(
        self,
        method: str,
        resource: str,
        person: str = "",
        body: Any = None,
        query: dict[str, str] | None = None,
        **parts: str,
    ) -> Any:
        """What the API answers to ``person`` (nobody: not signed in); ``parts`` are the resource's,
        those in braces. Raises RuntimeError for a refusal.
        """
        answer = self.app.app(event(method, resource, person, body, query, parts), None)
        if answer["statusCode"] not in (200, 201):
            told = f"{answer['statusCode']} {answer['body'][:500]}"
            raise RuntimeError(f"{method} {resource}: {told}")
        return json.loads(answer["body"])

    def advance_to(self, moment: datetime) -> None:
        """Move official time to a minute after ``moment``."""
        ahead = moment - datetime.now(UTC) + timedelta(minutes=1)
        self.clock.write_text(str(ahead.total_seconds()))


@contextmanager
def running() -> Iterator[Stage]:
    """The stage, its tables empty and its time as it is. Once a process: settings are read once.

    Raises RuntimeError when something was asked of AWS for which nothing is canned.
    """
    from tests import conftest  # a complete environment for settings

    region = conftest.ENVIRONMENT["AWS_DEFAULT_REGION"]
    machines = f"arn:aws:states:{region}:000000000000:stateMachine:sunlit-embedded-"
    aws = CannedAws()
    handlers.BUILTIN_HANDLERS.append(("before-send", aws.answer))
    with tempfile.TemporaryDirectory(prefix="sunlit-bench-") as folder:
        clock = Path(folder) / "clock"
        clock.write_text("0")
        os.environ |= {
            "STAGE": "embedded",
            "CLOCK_FILE": str(clock),
            "AWS_REGION": region,
            "FLOW_ARN_PREFIX": machines,
        }
        _make_tables()
        import app

        yield Stage(app, aws, clock)
    if aws.unknown:
        raise RuntimeError(f"nothing is canned for {', '.join(sorted(set(aws.unknown)))}")


def _make_tables() -> None:
    import boto3

    from infra.build import template

    resources = template.read("template.yaml")["Resources"]
    client = boto3.client("dynamodb")
    for setting, logical in TABLES.items():
        properties = resources[logical]["Properties"]
        described = {name: properties[name] for name in TABLE_PARTS if name in properties}
        client.create_table(TableName=os.environ[setting], **described)
