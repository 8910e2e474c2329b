"""No policy allows more than its function was seen to do: the journeys' record of used rights
against ``.chalice``.

``RECORD_RIGHTS=1 pytest tests/journeys`` writes the record anew from a whole run.
"""

import re
from fnmatch import fnmatch
from typing import Any

import pytest

from infra.build import ROOT, functions
from tests.guards import rights
from tests.guards.rights import EVERYTHING, recorded, resources, statements

# Statements whose rights the embedded AWS cannot be seen to use, and why they are there.
UNSEEN = {
    "WriteOwnLogs": "Lambda writes the function's lines in its name; the embedded AWS keeps them without asking",
    "UseDataKeyThroughServices": "DynamoDB, S3, SQS and Secrets Manager ask KMS in its name; AWS alone encrypts",
    "ReadJournalStream": "Lambda reads the stream in the function's name; the embedded AWS hands records over itself",
    "FindJournalStream": "Lambda lists the stream in the function's name",
    "ParkFailedBatches": "Lambda sends what the function could not handle in its name",
    "ReceiveNotices": "Lambda polls the queue in the function's name",
    "ReceiveSigningOrders": "Lambda polls the queue in the function's name",
    "ReceiveEvents": "Lambda polls the queue in the function's name",
    "ReceiveOpenedTasks": "Lambda polls the queue in the function's name",
}
# Statements without a resource, and why AWS offers none.
WITHOUT_RESOURCE = {
    "AnswerTaskTokens": "a task token names no resource",
    "SendMailFromOurAddress": "held by the sender's address instead",
    "SendTextMessages": "a telephone is no resource: everything that is one is excepted",
}
# Single rights that no journey brings about, and when they are needed.
SELDOM = {
    (
        "feed_sweep",
        "LinkCases",
        "dynamodb:PutItem",
    ): "cases whose wake-up from the stream was lost are linked",
    (
        "supervision_sweep",
        "PublishEvents",
        "events:PutEvents",
    ): "matters whose wake-up from the stream was lost are told of",
    (
        "load_city",
        "AppendToJournal",
        "dynamodb:GetItem",
    ): "a city is loaded again after an item was retired",
    (
        "retention_sweep",
        "ReadCases",
        "dynamodb:GetItem",
    ): "a case that is about the redacted one is looked up by its number",
}

EVERY = [(function, statement) for function, statement in statements()]
every_statement = pytest.mark.parametrize(
    ("function", "statement"),
    EVERY,
    ids=[f"{function}-{statement['Sid']}" for function, statement in EVERY],
)


@every_statement
def test_every_action_that_a_policy_allows_is_used(
    function: str, statement: dict[str, Any]
) -> None:
    used = {
        action for who, sid, action, _ in recorded() if (who, sid) == (function, statement["Sid"])
    }
    unused = set(statement["Action"]) - used
    if statement["Sid"] in UNSEEN:
        assert unused, "it can be seen after all: take it off the list"
    else:
        assert {
            action for action in unused if (function, statement["Sid"], action) not in SELDOM
        } == set()


@every_statement
def test_every_resource_that_a_policy_names_is_used(
    function: str, statement: dict[str, Any]
) -> None:
    used = {
        resource
        for who, sid, _, resource in recorded()
        if (who, sid) == (function, statement["Sid"])
    }
    if statement["Sid"] not in UNSEEN and used:
        assert set(resources(statement)) <= used


@every_statement
def test_only_what_has_no_resource_is_allowed_everywhere(
    function: str, statement: dict[str, Any]
) -> None:
    assert (EVERYTHING in resources(statement)) == (statement["Sid"] in WITHOUT_RESOURCE)


ANNOUNCER = "retention_sweep"
LEADING = "dynamodb:LeadingKeys"


@pytest.mark.parametrize("function", sorted(functions.FUNCTIONS))
def test_only_the_redactor_may_announce_redactions(function: str) -> None:
    """An announcement keeps the tamper alarm silent, so whoever could write one could erase
    evidence.
    """
    announces = _may_put(function, "redaction#abc")
    assert announces == (function == ANNOUNCER)


def _may_put(function: str, stream: str) -> bool:
    """Whether a function may put an entry of that stream, as IAM judges leading keys."""
    allowed = denied = False
    for statement in rights.policy(function):
        is_put = "dynamodb:PutItem" in statement["Action"]
        if not is_put or "Journal" not in resources(statement):
            continue
        condition = statement.get("Condition", {})
        keys = [pattern for each in condition.values() for pattern in each.get(LEADING, ())]
        matches = not keys or any(fnmatch(stream, pattern) for pattern in keys)
        if statement["Effect"] == "Deny":
            denied |= matches
        else:
            allowed |= matches
    return allowed and not denied


def test_no_exception_outlives_its_reason() -> None:
    sids = {statement["Sid"] for _, statement in EVERY}
    assert set(UNSEEN) | set(WITHOUT_RESOURCE) <= sids
    allowed = {
        (function, statement["Sid"], action)
        for function, statement in EVERY
        for action in statement["Action"]
    }
    assert set(SELDOM) <= allowed - {right[:3] for right in recorded()}


def test_the_record_holds_no_right_that_no_policy_gives() -> None:
    given = {(function, s["Sid"], action) for function, s in EVERY for action in s["Action"]}
    assert {right[:3] for right in recorded()} <= given


# How the code calls an action, where it is not by the API's own name in small letters.
CALLED_AS = {
    "dynamodb:ConditionCheckItem": r"transaction\.check\(",
    "dynamodb:PutItem": r"dispatch\(PUT_ITEM",
    "s3:DeleteObjectVersion": r"(?s)\.delete_object\([^)]*VersionId",
    "s3:GetObjectVersion": r"(?s)\"VersionId\".*\"get_object\"",
    "s3:ListBucketVersions": r"list_object_versions",
    "s3:PutObject": r"generate_presigned_post\(",
}
# What AWS calls in a function's name, and not its code.
BY_AWS = re.compile(
    r"logs:|kms:(Decrypt|GenerateDataKey)$|dynamodb:\w+Streams?$|dynamodb:GetRecords|dynamodb:GetShard|sqs:"
)
SOURCE = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "chalicelib").rglob("*.py")))


def test_every_action_that_a_policy_allows_is_called_by_the_code_of_today() -> None:
    """The record of used rights is of the last whole run; this one notices a call that is gone at
    once.
    """
    actions = {
        action
        for _, statement in EVERY
        for action in statement["Action"]
        if not BY_AWS.match(action)
    }
    actions.add("sqs:ChangeMessageVisibility")
    names = {action: CALLED_AS.get(action, rf"\b{_small(action)}\b") for action in actions}
    assert [action for action, name in sorted(names.items()) if not re.search(name, SOURCE)] == []


def _small(action: str) -> str:
    """``events:PutEvents`` as an SDK calls it: ``put_events``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", action.partition(":")[2]).lower()
