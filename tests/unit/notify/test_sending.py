"""A person is told each thing once in the inbox, and normally once by mail."""

import string
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib import notify
from chalicelib.kernel import aws, clock, log, settings, stores, texts
from chalicelib.notify import Message, Recipient
from chalicelib.notify.acts import KINDS, UNSPOKEN, mail, sentence
from chalicelib.notify.routes.messages import door
from tests.support.caller import Caller

NUMBER = "URB-2026-W-000001"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
PARAMS: dict[str, Any] = {
    "clock": {"zh": "审查", "en": "Review"},
    "procedure": {"zh": "专家评审", "en": "expert review"},
    "way": {"zh": "邮寄送达", "en": "sent by post"},
    "done": {"zh": "提出申请", "en": "an application was filed"},
    "point": {"zh": "清河街道政务服务中心", "en": "Qinghe Service Centre"},
    "cause": {"zh": "国务院公布2027年放假安排", "en": "the holidays of 2027 were published"},
    "moved": {"zh": "承诺办结", "en": "promised decision"},
    "days": 15,
    "yuan": "123.45",
    "on": "2026-12-01",
    "version": 2,
    "due": "2026-11-30",
    "accepted_on": "2026-11-23",
    "decide_by": "2026-12-07",
    "mandate": "abcdefghijklmnopqrstuvwxyz.7",
    "party": "清河文化",
    "grantee": "陈洁",
    "until": "2027-03-01",
    "day": "2026-03-02",
    "messages": 7,
    "collected": [],
    "open": 31,
    "new": 4,
    "overdue": 2,
    "warnings": 3,
    "matter": "a2345672abcdefghijklmnopqr",
    "finding": "c2345672abcdefghijklmnopqr",
    "rule": "no-reasons",
    "complaint": "b2345672abcdefghijklmnopqr",
}


def message(
    source: str = "case#x#3.0",
    kind: str = "case.filed",
    level: str = "",
    minutes: int = 0,
    **params: Any,
) -> Message:
    return Message(source, kind, params, NUMBER, AT + timedelta(minutes=minutes), level)


class Ses:
    """Takes mail, or fails as it is told to."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.errors: list[Exception] = []

    def send_email(self, **mail: Any) -> dict[str, Any]:
        if self.errors:
            raise self.errors.pop()
        self.taken.append(mail)
        return {"MessageId": "1"}


class Sns(Ses):
    """Takes text messages, or fails as it is told to."""

    def publish(self, **text: Any) -> dict[str, Any]:
        return self.send_email(**text)


@pytest.fixture
def ses(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Ses:
    fake = Ses()
    monkeypatch.setattr(aws, "client", lambda service: {"ses": fake}[service])
    monkeypatch.setattr(clock, "now", lambda: AT)
    known = settings.Settings(
        {"TIME_ZONE": "Asia/Shanghai", "STAGE": "test", "MAIL_FROM": "office@minghang.example"}
    )
    monkeypatch.setattr("chalicelib.notify.channels.settings", lambda: known)
    return fake


def sweep(minutes: float) -> dict[str, int]:
    """The minute's sweep, so long after ``AT``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: AT + timedelta(minutes=minutes))
        return notify.sweep_messages(lambda person, since, now: None)


def state(memory: Any) -> list[str]:
    return [row.data["mail"] for row in memory[1].rows.values()]


@pytest.fixture
def sns(ses: Ses, monkeypatch: pytest.MonkeyPatch) -> Sns:
    fake = Sns()
    monkeypatch.setattr(aws, "client", lambda service: {"ses": ses, "sns": fake}[service])
    says = {
        "TIME_ZONE": "Asia/Shanghai",
        "STAGE": "test",
        "MAIL_FROM": "o@minghang.example",
        "SMS_COUNTRY_CODE": "+86",
    }
    monkeypatch.setattr("chalicelib.notify.channels.settings", lambda: settings.Settings(says))
    return fake


