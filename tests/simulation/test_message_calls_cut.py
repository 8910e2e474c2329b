"""Every call to AWS of sending and of the message sweep is cut once: never sent, or its reply lost.

Somebody is told at night by the queue's consumer: mail at once, a text message when the quiet hours
end, and a digest in the evening. The process dies at the n-th call; the queue tries again, SES tells
what it has taken, and the sweep comes each quarter of an hour. Nothing is ever missing, and nothing
comes twice: but for the one thing that nobody can know, whether SNS took a text message of which its
sender died before it could say so.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import notify
from chalicelib.kernel import aws, clock, settings, stores
from chalicelib.notify import Recipient
from tests.support.fakes.stores import MemoryJournal, MemoryViews
from tests.unit.notify.test_message_settings import MAIL, at, choose
from tests.unit.notify.test_sending import message

NEVER_SENT, REPLY_LOST = "never sent", "reply lost"
SETTINGS = {
    "TIME_ZONE": "Asia/Shanghai",
    "STAGE": "test",
    "MAIL_FROM": "office@minghang.example",
    "MAIL_EVENTS": "sunlit-test",
    "SMS_COUNTRY_CODE": "+86",
}
NIGHT, END = at(23), at(20, days=1)


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Cut:
    """At which call a process dies, before or after it is done."""

    call: int = 0
    how: str = NEVER_SENT
    calls: list[str] = field(default_factory=list)
    is_on: bool = False

    def of(self, name: str, inner: Any) -> Any:
        """The store or client, whose calls may be cut."""
        return _Cutting(self, name, inner)


class _Cutting:
    def __init__(self, cut: Cut, name: str, inner: Any) -> None:
        self._cut, self._name, self._inner = cut, name, inner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        def call(*args: Any, **more: Any) -> Any:
            if not self._cut.is_on:
                return method(*args, **more)
            self._cut.calls.append(f"{self._name}.{name}")
            is_here = len(self._cut.calls) == self._cut.call
            if is_here and self._cut.how == NEVER_SENT:
                raise Killed
            answer = method(*args, **more)
            if is_here:
                raise Killed
            return answer

        return call


class Provider:
    """SES and SNS: take everything; SES tells of it afterwards."""

    def __init__(self, tells: bool = True) -> None:
        self.mails: Counter[str] = Counter()
        self.texts = 0
        self.events: list[dict[str, Any]] = []
        self._tells = tells

    def send_email(self, **mail: Any) -> dict[str, Any]:
        subject = mail["Message"]["Subject"]["Data"]
        self.mails[subject] += 1
        made = f"m-{sum(self.mails.values())}"
        tags = {tag["Name"]: [tag["Value"]] for tag in mail["Tags"]}
        told = {"messageId": made, "tags": tags, "destination": [MAIL]}
        if self._tells:
            self.events.append({"detail": {"eventType": "Send", "mail": told}})
        return {"MessageId": made}

    def publish(self, **text: Any) -> dict[str, Any]:
        self.texts += 1
        return {"MessageId": f"t-{self.texts}"}


@contextmanager
def living(cut: Cut, provider: Provider) -> Iterator[Callable[[datetime], None]]:
    """A world of its own; yields what sets its clock."""
    patch = pytest.MonkeyPatch()
    patch.setattr(aws, "client", lambda service: cut.of(service, provider))
    patch.setattr("chalicelib.notify.sweep.THREADS", 1)
    known = settings.Settings(SETTINGS)
    patch.setattr("chalicelib.notify.channels.settings", lambda: known)

    def set_clock(now: datetime) -> None:
        patch.setattr(clock, "now", lambda: now)

    set_clock(at(21))
    journal, views = MemoryJournal(), MemoryViews()
    before = stores.journal(), stores.views()
    stores.use(journal, cut.of("views", views))
    try:
        yield set_clock
    finally:
        stores.use(*before)
        patch.undo()


def lived(cut: Cut, provider: Provider) -> dict[str, Any]:
    """A night and a day; what the row of the message says at their end."""
    with living(cut, provider) as set_clock:
        choose(digest_at="19:00")
        cut.is_on = True
        to = [Recipient("p-1", "usual@example.org")]
        told = message(kind="case.granted", minutes=13 * 60)
        now, is_told = NIGHT, False
        while now < END:
            set_clock(now)
            is_told = is_told or _survives(lambda: notify.send_to_all(to, told, "queued-1"))
            provider.events = [each for each in provider.events if not _heard(each)]
            _survives(lambda: notify.sweep_messages(lambda person, since, until: None))
            now += timedelta(minutes=15)
        cut.is_on = False
        rows = stores.views().partition("inbox#p-1")
    return {row.data["kind"]: (row.data["mail"], row.data["sms"], row.due_at) for row in rows}


def _survives(act: Callable[[], Any]) -> bool:
    try:
        act()
    except Killed:
        return False
    return True


def _heard(event: dict[str, Any]) -> bool:
    return _survives(lambda: notify.hear_of_mail(event))


@pytest.fixture
def whole(memory: Any) -> list[str]:
    """The calls of a life that nothing cuts."""
    cut, provider = Cut(), Provider()
    assert lived(cut, provider) == EXPECTED
    assert (sorted(provider.mails.values()), provider.texts) == ([1, 1], 1)
    return cut.calls


EXPECTED = {
    "case.granted": ("sent", "sent", ""),
    "digest.person": ("sent", "none", ""),
}


def _named(calls: list[str]) -> list[int]:
    """The numbers of the calls that are not the sweep's looking at an empty index."""
    return [n for n, name in enumerate(calls, 1) if name != "views.index"] + [1, 2, 3]


@pytest.mark.parametrize("how", [NEVER_SENT, REPLY_LOST])
def test_a_cut_at_any_call_leaves_each_message_sent_once(
    memory: Any, whole: list[str], how: str
) -> None:
    outcomes: Counter[str] = Counter()
    for number in _named(whole):
        cut, provider = Cut(number, how), Provider()
        name = whole[number - 1]
        assert lived(cut, provider) == EXPECTED, (name, number)
        assert sorted(provider.mails.values()) == [1, 1], (name, number)
        last = whole.index("sns.publish") + 1
        is_unknown = (number, how) in ((last, REPLY_LOST), (last + 1, NEVER_SENT))
        assert provider.texts == (2 if is_unknown else 1), (name, number)
        outcomes[name] += 1
    print(f"\n{how}: {dict(outcomes)}")
    assert {"ses.send_email", "sns.publish", "views.put", "views.get"} <= set(outcomes)


def test_without_word_of_ses_mail_whose_answer_was_lost_comes_again_and_is_never_missing(
    memory: Any, whole: list[str]
) -> None:
    """Where a stage has no events of SES, this is all that can be known."""
    number = whole.index("ses.send_email") + 1
    provider = Provider(tells=False)
    assert lived(Cut(number, REPLY_LOST), provider) == EXPECTED
    assert sorted(provider.mails.values()) == [1, 2]


def test_a_sweep_that_forgets_to_claim_is_found_out(
    memory: Any, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cuts see it: rows that are sent twice where the process dies after the send."""
    monkeypatch.setattr("chalicelib.notify.feedback._sent", lambda provider_id, row: row)
    number = whole.index("ses.send_email") + 1
    provider = Provider()
    lived(Cut(number, REPLY_LOST), provider)
    assert max(provider.mails.values()) == 2
