"""Mail that SES accepted can be listed, also after a restart; so can text messages of SNS.

What the emulator lacks: it does not save the messages that it was given; and it writes out each for
a mail server, half of what taking it costs, also where there is none to relay it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ministack.services import ses, sns

from infra.local.emulator.patches import require


def accepted(to: str | None = None) -> list[dict[str, Any]]:
    """Messages in the order of their acceptance, those to one address when ``to`` is given.

    Each is {"to": [address], "from", "subject", "text", "html", "at"}, ``at`` in Unix seconds.
    """
    accepted = []
    for messages in ses._sent_emails._data.values():
        for message in messages:
            addresses = message.get("To") or []
            if to is None or to in addresses:
                accepted.append(_shown(message))
    return accepted


def texts(to: str) -> list[str]:
    """Text messages that SNS took for a number in E.164, in the order of their acceptance."""
    found = []
    for (_, _, number), messages in sns._sms_messages._data.items():
        if number == to:
            found += [message["Message"] for message in messages]
    return found


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "to": message.get("To") or [],
        "from": message.get("Source"),
        "subject": message.get("Subject"),
        "text": message.get("BodyText"),
        "html": message.get("BodyHtml"),
        "at": message.get("Timestamp"),
    }


def _state(original: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return {**original(), "accepted": ses._sent_emails}


def _load(original: Callable[[Any], Any], data: dict[str, Any] | None) -> None:
    data = data or {}
    original(data)
    ses._sent_emails.update(data.get("accepted", {}))


def apply() -> None:
    """Adds the messages to what the emulator saves and loads, and writes them out for nobody."""
    require(ses, "get_state", "load_persisted_state", "_sent_emails")
    require(ses, "_build_mime_message", "_parse_smtp_host")
    require(sns, "_sms_messages")
    if not ses._parse_smtp_host():
        ses._build_mime_message = lambda *_: ""
    ses.get_state = partial(_state, ses.get_state)
    ses.load_persisted_state = partial(_load, ses.load_persisted_state)
