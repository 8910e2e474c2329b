"""Load the sample city into a deployed stage: `python -m infra.seed.load --stage embedded
--endpoint URL`.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from jsonschema import Draft202012Validator

from infra import stages

SEED = Path(__file__).resolve().parent
SCHEMAS = SEED.parents[1] / "schemas"


def read(name: str) -> Any:
    """One seed document, by its file name."""
    text = (SEED / name).read_text("utf-8")
    return json.loads(text)


def items() -> list[dict[str, Any]]:
    """All items by id, each checked against its schema; raises ValueError with every fault."""
    schema = (SCHEMAS / "item.schema.json").read_text("utf-8")
    validator = Draft202012Validator(json.loads(schema))
    paths = sorted((SEED / "items").glob("*.json"))
    found = [json.loads(path.read_text("utf-8")) for path in paths]
    faults = []
    for item in found:
        for fault in validator.iter_errors(item):
            faults.append(f"{item.get('id')} {fault.json_path}: {fault.message[:200]}")
    if faults:
        raise ValueError("\n".join(faults))
    return found


def appointments() -> list[dict[str, str | None]]:
    """Who holds which post, with the name and mail address that notices need (mail may be None)."""
    people = {person["id"]: person for person in read("people.json")}
    found = []
    for held in read("appointments.json"):
        person = people[held["person"]]
        appointment = {
            "person": held["person"],
            "post": held["post"],
            "name": person["name"],
            "mail": person.get("mail"),
        }
        found.append(appointment)
    return found


def documents() -> dict[str, Any]:
    """What `load_city` takes: the city, its registers and its items."""
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
    """Invoke the stage's `load_city`; its answer: how many of each were new, how many unchanged.

    Loading again changes nothing. Raises RuntimeError with the function's own words when it fails.
    """
    city = json.dumps(documents(), ensure_ascii=False)
    client = _client(endpoint)
    answer = client.invoke(FunctionName=f"sunlit-{stage}-load_city", Payload=city.encode())
    payload = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise RuntimeError(f"load_city failed: {payload}")
    result: dict[str, Any] = json.loads(payload)
    return result


def _client(endpoint: str | None) -> Any:
    retries = {"total_max_attempts": 3, "mode": "standard"}
    config = Config(read_timeout=90, retries=retries)
    region = stages.callers_region()
    if not endpoint:
        # The caller's own credentials, and a region if none is set, are found in the usual places.
        return boto3.client("lambda", region_name=region or None, config=config)
    return boto3.client(
        "lambda",
        endpoint_url=endpoint,
        region_name=region or stages.FIRST_REGION,
        config=config,
    )


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
