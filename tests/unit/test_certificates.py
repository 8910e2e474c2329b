"""A certificate is signed once, read by its holder alone, and verified by anyone without us."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from joserfc.jwk import ECKey

from chalicelib import certificates
from chalicelib.certificates import CertificateFacts, signing, views
from chalicelib.certificates.acts import expiry
from chalicelib.certificates.routes import door
from chalicelib.certificates.verify import InvalidCertificate, main, verify
from chalicelib.kernel import aws, clock
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import AppendConflict
from tests.unit.calling import Caller

ID = "URB-2026-W-000001-1"
ROOT = Path(__file__).resolve().parents[2]


def facts(**changed: Any) -> CertificateFacts:
    given = {
        "id": ID, "case_number": ID[:-2], "holder": "p-li-na", "holder_name": "李娜", "item": "shop-sign",
        "item_name": {"zh": "店招标牌设置许可", "en": "Shop sign permit"}, "authority": "URB",
        "result": {"zh": "许可证", "en": "Permit"}, "decided_at": clock.now(), "valid_years": 3,
        "form": {"width_cm": 300},
    }  # fmt: skip
    return CertificateFacts(**(given | changed))


class Kms:
    """Signs as KMS does: DER, with a key that nobody sees."""

    def __init__(self, curve: ec.EllipticCurve | None = None) -> None:
        self.key = ec.generate_private_key(curve or ec.SECP256R1())
        self.signed = 0

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, bytes]:  # noqa: N803
        assert (MessageType, SigningAlgorithm, len(Message)) == ("DIGEST", "ECDSA_SHA_256", 32)
        self.signed += 1
        return {"Signature": self.key.sign(Message, ec.ECDSA(Prehashed(hashes.SHA256())))}

    def get_public_key(self, *, KeyId: str) -> dict[str, bytes]:  # noqa: N803
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return {"PublicKey": self.key.public_key().public_bytes(serialization.Encoding.DER, form)}


@pytest.fixture
def kms(memory: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    fake = Kms()
    monkeypatch.setattr(aws, "client", lambda service: {"kms": fake}[service])
    views.public_key.cache_clear()
    yield fake
    views.public_key.cache_clear()


def now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


def test_a_certificate_verifies_with_the_published_keys(kms: Kms) -> None:
    certificate = certificates.read(certificates.issue(facts()))
    claims = verify(certificate.jwt, certificates.public_keys(), now())
    assert (claims["iss"], claims["sub"], claims["jti"]) == ("https://certificates.example", "p-li-na", ID)
    assert claims["credential"]["holder"] == {"person": "p-li-na", "name": "李娜"}
    assert claims["credential"]["fields"] == {"width_cm": 300}
    assert datetime.fromtimestamp(claims["exp"], UTC).year == now().year + 3


def test_its_key_is_named_by_its_thumbprint(kms: Kms) -> None:
    jwk = certificates.public_keys()["keys"][0]
    assert jwk["kid"] == ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")}).thumbprint()


def test_issuing_again_signs_nothing_and_changes_nothing(kms: Kms) -> None:
    first = certificates.read(certificates.issue(facts()))
    assert certificates.read(certificates.issue(facts(holder_name="another"))) == first
    assert kms.signed == 1


def test_of_two_signed_at_once_the_first_on_record_stays(
    kms: Kms, memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = memory[0].append

    def beaten(entry: Any) -> None:
        append(signing._entry(entry.stream, facts(), "the first", "kid", clock.now()))
        append(entry)

    monkeypatch.setattr(memory[0], "append", beaten)
    assert certificates.read(certificates.issue(facts())).jwt == "the first"
    with pytest.raises(AppendConflict):
        append(signing._entry(f"certificate#{ID}", facts(), "x", "kid", clock.now()))


def test_the_public_part_of_the_entry_names_nobody(kms: Kms, memory: Any) -> None:
    jwt = certificates.read(certificates.issue(facts())).jwt
    public = json.dumps(dict(memory[0].last(f"certificate#{ID}").acts[0].data), ensure_ascii=False)
    assert "李娜" not in public and "p-li-na" not in public and jwt not in public


@pytest.mark.parametrize(
    ("issued", "years", "ends"),
    [
        ("2026-11-22", 3, "2029-11-22"),
        ("2028-02-29", 1, "2029-02-28"),
        ("2028-02-29", 4, "2032-02-29"),
        ("2026-01-01", None, ""),
    ],
)
def test_validity_ends_on_the_same_day_years_later(issued: str, years: int | None, ends: str) -> None:
    end = expiry(datetime.fromisoformat(issued), years)
    assert (end.date().isoformat() if end else "") == ends


def test_a_key_that_is_not_on_p256_is_not_published(kms: Kms) -> None:
    kms.key = Kms(ec.SECP384R1()).key
    with pytest.raises(ValueError, match="P-256"):
        certificates.public_keys()


def test_what_is_changed_foreign_early_or_expired_does_not_verify(kms: Kms) -> None:
    jwt, keys = certificates.read(certificates.issue(facts())).jwt, certificates.public_keys()
    head, body, signature = jwt.split(".")
    other, _ = signing.sign({"jti": "x", "nbf": 0})
    access_token = views.base64url(json.dumps({"alg": "none", "typ": "certificate+jwt"}).encode()) + f".{body}."
    for text in (
        f"{head}.{other.split('.')[1]}.{signature}",
        access_token,
        "",
        "a.b.c",
        f"{head}.{body}.{signature[:-8]}",
    ):
        with pytest.raises(InvalidCertificate, match="not genuine"):
            verify(text, keys, now())
    with pytest.raises(InvalidCertificate, match="not in force"):
        verify(jwt, keys, now() - timedelta(days=1))
    with pytest.raises(InvalidCertificate, match="expired"):
        verify(jwt, keys, now() + timedelta(days=3 * 366))
    views.public_key.cache_clear()
    kms.key = Kms().key
    with pytest.raises(InvalidCertificate):
        verify(jwt, certificates.public_keys(), now())


def test_another_signed_text_of_the_same_key_is_no_certificate(kms: Kms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.certificates.acts.TYPE", "at+jwt")
    text, _ = signing.sign({"jti": "x", "nbf": 0})
    with pytest.raises(InvalidCertificate, match="not a certificate"):
        verify(text, certificates.public_keys(), now())


def test_the_command_verifies_offline(kms: Kms, tmp_path: Path) -> None:
    jwt = certificates.read(certificates.issue(facts())).jwt
    (tmp_path / "keys.json").write_text(json.dumps(certificates.public_keys()))
    command = [sys.executable, "-m", "chalicelib.certificates.verify", "--keys", str(tmp_path / "keys.json")]
    later = ["--at", (now() + timedelta(days=1)).isoformat()]
    done = subprocess.run([*command, *later], input=jwt + "\n", capture_output=True, text=True, cwd=ROOT, env={})
    assert (done.returncode, json.loads(done.stdout)["jti"]) == (0, ID)
    alone = [sys.executable, str(ROOT / "chalicelib/certificates/verify.py"), *command[3:], *later]
    assert subprocess.run(alone, input=jwt, capture_output=True, text=True, cwd=tmp_path, env={}).returncode == 0
    failed = subprocess.run(command, input=jwt[:-9], capture_output=True, text=True, cwd=ROOT, env={})
    assert (failed.returncode, failed.stdout) == (1, "") and "INVALID" in failed.stderr


def test_the_command_says_when_there_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main([])


def test_only_the_holder_reads_a_certificate(kms: Kms) -> None:
    certificates.issue(facts())
    mine = Caller(door, "p-li-na")("GET", "/certificates/{certificate}", certificate=ID)
    assert mine.status == 200 and verify(mine.body["jwt"], certificates.public_keys(), now())["jti"] == ID
    for person, certificate in (("p-zhang-wei", ID), ("o-xu-admin", ID), ("p-li-na", "URB-2026-W-000002-1")):
        assert Caller(door, person)("GET", "/certificates/{certificate}", certificate=certificate).status == 404
    assert Caller(door)("GET", "/certificates/{certificate}", certificate=ID).status == 401


def test_anyone_reads_the_keys_and_a_certificates_status(kms: Kms, monkeypatch: pytest.MonkeyPatch) -> None:
    certificates.issue(facts())
    anyone = Caller(door)
    assert anyone("GET", "/certificates/keys").body == certificates.public_keys()
    status = anyone("GET", "/certificates/{certificate}/status", certificate=ID).body
    assert (status["status"], status["item"], status["authority"]) == ("valid", "shop-sign", "URB")
    later = clock.now() + timedelta(days=3 * 366)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert anyone("GET", "/certificates/{certificate}/status", certificate=ID).body["status"] == "expired"


@pytest.mark.parametrize("name", ["", "x" * 3000, "a#b", "../x", "x\n", "张"])
def test_what_is_no_certificate_number_is_not_found(kms: Kms, name: str) -> None:
    with pytest.raises(NotFound):
        certificates.read(name)


@pytest.mark.parametrize(
    ("rooms", "unwanted"),
    [
        ("authority.routes, chalicelib.authority.handlers, chalicelib.notify.routes, chalicelib.certificates.routes",
         {"joserfc", "cryptography", "cedarpy"}),
        ("certificates.verify", {"boto3", "botocore", "pynamodb", "chalice", "aws_lambda_powertools"}),
    ],
)  # fmt: skip
def test_no_function_loads_what_it_does_not_need(rooms: str, unwanted: set[str]) -> None:
    code = f"import sys, chalicelib.{rooms}; print(*sorted({unwanted!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == []
