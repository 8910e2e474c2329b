"""People choose how they are told: by verified addresses, outside their quiet hours, in one mail a
day.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib import notify
from chalicelib.kernel import clock, ids
from chalicelib.notify import settings_view
from chalicelib.notify.preferences import MessageSettings, QuietHours, next_time, stream_of
from chalicelib.notify.routes import messages, settings
from tests.support.caller import Caller
from tests.unit.notify.test_sending import AT, NUMBER, PARAMS, Ses, Sns, message, ses, sns

__all__ = ["ses", "sns"]  # fixtures
MAIL, PHONE = "li.na@example.org", "+8614000001002"
CHOICE: dict[str, Any] = {
    "mail": True,
    "sms": True,
    "language": "en",
    "quiet_hours": {"from": "22:00", "until": "08:00"},
    "quiet_mail": False,
    "digest_at": None,
}


def person(**claims: str) -> Caller:
    """Li Na, whose sign-in vouches for both addresses unless told otherwise."""
    return Caller(settings.door, "p-1", claims={"mail": MAIL, "phone": PHONE, **claims})


def choose(match: int = 0, **changed: Any) -> None:
    """Choose, and let the feed show it."""
    body = {**CHOICE, **changed}
    reply = person()("POST", "/me/message-settings", body, key=ids.ulid(), match=f'"{match}"')
    assert reply.status == 200, reply.body
    settings_view.project(stream_of("p-1"))


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """A time of the tests' day."""
    return AT.replace(hour=hour, minute=minute) + timedelta(days=days)


def swept(monkeypatch: pytest.MonkeyPatch, now: datetime, tasks: Any = None) -> None:
    """The minute's sweep at that time."""
    monkeypatch.setattr(clock, "now", lambda: now)
    notify.sweep_messages(lambda person, since, until: tasks)


@pytest.mark.parametrize(
    ("begins", "ends", "now", "until"),
    [
        ("22:00", "08:00", at(21, 59), None), ("22:00", "08:00", at(22), at(8, days=1)),
        ("22:00", "08:00", at(23, 59), at(8, days=1)), ("22:00", "08:00", at(0), at(8)),
        ("22:00", "08:00", at(7, 59), at(8)), ("22:00", "08:00", at(8), None),
        ("12:00", "14:00", at(11, 59), None), ("12:00", "14:00", at(12), at(14)),
        ("12:00", "14:00", at(14), None), ("09:00", "09:00", at(9), None),
        ("00:00", "23:59", at(23, 58), at(23, 59)), ("23:30", "00:30", at(0, 29), at(0, 30)),
    ],
)  # fmt: skip
def test_quiet_hours_have_a_beginning_and_an_end(
    begins: str, ends: str, now: datetime, until: datetime | None
) -> None:
    end = QuietHours(begins, ends).end_after(now)
    assert end == (until and until.replace(second=0, microsecond=0))


@pytest.mark.parametrize(("now", "then"), [(at(7, 59), at(8)), (at(8), at(8, days=1))])
def test_the_next_time_is_later_than_now(now: datetime, then: datetime) -> None:
    assert next_time("08:00", now) == then


@pytest.mark.parametrize(
    ("claims", "changed", "faults"),
    [
        ({}, {}, []),
        ({"mail": ""}, {}, ["/mail"]),
        ({"mail": ""}, {"mail": False}, []),
        ({"phone": ""}, {}, ["/sms"]),
        ({"phone": "+8657188001000"}, {}, ["/sms"]),
        ({"phone": "+4915112345678"}, {}, ["/sms"]),
        ({"phone": ""}, {"sms": False}, []),
        ({"mail": "", "phone": ""}, {"inbox": False}, ["/inbox", "/mail", "/sms"]),
        ({}, {"inbox": False, "mail": False, "sms": False}, ["/inbox"]),
        ({}, {"inbox": True}, []),
        ({}, {"language": "fr"}, ["/language"]),
        ({}, {"quiet_hours": {"from": "24:00", "until": "08:00"}}, ["/quiet_hours/from"]),
        ({}, {"quiet_hours": {"from": "22:00"}}, ["/quiet_hours/until"]),
        ({}, {"digest_at": "08:30"}, ["/digest_at"]),
        ({}, {"digest_at": "08:00"}, []),
        ({}, {"mail_address": "somebody@else.example"}, ["/mail_address"]),
    ],
)
def test_only_what_the_sign_in_vouches_for_is_chosen_and_the_inbox_stays(
    memory: Any, claims: dict[str, str], changed: dict[str, Any], faults: list[str]
) -> None:
    body = {**CHOICE, **changed}
    reply = person(**claims)("POST", "/me/message-settings", body, match='"0"')
    assert [fault["field"] for fault in reply.body.get("errors", [])] == faults
    assert reply.status == (422 if faults else 200)
    if "/inbox" in faults:
        [fault] = [each for each in reply.body["errors"] if each["field"] == "/inbox"]
        assert "decisions" in fault["message"]


