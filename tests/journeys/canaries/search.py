"""Looks for canaries in everything that a city has said and kept, and tells where one stands that
must not.
"""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import httpx

from infra.local.client import Json
from tests.journeys.canaries.fields import (
    ADMINISTRATORS,
    AGENT,
    AUTHORS,
    HANDLER,
    OFFICE,
    OWN,
    REVIEWER,
    SIDES,
    TOLD,
    Canary,
)
from tests.journeys.canaries.planting import (
    CLERK,
    EVENTS,
    GUARDIAN,
    NEIGHBOUR,
    OBJECTOR,
    OWNER,
    Planted,
)
from tests.journeys.support.cases import OFFICER

MARK = re.compile(r"(?i)kanari|13900170\d{3}|33990019900101\d{3}X")
# The same mark as base64 has it in its three positions, and as UTF-16 in hexadecimal digits.
HIDDEN = re.compile(
    r"a2FuYXJp|S2FuYXJp|thbmFyaS|LYW5hcmk|rYW5hcmk|AGsAYQBuAGEAcgBp|(?i:00[46]b0061006e0061)"
)
_SEGMENT = re.compile(r"[A-Za-z0-9_-]{16,}")
_HEX = re.compile(r"(?:00[0-9a-fA-F]{2}){4,}")
PEOPLE = (OWNER, NEIGHBOUR, CLERK, OBJECTOR, GUARDIAN)
# Owners of cases, and who else is let into one.
INSIDE = {OWN: {OWNER}, TOLD: {NEIGHBOUR}, AGENT: {CLERK}, SIDES: {GUARDIAN, OWNER, CLERK}}
INSIDE |= {HANDLER: {OFFICER["city-supervisor"]}, REVIEWER: {OFFICER["commission-supervisor"]}}
ROLES = {
    AUTHORS: {"catalogue-author", "catalogue-publisher"},
    ADMINISTRATORS: {"administrator", "head"},
}
OF_EVERY_CASE = {
    "supervisor",
    "coordinator",
    "archivist",
}  # roles that come into cases of all departments


def revealed(text: str) -> str:
    """A text with what it holds in base64 and in hexadecimal UTF-16 written out after it."""
    if not HIDDEN.search(text):
        return text
    found = [text]
    for part in _SEGMENT.findall(text):
        try:
            found.append(
                base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode(
                    "utf-8", errors="ignore"
                )
            )
        except ValueError:
            continue
    found += [
        bytes.fromhex(part).decode("utf-16-be", errors="ignore") for part in _HEX.findall(text)
    ]
    return "\n".join(found)


