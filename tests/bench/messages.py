"""``messages.*``: what telling somebody costs in this process, stores in memory and SES and SNS that
take everything: messages per second of one CPU, and calls to AWS of each.
"""

import os
import time
from collections import Counter
from datetime import datetime
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from chalicelib import notify
from chalicelib.kernel import aws, stores
from chalicelib.kernel.settings import Settings
from chalicelib.notify import Message, Recipient
from tests.bench.report import emit, say
from tests.support.fakes.stores import MemoryJournal, MemoryViews

COUNT = 2000
ZONE = "Asia/Shanghai"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo(ZONE))
SETTINGS = {
    "STAGE": "bench",
    "TIME_ZONE": ZONE,
    "MAIL_FROM": "office@minghang.example",
    "MAIL_EVENTS": "sunlit-bench",
    "SMS_COUNTRY_CODE": "+86",
}
ADDRESSES = {
    "inbox": ("", ""),
    "mail": ("p@example.org", ""),
    "mail_and_sms": ("p@example.org", "+8614000001001"),
}


class Counting:
    """A store or a provider whose calls are counted."""

    def __init__(self, inner: Any, calls: Counter[str]) -> None:
        self._inner, self._calls = inner, calls

    def __getattr__(self, name: str) -> Any:
        self._calls[name] += 1
        return getattr(self._inner, name)


class Provider:
    """SES and SNS."""

    def send_email(self, **mail: Any) -> dict[str, str]:
        """See SES."""
        return {"MessageId": "m"}

    def publish(self, **text: Any) -> dict[str, str]:
        """See SNS."""
        return {"MessageId": "t"}


def measure() -> None:
    """Print messages per second, and calls of each, by the channels that it takes."""
    before, known = (stores.journal(), stores.views()), Settings(SETTINGS)
    try:
        with (
            mock.patch.dict(os.environ, SETTINGS),
            mock.patch("chalicelib.kernel.clock.now", lambda: AT),
            mock.patch("chalicelib.notify.channels.settings", lambda: known),
        ):
            for name, (mail, phone) in ADDRESSES.items():
                _measure(name, mail, phone)
    finally:
        stores.use(*before)


def _measure(name: str, mail: str, phone: str) -> None:
    calls: Counter[str] = Counter()
    provider = Counting(Provider(), calls)
    stores.use(MemoryJournal(), Counting(MemoryViews(), calls))
    with mock.patch.object(aws, "client", lambda service: provider):
        _tell(0, mail, phone)
        calls.clear()
        started = time.process_time()
        for number in range(1, COUNT + 1):
            _tell(number, mail, phone)
        seconds = time.process_time() - started
    say(f"  {name}: {dict(calls)} of {COUNT} messages")
    emit(f"messages.per_second.{name}", COUNT / seconds, "messages per second of one CPU")
    emit(f"messages.aws_calls.{name}", sum(calls.values()) / COUNT, "calls per message")


def _tell(number: int, mail: str, phone: str) -> None:
    told = Message(f"case#x#{number}.0", "case.filed", {}, "URB-2026-W-000001", AT)
    to = Recipient(f"p-{number}", mail, phone)
    notify.send_to_all([to], told, f"queued-{number}")
