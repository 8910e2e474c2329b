"""Only a fresh access token of our issuer for our API proves who calls."""

import base64
import json
from typing import Any

import pytest
from chalice.app import AuthRequest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from chalicelib.authority import handlers
from chalicelib.authority.gate import CedarGate
from chalicelib.authority.jwks import KeyDirectory, download
from chalicelib.authority.tokens import TokenRefused, key_id, verify
from chalicelib.kernel.errors import Unauthenticated

NOW = 1_800_000_000
ISSUER, AUDIENCE = "https://issuer.example", "sunlit-api"
KEYS = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
}
JWKS = {"keys": [key.as_dict(private=False) | {"use": "sig"} for key in KEYS.values()]}
METHOD = "arn:aws:execute-api:us-east-1:123456789012:abcdef/api/GET/tasks"


def token(alg: str = "ES256", header: dict[str, Any] | None = None, key: Any = None, **changed: Any) -> str:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "p-li-na", "iat": NOW, "exp": NOW + 600, "name": "李娜"}
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    head = {"alg": alg, "typ": "at+jwt", "kid": KEYS[alg].kid if alg in KEYS else "ec"} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, claims, key or KEYS[alg], algorithms=[alg], default_type=None)


def check(text: str, **changed: Any) -> Any:
    return verify(text, **({"jwks": JWKS, "issuer": ISSUER, "audience": AUDIENCE, "now": NOW} | changed))


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, claims)]
    return ".".join([*parts, ""])


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # issuers still name it so
@pytest.mark.parametrize("alg", sorted(KEYS))
def test_a_fresh_access_token_is_accepted(alg: str) -> None:
    assert check(token(alg))["sub"] == "p-li-na"


def test_an_audience_in_a_list_is_accepted() -> None:
    assert check(token(aud=["other", AUDIENCE]))["sub"] == "p-li-na"


def test_clocks_may_differ_by_half_a_minute() -> None:
    assert check(token(exp=NOW - 20))
    assert check(token(iat=NOW + 20, nbf=NOW + 20))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"}, {"iss": None}, {"iss": [ISSUER]},
        {"aud": "sunlit"}, {"aud": None}, {"aud": ["sunlit"]}, {"aud": AUDIENCE + " "}, {"aud": {}},
        {"exp": NOW - 31}, {"exp": None}, {"exp": "soon"}, {"exp": True}, {"exp": float("nan")},
        {"nbf": NOW + 31}, {"iat": NOW + 31}, {"iat": None},
        {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "p li"}, {"sub": "张伟"}, {"sub": "p" * 129}, {"sub": "p\n"},
    ],
)  # fmt: skip
def test_a_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        check(token(**claims))


@pytest.mark.parametrize(
    "header",
    [{"typ": "JWT"}, {"typ": None}, {"typ": "id+jwt"}, {"kid": "rsa"}, {"kid": "nobody"}, {"kid": None}, {"kid": ""}],
)
def test_an_id_token_or_an_unknown_key_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        check(token(header=header))


def test_a_key_for_encryption_or_of_another_algorithm_is_refused() -> None:
    for change in ({"use": "enc"}, {"alg": "RS256"}, {"kty": "RSA"}, {"crv": "P-384"}, {"x": "AA"}):
        with pytest.raises(TokenRefused):
            check(token(), jwks={"keys": [KEYS["ES256"].as_dict(private=False) | change]})


def test_two_keys_of_one_name_are_refused() -> None:
    with pytest.raises(TokenRefused):
        check(token(), jwks={"keys": [*JWKS["keys"], *JWKS["keys"]]})


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused() -> None:
    secret = OctKey.import_key(json.dumps(JWKS["keys"][1]), {"kid": "ec"})
    with pytest.raises(TokenRefused):
        check(token("HS256", header={"kid": "ec"}, key=secret))


def test_an_unsigned_or_tampered_token_is_refused() -> None:
    head, body, signature = token().split(".")
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "o-xu-admin", "iat": NOW, "exp": NOW + 600}
    forged = unsigned({"alg": "ES256", "typ": "at+jwt", "kid": "ec"}, claims)
    for text in (
        unsigned({"alg": "none", "typ": "at+jwt", "kid": "ec"}, claims), forged, forged + signature,
        f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body}.", f"{head}.{body}",
    ):  # fmt: skip
        with pytest.raises(TokenRefused):
            check(text)


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "é.b.c", "[" * 5000 + ".x.y", "x" * 8193, "\x00", "e30.e30.e30"]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    for attempt in (check, key_id):
        with pytest.raises(TokenRefused):
            attempt(text)


