"""A certificate is signed once and read by its holder alone; whether it is valid is everybody's to
know.
"""

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from chalicelib import certificates
from chalicelib.certificates import acts
from chalicelib.certificates.acts import StatusIndex, expiry
from chalicelib.certificates.routes.certificates import door
from chalicelib.certificates.verify import verify
from chalicelib.kernel import clock, journal
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.journal import Act, Actor, AppendConflict
from tests.support.builders.certificates import BASE, ID, Kms, facts, kms, now  # noqa: F401  # kms is a fixture
from tests.support.caller import Caller

ROOT = Path(__file__).resolve().parents[3]


def entry(text: str, stream: str = f"certificate#{ID}") -> journal.Entry:
    issued = acts.decide_issue(facts(), text, "kid", StatusIndex(0, 1), clock.now())
    return journal.new_entry(stream, 1, issued, at=clock.now(), actor=Actor())


def test_a_certificate_says_who_may_do_what_by_whose_decision(kms: Kms) -> None:  # noqa: F811
    certificate = certificates.read(certificates.issue(facts()))
    claims = verify(certificate.jwt, certificates.public_keys(), now())
    assert (claims["iss"], claims["issuing_authority"], claims["jti"]) == (
        BASE,
        "明杭市人民政府",
        ID,
    )
    assert claims["vct"] == "urn:sunlit:certificate:shop-sign"
    assert claims["status"]["status_list"] == {
        "idx": 1,
        "uri": f"{BASE}/certificates/status-lists/0",
    }
    assert claims["credential"]["holder"] == {"person": "p-li-na", "name": "李娜"}
    assert claims["credential"]["fields"] == {"width_cm": 300}
    assert datetime.fromtimestamp(claims["exp"], now().tzinfo).year == now().year + 3
    assert "cnf" not in claims, "it is a bearer's document, like one on paper"


def test_its_key_is_named_by_its_thumbprint(kms: Kms) -> None:  # noqa: F811
    jwk = certificates.public_keys()["keys"][0]
    assert (
        jwk["kid"]
        == ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")}).thumbprint()
    )


def test_issuing_again_signs_nothing_and_changes_nothing(kms: Kms) -> None:  # noqa: F811
    first = certificates.read(certificates.issue(facts()))
    signed = kms.signed
    assert certificates.read(certificates.issue(facts(holder_name="another"))) == first
    assert kms.signed == signed


def test_of_two_signed_at_once_the_first_on_record_stays(
    kms: Kms,  # noqa: F811
    memory: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append = memory[0].append

    def beaten(*entries: Any) -> None:
        if entries[0].stream.startswith("certificate#"):
            append(entry("the first"))
        append(*entries)

    monkeypatch.setattr(memory[0], "append", beaten)
    assert certificates.read(certificates.issue(facts())).jwt == "the first"
    with pytest.raises(AppendConflict):
        append(entry("x"))


def test_the_public_part_of_the_entry_names_nobody(kms: Kms, memory: Any) -> None:  # noqa: F811
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
def test_validity_ends_on_the_same_day_years_later(
    issued: str, years: int | None, ends: str
) -> None:
    end = expiry(datetime.fromisoformat(issued), years)
    assert (end.date().isoformat() if end else "") == ends


def test_a_key_that_is_not_on_p256_is_not_published(kms: Kms) -> None:  # noqa: F811
    kms.key = Kms(ec.SECP384R1()).key
    with pytest.raises(ValueError, match="P-256"):
        certificates.public_keys()


def test_only_the_holder_reads_a_certificate(kms: Kms) -> None:  # noqa: F811
    certificates.issue(facts())
    mine = Caller(door, "p-li-na")("GET", "/certificates/{certificate}", certificate=ID)
    assert (
        mine.status == 200
        and verify(mine.body["jwt"], certificates.public_keys(), now())["jti"] == ID
    )
    for person, certificate in (
        ("p-zhang-wei", ID),
        ("o-xu-admin", ID),
        ("p-li-na", "URB-2026-W-000002-1"),
    ):
        assert (
            Caller(door, person)(
                "GET", "/certificates/{certificate}", certificate=certificate
            ).status
            == 404
        )
    assert Caller(door)("GET", "/certificates/{certificate}", certificate=ID).status == 401


def test_anyone_reads_the_keys_and_a_certificates_status(
    kms: Kms,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificates.issue(facts())
    anyone = Caller(door)
    assert anyone("GET", "/certificates/keys").body == certificates.public_keys()
    status = anyone("GET", "/certificates/{certificate}/status", certificate=ID).body
    assert (status["status"], status["item"], status["authority"]) == ("valid", "shop-sign", "URB")
    later = clock.now() + timedelta(days=3 * 366)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert (
        anyone("GET", "/certificates/{certificate}/status", certificate=ID).body["status"]
        == "expired"
    )


def test_wallets_find_the_keys_by_the_issuers_name(kms: Kms) -> None:  # noqa: F811
    certificate = certificates.read(certificates.issue(facts()))
    issuer = verify(certificate.jwt, certificates.public_keys(), now())["iss"]
    found = Caller(door)("GET", "/.well-known/jwt-vc-issuer").body
    assert found == {"issuer": issuer, "jwks_uri": f"{issuer}/certificates/keys"}


def test_a_certificate_of_the_first_release_is_read_as_ever(memory: Any) -> None:
    data = {
        "certificate": ID, "case_number": ID[:-2], "item": "shop-sign", "item_name": {"zh": "店招", "en": "Sign"},
        "authority": "URB", "issued_at": "2026-11-22T10:00:00.000+08:00", "expires_at": None, "kid": "k",
    }  # fmt: skip
    act = Act("CertificateIssued", data, {"holder": {"person": "p-li-na", "jwt": "a.b.c"}})
    memory[0].append(
        journal.new_entry(f"certificate#{ID}", 1, [act], at=clock.now(), actor=Actor())
    )
    found = certificates.read(ID)
    assert (found.jwt, found.holder, found.spot, found.status(now())) == (
        "a.b.c",
        "p-li-na",
        None,
        "valid",
    )
    assert found.authority_name == {"zh": "URB", "en": "URB"}
    certificates.revoke(ID, "mistaken", clock.now())
    assert certificates.read(ID).status(now()) == "revoked"


@pytest.mark.parametrize("name", ["", "x" * 3000, "a#b", "../x", "x\n", "张"])
def test_what_is_no_certificate_number_is_not_found(kms: Kms, name: str) -> None:  # noqa: F811
    with pytest.raises(NotFound):
        certificates.read(name)
    with pytest.raises(NotFound):
        certificates.revoke(name, "mistaken", clock.now())


@pytest.mark.parametrize(
    ("rooms", "unwanted"),
    [
        ("authority.routes.mandates, chalicelib.authority.sign_in.authorizer, chalicelib.notify.routes.messages, chalicelib.certificates.routes.certificates",
         {"joserfc", "cryptography", "cedarpy", "segno"}),
        ("casework.routes.certificate_pdf", {"joserfc", "cryptography", "segno"}),
        ("certificates.verify", {"boto3", "botocore", "pynamodb", "chalice", "aws_lambda_powertools"}),
    ],
)  # fmt: skip
def test_no_function_loads_what_it_does_not_need(rooms: str, unwanted: set[str]) -> None:
    code = f"import sys, chalicelib.{rooms}; print(*sorted({unwanted!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.split() == []
