"""Least privilege is a test: each function's rights are named, and the dangerous ones have one holder."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.build import ROOT, functions

POLICIES = ROOT / ".chalice"
CONFIG = json.loads((POLICIES / "config.json").read_text())

# Statements that AWS offers no resource for. Task tokens name no resource; SES is held by the sender's address.
EVERYWHERE = {"AnswerTaskTokens", "SendMailFromOurAddress"}


def policy(function: str) -> list[dict[str, Any]]:
    return list(json.loads((POLICIES / f"policy-{function}.json").read_text())["Statement"])


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for function in functions.FUNCTIONS:
        for statement in policy(function):
            yield function, statement


def holders(action: str) -> set[str]:
    return {function for function, statement in statements() if action in statement["Action"]}


def test_every_function_has_its_own_policy_and_no_other_exists() -> None:
    assert CONFIG["lambda_functions"].keys() == functions.FUNCTIONS.keys()
    named = {settings["iam_policy_file"] for settings in CONFIG["lambda_functions"].values()}
    assert named == {f"policy-{name}.json" for name in functions.FUNCTIONS}
    assert named == {path.name for path in POLICIES.glob("policy-*.json")}
    assert CONFIG["autogen_policy"] is False


def test_no_action_is_a_wildcard_and_every_resource_is_named() -> None:
    for function, statement in statements():
        assert not [action for action in statement["Action"] if "*" in action], function
        if statement["Sid"] not in EVERYWHERE:
            assert statement["Resource"] != "*", (function, statement["Sid"])


@pytest.mark.parametrize("action", ["DeleteItem", "BatchWriteItem", "PartiQLDelete", "Scan"])
def test_nobody_may(action: str) -> None:
    assert holders(f"dynamodb:{action}") == set()


def test_nobody_updates_the_journal() -> None:
    for function, statement in statements():
        if "dynamodb:UpdateItem" in statement["Action"]:
            assert "Journal" not in json.dumps(statement["Resource"]), function


def test_rights_of_weight_have_few_holders() -> None:
    assert holders("kms:Sign") == {"sign_certificate"}
    assert holders("ses:SendEmail") == {"notify"}
    assert holders("s3:PutObject") == {"api_handler"}
    assert holders("states:StartExecution") == {"deliver", "feed_sweep", "reconcile"}
    assert holders("states:SendTaskSuccess") == {"open_task", "deliver", "feed_sweep"}
    assert holders("secretsmanager:GetSecretValue") == {"api_handler"}


def test_grants_are_written_only_where_people_are_appointed() -> None:
    on_grants = [(function, s["Action"]) for function, s in statements() if "Grants" in json.dumps(s["Resource"])]
    writers = {function for function, actions in on_grants if "dynamodb:PutItem" in actions}
    assert writers == {"api_handler", "load_city"}


def test_keys_are_used_through_services_only() -> None:
    for function, statement in statements():
        if "kms:Decrypt" in statement["Action"]:
            assert "kms:ViaService" in statement["Condition"]["StringEquals"], function


def test_open_task_does_not_refer_to_flows() -> None:
    # Flows refer to open_task, so CloudFormation would find a circle.
    text = json.dumps(policy("open_task")) + functions.FUNCTIONS["open_task"]
    assert "Flow" not in text and "FLOW" not in text and "stateMachine" not in text


def test_a_function_reads_only_what_its_variables_name() -> None:
    tables = {"JOURNAL_TABLE": "Journal", "VIEWS_TABLE": "Views", "GRANTS_TABLE": "Grants", "UPLOADS_BUCKET": "Uploads"}
    for function, variables in functions.FUNCTIONS.items():
        text = json.dumps(policy(function))
        for variable, resource in tables.items():
            named = f'["{resource}", "Arn"]' in text or f"${{{resource}.Arn}}" in text
            assert named == (variable in variables.split()), (function, variable)