class Issuer:
    """An issuer's JWKS endpoint with a clock to turn."""

    def __init__(self) -> None:
        self.kids, self.fetches, self.now, self.is_away = ["a"], 0, 0.0, False

    def fetch(self, url: str) -> dict[str, Any]:
        self.fetches += 1
        if self.is_away:
            raise OSError
        return {"keys": [{"kid": kid} for kid in self.kids]}

    def directory(self) -> KeyDirectory:
        return KeyDirectory("https://issuer.example/jwks", self.fetch, lambda: self.now)


def test_keys_are_fetched_once_an_hour() -> None:
    issuer = Issuer()
    directory = issuer.directory()
    for issuer.now in (0, 10, 3599):
        directory.keys("a")
    assert issuer.fetches == 1
    issuer.now = 3601
    directory.keys("a")
    assert issuer.fetches == 2


def test_an_unknown_key_is_looked_for_at_most_once_a_minute() -> None:
    issuer = Issuer()
    directory = issuer.directory()
    for issuer.now in (0, 1, 59, 61, 62, 119, 122):
        directory.keys("unknown")
    assert issuer.fetches == 3
    issuer.kids.append("b")
    issuer.now = 200
    assert {key["kid"] for key in directory.keys("b")["keys"]} == {"a", "b"}


def test_known_keys_serve_on_while_the_issuer_is_away() -> None:
    issuer = Issuer()
    directory = issuer.directory()
    directory.keys("a")
    issuer.is_away, issuer.now = True, 4000
    assert directory.keys("a")["keys"] == [{"kid": "a"}]


def test_without_any_key_an_absent_issuer_is_an_error_of_ours() -> None:
    issuer = Issuer()
    issuer.is_away = True
    with pytest.raises(OSError):
        issuer.directory().keys("a")


@pytest.mark.parametrize(
    "url", ["http://issuer.example/jwks", "file:///etc/passwd", "ftp://127.0.0.1/x", "http://127.0.0.1.evil.example/"]
)
def test_keys_come_over_https_only(url: str) -> None:
    with pytest.raises(ValueError):
        download(url)


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "_directory", lambda: KeyDirectory("", lambda _: JWKS))


def fresh(**changed: Any) -> str:
    from time import time

    return token(**({"iat": int(time()), "exp": int(time()) + 600} | changed))


@pytest.mark.usefixtures("issuer")
def test_the_authorizer_lets_the_bearer_through_to_every_path() -> None:
    request = AuthRequest("TOKEN", "Bearer " + fresh(acr="2", amr=["pwd", "otp"]), METHOD)
    answer = handlers.authorize(request).to_dict(request)
    assert answer["principalId"] == "p-li-na"
    assert answer["policyDocument"]["Statement"][0]["Resource"] == [
        "arn:aws:execute-api:us-east-1:123456789012:abcdef/api/*/*"
    ]
    context = answer["context"]
    assert all(isinstance(value, str) and value.isascii() for value in context.values())
    assert (context["acr"], context["amr"]) == ("2", "pwd%20otp")
    caller = CedarGate().principal({"principalId": "p-li-na", **context}, office=False)
    assert (caller.person, caller.name, caller.posts) == ("p-li-na", "李娜", ())


@pytest.mark.usefixtures("issuer")
@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer " + token(exp=1)])
def test_the_authorizer_refuses_with_the_text_that_becomes_a_401(given: str) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$") as caught:
        handlers.authorize(AuthRequest("TOKEN", given, METHOD))
    assert type(caught.value) is Exception


@pytest.mark.parametrize(
    "claims",
    [{}, {"principalId": ""}, {"principalId": 7}, {"principalId": "p", "exp": "1"}, {"principalId": "p", "exp": "x"}],
)
def test_a_kept_authorization_ends_with_its_token(claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        CedarGate().principal(claims, office=False)
