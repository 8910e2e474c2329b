"""A certificate on paper says what was signed, and its QR code leads to a page that says whether it
still holds.
"""

import io
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pypdf
import pytest
import segno

from chalicelib import catalog, certificates
from chalicelib.authority import CedarEngine
from chalicelib.casework.routes import certificate_pdf
from chalicelib.casework.use_cases import repository
from chalicelib.certificates import check_page, pdf
from chalicelib.certificates.routes.certificates import door
from chalicelib.kernel import clock
from chalicelib.kernel.http import Door
from chalicelib.kernel.http.serving import serve
from tests.support.builders.certificates import BASE, ID, Kms, facts, kms  # noqa: F401  # kms is a fixture

URL = f"{BASE}/check/{ID}"
PATH = "/certificates/{certificate}/pdf"
FORM: dict[str, Any] = {
    "width_cm": {"title": "宽", "x-title-en": "Width", "x-unit": "cm"},
    "fee": {"title": "费用", "x-title-en": "Fee", "x-unit": "fen"},
    "kinds": {
        "title": "种类", "x-title-en": "Kinds",
        "items": {"x-enum-titles": {"a": {"zh": "甲", "en": "A"}, "b": {"zh": "乙", "en": "B"}}},
    },
    "promised": {"title": "承诺", "x-title-en": "Promised"},
    "secret": {"title": "秘密", "x-title-en": "Secret"},
}  # fmt: skip
ANSWERS = {"kinds": ["a", "b"], "fee": 12_050, "width_cm": 300, "promised": True}


def printed(identity: str = ID, **changed: Any) -> str:
    issued = certificates.read(certificates.issue(facts(identity, **{"form": ANSWERS, **changed})))
    return certificates.printed(issued, FORM, f"{BASE}/check/{identity}")


def opened(text: str) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(text.encode("ascii")), strict=True)


def words(text: str) -> str:
    return "\n".join(page.extract_text() for page in opened(text).pages)


def modules(text: str) -> list[list[int]]:
    """The QR code's modules as they are drawn on the last page, found by the size of one."""
    drawn = opened(text).pages[-1].get_contents().get_data().decode()
    boxes = [
        tuple(map(float, box))
        for box in re.findall(r"(\S+) (\S+) (\S+) (\S+) re(?= )", drawn.split("re S")[-1])
    ]
    side, left = boxes[0][3], min(x for x, *_ in boxes)
    top = max(y for _, y, *_ in boxes)
    dark = {
        (round((top - y) / side), round((x - left) / side) + i)
        for x, y, w, _ in boxes
        for i in range(round(w / side))
    }
    size = max(row for row, _ in dark) + 1
    return [[int((row, column) in dark) for column in range(size)] for row in range(size)]


def test_the_print_says_what_is_signed_in_the_words_of_the_form(kms: Kms) -> None:  # noqa: F811
    said = words(printed())
    for text in (
        ID, "李娜", "店招标牌设置许可  Shop sign permit", "许可证", "明杭市城市管理局", "宽  Width", "300 厘米  300 cm",
        "120.50 元  120.50 yuan", "甲、乙  A, B", "是  Yes", URL, clock.now().date().isoformat(),
    ):  # fmt: skip
        assert text in said, text
    assert said.index("宽") < said.index("费用") < said.index("种类")
    assert "秘密" not in said and "p-li-na" not in said and "〓" not in said


def test_a_certificate_without_end_says_so(kms: Kms) -> None:  # noqa: F811
    assert "长期  Without end" in words(printed(valid_years=None))


def test_the_code_leads_to_the_check_page_and_names_nobody(kms: Kms) -> None:  # noqa: F811
    expected = segno.make(URL, error="m", micro=False, boost_error=False)
    assert modules(printed()) == [list(row) for row in expected.matrix]


def test_the_same_certificate_makes_the_same_file(
    kms: Kms,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, later = printed(), clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert printed() == first


def test_the_file_is_pure_ascii_so_that_it_passes_as_text(kms: Kms) -> None:  # noqa: F811
    made = printed()
    assert made.isascii() and made.startswith("%PDF-1.5\n")
    assert opened(made).metadata["/Title"] == f"许可证 {ID}"  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("𠮷野", "〓野"), ("买买提·艾力", "买买提·艾力"), ("O'Brien-Smith", "O'Brien-Smith")],
)
def test_a_character_that_no_reader_may_have_is_marked_not_lost(
    kms: Kms,  # noqa: F811
    name: str,
    shown: str,
) -> None:
    said = words(printed(holder_name=name))
    assert shown in said
    assert ("以电子证照为准" in said) == ("〓" in shown)


def test_what_looks_like_pdf_is_only_text(kms: Kms) -> None:  # noqa: F811
    name = ") Tj ET endstream endobj (\\"
    assert len(opened(printed(holder_name=name)).pages) == 1
    assert ") Tj ET endstream" in words(printed(holder_name=name))


