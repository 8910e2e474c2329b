"""Messages of a queue, each on its own: a failed one comes again, and then is kept for the
operators.
"""

from collections.abc import Callable
from typing import Any


def each(event: dict[str, Any], handle: Callable[[Any], None]) -> dict[str, Any]:
    """Hand each record of an SQS event on; the answer names those that failed."""
    from aws_lambda_powertools.utilities.batch import (
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event, handle, processor))
