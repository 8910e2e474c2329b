"""Signatures as KMS makes them and mail as SES takes it, through the product's own clients."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import certificates, notify
from chalicelib.certificates import signing, status_lists
from chalicelib.certificates.verify import InvalidCertificate, verify
from chalicelib.kernel import aws, clock, settings, stores
from chalicelib.kernel.journal.dynamodb import DynamoJournal
from chalicelib.kernel.views.dynamodb import DynamoViews
from chalicelib.notify.inbox import place
from infra.local.emulator import embedded
from tests.contract.real_stores import pointed_at_embedded_aws
from tests.support.builders.certificates import ID, facts
from tests.unit.notify.test_sending import NUMBER, message

SENDER = "office@minghang.example"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Running]:
    with pointed_at_embedded_aws(tmp_path_factory.mktemp("signing")) as started:
        key = aws.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")[
            "KeyMetadata"
        ]["KeyId"]
        aws.client("kms").create_alias(AliasName="alias/test", TargetKeyId=key)
        aws.client("ses").verify_email_identity(EmailAddress=SENDER)
        before = stores.journal(), stores.views()
        stores.use(DynamoJournal(), DynamoViews())
        yield started
        stores.use(*before)


def test_a_certificate_signed_by_kms_verifies_offline(running: Any) -> None:
    for _ in range(8):  # r and s have leading zeros or a sign byte in some signatures only
        text, _ = signing.sign({"jti": "x", "nbf": 0}, "certificate+jwt")
        assert verify(text, certificates.public_keys(), datetime.now(UTC))["jti"] == "x"
    assert certificates.issue(facts()) == certificates.issue(facts()) == ID
    text, listed, later = (
        certificates.read(ID).jwt,
        status_lists.token(0),
        datetime.now(UTC) + timedelta(seconds=1),
    )
    assert (
        verify(text, certificates.public_keys(), later, listed)["credential"]["holder"]["person"]
        == "p-li-na"
    )


def test_a_revocation_is_in_the_signed_list_at_once(running: Any) -> None:
    identity = certificates.issue(facts("URB-2026-W-000002-1"))
    certificates.revoke(identity, "promise-broken", clock.now())
    certificates.revoke(identity, "promise-broken", clock.now())
    text, later = certificates.read(identity).jwt, datetime.now(UTC) + timedelta(seconds=1)
    with pytest.raises(InvalidCertificate, match="revoked"):
        verify(text, certificates.public_keys(), later, status_lists.token(0))
    assert certificates.read(identity).status(clock.now()) == "revoked"
    assert len(stores.journal().read("revocations#0")) == 1


def test_mail_is_taken_in_both_languages(
    running: embedded.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = settings.Settings({"TIME_ZONE": "Asia/Shanghai", "STAGE": "test", "MAIL_FROM": SENDER})
    monkeypatch.setattr("chalicelib.notify.channels.settings", lambda: known)
    told = message()
    assert notify.send("p-1", told, "p@example.org")
    assert not notify.send("p-1", told, "p@example.org")
    assert aws.client("ses").get_send_quota()["SentLast24Hours"] == 1
    row = stores.views().get("inbox#p-1", place(told))
    assert row and row.data["mail"] == "sent" and row.data["case_number"] == NUMBER
    assert clock.parse(row.data["at"]) == told.at
