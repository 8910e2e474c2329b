"""Anyone verifies a certificate without us: with our small tool, and with libraries that know
nothing of us.
"""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey
from jwcrypto.jwk import JWKSet
from sd_jwt.holder import SDJWTHolder
from sd_jwt.verifier import SDJWTVerifier

from chalicelib import certificates
from chalicelib.certificates import acts, signing, status_lists, views
from chalicelib.certificates.verify import InvalidCertificate, contents, main, verify
from chalicelib.kernel import clock
from tests.support.builders.certificates import ID, Kms, facts, kms, now  # noqa: F401  # kms is a fixture

ROOT = Path(__file__).resolve().parents[3]
NO_KEYS: dict[str, Any] = {"keys": []}
TOOL = "chalicelib.certificates.verify"


@pytest.fixture
def text(kms: Kms) -> str:  # noqa: F811
    return certificates.read(certificates.issue(facts())).jwt


def keys() -> dict[str, Any]:
    return certificates.public_keys()


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def by_reference_implementation(text: str) -> dict[str, Any]:
    def key(issuer: str, header: dict[str, Any]) -> Any:
        return JWKSet.from_json(json.dumps(keys())).get_key(header["kid"])

    return dict(SDJWTVerifier(text, key).get_verified_payload())


def test_the_reference_implementation_of_sd_jwt_reads_the_same(text: str) -> None:
    assert by_reference_implementation(text) == verify(text, keys(), now())


def test_its_first_part_is_a_plain_jwt_to_every_library(text: str) -> None:
    read = jwt.decode(text.split("~")[0], KeySet.import_key_set(keys()), algorithms=["ES256"])  # type: ignore[arg-type]
    assert read.header["typ"] == "dc+sd-jwt"
    assert read.claims["credential"]["fields"] == {"width_cm": 300}
    assert "李娜" not in json.dumps(read.claims, ensure_ascii=False)
    assert "p-li-na" not in json.dumps(read.claims)


def test_the_holder_shows_as_much_as_they_like(text: str) -> None:
    head, person, name, _ = text.split("~")
    assert (decoded(person)[1:], decoded(name)[1:]) == (["person", "p-li-na"], ["name", "李娜"])
    for shown, holder in (
        ("", {}),
        (f"{name}~", {"name": "李娜"}),
        (f"{person}~", {"person": "p-li-na"}),
    ):
        claims = verify(f"{head}~{shown}", keys(), now())
        assert claims["credential"]["holder"] == holder
        assert claims == by_reference_implementation(f"{head}~{shown}")


def test_a_wallet_makes_the_same_presentation(text: str) -> None:
    wallet = SDJWTHolder(text)
    wallet.create_presentation({"credential": {"holder": {"name": True}}})
    assert verify(wallet.sd_jwt_presentation, keys(), now())["credential"]["holder"] == {
        "name": "李娜"
    }


def test_two_certificates_of_one_person_share_no_digest(kms: Kms) -> None:  # noqa: F811
    texts = [
        certificates.read(certificates.issue(facts(f"URB-2026-W-00000{i}-1"))).jwt for i in (1, 2)
    ]
    one, other = (decoded(t.split(".")[1])["credential"]["holder"]["_sd"] for t in texts)
    assert not set(one) & set(other)


def _changed_name(text: str) -> str:
    head, person, name, _ = text.split("~")
    salt = decoded(name)[0]
    return f"{head}~{person}~{acts.base64url(acts.dumps([salt, 'name', '王五']))}~"


def _one_more(text: str) -> str:
    return f"{text}{acts.base64url(acts.dumps(['salt', 'admin', True]))}~"


def _relabelled(text: str, **header: Any) -> str:
    head, _, rest = text.partition(".")
    return f"{acts.base64url(acts.dumps(decoded(head) | header))}.{rest}"


def _without_signature(text: str) -> str:
    head, body, rest = _relabelled(text, alg="none").split(".")
    return f"{head}.{body}.~" + rest.partition("~")[2]


def _signed_with_the_public_key(text: str) -> str:
    """The classic: our public key, known to all, as the secret of an HMAC."""
    secret = OctKey.import_key(json.dumps(keys()["keys"][0]))
    claims = decoded(text.split(".")[1])
    token = jwt.encode(
        {"alg": "HS256", "typ": acts.TYPE, "kid": keys()["keys"][0]["kid"]}, claims, secret
    )
    return f"{token}~"


