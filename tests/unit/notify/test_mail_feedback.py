"""What SES tells of mail: it was sent, it came back for good, its reader complained."""

from typing import Any

import pytest

from chalicelib import notify
from chalicelib.kernel import settings
from chalicelib.notify import channels, settings_view
from chalicelib.notify.preferences import stream_of
from tests.unit.notify.test_message_settings import MAIL, choose
from tests.unit.notify.test_sending import AT, Ses, Sns, message, ses, sns

__all__ = ["ses", "sns"]  # fixtures
OTHER = "usual@example.org"


@pytest.fixture(autouse=True)
def mail_with_events(ses: Ses, sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage's mail is told of by SES."""
    says = {"MAIL_FROM": "o@minghang.example", "MAIL_EVENTS": "sunlit-test"}
    monkeypatch.setattr("chalicelib.notify.channels.settings", lambda: settings.Settings(says))


def event(ses: Ses, kind: str, **more: Any) -> dict[str, Any]:
    """What SES tells of the last mail."""
    sent = ses.taken[-1]
    tags = {tag["Name"]: [tag["Value"]] for tag in sent["Tags"]}
    mail = {
        "timestamp": AT.isoformat(),
        "messageId": "1",
        "destination": sent["Destination"]["ToAddresses"],
        "tags": {"ses:configuration-set": [sent["ConfigurationSetName"]], **tags},
    }
    return {"source": "aws.ses", "detail": {"eventType": kind, "mail": mail, **more}}


def bounce(ses: Ses, kind: str = "Permanent") -> dict[str, Any]:
    """The last mail came back."""
    return event(ses, "Bounce", bounce={"bounceType": kind})


def kinds(memory: Any) -> list[str]:
    """What is in the inbox."""
    return sorted(row.data["kind"] for row in memory[1].partition("inbox#p-1"))


@pytest.mark.parametrize("person", ["p-1", "province:" + "x" * 119, "s-a.b_c-d", "p#1 %"])
def test_a_tag_holds_any_person_within_what_ses_takes(person: str) -> None:
    tag = channels.tag(person)
    assert channels.tagged(tag) == person
    assert len(tag) <= 256 and tag.isalnum() and tag.isascii()


@pytest.mark.parametrize("address", [MAIL, OTHER])
def test_mail_that_came_back_for_good_goes_there_no_more_and_the_inbox_says_so(
    memory: Any, ses: Ses, address: str
) -> None:
    if address == MAIL:
        choose()
    notify.send("p-1", message(), OTHER)
    for _ in range(2):
        notify.hear_of_mail(bounce(ses))
        settings_view.project(stream_of("p-1"))
    assert kinds(memory) == ["case.filed", "settings.mail_returned"]
    chosen = settings_view.settings_of("p-1")
    assert (chosen.mail_to(address), chosen.returned) == ("", frozenset({address}))
    notify.send("p-1", message(source="later"), OTHER)
    assert len(ses.taken) == 1
    [entry] = [e for e in memory[0].read(stream_of("p-1")) if e.acts[0].type == "MailReturned"]
    assert address not in str(entry.acts[0].data), "the public part names no address"


def test_another_address_is_mailed_all_the_same_and_the_same_one_when_chosen_again(
    memory: Any, ses: Ses
) -> None:
    notify.send("p-1", message(), OTHER)
    notify.hear_of_mail(bounce(ses))
    settings_view.project(stream_of("p-1"))
    notify.send("p-1", message(source="2"), "another@example.org")
    assert len(ses.taken) == 2
    choose(1)
    notify.hear_of_mail(event(ses, "Complaint"))
    notify.send("p-1", message(source="3"), OTHER)
    notify.hear_of_mail(bounce(ses))
    settings_view.project(stream_of("p-1"))
    assert settings_view.settings_of("p-1").mail == "off"
    choose(settings_view.settings_of("p-1").version)
    notify.send("p-1", message(source="4"), OTHER)
    assert ses.taken[-1]["Destination"]["ToAddresses"] == [MAIL]


@pytest.mark.parametrize("kind", ["Transient", "Undetermined"])
def test_what_may_yet_arrive_changes_nothing(memory: Any, ses: Ses, kind: str) -> None:
    notify.send("p-1", message(), OTHER)
    before = dict(memory[1].rows)
    notify.hear_of_mail(bounce(ses, kind))
    notify.hear_of_mail(event(ses, "Send"))
    assert (memory[1].rows, memory[0].entries) == (before, {})


def test_mail_of_others_is_passed_over(memory: Any, ses: Ses) -> None:
    notify.send("p-1", message(), OTHER)
    told = bounce(ses)
    told["detail"]["mail"]["tags"] = {"ses:configuration-set": ["another"]}
    notify.hear_of_mail(told)
    assert kinds(memory) == ["case.filed"]


def test_a_complaint_is_shown_as_one(memory: Any, ses: Ses) -> None:
    notify.send("p-1", message(), OTHER)
    notify.hear_of_mail(event(ses, "Complaint"))
    [row] = [row for row in memory[1].partition("inbox#p-1") if row.data["kind"] == "case.filed"]
    assert row.data["mail"] == "returned"
    assert row.data["mail_delivery"] == {"id": "1", "reason": "complaint"}