def test_a_choice_is_made_once_and_on_what_was_read(memory: Any) -> None:
    ask = person()
    assert ask("GET", "/me/message-settings").headers["ETag"] == '"0"'
    for _ in range(2):
        made = ask("POST", "/me/message-settings", CHOICE, key="a", match='"0"')
        assert (made.status, made.headers["ETag"]) == (200, '"1"')
    assert ask("POST", "/me/message-settings", CHOICE, key="b", match='"0"').status == 412
    assert ask("POST", "/me/message-settings", CHOICE, key="c").status == 428
    assert len(memory[0].entries) == 1
    page = ask("GET", "/me/message-settings").body
    assert page["mail"] == {"choice": "on", "address": MAIL, "verified": MAIL}
    entry = memory[0].entries[stream_of("p-1"), 1]
    assert MAIL not in str(entry.acts[0].data), "the public part names no address"
    assert Caller(settings.door)("GET", "/me/message-settings").status == 401


def test_the_choice_goes_before_what_a_case_names(memory: Any, ses: Ses, sns: Sns) -> None:
    choose()
    notify.send("p-1", message(), "usual@example.org", "14000009999")
    assert [mail["Destination"]["ToAddresses"] for mail in ses.taken] == [[MAIL]]
    assert [text["PhoneNumber"] for text in sns.taken] == [PHONE]
    assert "We have received" in sns.taken[0]["Message"]
    assert "我们" not in str(ses.taken)
    choose(1, mail=False, sms=False)
    notify.send("p-1", message(source="x"), "usual@example.org", "14000009999")
    assert (len(ses.taken), len(sns.taken)) == (1, 1)
    assert len(memory[1].partition("inbox#p-1")) == 2, "the inbox has both"


