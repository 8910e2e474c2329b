"""A certificate in the hands of people: shown, printed, checked by strangers, verified by who
trusts no server.
"""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest
from jwcrypto.jwk import JWKSet
from sd_jwt.verifier import SDJWTVerifier

from infra.local.client import Answer, City, Client, wait
from tests.journeys.support.cases import PEOPLE, Case, granted
from tests.journeys.support.stack import Stack

HOLDER = PEOPLE["p-li-na"]["name"]
LISTS = "/certificates/status-lists"


def raw(client: Client, path: str, **headers: str) -> Answer:
    """An answer that is not JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request("GET", path, valid=False, headers=named)


def text_of(case: Case) -> str:
    """The signed text of a case's certificate."""
    return str(case.applicant.get(f"/certificates/{case.certificate()}").expect(200)["jwt"])


def place_of(stack: Stack, case: Case) -> dict[str, int]:
    """Where its status stands, as the journal has it."""
    row = stack.journal(f"certificate#{case.number}-1")[0]
    found: dict[str, int] = json.loads(row["acts"]["S"])[0][1]["status"]
    return found


def test_a_certificate_verifies_offline_with_keys_and_status_list_alone(
    city: City, tmp_path: Path
) -> None:
    text = text_of(granted(city))
    (tmp_path / "keys.json").write_text(
        json.dumps(city.anybody().get("/certificates/keys").expect(200).body)
    )
    command = [
        sys.executable,
        "-m",
        "chalicelib.certificates.verify",
        "--keys",
        str(tmp_path / "keys.json"),
    ]
    command += ["--at", city.official_time().isoformat()]
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    uri = json.loads(done.stdout)["status"]["status_list"]["uri"]
    assert uri.startswith(city.origin + LISTS)
    listed = httpx.get(uri, trust_env=False)
    assert (listed.status_code, listed.headers["content-type"]) == (
        200,
        "application/statuslist+jwt",
    )
    (tmp_path / "list.jwt").write_text(listed.text)
    done = subprocess.run(
        [*command, "--status-list", str(tmp_path / "list.jwt")],
        input=text,
        text=True,
        capture_output=True,
    )
    assert done.returncode == 0 and "not revoked" in done.stderr


def test_the_reference_implementation_verifies_it_from_what_the_issuer_publishes(
    city: City,
) -> None:
    case = granted(city)
    text = text_of(case)

    def key(issuer: str, header: dict[str, Any]) -> Any:
        known = httpx.get(f"{issuer}/.well-known/jwt-vc-issuer", trust_env=False).json()
        assert known["issuer"] == issuer
        return JWKSet.from_json(httpx.get(known["jwks_uri"], trust_env=False).text).get_key(
            header["kid"]
        )

    claims = SDJWTVerifier(text, key).get_verified_payload()
    assert claims["credential"]["holder"] == {"person": "p-li-na", "name": HOLDER}
    nameless = SDJWTVerifier(text.split("~")[0] + "~", key).get_verified_payload()
    assert nameless["credential"]["holder"] == {} and nameless["jti"] == f"{case.number}-1"


def test_the_holder_prints_it_and_its_code_leads_a_stranger_to_the_check_page(city: City) -> None:
    case = granted(city)
    path = f"/certificates/{case.certificate()}/pdf"
    made = raw(case.applicant, path)
    assert (made.status, made.headers["content-type"]) == (200, "application/pdf")
    assert made.raw == raw(case.applicant, path, accept="text/html,*/*;q=0.8").raw, (
        "as a browser asks"
    )
    said = "\n".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.raw), strict=True).pages
    )
    url = f"{city.origin}/check/{case.number}-1"
    assert HOLDER in said and url in said and "招牌文字内容" in said
    page = httpx.get(url, headers={"Accept-Language": "zh-CN"}, trust_env=False)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "有效" in page.text and f"{case.number}-1" in page.text and HOLDER not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "Valid" in httpx.get(url, headers={"Accept-Language": "en-GB"}, trust_env=False).text


def test_nobody_else_prints_it(city: City) -> None:
    case = granted(city)
    path = f"/certificates/{case.certificate()}/pdf"
    raw(city.anybody(), path).expect(401, "sign-in-needed")
    for other in ("p-zhang-wei", "o-wang-fang", "o-xu-admin"):
        raw(city.person(other), path).expect(404, "not-found")


@pytest.mark.parametrize("identity", ["URB-2026-W-999999-1", "x", "%3Cscript%3E", "%E5%BC%A0"])
def test_a_forged_paper_leads_to_a_page_that_says_so(city: City, identity: str) -> None:
    page = httpx.get(
        f"{city.origin}/check/{identity}", headers={"Accept-Language": "en"}, trust_env=False
    )
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "no such certificate" in page.text and "script" not in page.text
    city.anybody().get(f"/certificates/{identity}/status").expect(404, "not-found")
    raw(city.person("p-li-na"), f"/certificates/{identity}/pdf").expect(404, "not-found")


@pytest.mark.parametrize("name", ["999", "x", "-1", "0.5"])
def test_a_status_list_that_is_not_there_is_404(city: City, name: str) -> None:
    raw(city.anybody(), f"{LISTS}/{name}").expect(404, "not-found")


def test_every_certificate_has_a_place_of_its_own(city: City, stack: Stack) -> None:
    places = [
        place_of(stack, case) for case in (granted(city), granted(city)) if case.certificate()
    ]
    assert places[0] != places[1]
    row = stack.rows("Views", pk=f"status-list#{places[0]['list']}")[0]
    token = wait(
        lambda: raw(city.anybody(), f"{LISTS}/{places[0]['list']}").raw.decode(), "the list"
    )
    assert json.loads(row["data"]["S"])["token"] == token
