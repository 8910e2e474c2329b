"""A certificate on paper: what the signed text says, and a QR code that leads to its check page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import segno

from chalicelib.certificates import pdf
from chalicelib.certificates.acts import Certificate
from chalicelib.certificates.check_page import day
from chalicelib.certificates.verify import contents
from chalicelib.kernel import texts
from chalicelib.kernel.values import dataclass

Names = Mapping[str, str]
LEFT, VALUES, RIGHT, TOP, BOTTOM = 70, 235, 525, 770, 70
LEADING = 15
CODE_SIDE, CODE_BOTTOM = 110, 100
QUIET = 4  # modules of white around the code (ISO/IEC 18004)
LANGUAGES = {"zh": "zh-CN", "en": "en"}
COMMAS = {"zh": "、", "en": ", "}


@dataclass(frozen=True)
class Row:
    """A line of the table, in both languages."""

    label: Names
    value: Names


def printed(certificate: Certificate, form: Mapping[str, Mapping[str, Any]], check_url: str) -> str:
    """The certificate as a PDF; ``form`` has the item's fields, in whose order and words the signed
    ones are shown.

    The same certificate makes the same file.
    """
    credential = contents(certificate.jwt)["credential"]
    rows = [
        Row(_label("certificate.number"), _same(certificate.id)),
        Row(_label("certificate.holder"), _same(credential["holder"]["name"])),
        Row(_label("certificate.item"), certificate.item_name),
        *_fields(credential["fields"], form),
        Row(_label("certificate.authority"), certificate.authority_name),
        Row(_label("certificate.issued"), _same(day(certificate.issued_at))),
        Row(_label("certificate.expires"), _until(certificate)),
    ]
    heading = credential["result"]
    pages = _table(rows, heading)
    _code(
        pages[-1],
        check_url,
        _has_missing(rows),
    )
    title = f"{heading['zh']} {certificate.id}"
    return pdf.document(pages, title, certificate.issued_at)


def _same(text: str) -> Names:
    """The same in both languages."""
    return {"zh": text, "en": text}


def _has_missing(rows: Iterable[Row]) -> bool:
    """Whether characters occur that not every reader's font has."""
    texts: list[str] = []
    for row in rows:
        texts += row.label.values()
        texts += row.value.values()
    return any(pdf.MISSING in pdf.printable(text) for text in texts)


def _fields(signed: Mapping[str, Any], form: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    for name, field in form.items():
        if name in signed:
            label = {"zh": field["title"], "en": field["x-title-en"]}
            value = {
                half: _answer(
                    signed[name],
                    field,
                    half,
                )
                for half in ("zh", "en")
            }
            yield Row(label, value)


def _answer(value: Any, field: Mapping[str, Any], half: str) -> str:
    """An answer in the words of its field."""
    language = LANGUAGES[half]
    if isinstance(value, list):
        answers = [
            _answer(
                each,
                field.get("items", {}),
                half,
            )
            for each in value
        ]
        return COMMAS[half].join(answers)
    if isinstance(value, bool):
        word = "yes" if value else "no"
        return texts.say(f"certificate.answer.{word}", language)
    if isinstance(value, int) and field.get("x-unit"):
        return _amount(value, field["x-unit"], language)
    titles = field.get("x-enum-titles", {})
    return str(titles.get(value, {}).get(half, value))


def _amount(value: int, unit: str, language: str) -> str:
    number = f"{value / 100:.2f}" if unit == "fen" else str(value)
    unit_name = texts.say(f"certificate.unit.{unit}", language)
    return f"{number} {unit_name}"


def _until(certificate: Certificate) -> Names:
    if certificate.expires_at is None:
        return _label("certificate.endless")
    return _same(day(certificate.expires_at))


def _label(key: str) -> Names:
    label = {}
    for half, language in LANGUAGES.items():
        label[half] = texts.say(key, language)
    return label


def _table(rows: Sequence[Row], heading: Names) -> list[pdf.Page]:
    """The rows on as many pages as they need; below the last there is room for the code."""
    page = _page()
    page.centred(TOP - 20, 26, heading["zh"])
    page.centred(TOP - 40, 11, heading["en"], grey=0.35)
    pages = [page]
    y = float(TOP - 60)
    for row in rows:
        columns = _columns(row)
        height = _height(columns)
        if y - height < BOTTOM:
            pages.append(_page())
            y = TOP
        for column in columns:
            column.draw(pages[-1], y)
        y -= height
    if y < CODE_BOTTOM + CODE_SIDE + 20:
        pages.append(_page())
    return pages


@dataclass(frozen=True)
class _Column:
    """The lines of one cell, and how they look."""

    x: float
    size: float
    lines: Sequence[str]
    grey: float = 0.0

    def draw(self, page: pdf.Page, top: float) -> None:
        """Put the lines below ``top``."""
        y = top
        for line in self.lines:
            y -= LEADING
            page.text(
                self.x,
                y,
                self.size,
                line,
                self.grey,
            )


def _columns(row: Row) -> tuple[_Column, _Column]:
    label = pdf.lines(
        _both(row.label),
        9,
        VALUES - LEFT - 15,
    )
    value = pdf.lines(
        _both(row.value),
        11,
        RIGHT - VALUES,
    )
    return (
        _Column(LEFT, 9, label, grey=0.35),
        _Column(VALUES, 11, value),
    )


def _height(columns: Iterable[_Column]) -> float:
    longest = max(len(column.lines) for column in columns)
    return LEADING * longest + 6


def _both(names: Names) -> str:
    if names["zh"] == names["en"]:
        return names["zh"]
    return f"{names['zh']}  {names['en']}"


def _page() -> pdf.Page:
    page = pdf.Page()
    page.frame(
        40,
        40,
        pdf.WIDTH - 80,
        pdf.HEIGHT - 80,
    )
    return page


def _code(page: pdf.Page, url: str, missing: bool) -> None:
    """The QR code in the lower right corner, what it is for beside it, and its address to type."""
    matrix = segno.make(url, error="m", micro=False, boost_error=False).matrix
    page.boxes(_dark_boxes(matrix))
    y = CODE_BOTTOM + CODE_SIDE
    for text, size in _notes(url, missing):
        for line in pdf.lines(
            text,
            size,
            RIGHT - CODE_SIDE - LEFT - 15,
        ):
            y -= 13
            page.text(LEFT, y, size, line)


def _dark_boxes(matrix: Sequence[Sequence[int]]) -> Iterator[tuple[float, float, float, float]]:
    """The dark modules of a code, those beside each other in one box."""
    module = CODE_SIDE / (len(matrix) + 2 * QUIET)
    top = CODE_BOTTOM + CODE_SIDE - QUIET * module
    left = RIGHT - CODE_SIDE + QUIET * module
    for number, row in enumerate(matrix, 1):
        y = round(top - number * module, 3)
        for start, length in _runs(row):
            x = round(left + start * module, 3)
            yield x, y, round(length * module, 3), round(module, 3)


def _notes(url: str, missing: bool) -> list[tuple[str, int]]:
    """What stands beside the code, each with its size."""
    note = _label("certificate.print-note")
    notes = [(note["zh"], 9), (note["en"], 8), (url, 8)]
    if missing:
        rare = _label("certificate.print-missing")
        notes += [(rare["zh"], 9), (rare["en"], 8)]
    return notes


def _runs(row: Sequence[int]) -> Iterable[tuple[int, int]]:
    """(start, length) of the dark runs of a row of modules."""
    start = 0
    for is_dark, modules in groupby(row):
        length = len(list(modules))
        if is_dark:
            yield start, length
        start += length