def test_a_mobile_number_gets_a_text_message_once(memory: Any, ses: Ses, sns: Sns) -> None:
    for _ in range(2):
        notify.send("n-1", message(), "p@example.org", "14000001001")
    assert [(text["PhoneNumber"], NUMBER in text["Message"]) for text in sns.taken] == [
        ("+8614000001001", True)
    ]
    assert len(ses.taken) == 1 and "We have" not in sns.taken[0]["Message"]


@pytest.mark.parametrize("phone", ["", "057188001000", "+4915112345678", "95588"])
def test_only_a_national_mobile_number_is_texted(memory: Any, sns: Sns, phone: str) -> None:
    notify.send("n-1", message(), "", phone)
    assert sns.taken == [] and [row.data["sms"] for row in memory[1].rows.values()] == ["none"]


def test_a_text_message_that_failed_is_sent_again_and_the_mail_is_not(
    memory: Any, ses: Ses, sns: Sns
) -> None:
    sns.errors = [EndpointConnectionError(endpoint_url="x")]
    notify.send("n-1", message(), "p@example.org", "14000001001")
    assert (len(ses.taken), len(sns.taken)) == (1, 0)
    sweep(0.5)
    assert (len(ses.taken), len(sns.taken)) == (1, 0), "not before its time"
    sweep(1)
    assert (len(ses.taken), len(sns.taken)) == (1, 1)
    sweep(1000)
    assert (len(ses.taken), len(sns.taken)) == (1, 1)


def test_telling_twice_is_telling_once(memory: Any, ses: Ses) -> None:
    assert notify.send("p-1", message(), "p@example.org")
    assert not notify.send("p-1", message(), "p@example.org")
    assert len(memory[1].rows) == len(ses.taken) == 1
    assert state(memory) == ["sent"]


def test_each_person_and_each_kind_is_a_message_of_its_own(memory: Any, ses: Ses) -> None:
    for person in ("o-1", "o-2"):
        for level in ("reminder", "yellow", "red"):
            notify.send(
                person, message(kind=f"warning.{level}", level=level, **PARAMS), "o@example.org"
            )
    assert len(memory[1].rows) == len(ses.taken) == 6


def test_without_an_address_nothing_is_mailed(memory: Any, ses: Ses) -> None:
    notify.send("p-1", message())
    assert state(memory) == ["none"] and ses.taken == []


def test_without_a_sender_nothing_is_mailed(
    memory: Any, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "chalicelib.notify.channels.settings", lambda: settings.Settings({"MAIL_FROM": ""})
    )
    notify.send("p-1", message(), "p@example.org")
    assert state(memory) == ["none"]


