"""Tables for office programs: CSV (RFC 4180) whose cells run nothing."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

CSV = "text/csv; charset=utf-8"
# With these at a cell's start an office program takes it for a formula; the wide ones are typed in
# Chinese.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def harmless(value: object) -> str:
    """A cell's text that no office program runs: an apostrophe stands before what would begin a
    formula.
    """
    text = str(value)
    if text.startswith(_FORMULA):
        return f"'{text}"
    return text


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """CSV in UTF-8 without a byte order mark, a header row first; what is not there is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text,
        fieldnames=columns,
    )
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row.get(name)) for name in columns})
    return text.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else harmless(value)