class Search:
    """One look through a city; ``seen`` gathers which fields were shown to somebody who may see
    them.
    """

    def __init__(self, planted: Planted) -> None:
        self.stack, self.canaries = planted.stack, planted.canaries
        self.departments, self.inside = planted.departments, planted.inside
        self.seen: set[str] = set()
        self.kept: set[str] = set()

    # ---- what was answered
    # --------------------------------------------------------------------------------
    def answers(self) -> Iterator[str]:
        """Every answer that told somebody what is not for them."""
        with (self.stack.running.state_dir / "answers.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                if MARK.search(line) or HIDDEN.search(line):
                    yield from self._answer(json.loads(line))

    def _answer(self, said: Json) -> Iterator[str]:
        text = revealed(json.dumps(said["headers"]) + said["body"])
        for canary in self._in(text):
            if self.may_see(said["who"], canary):
                self.seen.add(canary.field)
            else:
                yield f"{said['method']} {said['path']} told {said['who'] or 'anybody'} of {canary.field}"
        for person in PEOPLE:
            if person in text and not self._may_know(said["who"], person):
                yield f"{said['method']} {said['path']} told {said['who'] or 'anybody'} who {person} is"

    def _in(self, text: str) -> list[Canary]:
        return (
            [canary for value, canary in self.canaries.items() if value in text]
            if MARK.search(text)
            else []
        )

    def may_see(self, who: str, canary: Canary) -> bool:
        """Whether a value is for somebody: by how they stand to its case, or by the office that
        they hold.
        """
        inside = self.inside.get(canary.case, INSIDE)
        if any(who in inside.get(group, ()) for group in canary.seen_by):
            return True
        held = self.offices.get(who, set())
        wanted = {role for group in canary.seen_by for role in ROLES.get(group, ())}
        if any(role in wanted for _, role in held):
            return True
        here = self.departments.get(canary.case, set())
        return OFFICE in canary.seen_by and any(
            d in here or role in OF_EVERY_CASE for d, role in held
        )

    def _may_know(self, who: str, person: str) -> bool:
        """Ids of accounts are for themselves, for the other side of a mandate, and for offices."""
        return who == person or who in {OWNER, CLERK, GUARDIAN} or bool(self.offices.get(who))

    @cached_property
    def offices(self) -> dict[str, set[tuple[str, str]]]:
        """(department, role) of every post that somebody held at any time of the run."""
        posts = {
            row["post"]: row
            for row in map(_data, self.rows("Grants"))
            if "definitions" in row and "post" in row
        }
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in self.rows("Journal"):
            stream = row["stream"]["S"]
            if stream.startswith("appointments#"):
                for _, data in json.loads(row["acts"]["S"]):
                    for said in posts.get(data.get("post", ""), {}).get("definitions", ()):
                        found[stream.partition("#")[2]] |= {
                            (said["department"], role) for role in said["roles"]
                        }
        return found

    # ---- what is kept
    # -------------------------------------------------------------------------------------
    def tables(self) -> Iterator[str]:
        """Every stored row that holds a value outside the places that are made for it."""
        for row in self.rows("Journal"):
            private = json.dumps(row.get("private", {}), ensure_ascii=False)
            self.kept |= {canary.field for canary in self._in(private)}
            yield from self._loose("Journal", row, {"private"}, ids=())
        for row in self.rows("Views"):
            # What a mandate's message says of the other side; the minor's inbox is that of a
            # document.
            own_inbox = row["pk"]["S"].startswith(("inbox#p-kanari", "inbox#n-"))
            yield from self._loose(
                "Views", row, {"data"} if own_inbox else set(), ids=("pk", "owner")
            )
        for row in self.rows("Grants"):
            own_row = row["pk"]["S"].startswith("person#p-kanari")
            yield from self._loose("Grants", row, {"data"} if own_row else set(), ids=("pk",))

    def _loose(self, table: str, row: Json, free: set[str], ids: tuple[str, ...]) -> Iterator[str]:
        for name, value in row.items():
            if name in free:
                continue
            text = revealed(json.dumps(value, ensure_ascii=False))
            named = [canary.field for canary in self._in(text)]
            if name not in ids:
                named += [person for person in PEOPLE if person in text]
            yield from (
                f"{table} {row.get('stream', row.get('pk'))} keeps {what} in {name!r}"
                for what in named
            )

    def rows(self, table: str) -> list[Json]:
        """All rows of a table."""
        pages = (
            self.stack.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.stack.resources[table])
        )
        return [row for page in pages for row in page["Items"]]

    def elsewhere(self) -> Iterator[str]:
        """Logs, events, queues, executions, storage keys, mail and metrics: no value has any
        business there.
        """
        for where, text in (*self._logs(), *self._queues(), *self._executions(), *self._others()):
            text = revealed(text)
            yield from (f"{where} holds {canary.field}" for canary in self._in(text))
            yield from (f"{where} names {person}" for person in PEOPLE if person in text)

    def _logs(self) -> Iterator[tuple[str, str]]:
        logs = self.stack.client("logs")
        for group in logs.describe_log_groups()["logGroups"]:
            name = group["logGroupName"]
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
                yield name, "\n".join(event["message"] for event in page["events"])

    def _queues(self) -> Iterator[tuple[str, str]]:
        """What waits in any queue, dead letters among it; and all events of the run, which one of
        them has kept.
        """
        queues = self.stack.client("sqs")
        for url in queues.list_queues()["QueueUrls"]:
            while found := queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
                "Messages"
            ):
                yield url.rpartition("/")[2], "\n".join(message["Body"] for message in found)
                if not url.endswith(EVENTS):
                    break
                for message in found:
                    queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def _executions(self) -> Iterator[tuple[str, str]]:
        states = self.stack.client("stepfunctions")
        for status in ("RUNNING", "SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"):
            for each in self.stack.executions(status=status):
                told = states.describe_execution(executionArn=each["executionArn"])
                parts = (
                    each["name"],
                    *(str(told.get(name, "")) for name in ("input", "output", "error", "cause")),
                )
                yield f"execution of {each['stateMachineArn'].rpartition(':')[2]}", "\n".join(parts)

    def _others(self) -> Iterator[tuple[str, str]]:
        storage, bucket = self.stack.client("s3"), self.stack.resources["Uploads"]
        keys = [
            each["Key"]
            for page in storage.get_paginator("list_objects_v2").paginate(Bucket=bucket)
            for each in page.get("Contents", ())
        ]
        yield "storage keys", "\n".join(keys)
        for key in keys[:200]:  # the first ones were planted
            yield (
                "a file's metadata",
                json.dumps(storage.head_object(Bucket=bucket, Key=key)["Metadata"]),
            )
        gateway = self.stack.running.gateway
        mails = httpx.get(f"{gateway}/__local/mail", timeout=60, trust_env=False).json()["mail"]
        yield "mail", "\n".join(f"{mail['subject']}\n{mail['text']}" for mail in mails)
        metrics = self.stack.client("cloudwatch").get_paginator("list_metrics").paginate()
        yield "metrics", json.dumps([page["Metrics"] for page in metrics])


def _data(row: Json) -> dict[str, Any]:
    told = row.get("data", {})
    return dict(json.loads(told["S"])) if "S" in told else {}
