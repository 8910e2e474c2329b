"""Who is told of a grave finding: the holders of the post that supervises the case."""

from collections.abc import Mapping
from typing import Any

from chalicelib import notify
from chalicelib.notify import Message
from chalicelib.supervision.rules.findings import use_cases

KINDS = ("supervision.finding",)


def tell(event: Mapping[str, Any], attempt: str = "") -> None:
    """One bus event; telling it twice is telling it once. ``attempt`` is the id of the queue's
    message, the same for each of its tries.
    """
    finding = use_cases.find(event["detail"]["finding"])
    message = Message(
        f"{use_cases.PREFIX}{finding.id}#1",
        KINDS[0],
        {"finding": finding.id, "rule": finding.rule},
        finding.number,
        finding.raised_at,
    )
    recipients = notify.holders_of([finding.supervisor])
    notify.send_to_all(recipients, message, attempt)
