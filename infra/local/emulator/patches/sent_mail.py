"""Mail that SES accepted can be listed, also after a restart.

What the emulator lacks: it does not save the messages that it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import ses

from infra.local.emulator.patches import require


def accepted(to: str | None = None) -> list[dict[str, Any]]:
    """Messages in the order of their acceptance, those to one address when ``to`` is given.

    Each is {"to": [address], "from", "subject", "text", "html", "at"}, ``at`` in Unix seconds.
    """
    messages = [m for entries in ses._sent_emails._data.values() for m in entries]
    chosen = [m for m in messages if to is None or to in (m.get("To") or [])]
    return [
        {
            "to": m.get("To") or [],
            "from": m.get("Source"),
            "subject": m.get("Subject"),
            "text": m.get("BodyText"),
            "html": m.get("BodyHtml"),
            "at": m.get("Timestamp"),
        }
        for m in chosen
    ]


def _state(original: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return {**original(), "accepted": ses._sent_emails}


def _load(original: Callable[[Any], Any], data: dict[str, Any] | None) -> None:
    original(data or {})
    ses._sent_emails.update((data or {}).get("accepted", {}))


def apply() -> None:
    """Adds the messages to what the emulator saves and loads."""
    require(ses, "get_state", "load_persisted_state", "_sent_emails")
    save, load = ses.get_state, ses.load_persisted_state
    ses.get_state = lambda: _state(save)
    ses.load_persisted_state = lambda data: _load(load, data)
