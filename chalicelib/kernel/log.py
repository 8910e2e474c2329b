"""The process's logger and metrics: one structured line per request or batch, with its metrics in it (EMF).

No personal data: callers pass ids of cases, acts, counts and codes, never names, texts or bodies.
"""

import traceback
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

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
    """One log line; ``counts`` become CloudWatch metrics by the embedded metric format in the same line."""
    blob: dict[str, Any] = {}
    if counts:
        for name, value in counts.items():
            _metrics.add_metric(name, MetricUnit.Count, value)
        for name, text in (dimensions or {}).items():
            _metrics.add_dimension(name, text)
        blob = dict(_metrics.serialize_metric_set())
        _metrics.clear_metrics()
    write = logger.error if failed else logger.info
    write(message, **fields, **blob)


def failure(message: str, error: BaseException, *, counts: dict[str, float] | None = None, **fields: Any) -> None:
    """An error line: type and place of the error, not its text, which may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    at = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    line(message, counts=counts, failed=True, error=type(error).__name__, at=at, **fields)
