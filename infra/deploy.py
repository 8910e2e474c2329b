"""Deploys a stage: ``python -m infra.deploy --stage S [--endpoint URL] [--parameter K=V]``.

The same CloudFormation commands reach AWS and, with ``--endpoint``, the embedded AWS.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra import stages
from infra.build import ROOT, package, quotas, template, vendored

AWS_ONLY = ROOT / "infra" / "aws-only.yaml"
CHANGE_SET = re.compile(r"arn:\S+:changeSet/\S+")
FINISHED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
NOT_PUBLIC = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}


@dataclass(frozen=True)
class Target:
    """Where a stage is deployed: a region of AWS, or the emulator at ``endpoint``."""

    region: str
    endpoint: str | None

    def client(self, service: str) -> Any:
        """A boto3 client, under the credentials of the environment."""
        session = boto3.Session(region_name=self.region)
        return session.client(service, endpoint_url=self.endpoint)

    @property
    def environment(self) -> dict[str, str]:
        """The AWS command line's; to an emulator never under a profile, whose keys are real."""
        region = {
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "AWS_PAGER": "",
        }
        if not self.endpoint:
            return os.environ | region
        emulated = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        environment = os.environ | region | emulated
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            environment.pop(name, None)
        return environment


def deploy(
    stage: str,
    *,
    endpoint: str | None = None,
    parameters: dict[str, str] | None = None,
    architecture: str | None = None,
) -> dict[str, str]:
    """Package and deploy a stage; returns the stack's outputs.

    ``parameters`` go before those of the stage's file.
    """
    target = Target(stages.read(stage)["region"], endpoint)
    declared = template.read("template.yaml")["Parameters"]
    values = stages.complete(stage, parameters or {}, declared)
    if endpoint and not architecture:
        # An emulator runs the functions on this machine, whatever the stage is called.
        architecture = vendored.machine()
    folder = package.build(stage, architecture).folder
    bucket = artifact_bucket(target)
    stack = f"sunlit-{stage}"
    _upload(target, folder, stage, bucket)
    _deploy_stack(
        target,
        folder,
        stage,
        bucket,
        stack,
        folder / "tight.json",
        values,
    )
    if not endpoint:
        beside = f"{stack}-aws-only"
        _deploy_stack(
            target,
            folder,
            stage,
            bucket,
            beside,
            AWS_ONLY,
            {"Stage": stage},
        )
    return outputs(target, stack)


def artifact_bucket(target: Target) -> str:
    """The bucket that templates and zips go through, created on first use.

    It is private, and S3 encrypts what is in it.
    """
    caller = target.client("sts").get_caller_identity()
    account = caller["Account"]
    name = f"sunlit-artifacts-{account}-{target.region}"
    s3 = target.client("s3")
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
        _create_bucket(s3, name, target.region)
    return name


def _create_bucket(s3: Any, name: str, region: str) -> None:
    if region == stages.FIRST_REGION:
        s3.create_bucket(Bucket=name)
    else:
        place = {"LocationConstraint": region}
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=NOT_PUBLIC)


def _upload(target: Target, folder: Path, stage: str, bucket: str) -> None:
    """Put zip and flows into the bucket, and the template that names them into ``tight.json``."""
    _aws(
        target,
        folder,
        "package",
        "--template-file=sam.json",
        "--use-json",
        f"--s3-bucket={bucket}",
        f"--s3-prefix={stage}",
        "--output-template-file=packaged.json",
    )
    packaged = folder / "packaged.json"
    document = json.loads(packaged.read_text("utf-8"))
    (folder / "tight.json").write_text(quotas.compact(document), "utf-8")


def _deploy_stack(
    target: Target,
    folder: Path,
    stage: str,
    bucket: str,
    stack: str,
    path: Path,
    parameters: dict[str, str],
) -> None:
    """Bring a stack to what the template at ``path`` says; ends the program when it fails."""
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    told = _aws(
        target,
        folder,
        "deploy",
        f"--s3-bucket={bucket}",
        f"--s3-prefix={stage}",
        "--capabilities",
        "CAPABILITY_IAM",
        "--no-fail-on-empty-changeset",
        "--no-execute-changeset",
        "--tags",
        f"sunlit:stage={stage}",
        f"--stack-name={stack}",
        f"--template-file={path}",
        "--parameter-overrides",
        *overrides,
    )
    change_set = CHANGE_SET.search(told)
    if change_set:
        _execute(target, stack, change_set[0])


def _aws(target: Target, folder: Path, *arguments: str) -> str:
    """What the AWS command line printed; ends the program with its words when it fails."""
    tool = Path(sys.executable).with_name("aws")
    done = subprocess.run(
        [str(tool), "cloudformation", *arguments],
        cwd=folder,
        env=target.environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"aws cloudformation {arguments[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _execute(target: Target, stack: str, change_set: str) -> None:
    """Execute a change set and wait for its end.

    The command line's own waiter asks every 30 seconds, which is longer than a whole deployment of
    the embedded stack.
    """
    client = target.client("cloudformation")
    client.execute_change_set(ChangeSetName=change_set)
    status = _status(client, stack)
    while status.endswith("_IN_PROGRESS"):
        time.sleep(0.2 if target.endpoint else 5)
        status = _status(client, stack)
    if status not in FINISHED:
        reasons = _reasons(client, stack)
        sys.exit("\n".join([f"{stack}: {status}", *reasons]))


def _status(client: Any, stack: str) -> str:
    return str(_described(client, stack)["StackStatus"])


def _described(client: Any, stack: str) -> dict[str, Any]:
    (described,) = client.describe_stacks(StackName=stack)["Stacks"]
    return dict(described)


def _reasons(client: Any, stack: str) -> list[str]:
    """Why a stack failed: the 20 newest failures, each with its resource."""
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    reasons = []
    for event in failed[:20]:
        reason = event.get("ResourceStatusReason", "")
        reasons.append(f"{event['LogicalResourceId']}: {reason}")
    return reasons


def outputs(target: Target, stack: str) -> dict[str, str]:
    """A deployed stack's outputs by name."""
    client = target.client("cloudformation")
    described = _described(client, stack)
    found = described.get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--endpoint", help="the embedded AWS instead of the real one")
    parser.add_argument(
        "--parameter", type=_pair, action="append", default=[], metavar="NAME=VALUE"
    )
    parser.add_argument("--architecture", choices=("x86_64", "arm64"))
    return parser.parse_args()


def main() -> None:
    """Command line: deploy and say how long it took."""
    options = _options()
    if options.stage == stages.EMBEDDED and not options.endpoint:
        # Its clock can be moved and its sign-in is open: it must never stand on AWS.
        sys.exit("the embedded stage runs on the embedded AWS only: give --endpoint or make run")
    started = time.monotonic()
    found = deploy(
        options.stage,
        endpoint=options.endpoint,
        parameters=dict(options.parameter),
        architecture=options.architecture,
    )
    seconds = time.monotonic() - started
    print(f"sunlit-{options.stage} deployed in {seconds:.1f} s")
    for name in sorted(found):
        print(f"  {name} = {found[name]}")


if __name__ == "__main__":
    main()
