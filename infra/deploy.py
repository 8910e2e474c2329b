"""Deploys a stage with CloudFormation: ``python -m infra.deploy --stage S [--endpoint URL]
[--parameter K=V]``.

The same commands reach AWS and, with ``--endpoint``, the embedded AWS.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra import stages
from infra.build import ROOT, package, template, vendored

AWS_ONLY = ROOT / "infra" / "aws-only.yaml"


def _environment(region: str, endpoint: str | None) -> dict[str, str]:
    """The AWS command line's environment; an emulator takes any credentials, so it never gets real
    ones.
    """
    environment = os.environ | {"AWS_DEFAULT_REGION": region, "AWS_REGION": region, "AWS_PAGER": ""}
    if endpoint:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            environment.pop(name, None)
        environment |= {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    return environment


def session(region: str, endpoint: str | None) -> Any:
    """A boto3 session for the stage, with stand-in credentials when it speaks to an emulator."""
    if endpoint:
        return boto3.Session("test", "test", region_name=region)
    return boto3.Session(region_name=region)


def artifact_bucket(region: str, endpoint: str | None) -> str:
    """The bucket that templates and zips go through, created on first use: private, versioned,
    encrypted by S3.
    """
    made = session(region, endpoint)
    account = made.client("sts", endpoint_url=endpoint).get_caller_identity()["Account"]
    s3, name = made.client("s3", endpoint_url=endpoint), f"sunlit-artifacts-{account}-{region}"
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
        where = (
            {}
            if region == "us-east-1"
            else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        s3.create_bucket(Bucket=name, **where)
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )
    return name


def _aws(environment: dict[str, str], folder: Path, *arguments: str) -> str:
    """What the AWS command line printed; ends the program with its words when it fails."""
    command = [str(Path(sys.executable).with_name("aws")), "cloudformation", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"aws cloudformation {arguments[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _pack_tightly(packaged: Path, tight: Path) -> None:
    """The template without the command line's indentation, two thirds of it: it may have 1,000,000
    bytes.
    """
    document = json.loads(packaged.read_text("utf-8"))
    tight.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), "utf-8")


def _carry_out(told: str, stack: str, region: str, endpoint: str | None) -> None:
    """Execute the change set that ``aws cloudformation deploy`` told of, if any, and wait for its
    end.

    The command line's own waiter asks every 30 seconds, which is longer than a whole deployment of
    the embedded stack.
    """
    change = re.search(r"arn:\S+:changeSet/\S+", told)
    if change is None:  # nothing to change
        return
    client = session(region, endpoint).client("cloudformation", endpoint_url=endpoint)
    client.execute_change_set(ChangeSetName=change[0])
    while (status := client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]).endswith(
        "_IN_PROGRESS"
    ):
        time.sleep(0.2 if endpoint else 5)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        events = client.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [e for e in events if e["ResourceStatus"].endswith("_FAILED")]
        reasons = [
            f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason', '')}" for e in failed[:20]
        ]
        sys.exit("\n".join([f"{stack}: {status}", *reasons]))


def deploy(
    stage: str,
    *,
    endpoint: str | None = None,
    parameters: dict[str, str] | None = None,
    architecture: str | None = None,
) -> dict[str, str]:
    """Package and deploy a stage; ``parameters`` go before the stage file's. Returns the stack's
    outputs.
    """
    region, stack = stages.read(stage)["region"], f"sunlit-{stage}"
    values = stages.complete(stage, parameters or {}, template.read("template.yaml")["Parameters"])
    # An emulator runs the functions on this machine, whatever the stage is called.
    folder, _ = package.build(stage, architecture or (vendored.machine() if endpoint else None))
    environment, bucket = _environment(region, endpoint), artifact_bucket(region, endpoint)
    _aws(
        environment, folder, "package", "--template-file=sam.json", "--use-json", f"--s3-bucket={bucket}",
        f"--s3-prefix={stage}", "--output-template-file=packaged.json",
    )  # fmt: skip
    _pack_tightly(folder / "packaged.json", folder / "tight.json")
    deploying = [
        "deploy", f"--s3-bucket={bucket}", f"--s3-prefix={stage}", "--capabilities", "CAPABILITY_IAM",
        "--no-fail-on-empty-changeset", "--no-execute-changeset", "--tags", f"sunlit:stage={stage}",
    ]  # fmt: skip
    overrides = [f"{name}={value}" for name, value in values.items()]
    told = _aws(
        environment, folder, *deploying, f"--stack-name={stack}", "--template-file=tight.json",
        "--parameter-overrides", *overrides,
    )  # fmt: skip
    _carry_out(told, stack, region, endpoint)
    if not endpoint:
        beside = f"{stack}-aws-only"
        told = _aws(
            environment, folder, *deploying, f"--stack-name={beside}", f"--template-file={AWS_ONLY}",
            "--parameter-overrides", f"Stage={stage}",
        )  # fmt: skip
        _carry_out(told, beside, region, endpoint)
    return outputs(stack, region, endpoint)


def outputs(stack: str, region: str, endpoint: str | None) -> dict[str, str]:
    """A deployed stack's outputs by name."""
    client = session(region, endpoint).client("cloudformation", endpoint_url=endpoint)
    found = client.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in found}


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def main() -> None:
    """Command line: deploy and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--endpoint", help="the embedded AWS instead of the real one")
    parser.add_argument(
        "--parameter", type=_pair, action="append", default=[], metavar="NAME=VALUE"
    )
    parser.add_argument("--architecture", choices=("x86_64", "arm64"))
    options = parser.parse_args()
    if options.stage == stages.EMBEDDED and not options.endpoint:
        # Its clock can be moved and its sign-in is open: it must never stand on AWS.
        sys.exit(
            "the embedded stage runs on the embedded AWS only: give --endpoint (or use make run)"
        )
    started = time.monotonic()
    found = deploy(
        options.stage,
        endpoint=options.endpoint,
        parameters=dict(options.parameter),
        architecture=options.architecture,
    )
    print(f"sunlit-{options.stage} deployed in {time.monotonic() - started:.1f} s")
    for name in sorted(found):
        print(f"  {name} = {found[name]}")


if __name__ == "__main__":
    main()
