"""Certificates for tests: facts, and a KMS that signs as the real one does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from chalicelib.certificates import CertificateFacts, views
from chalicelib.kernel import aws, clock

ID = "URB-2026-W-000001-1"
BASE = "https://minghang.example"


def facts(identity: str = ID, **changed: Any) -> CertificateFacts:
    """A shop sign's certificate, parts of it changed."""
    given = {
        "id": identity, "case_number": identity[:-2], "holder": "p-li-na", "holder_name": "李娜", "item": "shop-sign",
        "item_name": {"zh": "店招标牌设置许可", "en": "Shop sign permit"}, "authority": "URB",
        "authority_name": {"zh": "明杭市城市管理局", "en": "Minghang Urban Management Bureau"},
        "result": {"zh": "许可证", "en": "Permit"}, "decided_at": clock.now(), "valid_years": 3,
        "form": {"width_cm": 300},
    }  # fmt: skip
    return CertificateFacts(**(given | changed))


class Kms:
    """Signs as KMS does: DER, with a key that nobody sees."""

    def __init__(self, curve: ec.EllipticCurve | None = None) -> None:
        self.key = ec.generate_private_key(curve or ec.SECP256R1())
        self.signed = 0

    def sign(
        self,
        *,
        KeyId: str,
        Message: bytes,
        MessageType: str,
        SigningAlgorithm: str,
    ) -> dict[str, bytes]:
        """DER over a digest."""
        assert (MessageType, SigningAlgorithm, len(Message)) == ("DIGEST", "ECDSA_SHA_256", 32)
        self.signed += 1
        return {"Signature": self.key.sign(Message, ec.ECDSA(Prehashed(hashes.SHA256())))}

    def get_public_key(self, *, KeyId: str) -> dict[str, bytes]:
        """SubjectPublicKeyInfo."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return {"PublicKey": self.key.public_key().public_bytes(serialization.Encoding.DER, form)}


@pytest.fixture
def kms(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kms]:
    """In-memory stores, and a key of one's own."""
    fake = Kms()
    monkeypatch.setattr(aws, "client", lambda service: {"kms": fake}[service])
    views.public_key.cache_clear()
    yield fake
    views.public_key.cache_clear()


def now() -> datetime:
    """A moment after what was just issued."""
    return datetime.now(UTC) + timedelta(seconds=1)
