"""One botocore session and one client per AWS service and process: new ones cost more than the
request.
"""

from threading import RLock
from typing import Any

from chalicelib.kernel import cache

# Timeouts and retries of one call stay under the 30 s on which the feed's closing time rests.
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 2, 6, 3

# AWS says with these that a part is away or overloaded for the moment: nothing was lost, trying
# again is safe.
PASSING = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "InternalFailure",
    "SlowDown",
    "TransactionInProgressException",
}
PASSING_TYPES = {
    "EndpointConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ConnectionClosedError",
}

_making = RLock()  # botocore makes clients in one thread at a time


@cache.remembered()
def session() -> Any:
    """The process's botocore session.

    A fixed user agent saves a tenth of every call: botocore spells its own out anew, twice. What is
    sent comes from our own code, so botocore need not check its form against the service model as
    well.
    """
    from botocore.config import Config
    from botocore.session import get_session

    made = get_session()
    made.set_default_client_config(Config(user_agent="sunlit", parameter_validation=False))
    return made


def client(service: str) -> Any:
    """The process's client of an AWS service, with bounded timeouts and retries."""
    with _making:
        return _client(service)


@cache.remembered(max_size=16)
def _client(service: str) -> Any:
    from botocore.config import Config

    retries = {"total_max_attempts": ATTEMPTS, "mode": "standard"}
    # Presigned forms still default to an older signature, which buckets encrypted with KMS do not
    # take.
    signature = {"signature_version": "s3v4"} if service == "s3" else {}
    config = Config(
        connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=retries, **signature
    )
    return _boto3().client(service, config=config)


@cache.remembered()
def _boto3() -> Any:
    import boto3

    return boto3.Session(botocore_session=session())


def error_code(error: Exception) -> str:
    """The AWS error code of a ``ClientError`` (or of what pynamodb wraps), else an empty string."""
    response = getattr(error, "response", None) or getattr(
        getattr(error, "cause", None), "response", None
    )
    return str((response or {}).get("Error", {}).get("Code", ""))


def is_passing(error: BaseException) -> bool:
    """Whether the error comes from a part that is away for the moment (also when pynamodb wraps
    it).
    """
    cause = getattr(error, "cause", None) or error
    return error_code(error) in PASSING or type(cause).__name__ in PASSING_TYPES  # type: ignore[arg-type]
