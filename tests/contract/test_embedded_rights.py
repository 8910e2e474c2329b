"""The embedded AWS remembers what IAM allowed, and forgets it the moment that anything about it changes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.emulator import embedded

TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/{}"
OTHER_NAME = {"StringEquals": {"aws:userid": "nobody"}}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Running]:
    with embedded.start(tmp_path_factory.mktemp("rights"), persist=False) as running:
        for name in ("open", "closed"):
            running.client("dynamodb").create_table(TableName=name, **TABLE)
        yield running


class Role:
    """A role, and tables as a session under it sees them."""

    def __init__(self, aws: embedded.Running, name: str, **session: Any) -> None:
        self.aws, self.name = aws, name
        self.iam = aws.client("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        document = {"Version": "2012-10-17", "Statement": [trust]}
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))[
            "Role"
        ]
        assumed = aws.client("sts").assume_role(
            RoleArn=role["Arn"], RoleSessionName="test", **session
        )
        self.credentials = assumed["Credentials"]
        self.tables = self.client("dynamodb")

    def client(self, service: str, **changed: str) -> Any:
        """Signed with the session's credentials; ``changed`` are not its own."""
        keys = {
            "aws_access_key_id": self.credentials["AccessKeyId"],
            "aws_secret_access_key": self.credentials["SecretAccessKey"],
            "aws_session_token": self.credentials["SessionToken"],
        }
        return boto3.client(
            service, endpoint_url=self.aws.aws, region_name=self.aws.region, **{**keys, **changed}
        )

    def may(self, *statements: dict[str, Any]) -> None:
        """Give the role a policy in place of the one before."""
        self.iam.put_role_policy(
            RoleName=self.name, PolicyName="own", PolicyDocument=policy(*statements)
        )

    def puts(self, table: str = "open", key: str = "1") -> str:
        """Put an item; the error's code, or nothing."""
        return refusal(lambda: self.tables.put_item(TableName=table, Item={"pk": {"S": key}}))


def refusal(call: Callable[[], Any]) -> str:
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str = "dynamodb:PutItem", table: str = "open", **more: Any) -> dict[str, Any]:
    return {
        "Sid": "Own",
        "Effect": "Allow",
        "Action": action,
        "Resource": ARN.format(table),
        **more,
    }


