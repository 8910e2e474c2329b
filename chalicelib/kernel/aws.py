"""One client per AWS service and process: a new one per request costs more than the request."""

from functools import lru_cache
from typing import Any

# Timeouts and retries of one call stay under the 30 s on which the feed's closing time rests.
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 2, 6, 3


@lru_cache
def client(service: str) -> Any:
    """The process's client of an AWS service, with bounded timeouts and retries."""
    import boto3
    from botocore.config import Config

    retries = {"total_max_attempts": ATTEMPTS, "mode": "standard"}
    # Presigned forms still default to an older signature, which buckets encrypted with KMS do not take.
    signature = {"signature_version": "s3v4"} if service == "s3" else {}
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=retries, **signature)
    return boto3.client(service, config=config)


def error_code(error: Exception) -> str:
    """The AWS error code of a ``ClientError`` (or of what pynamodb wraps), else an empty string."""
    response = getattr(error, "response", None) or getattr(getattr(error, "cause", None), "response", None)
    return str((response or {}).get("Error", {}).get("Code", ""))
