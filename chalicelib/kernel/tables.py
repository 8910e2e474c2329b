"""How pynamodb reaches a table: the name from the settings, the process's timeouts."""

from typing import Any

from pynamodb.connection import base

from chalicelib.kernel import aws

# pynamodb would make a botocore session per table (85 ms of CPU each at a cold start); there is no
# setting for it.
base.get_session = aws.session  # type: ignore[attr-defined]


def meta(table_name: str) -> type[Any]:
    """A pynamodb ``Meta`` for one table."""
    return type(
        "Meta",
        (),
        {
            "table_name": table_name,
            "connect_timeout_seconds": aws.CONNECT_SECONDS,
            "read_timeout_seconds": aws.READ_SECONDS,
            "max_retry_attempts": aws.ATTEMPTS - 1,
        },
    )