def deny(**more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*", **more}


DENIED = "AccessDeniedException"


def test_what_was_allowed_is_denied_as_soon_as_the_policy_changes(aws: embedded.Running) -> None:
    role = Role(aws, "changing")
    assert role.puts() == DENIED, "nothing is allowed yet"
    for _ in range(3):
        role.may(allow())
        assert [role.puts(), role.puts()] == ["", ""]
        role.may(allow(), deny())
        assert [role.puts(), role.puts()] == [DENIED, DENIED]
    role.may(allow("dynamodb:GetItem"))
    assert role.puts() == DENIED
    role.may(allow())
    assert role.puts() == ""
    role.iam.delete_role_policy(RoleName="changing", PolicyName="own")
    assert role.puts() == DENIED


def test_a_verdict_is_for_its_action_and_resource_alone(aws: embedded.Running) -> None:
    role = Role(aws, "narrow")
    role.may(allow())
    assert [role.puts("open"), role.puts("closed"), role.puts("open")] == ["", DENIED, ""]
    key = {"pk": {"S": "1"}}
    assert refusal(lambda: role.tables.get_item(TableName="open", Key=key)) == DENIED
    assert refusal(lambda: role.tables.update_item(TableName="open", Key=key)) == DENIED


def test_every_part_of_a_transaction_needs_its_right(aws: embedded.Running) -> None:
    role = Role(aws, "transacting")
    role.may(allow())

    def puts(*tables: str) -> Any:
        items = [{"Put": {"TableName": name, "Item": {"pk": {"S": "2"}}}} for name in tables]
        return role.tables.transact_write_items(TransactItems=items)

    assert refusal(lambda: puts("open")) == ""
    assert refusal(lambda: puts("open", "closed")) == DENIED
    assert refusal(lambda: puts("open")) == ""


def test_attached_policies_and_boundaries_count_at_once(aws: embedded.Running) -> None:
    role = Role(aws, "attached")
    made = role.iam.create_policy(PolicyName="puts", PolicyDocument=policy(allow()))["Policy"][
        "Arn"
    ]
    role.iam.attach_role_policy(RoleName="attached", PolicyArn=made)
    assert role.puts() == ""
    role.iam.create_policy_version(PolicyArn=made, PolicyDocument=policy(deny()), SetAsDefault=True)
    assert role.puts() == DENIED
    role.iam.create_policy_version(
        PolicyArn=made, PolicyDocument=policy(allow()), SetAsDefault=True
    )
    assert role.puts() == ""
    bound = role.iam.create_policy(
        PolicyName="reads", PolicyDocument=policy(allow("dynamodb:GetItem"))
    )
    role.iam.put_role_permissions_boundary(
        RoleName="attached", PermissionsBoundary=bound["Policy"]["Arn"]
    )
    assert role.puts() == DENIED
    role.iam.delete_role_permissions_boundary(RoleName="attached")
    assert role.puts() == ""
    role.iam.detach_role_policy(RoleName="attached", PolicyArn=made)
    assert role.puts() == DENIED


def test_a_session_policy_limits_its_own_session_alone(aws: embedded.Running) -> None:
    free = Role(aws, "free")
    free.may(allow())
    assumed = aws.client("sts").assume_role(
        RoleArn=free.iam.get_role(RoleName="free")["Role"]["Arn"],
        RoleSessionName="test",
        Policy=policy(allow("dynamodb:GetItem")),
    )["Credentials"]
    bound = free.client(
        "dynamodb",
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )
    item = {"pk": {"S": "3"}}
    for _ in range(2):
        assert free.puts() == ""
        assert refusal(lambda: bound.put_item(TableName="open", Item=item)) == DENIED


def test_what_a_condition_looks_at_is_looked_at_each_time(aws: embedded.Running) -> None:
    role = Role(aws, "conditional")
    attributes = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk"]}}
    role.may(allow("dynamodb:GetItem", Condition=attributes))

    def reads(*names: str) -> str:
        asked = {
            "TableName": "open",
            "Key": {"pk": {"S": "1"}},
            "ProjectionExpression": ", ".join(names),
        }
        return refusal(lambda: role.tables.get_item(**asked))

    assert [reads("pk"), reads("pk", "secret"), reads("pk")] == ["", DENIED, ""]
    role.may(allow(Condition=OTHER_NAME))
    assert role.puts() == DENIED


def test_what_is_allowed_for_a_while_ends_by_itself(aws: embedded.Running) -> None:
    role = Role(aws, "passing")
    end = datetime.now(UTC) + timedelta(seconds=3)
    role.may(allow(Condition={"DateLessThan": {"aws:CurrentTime": end.isoformat()}}))
    assert [role.puts(), role.puts()] == ["", ""]
    while datetime.now(UTC) <= end:
        time.sleep(0.05)
    assert role.puts() == DENIED


def test_a_wrong_signature_or_token_is_refused_also_after_a_right_one(
    aws: embedded.Running,
) -> None:
    role = Role(aws, "signing")
    role.may(allow())
    assert role.puts() == ""
    item = {"pk": {"S": "4"}}
    for wrong in ({"aws_secret_access_key": "guess"}, {"aws_session_token": "guess"}):
        forged = role.client("dynamodb", **wrong)
        code = refusal(partial(forged.put_item, TableName="open", Item=item))
        assert code not in ("", DENIED)
    assert role.puts() == ""


def test_a_role_that_is_gone_allows_nothing(aws: embedded.Running) -> None:
    role = Role(aws, "going")
    role.may(allow())
    assert role.puts() == ""
    role.iam.delete_role_policy(RoleName="going", PolicyName="own")
    role.iam.delete_role(RoleName="going")
    assert role.puts() != ""
