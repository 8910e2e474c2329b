"""A certificate on paper: what the signed text says, and a QR code that leads to its check page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import segno

from chalicelib.certificates import pdf
from chalicelib.certificates.acts import Certificate
from chalicelib.certificates.check_page import day
from chalicelib.certificates.verify import contents
from chalicelib.kernel import texts

Names = Mapping[str, str]
LEFT, VALUES, RIGHT, TOP, BOTTOM = 70, 235, 525, 770, 70
LEADING = 15
CODE_SIDE, CODE_BOTTOM = 110, 100
QUIET = 4  # modules of white around the code (ISO/IEC 18004)


def printed(certificate: Certificate, form: Mapping[str, Mapping[str, Any]], check_url: str) -> str:
    """The certificate as a PDF; ``form`` has the item's fields, in whose order and words the signed
    ones are shown.

    The same certificate makes the same file.
    """
    says = contents(certificate.jwt)["credential"]
    rows = [
        (_label("certificate.number"), {"zh": certificate.id, "en": certificate.id}),
        (_label("certificate.holder"), dict.fromkeys(("zh", "en"), says["holder"]["name"])),
        (_label("certificate.item"), certificate.item_name),
        *_fields(says["fields"], form),
        (_label("certificate.authority"), certificate.authority_name),
        (_label("certificate.issued"), dict.fromkeys(("zh", "en"), day(certificate.issued_at))),
        (_label("certificate.expires"), _until(certificate)),
    ]
    pages = _table(rows, says["result"])
    missing = any(
        pdf.MISSING in pdf.printable(text)
        for pair in rows
        for names in pair
        for text in names.values()
    )
    _code(pages[-1], check_url, missing)
    title = f"{says['result']['zh']} {certificate.id}"
    return pdf.document(pages, title, certificate.issued_at)


def _fields(
    signed: Mapping[str, Any], form: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[Names, Names]]:
    for name, field in form.items():
        if name in signed:
            label = {"zh": field["title"], "en": field["x-title-en"]}
            yield label, {half: _said(signed[name], field, half) for half in ("zh", "en")}


def _said(value: Any, field: Mapping[str, Any], half: str) -> str:
    language = "zh-CN" if half == "zh" else "en"
    if isinstance(value, list):
        return ("、" if half == "zh" else ", ").join(
            _said(each, field.get("items", {}), half) for each in value
        )
    if isinstance(value, bool):
        return texts.say(f"certificate.answer.{'yes' if value else 'no'}", language)
    if isinstance(value, int) and (unit := field.get("x-unit")):
        amount = f"{value / 100:.2f}" if unit == "fen" else str(value)
        return f"{amount} {texts.say(f'certificate.unit.{unit}', language)}"
    return str(field.get("x-enum-titles", {}).get(value, {}).get(half, value))


def _until(certificate: Certificate) -> Names:
    if certificate.expires_at is None:
        return _label("certificate.endless")
    return dict.fromkeys(("zh", "en"), day(certificate.expires_at))


def _label(key: str) -> Names:
    return {"zh": texts.say(key, "zh-CN"), "en": texts.say(key, "en")}


def _table(rows: Sequence[tuple[Names, Names]], heading: Names) -> list[pdf.Page]:
    """The rows on as many pages as they need; below the last there is room for the code."""
    pages, y = [_page()], TOP - 60
    pages[0].centred(TOP - 20, 26, heading["zh"])
    pages[0].centred(TOP - 40, 11, heading["en"], grey=0.35)
    for label, value in rows:
        columns = [
            (LEFT, pdf.lines(_both(label), 9, VALUES - LEFT - 15), 9, 0.35),
            (VALUES, pdf.lines(_both(value), 11, RIGHT - VALUES), 11, 0.0),
        ]
        needed = LEADING * max(len(column) for _, column, _, _ in columns) + 6
        if y - needed < BOTTOM:
            pages.append(_page())
            y = TOP
        for x, column, size, grey in columns:
            for i, line in enumerate(column, 1):
                pages[-1].text(x, y - LEADING * i, size, line, grey)
        y -= needed
    if y < CODE_BOTTOM + CODE_SIDE + 20:
        pages.append(_page())
    return pages


def _both(names: Names) -> str:
    return names["zh"] if names["zh"] == names["en"] else f"{names['zh']}  {names['en']}"


def _page() -> pdf.Page:
    page = pdf.Page()
    page.frame(40, 40, pdf.WIDTH - 80, pdf.HEIGHT - 80)
    return page


def _code(page: pdf.Page, url: str, missing: bool) -> None:
    """The QR code in the lower right corner, what it is for beside it, and its address to type."""
    matrix = segno.make(url, error="m", micro=False, boost_error=False).matrix
    module = CODE_SIDE / (len(matrix) + 2 * QUIET)
    top = CODE_BOTTOM + CODE_SIDE - QUIET * module
    left = RIGHT - CODE_SIDE + QUIET * module
    page.boxes(
        (
            round(left + start * module, 3),
            round(top - (i + 1) * module, 3),
            round(length * module, 3),
            round(module, 3),
        )
        for i, row in enumerate(matrix)
        for start, length in _runs(row)
    )
    note = _label("certificate.print-note")
    said = [(note["zh"], 9), (note["en"], 8), (url, 8)]
    if missing:
        rare = _label("certificate.print-missing")
        said += [(rare["zh"], 9), (rare["en"], 8)]
    y = CODE_BOTTOM + CODE_SIDE
    for text, size in said:
        for line in pdf.lines(text, size, RIGHT - CODE_SIDE - LEFT - 15):
            y -= 13
            page.text(LEFT, y, size, line)


def _runs(row: Sequence[int]) -> Iterable[tuple[int, int]]:
    """(start, length) of the dark runs of a row of modules."""
    start = 0
    while start < len(row):
        length = 1
        while start + length < len(row) and row[start + length] == row[start]:
            length += 1
        if row[start]:
            yield start, length
        start += length
