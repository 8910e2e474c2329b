"""People choose how they are told: mail and text messages, quiet nights, one mail a day; and see what
became of each message.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from chalicelib.notify.channels import tag
from infra.local.client import Client, Json, new_key, wait
from tests.journeys.support.cases import OFFICER, PEOPLE, Case, filed
from tests.journeys.support.sessions import signed_in
from tests.journeys.support.stack import Stack

CITIZEN, MAIL = "p-li-na", "li.na@example.org"
PHONE = f"+86{PEOPLE[CITIZEN]['phone']}"
REVIEWER = OFFICER["urb-reviewer"]
CHOICE: Json = {
    "mail": True,
    "sms": True,
    "language": "en",
    "quiet_hours": {"from": "22:00", "until": "08:00"},
    "quiet_mail": False,
    "digest_at": None,
}
PATH = "/me/message-settings"


@pytest.fixture(scope="module")
def citizen(own_stack: Stack) -> Iterator[Client]:
    """Li Na, whose sign-in vouches for a mail address and a mobile number."""
    vouched = {"email": MAIL, "email_verified": True}
    vouched |= {"phone_number": PHONE, "phone_number_verified": True}
    with signed_in(own_stack.city, own_stack.tokens.access_token(CITIZEN, **vouched)) as client:
        yield client


def choose(stack: Stack, client: Client, person: str, **changed: Any) -> None:
    """Choose, and wait until whoever sends knows."""
    match = client.get(PATH).expect(200).headers["etag"]
    made = client.post(PATH, {**CHOICE, **changed}, match=match).expect(200)
    version = made.headers["etag"].strip('"')

    def is_known() -> bool:
        rows = stack.rows("Views", pk=f"message-settings#{person}")
        return [row["version"]["N"] for row in rows] == [version]

    wait(is_known, "the feed to show the settings")


def at(stack: Stack, hour: int, days: int = 0) -> None:
    """Move the clock there, and let every sweep run."""
    now = stack.city.official_time()
    moment = now.replace(hour=hour, minute=0, second=5) + timedelta(days=days)
    stack.city.move_clock(set=moment.isoformat())


def _local(stack: Stack, what: str, to: str) -> list[Any]:
    answer = httpx.get(f"{stack.city.origin}/__local/{what}", params={"to": to}, timeout=30)
    return list(answer.json()[what])


def mails(stack: Stack, to: str, about: str) -> list[Json]:
    """Mail to an address that speaks of something."""
    return [mail for mail in _local(stack, "mail", to) if about in str(mail)]


def texts(stack: Stack, about: str) -> list[str]:
    """Text messages to the citizen that speak of something."""
    return [text for text in _local(stack, "texts", PHONE) if about in text]


def message(client: Client, case: Case, kind: str) -> Json:
    """The citizen's message of that kind about a case, once it is there."""

    def found() -> list[Json]:
        return [each for each in client.messages(case.number) if each["kind"] == kind]

    return wait(found, kind)[0]


def test_both_channels_quiet_hours_digest_and_returned_mail(
    own_stack: Stack, citizen: Client
) -> None:
    at(own_stack, 10, days=1)
    choose(own_stack, citizen, CITIZEN)
    case = filed(own_stack.city, applicant=CITIZEN)

    def sent(kind: str, channel: str) -> Callable[[], bool]:
        return lambda: message(citizen, case, kind)["delivery"][channel]["state"] == "sent"

    wait(sent("case.filed", "sms"), "both to be sent")
    [mail], [text] = mails(own_stack, MAIL, case.number), texts(own_stack, case.number)
    assert "We have received" in mail["text"] and "我们" not in mail["text"]
    assert "We have received" in text
    filed_message = message(citizen, case, "case.filed")
    assert {each["state"] for each in filed_message["delivery"].values()} == {"sent"}
    assert all(each["reference"] for each in filed_message["delivery"].values())

    # At night mail goes, and the text message waits for the morning.
    at(own_stack, 23)
    case.act("urb-window", "accept")
    wait(sent("case.accepted", "mail"), "the mail at night")
    told = message(citizen, case, "case.accepted")
    assert told["delivery"]["sms"]["state"] == "waiting"
    assert texts(own_stack, "has been accepted") == []
    at(own_stack, 8, days=1)
    wait(sent("case.accepted", "sms"), "the text message in the morning")
    own_stack.city.tick("message")
    assert len(texts(own_stack, "has been accepted")) == 1
    assert len(mails(own_stack, MAIL, "has been accepted")) == 1

    _digest(own_stack, case)
    _read(citizen, told)
    _bounced(own_stack, citizen, told)