def test_what_comes_in_quiet_hours_goes_out_when_they_end(
    memory: Any, ses: Ses, sns: Sns, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose()
    monkeypatch.setattr(clock, "now", lambda: at(23))
    notify.send("p-1", message())
    assert (len(ses.taken), len(sns.taken)) == (1, 0)
    inbox = Caller(messages.door, "p-1")("GET", "/messages").body["messages"]
    assert inbox[0]["delivery"]["sms"]["state"] == "waiting"
    for hour in (0, 7):
        swept(monkeypatch, at(hour, 59, days=1))
    assert sns.taken == []
    swept(monkeypatch, at(8, days=1))
    swept(monkeypatch, at(9, days=1))
    assert (len(ses.taken), len(sns.taken)) == (1, 1)


def test_mail_waits_too_where_that_was_chosen_and_a_change_of_mind_counts(
    memory: Any, ses: Ses, sns: Sns, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(quiet_mail=True)
    monkeypatch.setattr(clock, "now", lambda: at(23))
    notify.send("p-1", message())
    assert (ses.taken, sns.taken) == ([], [])
    choose(1, sms=False)
    swept(monkeypatch, at(8, days=1))
    assert (len(ses.taken), sns.taken) == (1, [])
    [row] = memory[1].partition("inbox#p-1")
    assert (row.data["mail"], row.data["sms"]) == ("sent", "none")


def test_text_messages_keep_quiet_for_who_has_chosen_nothing(
    memory: Any, ses: Ses, sns: Sns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: at(23))
    notify.send("n-1", message(), "p@example.org", "14000001001")
    assert (len(ses.taken), sns.taken) == (1, [])
    swept(monkeypatch, at(8, days=1))
    assert len(sns.taken) == 1


TASKS = notify.Tasks(open=3, new=2, overdue=1)


@pytest.mark.parametrize(
    ("tasks", "told"),
    [
        (None, "Your day until 2026-03-02: 3 new messages."),
        (
            (TASKS, "o@example.org"),
            "Your day until 2026-03-02: 3 tasks wait, 2 of them new, 1 overdue; 2 warnings among "
            "3 new messages.",
        ),
    ],
)
def test_a_digest_sums_up_the_day_in_one_mail(
    memory: Any, ses: Ses, monkeypatch: pytest.MonkeyPatch, tasks: Any, told: str
) -> None:
    choose(digest_at="18:00", sms=False)
    for minutes, level in enumerate(("reminder", "yellow")):
        warning = message(kind=f"warning.{level}", level=level, minutes=minutes, **PARAMS)
        notify.send("p-1", warning)
    notify.send("p-1", message())
    assert ses.taken == [], "collected"
    states = [row.data["mail"] for row in memory[1].partition("inbox#p-1")]
    assert states == ["collected"] * 3
    swept(monkeypatch, at(17, 59), tasks)
    assert ses.taken == []
    for minute in (0, 1, 30):
        swept(monkeypatch, at(18, minute), tasks)
    [mail] = ses.taken
    text = mail["Message"]["Body"]["Text"]["Data"]
    assert text.startswith(told) and text.count("\n\n- ") == 3 and NUMBER in text
    swept(monkeypatch, at(18, days=1))
    assert len(ses.taken) == 1, "a day without anything has no digest"


@pytest.mark.parametrize(
    ("kind", "level", "is_collected"),
    [("case.filed", "", True), ("case.granted", "", False), ("case.supplement_requested", "", False),
     ("warning.yellow", "yellow", True), ("warning.red", "red", False)],
)  # fmt: skip
def test_what_the_law_delivers_and_red_warnings_wait_for_no_digest(
    memory: Any, ses: Ses, kind: str, level: str, is_collected: bool
) -> None:
    choose(digest_at="18:00", sms=False)
    notify.send("p-1", message(kind=kind, level=level, **PARAMS))
    assert len(ses.taken) == (0 if is_collected else 1)


def test_a_message_is_read_once_and_counted_until_then(memory: Any, ses: Ses) -> None:
    for n in range(3):
        notify.send("p-1", message(source=f"case#x#{n}.0", minutes=n))
    reader, another = Caller(messages.door, "p-1"), Caller(messages.door, "p-2")
    page = reader("GET", "/messages").body
    assert page["unread"] == {"count": 3, "more": False}
    assert [each["read_at"] for each in page["messages"]] == [None] * 3
    first = page["messages"][0]["id"]
    path = "/messages/{message}/read"
    answers = [reader("POST", path, key=key, message=first).body for key in "ab"]
    assert answers[0] == answers[1]
    page = reader("GET", "/messages").body
    assert page["unread"] == {"count": 2, "more": False}
    assert page["messages"][0]["read_at"] == answers[0]["read_at"]
    for unknown in (first[:-1] + "x", "none", "9" * 20 + "-x", "²" * 20 + "-x", ""):
        assert reader("POST", path, message=unknown).status == 404
    assert another("POST", path, message=first).status == 404
    assert another("POST", path, query={"party": "p-1"}, message=first).status == 403


def test_there_may_be_more_unread_than_are_counted(memory: Any) -> None:
    for n in range(101):
        notify.send("p-1", message(source=f"case#x#{n}.0", minutes=n))
    page = Caller(messages.door, "p-1")("GET", "/messages").body
    assert page["unread"] == {"count": 100, "more": True}


def test_rows_of_earlier_releases_are_shown_and_read(memory: Any, ses: Ses) -> None:
    notify.send("p-1", message())
    [row] = memory[1].partition("inbox#p-1")
    data = {**row.data, "mail": "refused", "sms": "none"}
    old = type(row)(row.pk, row.sk, version=1, data=data)
    memory[1].rows[row.key] = old
    reader = Caller(messages.door, "p-1")
    shown = reader("GET", "/messages").body["messages"][0]
    assert shown["delivery"]["mail"]["state"] == "given_up"
    assert reader("POST", "/messages/{message}/read", message=shown["id"]).status == 200


def test_settings_are_read_back_as_they_were_shown(memory: Any) -> None:
    assert settings_view.settings_of("p-1") == MessageSettings()
    choose(digest_at="07:00", quiet_mail=True)
    shown = settings_view.settings_of("p-1")
    assert (shown.version, shown.mail_address, shown.phone) == (1, MAIL, PHONE)
    assert (shown.digest_at, shown.is_mail_quiet, shown.language) == ("07:00", True, "en")