def test_a_function_that_may_not_send_leaves_it_to_the_one_that_may(
    memory: Any, ses: Ses, sns: Sns
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.notify.channels.settings", lambda: settings.Settings({}))
        notify.send("p-1", message(), "p@example.org", "14000001001")
    assert (state(memory), ses.taken, sns.taken) == (["pending"], [], [])
    assert sweep(0) == {"sent": 1, "failed": 0}
    assert (state(memory), len(ses.taken), len(sns.taken)) == (["sent"], 1, 1)


def test_mail_that_fails_for_the_moment_is_tried_again_ever_later_and_then_given_up(
    memory: Any, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[dict[str, Any]] = []
    monkeypatch.setattr(log, "line", lambda told, **more: logged.append({"told": told, **more}))
    ses.errors = [EndpointConnectionError(endpoint_url="p@example.org") for _ in range(6)]
    notify.send("p-1", message(), "p@example.org")
    tried, minutes = [], 0
    while ses.errors:
        before = len(ses.errors)
        minutes += 1
        sweep(minutes)
        if len(ses.errors) < before:
            tried.append(minutes)
            assert state(memory) == ["pending" if ses.errors else "given_up"]
    assert tried == [1, 6, 36, 156, 516]
    row = next(iter(memory[1].rows.values()))
    assert row.data["mail_delivery"] == {"tries": 6, "reason": "EndpointConnectionError"}
    assert (row.due_shard, row.due_at) == ("", "")
    failed = [line for line in logged if line["told"] == "message not sent"]
    assert [line["counts"] for line in failed] == [None] * 5 + [{"MessageFailures": 1}]
    assert "p@example.org" not in str(logged) and "p-1" not in str(logged)


def test_mail_that_fails_once_is_sent_by_the_next_try(memory: Any, ses: Ses) -> None:
    ses.errors = [EndpointConnectionError(endpoint_url="x")]
    notify.send("p-1", message(), "p@example.org")
    assert not notify.send("p-1", message(), "p@example.org")
    assert (state(memory), ses.taken) == (["pending"], [])
    sweep(1)
    assert state(memory) == ["sent"] and len(ses.taken) == 1


def test_mail_that_will_never_be_taken_does_not_block_the_queue(memory: Any, ses: Ses) -> None:
    ses.errors = [
        ClientError({"Error": {"Code": "MessageRejected", "Message": "p@example.org"}}, "SendEmail")
    ]
    for _ in range(2):
        notify.send("p-1", message(), "p@example.org")
    assert state(memory) == ["refused"] and ses.taken == []


def test_a_try_that_died_between_inbox_and_mail_is_made_up_for(memory: Any, ses: Ses) -> None:
    class Died(BaseException):
        pass

    ses.errors = [Died()]  # type: ignore[list-item]
    to = [Recipient("p-1", "p@example.org")]
    with pytest.raises(Died):
        notify.send_to_all(to, message(), "queued-1")
    assert notify.send_to_all(to, message(), "queued-2") == 0  # the event once more
    assert ses.taken == []
    assert notify.send_to_all(to, message(), "queued-1") == 0  # the queue's own next try
    assert state(memory) == ["sent"] and len(ses.taken) == 1


def test_who_has_been_told_is_not_told_again_where_another_mail_failed(
    memory: Any, ses: Ses
) -> None:
    to = [Recipient(f"o-{n}", f"o-{n}@example.org") for n in range(3)]
    ses.errors = [EndpointConnectionError(endpoint_url="x")]
    notify.send_to_all(to, message(), "queued-1")
    assert len(ses.taken) == 2
    for minutes in (1, 2):
        assert notify.send_to_all(to, message(), "queued-1") == 0
        sweep(minutes)
    addresses = [sent["Destination"]["ToAddresses"] for sent in ses.taken]
    assert sorted(addresses) == [[each.mail] for each in to]


@pytest.mark.parametrize(
    ("mail", "calls"), [("", ["get", "put"]), ("p@example.org", ["get", "put", "put"])]
)
def test_a_new_message_costs_one_read_and_a_write_before_and_after_it_is_sent(
    memory: Any, ses: Ses, mail: str, calls: list[str]
) -> None:
    asked: list[str] = []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(memory[1], name)

    stores.use(memory[0], Counting())  # type: ignore[arg-type]
    notify.send_to_all([Recipient("p-1", mail)], message(), "queued-1")
    assert asked == calls


def test_a_row_says_what_the_provider_calls_the_mail(memory: Any, ses: Ses, sns: Sns) -> None:
    notify.send("p-1", message(), "p@example.org", "14000001001")
    row = next(iter(memory[1].rows.values()))
    assert row.data["mail_delivery"] == {"id": "1"}
    assert row.data["sms_delivery"] == {"id": "1", "parts": 1}
    assert "example.org" not in str(row.data) and "14000001001" not in str(row.data)


def test_mail_speaks_both_languages_and_goes_to_one_address(ses: Ses, memory: Any) -> None:
    notify.send("o-1", message(kind="warning.yellow", level="yellow", **PARAMS), "o@example.org")
    sent = SimpleNamespace(**ses.taken[0])
    assert (sent.Source, sent.Destination) == (
        "office@minghang.example",
        {"ToAddresses": ["o@example.org"]},
    )
    text = sent.Message["Body"]["Text"]["Data"]
    assert (
        "黄牌预警" in text
        and "Yellow warning" in text
        and NUMBER in sent.Message["Subject"]["Data"]
    )
    assert "\n" not in sent.Message["Subject"]["Data"]


# What the subject of a mail says that is about no case, by the thing that its text names.
ABOUT = {"matter": "督办事项", "finding": "督办事项", "complaint": "投诉举报"}


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_kind_has_its_sentence_and_its_parameters(kind: str, language: str) -> None:
    template = texts.all_texts()[f"message.{kind}"][language]
    named = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    assert named <= {"case_number", *KINDS[kind]}
    said = sentence(kind, {name: PARAMS[name] for name in KINDS[kind]}, NUMBER, language)
    assert "{" not in said and "message." not in said
    words = [PARAMS[name] for name in KINDS[kind] if name not in UNSPOKEN]
    spoken = [word[language[:2]] if isinstance(word, dict) else str(word) for word in words]
    assert all(word in said for word in spoken)
    if "mandate" in KINDS[kind] or kind.startswith(("digest.", "settings.")):  # about no case
        assert NUMBER not in said
    elif ABOUT.keys() & {*KINDS[kind]} and NUMBER not in said:  # not of a case
        (name,) = ABOUT.keys() & {*KINDS[kind]}
        params = {word: PARAMS[word] for word in KINDS[kind]}
        subject, text = mail(Message("x#1.0", kind, params, "", AT))
        assert ABOUT[name] in subject
        assert PARAMS[name] in text
    else:
        assert NUMBER in said and mail(message(kind=kind, **PARAMS))[1].count(NUMBER) == 2


@pytest.mark.parametrize(
    ("kind", "params"),
    [("nothing", {}), ("case.accepted", {"accepted_on": "x"}), ("warning.red", {})],
)
def test_a_message_that_cannot_be_read_is_not_made(kind: str, params: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        message(kind=kind, **params)


def test_the_inbox_shows_the_newest_first_page_by_page_in_the_readers_language(memory: Any) -> None:
    for n in range(5):
        notify.send("p-1", message(source=f"case#x#{n}.0", minutes=n))
    notify.send("p-2", message())
    reader = Caller(door, "p-1")
    seen, cursor = [], ""
    while cursor is not None:
        page = reader("GET", "/messages", query={"limit": "2", "cursor": cursor}).body
        seen += [m["at"] for m in page["messages"]]
        assert all("We have received" in m["text"] for m in page["messages"])
        cursor = page["next_cursor"]
    assert len(seen) == 5 and seen == sorted(seen, reverse=True)
    reader.language = "zh-CN"
    assert "我们已收到" in reader("GET", "/messages").body["messages"][0]["text"]


def test_a_cursor_serves_only_its_reader(memory: Any) -> None:
    for n in range(3):
        notify.send("p-1", message(source=f"case#x#{n}.0", minutes=n))
    cursor = Caller(door, "p-1")("GET", "/messages", query={"limit": "1"}).body["next_cursor"]
    assert Caller(door, "p-2")("GET", "/messages", query={"cursor": cursor}).status == 400
    assert Caller(door)("GET", "/messages").status == 401


def laid_elsewhere(persons: int) -> None:
    """Messages that functions without the right to send have left to the sweep."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chalicelib.notify.channels.settings", lambda: settings.Settings({}))
        for n in range(persons):
            notify.send(f"p-{n}", message(), f"p-{n}@example.org")


def test_two_sweeps_at_once_send_nothing_twice(
    memory: Any, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_elsewhere(3)
    send, is_within = ses.send_email, []

    def while_another_sweeps(**mail: Any) -> dict[str, Any]:
        if not is_within:
            is_within.append(True)
            sweep(0)
        return send(**mail)

    monkeypatch.setattr(ses, "send_email", while_another_sweeps)
    sweep(0)
    sent = [mail["Destination"]["ToAddresses"][0] for mail in ses.taken]
    assert sorted(sent) == [f"p-{n}@example.org" for n in range(3)]


def test_a_row_that_cannot_be_handled_keeps_no_other_waiting(memory: Any, ses: Ses) -> None:
    laid_elsewhere(3)
    broken = memory[1].partition("inbox#p-1")[0]
    memory[1].rows[broken.key] = replace(broken, data={**broken.data, "kind": "no such kind"})
    assert sweep(0) == {"sent": 2, "failed": 1}
    assert len(ses.taken) == 2
