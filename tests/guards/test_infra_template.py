"""What the one template promises: nothing is lost, everything is encrypted, whatever fails rings a
bell.
"""

import json
from typing import Any

import pytest

from chalicelib.kernel.http.headers import common
from infra import stages
from infra.build import ROOT, flows, functions, gateway, template

TEMPLATE = template.build(flows.read())
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: r.get("Properties", {})
        for name, r in RESOURCES.items()
        if r.get("Type") == f"AWS::{kind}"
    }


def alarms_on(metric: str) -> list[dict[str, Any]]:
    return [a for a in of_type("CloudWatch::Alarm").values() if a["MetricName"] == metric]


@pytest.mark.parametrize("name", ["Journal", "Views", "Grants"])
def test_a_table_can_be_recovered_and_is_not_deleted(name: str) -> None:
    table = RESOURCES[name]
    assert table["DeletionPolicy"] == "Retain"
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert properties["SSESpecification"]["SSEType"] == "KMS"


def test_only_the_embedded_stage_gives_up_protection() -> None:
    assert TEMPLATE["Parameters"]["DeletionProtection"]["Default"] == "true"
    assert TEMPLATE["Parameters"]["TlsOnly"]["Default"] == "true"
    for path in stages.FOLDER.glob("*.json"):
        parameters = json.loads(path.read_text())["parameters"]
        embedded = path.stem == stages.EMBEDDED
        assert (parameters.get("DeletionProtection") == "false") == embedded, path.name
        assert (parameters.get("TlsOnly") == "false") == embedded, path.name


def test_no_index_holds_more_than_keys() -> None:
    for table in of_type("DynamoDB::Table").values():
        for index in table.get("GlobalSecondaryIndexes", []):
            assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_queues_topic_bucket_and_logs_are_encrypted_with_our_key() -> None:
    key = {"Fn::GetAtt": ["DataKey", "Arn"]}
    for queue in of_type("SQS::Queue").values():
        assert queue["KmsMasterKeyId"] == key
    assert RESOURCES["Alarms"]["Properties"]["KmsMasterKeyId"] == key
    for group in of_type("Logs::LogGroup").values():
        assert group["KmsKeyId"] == key
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_every_consumed_queue_has_dead_letters_and_both_have_alarms() -> None:
    watched = json.dumps(
        alarms_on("ApproximateNumberOfMessagesVisible") + alarms_on("ApproximateAgeOfOldestMessage")
    )
    for name, queue in of_type("SQS::Queue").items():
        assert ("RedrivePolicy" in queue) != name.endswith("DeadLetters")
        assert f'["{name}", "QueueName"]' in watched


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_every_function_has_alarms(metric: str) -> None:
    watched = {alarm["Dimensions"][0]["Value"]["Ref"] for alarm in alarms_on(metric)}
    if (
        metric == "Errors"
    ):  # a refused token is an error of authorize: it counts what is none by itself
        assert alarms_on("AuthorizerErrors")
        watched.add("Authorize")
    assert watched == {functions.logical_id(name) for name in functions.FUNCTIONS}


def test_every_flow_is_a_machine_with_an_alarm() -> None:
    published = {flows.logical_id(flow) for flow in flows.read()}
    assert published == set(of_type("StepFunctions::StateMachine"))
    assert published == {
        alarm["Dimensions"][0]["Value"]["Ref"] for alarm in alarms_on("ExecutionsFailed")
    }


@pytest.mark.parametrize("metric", [
    "5XXError", "Latency", "FeedLag", "SweepLag", "WarningsRaised", "ReconcilerFindings", "FeedParked",
    "JournalTampered", "VisitsWithoutTask", "RequestErrors", "SweepFailures", "RetentionFailures",
])  # fmt: skip
def test_what_must_not_pass_unseen_has_an_alarm_that_tells_somebody(metric: str) -> None:
    found = alarms_on(metric)
    assert found
    assert all(alarm["AlarmActions"] == [{"Ref": "Alarms"}] for alarm in found)


def test_a_silent_sweep_is_an_alarm() -> None:
    for metric in ("FeedLag", "SweepLag"):
        assert alarms_on(metric)[0]["TreatMissingData"] == "breaching"


def test_every_function_logs_to_its_own_group_for_the_time_that_the_law_asks() -> None:
    assert TEMPLATE["Parameters"]["LogRetentionDays"]["Default"] >= 183
    for name in functions.FUNCTIONS:
        logical = functions.logical_id(name)
        assert RESOURCES[logical]["Properties"]["LoggingConfig"]["LogGroup"] == {
            "Ref": f"{logical}Logs"
        }


def test_no_template_or_config_may_move_the_clock() -> None:
    text = json.dumps(TEMPLATE) + (ROOT / ".chalice" / "config.json").read_text()
    assert "CLOCK_FILE" not in text


def test_no_act_goes_to_the_same_queue_twice() -> None:
    routed = [
        (act, str(target["Arn"]))
        for rule in of_type("Events::Rule").values()
        for act in rule.get("EventPattern", {}).get("detail-type", ())
        for target in rule["Targets"]
    ]
    assert routed
    assert len(routed) == len(set(routed))


def test_refusals_of_the_gateway_are_guarded_as_the_apis_answers_are() -> None:
    expected = common("en", "")
    for kind, refusal in gateway.responses().items():
        sent = refusal["ResponseParameters"]["Headers"]
        for name in ("X-Content-Type-Options", "Strict-Transport-Security", "Cache-Control"):
            assert sent[name] == f"'{expected[name]}'", kind


def test_refusals_of_the_gateway_are_problems_in_both_languages() -> None:
    for kind, refusal in gateway.responses().items():
        body = json.loads(refusal["ResponseTemplates"]["application/json"])
        assert body["status"] == refusal["StatusCode"]
        assert body["type"].startswith("urn:sunlit:problem:")
        zh, en = body["title"].split(" / ")
        assert zh and en.isascii(), kind
    headers = gateway.responses()["THROTTLED"]["ResponseParameters"]["Headers"]
    assert headers["Retry-After"] == "'1'"
    assert gateway.REFUSALS["UNAUTHORIZED"][0] == 401
    assert gateway.REFUSALS["MISSING_AUTHENTICATION_TOKEN"][0] == 404