FORGERIES: dict[str, Callable[[str], str]] = {
    "a name of one's own": _changed_name,
    "a disclosure that nobody signed": _one_more,
    "a disclosure twice": lambda text: text + text.split("~")[1] + "~",
    "no algorithm": _without_signature,
    "the public key as a secret": _signed_with_the_public_key,
    "another algorithm's name": lambda text: _relabelled(text, alg="ES384"),
    "another typ": lambda text: _relabelled(text, typ="at+jwt"),
    "another key's name": lambda text: _relabelled(text, kid="x"),
    "a shorter signature": lambda text: text.replace("~", "", 1)[:-9] + "~",
    "a tail": lambda text: text + "tail",
    "no end": lambda text: text[:-1],
    "nothing": lambda text: "",
    "a bare dot": lambda text: "a.b.c~",
    "not even ASCII": lambda text: text + "张~",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forgery_is_refused(text: str, forge: Callable[[str], str]) -> None:
    with pytest.raises(InvalidCertificate):
        verify(forge(text), keys(), now())


def test_no_letter_can_be_changed(text: str) -> None:
    """But the signature's last one, of which only two bits count."""
    head, known = text.split("~")[0], keys()
    for place in range(0, len(text), 3):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        if place != len(head) - 1:
            with pytest.raises(InvalidCertificate):
                verify(changed, known, now())


@given(st.text(max_size=60) | st.text(alphabet="eyJ.~_-A9{}", max_size=60))
def test_whatever_is_shown_is_a_certificate_or_said_to_be_none(shown: str) -> None:
    with pytest.raises(InvalidCertificate):
        verify(shown, NO_KEYS, now())


def test_another_city_s_key_is_not_ours(text: str, kms: Kms) -> None:  # noqa: F811
    views.public_key.cache_clear()
    kms.key = Kms().key
    theirs = {"keys": [views.public_key()]}  # what has signed for us stays among our own
    with pytest.raises(InvalidCertificate, match="not genuine"):
        verify(text, theirs, now())
    assert verify(text, keys(), now())


@pytest.mark.parametrize(("days", "said"), [(-1, "not in force"), (3 * 366, "expired")])
def test_before_and_after_its_time_it_does_not_verify(text: str, days: int, said: str) -> None:
    with pytest.raises(InvalidCertificate, match=said):
        verify(text, keys(), now() + timedelta(days=days))


@pytest.mark.parametrize("kind", ["at+jwt", "statuslist+jwt", "certificate+jwt"])
def test_another_signed_text_of_the_same_key_is_no_certificate(kms: Kms, kind: str) -> None:  # noqa: F811
    signed, _ = signing.sign({"jti": "x", "nbf": 0}, kind)
    with pytest.raises(InvalidCertificate, match="not a dc"):
        verify(f"{signed}~", keys(), now())


def _hiding(*disclosures: Any, **claims: Any) -> str:
    """A text signed by our key whose disclosures are as a careless issuer might make them."""
    made = [acts.base64url(acts.dumps(each)) for each in disclosures]
    digests = [acts.base64url(hashlib.sha256(each.encode()).digest()) for each in made]
    signed, _ = signing.sign({"jti": "x", "nbf": 0, "_sd": digests, **claims}, acts.TYPE)
    return "~".join([signed, *made, ""])


@pytest.mark.parametrize(
    "disclosure",
    [["s", "jti", "y"], ["s", "_sd", []], ["s", "...", 1], ["s", 5, 1], ["s", "a"], "s", 7],
)
def test_a_disclosure_hides_no_other_claim(kms: Kms, disclosure: Any) -> None:  # noqa: F811
    with pytest.raises(InvalidCertificate, match="disclosure"):
        verify(_hiding(disclosure), keys(), now())


def test_digests_of_another_kind_are_not_guessed(kms: Kms) -> None:  # noqa: F811
    with pytest.raises(InvalidCertificate, match="unknown kind"):
        verify(_hiding(["s", "a", 1], _sd_alg="md5"), keys(), now())


def test_a_disclosed_claim_may_hold_disclosed_claims(kms: Kms) -> None:  # noqa: F811
    assert verify(_hiding(["s", "a", {"b": [1, {"c": 2}]}]), keys(), now())["a"] == {
        "b": [1, {"c": 2}]
    }


def test_a_date_that_is_only_disclosed_ends_nothing(kms: Kms) -> None:  # noqa: F811
    """What decides whether it is in force is read from what is signed in clear (SD-JWT VC)."""
    text = _hiding(["s", "exp", 1])
    assert verify(text, keys(), now())["exp"] == 1


def test_a_certificate_of_the_first_release_still_verifies(kms: Kms) -> None:  # noqa: F811
    claims = {
        "iss": "明杭市人民政府",
        "sub": "p-li-na",
        "jti": ID,
        "iat": 0,
        "nbf": 0,
        "credential": {"holder": {"name": "李娜"}},
    }
    text, _ = signing.sign(claims, "certificate+jwt")
    assert verify(text, keys(), now()) == contents(text) == claims
    with pytest.raises(InvalidCertificate, match="no status list"):
        verify(text, keys(), now(), listed())


def listed() -> str:
    status_lists.publish(0, clock.now())
    return status_lists.token(0)


def test_the_command_verifies_offline(text: str, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(keys()))
    (tmp_path / "list.jwt").write_text(listed())
    command = [sys.executable, "-m", TOOL, "--keys", str(tmp_path / "keys.json")]
    later = ["--at", (now() + timedelta(days=1)).isoformat()]
    done = subprocess.run(
        [*command, *later], input=text + "\n", capture_output=True, text=True, cwd=ROOT, env={}
    )
    assert (done.returncode, json.loads(done.stdout)["jti"]) == (0, ID)
    assert "was not asked" in done.stderr
    alone = [sys.executable, str(ROOT / "chalicelib/certificates/verify.py"), *command[3:], *later]
    alone += ["--status-list", str(tmp_path / "list.jwt")]
    done = subprocess.run(alone, input=text, capture_output=True, text=True, cwd=tmp_path, env={})
    assert done.returncode == 0 and "not revoked" in done.stderr
    failed = subprocess.run(
        command, input=text[:-9], capture_output=True, text=True, cwd=ROOT, env={}
    )
    assert (failed.returncode, failed.stdout) == (1, "") and "INVALID" in failed.stderr


def test_the_command_says_when_there_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main([])
