"""Only a fresh access token of one of our issuers, for our API and by that issuer's own keys,
proves who calls.
"""

import base64
import json
from typing import Any

import pytest
from chalice.app import AuthRequest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from chalicelib.authority.policies.engine import CedarEngine
from chalicelib.authority.sign_in import authorizer
from chalicelib.authority.sign_in.jwks import STALE, KeyDirectory, download
from chalicelib.authority.sign_in.tokens import TokenRefused, issuer_of, key_id, verify
from chalicelib.kernel.authorization import Principal
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


def token(
    alg: str = "ES256", header: dict[str, Any] | None = None, key: Any = None, **changed: Any
) -> str:
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "p-li-na",
        "iat": NOW,
        "exp": NOW + 600,
        "name": "李娜",
    }
    claims = {name: value for name, value in (claims | changed).items() if value is not None}
    head = {"alg": alg, "typ": "at+jwt", "kid": KEYS[alg].kid if alg in KEYS else "ec"} | (
        header or {}
    )
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, claims, key or KEYS[alg], algorithms=[alg], default_type=None)


def check(text: str, **changed: Any) -> Any:
    return verify(
        text, **({"jwks": JWKS, "issuer": ISSUER, "audience": AUDIENCE, "now": NOW} | changed)
    )


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in (header, claims)
    ]
    return ".".join([*parts, ""])


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # issuers still name it so
@pytest.mark.parametrize("alg", sorted(KEYS))
def test_a_fresh_access_token_is_accepted(alg: str) -> None:
    assert check(token(alg))["sub"] == "p-li-na"


def test_an_audience_in_a_list_is_accepted() -> None:
    assert check(token(aud=["other", AUDIENCE]))["sub"] == "p-li-na"


def test_clocks_may_differ_by_a_minute() -> None:
    assert check(token(exp=NOW - 59))
    assert check(token(iat=NOW + 60, nbf=NOW + 60))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"}, {"iss": None}, {"iss": [ISSUER]},
        {"aud": "sunlit"}, {"aud": None}, {"aud": ["sunlit"]}, {"aud": AUDIENCE + " "}, {"aud": {}},
        {"exp": NOW - 61}, {"exp": None}, {"exp": "soon"}, {"exp": True}, {"exp": float("nan")},
        {"nbf": NOW + 61}, {"iat": NOW + 61}, {"iat": None}, {"sub": None},
    ],
)  # fmt: skip
def test_a_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        check(token(**claims))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"typ": "id+jwt"},
        {"kid": "rsa"},
        {"kid": "nobody"},
        {"kid": None},
        {"kid": ""},
    ],
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
    "text",
    ["", ".", "..", "a.b.c", "é.b.c", "[" * 5000 + ".x.y", "x" * 8193, "\x00", "e30.e30.e30"],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    for attempt in (check, key_id, issuer_of):
        with pytest.raises(TokenRefused):
            attempt(text)


class Endpoint:
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


def test_keys_are_fetched_once_in_five_minutes() -> None:
    issuer = Endpoint()
    directory = issuer.directory()
    for issuer.now in (0, 10, 299):
        directory.keys("a")
    assert issuer.fetches == 1
    issuer.now = 301
    directory.keys("a")
    assert issuer.fetches == 2


def test_an_unknown_key_is_looked_for_at_most_twice_a_minute() -> None:
    issuer = Endpoint()
    directory = issuer.directory()
    for issuer.now in (0, 1, 29, 31, 32, 60, 62):
        directory.keys("unknown")
    assert issuer.fetches == 3
    issuer.kids.append("b")
    issuer.now = 100
    assert {key["kid"] for key in directory.keys("b")["keys"]} == {"a", "b"}


def test_a_key_that_is_no_longer_listed_is_gone_within_five_minutes() -> None:
    issuer = Endpoint()
    directory = issuer.directory()
    directory.keys("a")
    issuer.kids = ["b"]
    issuer.now = 301
    assert {key["kid"] for key in directory.keys("a")["keys"]} == {"b"}


def test_known_keys_serve_on_for_a_day_and_no_longer() -> None:
    issuer = Endpoint()
    directory = issuer.directory()
    directory.keys("a")
    issuer.is_away, issuer.now = True, STALE - 1.0
    assert directory.keys("a")["keys"]
    issuer.now = STALE + 100.0
    with pytest.raises(OSError):
        directory.keys("a")


def test_known_keys_serve_on_while_the_issuer_is_away() -> None:
    issuer = Endpoint()
    directory = issuer.directory()
    directory.keys("a")
    issuer.is_away, issuer.now = True, 4000
    assert directory.keys("a")["keys"] == [{"kid": "a"}]


def test_without_any_key_an_absent_issuer_is_an_error_of_ours_and_asked_once_a_second() -> None:
    issuer = Endpoint()
    issuer.is_away = True
    directory = issuer.directory()
    for _ in range(5):
        with pytest.raises(OSError):
            directory.keys("a")
    assert issuer.fetches == 1
    issuer.is_away, issuer.now = False, 1.1
    assert directory.keys("a")["keys"] == [{"kid": "a"}]


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/jwks",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://127.0.0.1.evil.example/",
    ],
)
def test_keys_come_over_https_only(url: str) -> None:
    with pytest.raises(ValueError):
        download(url)


