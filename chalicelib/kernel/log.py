"""The process's logger and metrics: one structured line per request or batch, with its metrics in
it (EMF).

No personal data: ids of cases and acts, counts and codes, under the names of
``schemas/log_line.schema.json``. What stands there under no name is not written; the line says so.
"""

import traceback
from functools import lru_cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.kernel import schemas

logger = Logger(utc=True, use_rfc3339=True, location=None)
_metrics = Metrics()


def line(
    message: str,
    *,
    counts: dict[str, float] | None = None,
    dimensions: dict[str, str] | None = None,
    failed: bool = False,
    **fields: Any,
) -> None:
    """One log line; ``counts`` become CloudWatch metrics by the embedded metric format in the same
    line.
    """
    blob: dict[str, Any] = {}
    if counts:
        for name, value in counts.items():
            _metrics.add_metric(name, MetricUnit.Count, value)
        for name, text in (dimensions or {}).items():
            _metrics.add_dimension(name, text)
        blob = dict(_metrics.serialize_metric_set())
        _metrics.clear_metrics()
    undeclared = sorted(fields.keys() - _declared())
    said = {name: value for name, value in fields.items() if name not in undeclared}
    said |= {"undeclared": undeclared} if undeclared else {}
    write = logger.error if failed else logger.info
    write(message, **said, **blob)


@lru_cache(maxsize=1)
def _declared() -> frozenset[str]:
    fields = schemas.load("log_line")["properties"]
    return frozenset(
        name for name, field in fields.items() if field.get("x-visibility", "public") == "public"
    )


def failure(
    message: str,
    error: BaseException,
    *,
    counts: dict[str, float] | None = None,
    **fields: Any,
) -> None:
    """An error line: type and place of the error, not its text, which may quote what a person
    wrote.
    """
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    at = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    line(
        message,
        counts=counts,
        failed=True,
        error=type(error).__name__,
        at=at,
        **fields,
    )
