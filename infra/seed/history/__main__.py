"""Load half a year of the sample city into a new embedded stage: `python -m infra.seed.history
--stage embedded --endpoint URL`.
"""

import argparse
import json
import os
import sys
import time
from datetime import datetime, timedelta
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import stages

SEED = 20_261_130
QUIET = timedelta(hours=3)  # the feed's first sweep looks at what is younger
SENDS_NOTHING = {"MAIL_FROM": "", "SMS_COUNTRY_CODE": ""}  # what is half a year old is not mailed
OFFICE_OPENS = {"hour": 0, "minute": 30, "second": 0, "microsecond": 0}


def settings_of(stage: str) -> dict[str, str]:
    """What the stage's functions are told by their environment."""
    client = boto3.client("lambda")
    found: dict[str, str] = {}
    for page in client.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function["FunctionName"].startswith(f"sunlit-{stage}-"):
                found |= function.get("Environment", {}).get("Variables", {})
    return found | SENDS_NOTHING


def main() -> int:
    """Load, and print what came of it on one line of JSON."""
    parser = argparse.ArgumentParser(description="Load half a year of the sample city.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--endpoint", required=True, help="of an embedded AWS: no other city")
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    os.environ.setdefault("AWS_DEFAULT_REGION", stages.callers_region() or stages.FIRST_REGION)
    os.environ["AWS_ENDPOINT_URL"] = chosen.endpoint
    try:
        os.environ.update(settings_of(chosen.stage))
        print(json.dumps(load(chosen.seed)))
    except (RuntimeError, ValueError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def load(seed: int) -> dict[str, Any]:
    """Play the half year up to this morning and write it down; what was loaded, by count.

    Raises RuntimeError where the city is not new.
    """
    # Settings are read from the environment that was set above.
    from chalicelib.kernel import clock
    from infra.seed.history import loading

    started = time.monotonic()
    end = last_morning(clock.now())
    ahead = clock.now() - clock.system_now()
    loaded = loading.load(end, ahead, seed)
    return {**loaded, "seconds": round(time.monotonic() - started, 1)}


def last_morning(now: datetime) -> datetime:
    """Up to when the past is played: shortly after midnight, hours ago."""
    return (now - QUIET).replace(**OFFICE_OPENS)  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main())