FOREIGN = ECKey.generate_key("P-256", {"kid": "ec"})
"""The province's key: it bears the name of the city's."""


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    def keys(url: str) -> dict[str, Any]:
        return {"keys": [FOREIGN.as_dict(private=False)]} if "province" in url else JWKS

    monkeypatch.setattr(authorizer, "_directory", lambda url: KeyDirectory(url, keys))


def fresh(**changed: Any) -> str:
    from time import time

    return token(**({"iat": int(time()), "exp": int(time()) + 600} | changed))


@pytest.mark.usefixtures("issuer")
def test_the_authorizer_lets_the_bearer_through_to_every_path() -> None:
    request = AuthRequest("TOKEN", "Bearer " + fresh(acr="2", amr=["pwd", "otp"]), METHOD)
    answer = authorizer.authorize(request).to_dict(request)
    assert answer["principalId"] == "p-li-na"
    assert answer["policyDocument"]["Statement"][0]["Resource"] == [
        "arn:aws:execute-api:us-east-1:123456789012:abcdef/api/*/*"
    ]
    context = answer["context"]
    assert all(isinstance(value, str) and value.isascii() for value in context.values())
    assert (context["acr"], context["amr"]) == ("2", "pwd%20otp")
    caller = CedarEngine().principal({"principalId": "p-li-na", **context}, office=False)
    assert (caller.person, caller.name, caller.posts) == ("p-li-na", "李娜", ())
    assert (caller.strength, caller.is_strong, caller.is_system) == (
        {"pwd", "otp", "2"},
        False,
        False,
    ), "no auth_time"


@pytest.mark.usefixtures("issuer")
@pytest.mark.parametrize(
    ("claims", "known"),
    [
        ({"email": "l@e.example", "email_verified": True}, ("l@e.example", "")),
        ({"email": "l@e.example", "email_verified": "true"}, ("", "")),
        ({"email": "l@e.example", "email_verified": False}, ("", "")),
        ({"email": "l@e.example", "phone_number_verified": True}, ("", "")),
        ({"phone_number": "+8614000001002", "phone_number_verified": True}, ("", "+8614000001002")),
        ({"email_verified": True, "phone_number_verified": True}, ("", "")),
    ],
)
def test_only_addresses_for_which_the_issuer_vouches_are_known(
    claims: dict[str, Any], known: tuple[str, str]
) -> None:
    caller = enter(fresh(**claims))
    assert (caller.mail, caller.phone) == known


def enter(bearer: str) -> Principal:
    """The caller whom the door sees behind a token."""
    request = AuthRequest("TOKEN", "Bearer " + bearer, METHOD)
    answer = authorizer.authorize(request).to_dict(request)
    return CedarEngine().principal(
        {"principalId": answer["principalId"], **answer["context"]}, office=False
    )


@pytest.mark.usefixtures("issuer")
def test_a_sign_in_by_two_factors_is_strong_for_twelve_hours() -> None:
    from time import time

    hour = 3600
    assert enter(fresh(amr=["pwd", "otp"], auth_time=int(time()) - 11 * hour)).is_strong
    assert not enter(fresh(amr=["pwd", "otp"], auth_time=int(time()) - 13 * hour)).is_strong
    assert not enter(fresh(amr=["pwd"], auth_time=int(time()))).is_strong


@pytest.mark.usefixtures("issuer")
def test_each_issuers_tokens_are_good_by_its_own_keys_only() -> None:
    province = {"iss": "https://province.example"}
    assert enter(fresh(key=FOREIGN, **province)).person == "province:p-li-na"
    for wrong in (
        fresh(**province),
        fresh(key=FOREIGN),
        fresh(iss="https://nobody.example"),
        fresh(iss=None),
    ):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            enter(wrong)


@pytest.mark.usefixtures("issuer")
def test_a_system_is_known_by_its_client_and_has_the_scopes_of_its_token() -> None:
    system = enter(
        fresh(
            iss="https://systems.example", sub="x", client_id="urb-oa", scope="tasks:read tasks:act", amr=["mfa"],
            auth_time=2_000_000_000,
        )
    )  # fmt: skip
    assert (system.person, system.is_system, system.scopes) == (
        "s-urb-oa",
        True,
        {"tasks:read", "tasks:act"},
    )
    assert not system.is_strong, "nobody sits before it"
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        enter(fresh(iss="https://systems.example"))


@pytest.mark.usefixtures("issuer")
@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer " + token(exp=1)]
)
def test_the_authorizer_refuses_with_the_text_that_becomes_a_401(given: str) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$") as caught:
        authorizer.authorize(AuthRequest("TOKEN", given, METHOD))
    assert type(caught.value) is Exception


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"principalId": ""},
        {"principalId": 7},
        {"principalId": "p", "exp": "1"},
        {"principalId": "p", "exp": "x"},
    ],
)
def test_a_kept_authorization_ends_with_its_token(claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        CedarEngine().principal(claims, office=False)
