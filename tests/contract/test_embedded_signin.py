"""The sample city's issuer: signing in as OpenID Connect says, and tokens as the API wants them."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from infra.local.city.system_sign_in import SECRET
from infra.local.city.tokens import ALGORITHM, AUDIENCE, WRONG, TokenMaker
from infra.local.emulator import embedded

PEOPLE = [
    {
        "id": "p-li-na",
        "name": "李娜",
        "name_en": "Li Na",
        "role_note": {"zh": "市民", "en": "citizen"},
    }
]
BACK = "http://127.0.0.1:9/back"
VERIFIER = "a-verifier-of-the-forty-three-characters-or-more"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Running]:
    people = tmp_path_factory.mktemp("people") / "people.json"
    people.write_text(json.dumps(PEOPLE))
    with embedded.start(tmp_path_factory.mktemp("signin"), people=people) as running:
        yield running


def accepts(token: str, keys: dict[str, object], issuer: str) -> bool:
    """What any careful resource server checks."""
    try:
        found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=[ALGORITHM])
        wanted = {"essential": True}
        rules = jwt.JWTClaimsRegistry(
            iss={**wanted, "value": issuer},
            aud={**wanted, "value": AUDIENCE},
            exp=wanted,
            sub=wanted,
        )
        rules.validate(found.claims)
    except (JoseError, ValueError):
        return False
    return found.header.get("typ") == "at+jwt"


def _sign_in(city: embedded.Running, discovery: dict[str, str], **changed: str) -> httpx.Response:
    challenge = (
        base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    )
    asked = {
        "response_type": "code",
        "client_id": "portal",
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **changed,
    }
    page = httpx.get(discovery["authorization_endpoint"], params=asked)
    if page.status_code != 200:
        return page
    assert "李娜" in page.text
    return httpx.post(discovery["authorization_endpoint"], params=asked, data={"person": "p-li-na"})


def test_a_person_signs_in_with_code_and_pkce(city: embedded.Running) -> None:
    discovery = httpx.get(f"{city.issuer}/.well-known/openid-configuration").json()
    keys = httpx.get(discovery["jwks_uri"]).json()
    back = _sign_in(city, discovery)
    answered = parse_qs(urlsplit(back.headers["Location"]).query)
    exchange = {
        "grant_type": "authorization_code",
        "client_id": "portal",
        "code": answered["code"][0],
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    assert (
        httpx.post(
            discovery["token_endpoint"], data={**exchange, "code_verifier": "x" * 43}
        ).status_code
        == 400
    )
    tokens = httpx.post(discovery["token_endpoint"], data=exchange).json()
    assert answered["state"] == ["s"]
    assert accepts(tokens["access_token"], keys, city.issuer)
    assert not accepts(tokens["id_token"], keys, city.issuer)
    claims = jwt.decode(tokens["access_token"], KeySet.import_key_set(keys)).claims
    assert (claims["sub"], claims["name"], claims["aud"]) == ("p-li-na", "李娜", AUDIENCE)
    assert httpx.post(discovery["token_endpoint"], data=exchange).status_code == 400, (
        "a code is good for once"
    )


def test_nobody_is_sent_away_from_this_machine_or_without_pkce(city: embedded.Running) -> None:
    discovery = httpx.get(f"{city.issuer}/.well-known/openid-configuration").json()
    assert _sign_in(city, discovery, redirect_uri="https://elsewhere.example/").status_code == 400
    refused = _sign_in(city, discovery, code_challenge="")
    assert (
        "error=invalid_request" in refused.headers.get("Location", "") or refused.status_code == 400
    )


def test_every_wrong_token_is_wrong_in_one_thing_only(tmp_path: Path) -> None:
    maker = TokenMaker("http://127.0.0.1:1/sign-in", tmp_path / "key.json", {"p-li-na": "李娜"})
    assert accepts(maker.access_token("p-li-na"), maker.jwks(), maker.issuer)
    assert [kind for kind in WRONG if accepts(maker.wrong(kind), maker.jwks(), maker.issuer)] == []


def test_a_system_signs_in_with_its_secret_and_gets_the_scopes_that_are_its_own(
    city: embedded.Running,
) -> None:
    discovery = httpx.get(f"{city.issuer}/systems/.well-known/openid-configuration").json()
    keys = httpx.get(discovery["jwks_uri"]).json()
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(discovery["token_endpoint"], data=form, auth=("urb-oa", SECRET)).json()
    assert accepts(answer["access_token"], keys, discovery["issuer"])
    assert not accepts(answer["access_token"], httpx.get(city.jwks_url).json(), discovery["issuer"])
    claims = jwt.decode(answer["access_token"], KeySet.import_key_set(keys)).claims
    assert (claims["sub"], claims["client_id"]) == ("urb-oa", "urb-oa")
    assert claims["scope"] == "tasks:read tasks:act milestones:write"
    assert not {"amr", "acr", "auth_time"} & claims.keys(), "nobody sat before it"
    more = form | {"scope": "tasks:read tasks:act everything"}
    archive = httpx.post(
        discovery["token_endpoint"], data=more, auth=("psb-archive", SECRET)
    ).json()
    assert (
        jwt.decode(archive["access_token"], KeySet.import_key_set(keys)).claims["scope"]
        == "tasks:read"
    )
    for wrong in (("urb-oa", "guess"), ("nobody", SECRET)):
        assert httpx.post(discovery["token_endpoint"], data=form, auth=wrong).status_code == 401


def test_the_issuers_of_the_city_have_keys_of_their_own(city: embedded.Running) -> None:
    kids = [
        key["kid"]
        for path in ("", "/province", "/systems")
        for key in _keys(f"{city.issuer}{path}/jwks")
    ]
    assert len(set(kids)) == 3


def _keys(url: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = httpx.get(url).json()["keys"]
    return found


def test_a_new_key_signs_and_the_old_one_is_listed_until_it_is_retired(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    maker = TokenMaker("http://127.0.0.1:1/sign-in", path)
    before = maker.access_token("p-li-na")
    maker.rotate()
    after = maker.access_token("p-li-na")
    assert all(accepts(token, maker.jwks(), maker.issuer) for token in (before, after))
    maker.retire()
    assert [accepts(token, maker.jwks(), maker.issuer) for token in (before, after)] == [
        False,
        True,
    ]
    assert TokenMaker("http://127.0.0.1:1/sign-in", path).jwks() == maker.jwks(), (
        "through a restart"
    )


def test_the_one_key_of_an_earlier_launcher_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    key = ECKey.generate_key("P-256", auto_kid=True)
    path.write_text(json.dumps(key.as_dict(private=True)))
    assert TokenMaker("http://127.0.0.1:1/sign-in", path).key.kid == key.kid


def test_a_pasted_token_lasts_through_a_restart(tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    people.write_text(json.dumps(PEOPLE))
    with embedded.start(tmp_path / "state", people=people) as first:
        token = httpx.post(f"{first.gateway}/__local/token", json={"sub": "p-li-na"}).json()[
            "access_token"
        ]
        assert (
            httpx.post(f"{first.gateway}/__local/token", json={"sub": "p-nobody"}).status_code
            == 404
        )
    with embedded.start(tmp_path / "state", people=people) as second:
        assert accepts(token, httpx.get(second.jwks_url).json(), second.issuer)


def test_a_port_or_directory_in_use_is_said_clearly(city: embedded.Running, tmp_path: Path) -> None:
    port = int(city.gateway.rsplit(":", 1)[1])
    with pytest.raises(embedded.EmbeddedError, match=f"port {port} on 127.0.0.1 is taken"):
        embedded.start(tmp_path, gateway_port=port)
    with pytest.raises(embedded.EmbeddedError, match="in use by another embedded AWS"):
        embedded.start(city.state_dir)
