"""Several issuers: no two make the same person, and each says in its own words how strongly
somebody signed in.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.authority.mandates import party_from_document
from chalicelib.authority.sign_in import strength
from chalicelib.authority.sign_in.issuers import Issuer, read
from chalicelib.authority.sign_in.tokens import TokenRefused
from chalicelib.kernel.errors import StrongerSignInNeeded

NOW = 1_800_000_000
CITY, PROVINCE, SYSTEMS_OF = (
    Issuer("https://issuer.example", "sunlit-api", ""),
    Issuer("https://province.example", "sunlit-api", "", alias="province"),
    Issuer("https://systems.example", "sunlit-api", "", kind="systems"),
)


@pytest.mark.parametrize(
    "sub",
    [
        "",
        7,
        "p li",
        "张伟",
        "p" * 129,
        "p\n",
        "province:p-1",
        "s-urb-oa",
        "s-",
        "c-1",
        "n-1",
        "#forgotten.1",
        ":",
        None,
        ["p"],
    ],
)
def test_a_subject_that_is_no_id_or_could_be_anothers_is_refused(sub: Any) -> None:
    with pytest.raises(TokenRefused):
        CITY.identity({"sub": sub})


@pytest.mark.parametrize("client", [None, "", 7, "URB", "urb oa", "urb:oa", "-a", "a" * 64, "a\n"])
def test_a_client_that_is_no_id_is_refused(client: Any) -> None:
    with pytest.raises(TokenRefused):
        SYSTEMS_OF.identity({"sub": "x", "client_id": client})


def test_two_issuers_never_make_the_same_person() -> None:
    assert CITY.identity({"sub": "p-1"}) == "p-1"
    assert PROVINCE.identity({"sub": "p-1"}) == "province:p-1"
    assert PROVINCE.identity({"sub": "s-1"}) == "province:s-1"
    assert SYSTEMS_OF.identity({"sub": "p-1", "client_id": "p-1"}) == "s-p-1"
    with pytest.raises(TokenRefused):
        PROVINCE.identity({"sub": "p" * 120})


@given(
    st.lists(
        st.tuples(st.sampled_from([CITY, PROVINCE, SYSTEMS_OF]), st.text("ps-:1", max_size=6)),
        max_size=6,
    )
)
def test_whatever_the_issuers_say_each_persons_id_is_one_issuers(
    said: list[tuple[Issuer, str]],
) -> None:
    owner: dict[str, Issuer] = {}
    for issuer, name in said:
        try:
            person = issuer.identity({"sub": name, "client_id": name})
        except TokenRefused:
            continue
        assert owner.setdefault(person, issuer) is issuer


ONE = {"issuer": "https://a.example", "audience": "x", "jwks_url": "https://a.example/jwks"}
OTHER = ONE | {"issuer": "https://b.example", "jwks_url": "https://b.example/jwks"}


def test_issuers_are_read_from_the_setting() -> None:
    found = read(json.dumps([ONE | {"strong_acr": ["2"]}, OTHER | {"alias": "b"}]))
    assert found["https://a.example"].strong_acr == {"2"}
    assert {each.kind for each in found.values()} == {"people"}


@pytest.mark.parametrize(
    "said",
    [
        [], {}, [ONE, OTHER], [ONE, ONE | {"alias": "b"}], [ONE | {"kind": "robots"}], [ONE | {"alias": "A:b"}],
        [ONE | {"aud": "x"}], [{"issuer": "x"}], ["x"], [ONE | {"alias": "b"}, OTHER | {"alias": "b"}],
    ],
)  # fmt: skip
def test_a_setting_that_would_let_two_issuers_mix_is_refused(said: Any) -> None:
    with pytest.raises(ValueError, match="OIDC_ISSUERS"):
        read(json.dumps(said))


@pytest.mark.parametrize(
    ("claims", "strong"),
    [
        ({"amr": ["pwd", "otp"]}, True), ({"amr": ["mfa"]}, True), ({"amr": ["fpt", "swk"]}, True),
        ({"amr": ["pwd"]}, False), ({"amr": ["pwd", "pin"]}, False), ({"amr": "pwd otp"}, False), ({}, False),
        ({"acr": "high"}, True), ({"acr": "low"}, False), ({"amr": ["pwd", "otp"], "auth_time": None}, False),
        ({"amr": ["pwd", "otp"], "auth_time": True}, False), ({"amr": ["mfa"], "auth_time": "1"}, False),
    ],
)  # fmt: skip
def test_a_sign_in_is_strong_by_two_kinds_of_factors_or_by_the_issuers_word(
    claims: dict[str, Any], strong: bool
) -> None:
    said = {"auth_time": NOW, **claims}
    assert strength.strong_until(said, frozenset({"high"})) == (
        NOW + strength.HOLDS if strong else 0
    )


def test_the_step_up_asks_for_what_counts() -> None:
    assert f'max_age="{strength.HOLDS}"' in StrongerSignInNeeded().headers["WWW-Authenticate"]


VOUCHING = Issuer("https://issuer.example", "sunlit-api", "", documents=True)
NUMBER = "339900199001020033"


def vouched(kind: Any = "idcard", number: Any = NUMBER, **more: Any) -> dict[str, Any]:
    document = {
        "type": "document",
        "document_details": {"type": kind, "document_number": number},
        **more,
    }
    return {
        "verified_claims": {
            "verification": {"trust_framework": "x", "evidence": [document]},
            "claims": {},
        }
    }


def test_a_document_is_the_party_that_it_is_at_a_window(memory: Any) -> None:
    assert VOUCHING.document(vouched()) == party_from_document("id_card", NUMBER)
    assert VOUCHING.document(vouched("residence_permit", "e1234567")) == party_from_document(
        "residence_permit", "E1234567"
    )
    assert NUMBER not in VOUCHING.document(vouched())
    spelt = vouched("residence_permit", "E123 4567 ")
    assert VOUCHING.document(spelt) == VOUCHING.document(vouched("residence_permit", "e1234567"))
    wrong_digit = NUMBER[:-1] + "4"  # the issuer's word is enough
    assert VOUCHING.document(vouched(number=wrong_digit)) == party_from_document(
        "id_card", wrong_digit
    )
    passport = vouched("passport", "e12345678")
    details = passport["verified_claims"]["verification"]["evidence"][0]["document_details"]
    details["issuer"] = {"country_code": "DEU"}
    assert VOUCHING.document(passport) == party_from_document("passport", "E12345678", "DEU")
    several = {"verified_claims": [{"verification": {}}, vouched()["verified_claims"]]}
    assert VOUCHING.document(several) == VOUCHING.document(vouched())


def test_only_an_issuer_that_is_believed_vouches_for_documents(memory: Any) -> None:
    assert CITY.document(vouched()) == SYSTEMS_OF.document(vouched()) == ""
    with pytest.raises(ValueError, match="documents"):
        read(json.dumps([ONE | {"kind": "systems", "documents": True}]))
    with pytest.raises(ValueError, match="documents"):
        read(json.dumps([ONE | {"documents": "REPLACE with true"}]))
    assert read(json.dumps([ONE | {"documents": True}]))[ONE["issuer"]].documents


@pytest.mark.parametrize(
    "claims",
    [
        {},
        *(
            {"verified_claims": junk}
            for junk in (None, 7, "x", [], [None], {}, {"verification": []})
        ),
        *(
            {"verified_claims": {"verification": {"evidence": junk}}}
            for junk in (None, 7, "x", [None], [{}], ["x"])
        ),
        vouched("driving_permit"),
        vouched(number=""),
        vouched(number=7),
        vouched("passport", "E12345678"),
        vouched("residence_permit", "护照1234567"),
        vouched(["idcard"]),
        vouched(type="vouch"),
    ],
)
def test_what_is_no_document_is_none_and_refuses_nobody(
    memory: Any, claims: dict[str, Any]
) -> None:
    assert VOUCHING.document(claims) == ""
    assert VOUCHING.identity({"sub": "p-1", **claims}) == "p-1"
