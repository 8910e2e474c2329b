"""Least privilege is a test: each function's rights are named, and the dangerous ones have one
holder.
"""

import json

import pytest

from infra.build import ROOT, functions
from tests.guards.rights import policy, statements

POLICIES = ROOT / ".chalice"
CONFIG = json.loads((POLICIES / "config.json").read_text())


def holders(action: str) -> set[str]:
    return {function for function, statement in statements() if action in statement["Action"]}


def test_every_function_has_its_own_policy_and_no_other_exists() -> None:
    assert CONFIG["lambda_functions"].keys() == functions.FUNCTIONS.keys()
    named = {settings["iam_policy_file"] for settings in CONFIG["lambda_functions"].values()}
    assert named == {f"policy-{name}.json" for name in functions.FUNCTIONS}
    assert named == {path.name for path in POLICIES.glob("policy-*.json")}
    assert CONFIG["autogen_policy"] is False


def test_no_action_is_a_wildcard() -> None:
    for function, statement in statements():
        assert not [action for action in statement["Action"] if "*" in action], function


@pytest.mark.parametrize("action", ["DeleteItem", "BatchWriteItem", "PartiQLDelete", "Scan"])
def test_nobody_may(action: str) -> None:
    assert holders(f"dynamodb:{action}") == set()


def test_nobody_updates_the_journal_but_the_redactor_and_it_only_private_parts() -> None:
    updating = [(f, s) for f, s in statements() if "dynamodb:UpdateItem" in s["Action"]]
    ((function, statement),) = [
        (f, s) for f, s in updating if "Journal" in json.dumps(s.get("Resource"))
    ]
    attributes = statement["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert function == "retention_sweep"
    assert set(attributes) == {"stream", "seq", "leaf", "private", "commitments"}


def test_files_are_deleted_by_the_redactor_alone() -> None:
    assert (holders("s3:DeleteObjectVersion"), holders("s3:DeleteObject")) == (
        {"retention_sweep"},
        set(),
    )


def test_rights_of_weight_have_few_holders() -> None:
    assert holders("kms:Sign") == {"sign_certificate"}
    assert holders("ses:SendEmail") == {"notify"}
    assert holders("s3:PutObject") == {"api_handler"}
    assert holders("states:StartExecution") == {"deliver", "feed_sweep", "reconcile"}
    assert holders("states:SendTaskSuccess") == {"open_task", "deliver", "feed_sweep"}
    assert holders("secretsmanager:GetSecretValue") == {"api_handler", "authorize", "webhook"}


def test_grants_are_written_only_where_people_are_appointed() -> None:
    on_grants = [
        (function, s["Action"])
        for function, s in statements()
        if "Grants" in json.dumps(s.get("Resource"))
    ]
    writers = {function for function, actions in on_grants if "dynamodb:PutItem" in actions}
    assert writers == {"api_handler", "load_city"}


def test_keys_are_used_through_services_only() -> None:
    for function, statement in statements():
        if "kms:Decrypt" in statement["Action"]:
            assert "kms:ViaService" in statement["Condition"]["StringEquals"], function


def test_open_task_does_not_refer_to_flows() -> None:
    # Flows refer to open_task, so CloudFormation would find a circle.
    text = json.dumps([policy("open_task"), functions.FUNCTIONS["open_task"]])
    assert "Flow" not in text and "FLOW" not in text and "stateMachine" not in text


def test_a_function_reads_only_what_its_variables_name() -> None:
    tables = {
        "JOURNAL_TABLE": "Journal",
        "VIEWS_TABLE": "Views",
        "GRANTS_TABLE": "Grants",
        "UPLOADS_BUCKET": "Uploads",
    }
    for function, variables in functions.FUNCTIONS.items():
        text = json.dumps(policy(function))
        for variable, resource in tables.items():
            named = f'["{resource}", "Arn"]' in text or f"${{{resource}.Arn}}" in text
            assert named == (variable in variables), (function, variable)