def test_much_is_printed_on_several_pages(kms: Kms) -> None:  # noqa: F811
    form = {f"f{i}": {"title": f"栏{i}", "x-title-en": f"Field {i}"} for i in range(60)}
    issued = certificates.read(
        certificates.issue(facts(form=dict.fromkeys(form, "很长的内容" * 30)))
    )
    made = certificates.printed(issued, form, URL)
    assert len(opened(made).pages) > 3
    assert all(f"栏{i} " in words(made) for i in range(60))
    assert len(modules(made)) == 33


@pytest.mark.parametrize(
    "text", ["", "abc", "a b " * 40, "很长" * 60, "x" * 200, "两行\n文字", "Permit 许可 " * 20]
)
def test_lines_are_no_wider_than_the_column_and_lose_nothing(text: str) -> None:
    made = pdf.lines(text, 10, 100)
    assert all(pdf.width(line, 10) <= 100 for line in made)
    assert "".join(made).replace(" ", "") == text.replace(" ", "").replace("\n", "")


# ---- over HTTP
# ------------------------------------------------------------------------------------------------------


def ask(of: Door, path: str, person: str = "", language: str = "en", **parts: str) -> Any:
    route, handler = next((r, h) for r, h in of.routes.items() if r.path == path)
    claims = {"principalId": person, "name": quote("李娜")} if person else None
    headers = {"accept-language": language}
    raw = SimpleNamespace(
        headers=headers, query_params=None, context={"authorizer": claims, "path": path}
    )
    return serve(route, CedarEngine(), handler, raw, parts)


@pytest.fixture
def cased(monkeypatch: pytest.MonkeyPatch) -> None:
    """The case behind the certificate, and its item."""
    case = SimpleNamespace(item="shop-sign", item_version=2)
    monkeypatch.setattr(repository, "find", {ID[:-2]: "case"}.__getitem__)
    monkeypatch.setattr(repository, "load", lambda case_id: (case, []))
    item = {("shop-sign", 2): {"form": {"properties": FORM}}}
    monkeypatch.setattr(catalog, "version", lambda name, number: item[name, number], raising=False)


def test_holders_and_nobody_else_print_their_certificate(kms: Kms, cased: None) -> None:  # noqa: F811
    made = printed()
    answer = ask(certificate_pdf.door, PATH, "p-li-na", certificate=ID)
    assert (answer.status_code, answer.body) == (200, made)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{ID}.pdf"'
    assert ask(certificate_pdf.door, PATH, "p-zhang-wei", certificate=ID).status_code == 404
    assert (
        ask(certificate_pdf.door, PATH, "p-li-na", certificate="URB-2026-W-000009-1").status_code
        == 404
    )
    assert ask(certificate_pdf.door, PATH, certificate=ID).status_code == 401


def check(identity: str = ID, language: str = "en") -> Any:
    return ask(door, "/check/{certificate}", language=language, certificate=identity)


def test_anyone_checks_a_certificate_in_their_language(
    kms: Kms,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificates.issue(facts())
    chinese, english = check(language="zh-CN"), check()
    assert (chinese.status_code, chinese.headers["Content-Type"]) == (
        200,
        "text/html; charset=utf-8",
    )
    for text in ('lang="zh-CN"', "有效", "店招标牌设置许可", "明杭市城市管理局", ID):
        assert text in chinese.body
    for text in ('lang="en"', "Valid", "Shop sign permit", "Minghang Urban Management Bureau"):
        assert text in english.body
    assert "李娜" not in chinese.body + english.body and "p-li-na" not in chinese.body
    later = clock.now() + timedelta(days=3 * 366)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Expired" in check().body
    certificates.revoke(ID, "promise-broken", clock.now())
    assert "Revoked on" in check().body and "promise-broken" not in check().body


@pytest.mark.parametrize(
    "identity", ["URB-2026-W-000099-1", "<script>alert(1)</script>", "x" * 5000, "张"]
)
def test_a_forged_paper_leads_to_a_page_that_says_so(kms: Kms, identity: str) -> None:  # noqa: F811
    answer = check(identity)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "no such certificate" in answer.body and identity not in answer.body


def test_the_page_runs_nothing_and_loads_nothing(kms: Kms) -> None:  # noqa: F811
    hostile = {"zh": "<img src=x onerror=alert(1)>", "en": '"><script>alert(1)</script>'}
    certificates.issue(facts(item_name=hostile, authority_name=hostile))
    answer = check()
    assert "<script" not in answer.body and "<img" not in check(language="zh-CN").body
    assert "src=" not in answer.body.replace("src=x", "") and "href" not in answer.body
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "unsafe" not in policy
    assert f"<style>{check_page.STYLE}</style>" in answer.body, (
        "the very text whose hash the policy names"
    )
