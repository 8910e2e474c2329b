"""Load the sample city into a deployed stage: `python -m infra.seed.load --stage embedded
--endpoint URL`.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from jsonschema import Draft202012Validator

SEED = Path(__file__).resolve().parent
SCHEMAS = SEED.parents[1] / "schemas"
DEFAULT_REGION = "us-east-1"


def read(name: str) -> Any:
    """One seed document, by its file name."""
    return json.loads((SEED / name).read_text("utf-8"))


def items() -> list[dict[str, Any]]:
    """All items by id, each checked against its schema; raises ValueError with every fault."""
    validator = Draft202012Validator(json.loads((SCHEMAS / "item.schema.json").read_text("utf-8")))
    found = [
        json.loads(path.read_text("utf-8")) for path in sorted((SEED / "items").glob("*.json"))
    ]
    faults = [
        f"{item.get('id')} {fault.json_path}: {fault.message[:200]}"
        for item in found
        for fault in validator.iter_errors(item)
    ]
    if faults:
        raise ValueError("\n".join(faults))
    return found


def appointments() -> list[dict[str, str | None]]:
    """Who holds which post, with the name and mail address that notices need (mail may be None)."""
    people = {person["id"]: person for person in read("people.json")}
    return [
        {
            "person": held["person"],
            "post": held["post"],
            "name": people[held["person"]]["name"],
            "mail": people[held["person"]].get("mail"),
        }
        for held in read("appointments.json")
    ]


def documents() -> dict[str, Any]:
    """What `load_city` takes: {city, organizations, service_points, posts, appointments,
    delegations, items}.
    """
    return {
        "city": read("city.json"),
        "organizations": read("organizations.json"),
        "service_points": read("service-points.json"),
        "posts": read("posts.json"),
        "appointments": appointments(),
        "delegations": read("delegations.json"),
        "items": items(),
    }


def load(stage: str, endpoint: str | None = None) -> dict[str, Any]:
    """Invoke the stage's `load_city` and give its answer, how many of each were new and how many
    unchanged.

    Loading again changes nothing. Raises RuntimeError with the function's own words when it fails.
    """
    answer = _client(endpoint).invoke(
        FunctionName=f"sunlit-{stage}-load_city",
        Payload=json.dumps(documents(), ensure_ascii=False).encode(),
    )
    payload = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise RuntimeError(f"load_city failed: {payload}")
    result: dict[str, Any] = json.loads(payload)
    return result


def _client(endpoint: str | None) -> Any:
    # An emulator takes any credentials; on AWS the caller's own are found in the usual places.
    local = (
        dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "test") if endpoint else {}
    )
    config = Config(read_timeout=90, retries={"total_max_attempts": 3, "mode": "standard"})
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if endpoint:
        region = region or DEFAULT_REGION
    return boto3.client("lambda", endpoint_url=endpoint, region_name=region, config=config, **local)


def main() -> int:
    """Load, and print what came of it on one line."""
    parser = argparse.ArgumentParser(description="Load the sample city into a deployed stage.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--endpoint", help="an AWS endpoint other than Amazon's own")
    chosen = parser.parse_args()
    try:
        print(json.dumps(load(chosen.stage, chosen.endpoint)))
    except (RuntimeError, ValueError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