def _digest(stack: Stack, case: Case) -> None:
    officer, address = stack.city.person(REVIEWER), PEOPLE[REVIEWER]["mail"]
    case.task("urb-reviewer")
    choose(stack, officer, REVIEWER, sms=False, digest_at="18:00")
    at(stack, 18)
    [digest] = wait(lambda: mails(stack, address, "Your day until"), "the digest")
    assert "tasks wait" in digest["text"] and "{" not in digest["text"]
    for _ in range(2):
        stack.city.tick("message")
    assert len(mails(stack, address, "Your day until")) == 1
    [kept] = [each for each in officer.messages() if each["kind"] == "digest.office"]
    assert kept["delivery"]["mail"]["state"] == "sent"


def _read(client: Client, told: Json) -> None:
    before = client.get("/messages").expect(200)["unread"]["count"]
    path = f"/messages/{told['id']}/read"
    answers = [client.post(path).expect(200)["read_at"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert client.get("/messages").expect(200)["unread"]["count"] == before - 1


def _bounced(stack: Stack, client: Client, told: Json) -> None:
    """SES tells that mail came back for good. Nobody else may put such an event on the default bus,
    so whether the rule takes it is asked, and the queue is given it.
    """
    [place] = [
        row["sk"]["S"]
        for row in stack.rows("Views", pk=f"inbox#{CITIZEN}")
        if row["sk"]["S"].endswith(told["id"].partition("-")[2])
    ]
    tags = {
        "ses:configuration-set": ["sunlit-embedded"],
        "person": [tag(CITIZEN)],
        "message": [tag(place)],
    }
    reference = told["delivery"]["mail"]["reference"]
    now = datetime.now().astimezone().isoformat(timespec="milliseconds")
    detail = {
        "eventType": "Bounce",
        "bounce": {"bounceType": "Permanent"},
        "mail": {
            "timestamp": now,
            "messageId": reference,
            "destination": [MAIL],
            "tags": tags,
        },
    }
    event = {
        "id": "1",
        "account": "000000000000",
        "region": stack.running.region,
        "time": now,
        "resources": [],
        "source": "aws.ses",
        "detail-type": "Email Bounced",
        "detail": detail,
    }
    events, told_as = stack.client("events"), json.dumps(event)
    rule = events.describe_rule(Name="sunlit-embedded-mail-events")
    matches = events.test_event_pattern(EventPattern=rule["EventPattern"], Event=told_as)
    assert matches["Result"]
    queue = stack.resources["NotifyQueue"]
    for _ in range(2):  # events come at least once
        stack.client("sqs").send_message(QueueUrl=queue, MessageBody=told_as)

    def off() -> bool:
        page = client.get(PATH).expect(200)
        return bool(page["mail"]["choice"] == "off" and page["mail_came_back"])

    wait(off, "mail to be switched off")
    kinds = wait(
        lambda: [m for m in client.messages() if m["kind"] == "settings.mail_returned"],
        "word of it in the inbox",
    )
    assert len(kinds) == 1 and kinds[0]["delivery"]["mail"]["state"] == "none"
    returned = [each for each in client.messages() if each["id"] == told["id"]]
    assert returned[0]["delivery"]["mail"]["state"] == "returned"


def test_the_inbox_stays_on_and_addresses_must_be_vouched_for(
    own_stack: Stack, citizen: Client
) -> None:
    match = citizen.get(PATH).expect(200).headers["etag"]
    refused = citizen.post(PATH, {**CHOICE, "inbox": False}, match=match).expect(422, "invalid")
    assert [fault["field"] for fault in refused["errors"]] == ["/inbox"]
    unvouched = own_stack.city.person(CITIZEN)  # this sign-in knows of no mail address
    refused = unvouched.post(PATH, CHOICE, match=match, key=new_key()).expect(422, "invalid")
    assert [fault["field"] for fault in refused["errors"]] == ["/mail"]
