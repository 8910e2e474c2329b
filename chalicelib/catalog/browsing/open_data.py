"""All items as files that anybody may take: JSON Lines with every element, CSV with what fits into
a table; pure.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.deadlines import WORKING
from chalicelib.kernel.spreadsheets import harmless

LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
BYTE_ORDER_MARK = "\ufeff"  # without it, office programs read Chinese as Latin-1
SEPARATOR = " | "
# Many programs take these for the end of a line too.
_OTHER_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}

Document = Mapping[str, Any]


def json_lines(documents: Iterable[Document]) -> str:
    """One item with all its elements per line."""
    text = io.StringIO()
    for document in documents:
        line = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        text.write(line.translate(_OTHER_LINE_ENDS))
        text.write("\n")
    return text.getvalue()


def table(documents: Iterable[Document]) -> str:
    """CSV (RFC 4180, UTF-8 with byte order mark), a header row first; several texts in one cell
    stand between bars.

    Columns in two languages end in ``_zh`` and ``_en``. ``_unit`` says which days a limit
    is counted in, working or natural ones; money is in fen.
    """
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(text, fieldnames=COLUMNS)
    writer.writeheader()
    for document in documents:
        row = _row(document)
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return text.getvalue()


def _row(document: Document) -> dict[str, object]:
    return {
        **_identity(document),
        **_description(document),
        **_process(document),
        **_contacts(document),
    }


def _identity(document: Document) -> dict[str, object]:
    """What the item is called, and since when."""
    return {
        "id": document["id"],
        "version": document["version"],
        "published_at": document["published_at"],
        "in_force_from": document["in_force_from"],
        "retired_from": document.get("retired_from", ""),
        "code": document["code"],
        "kind": document["kind"],
        **_texts("name", [document["name"]]),
        "authority": document["authority"],
        **_texts("authority_name", [document["authority_name"]]),
    }


def _description(document: Document) -> dict[str, object]:
    """Whom it is for, on which conditions, and what to bring."""
    bases = [_basis(basis) for basis in document["legal_basis"]]
    materials = [material["name"] for material in document["materials"]]
    return {
        "audiences": SEPARATOR.join(document.get("audiences", ())),
        "life_events": SEPARATOR.join(document.get("life_events", ())),
        **_texts("audience", [document["audience"]]),
        **_texts("conditions", document["conditions"]),
        **_texts("legal_basis", bases),
        **_texts("materials", materials),
    }


def _process(document: Document) -> dict[str, object]:
    """How long it takes, what it costs, and what comes of it."""
    limits, fee, flow = document["limits"], document["fee"], document["flow"]
    days = {name: limits[name] for name in LIMITS}
    said = limits.get("units", {})
    units = {_unit_of(name): said.get(name, WORKING) for name in LIMITS}
    return {
        **days,
        **units,
        "tacit_approval": "yes" if limits["tacit_approval"] else "no",
        "fee_fen": fee["amount_fen"],
        **_texts("fee_basis", [fee["basis"]]),
        **_texts("result", [document["result"]["name"]]),
        "flow": f"{flow['id']}-v{flow['version']}",
    }


def _unit_of(limit: str) -> str:
    """The column that says what a limit is counted in."""
    return limit.replace("_days", "_unit")


def _contacts(document: Document) -> dict[str, object]:
    """Where to go, whom to ask, and to whom to appeal."""
    places = [_place(point) for point in document["service_points"]]
    return {
        **_texts("service_points", places),
        "contact_phone": document["contact"]["phone"],
        "supervision_phone": document["supervision_phone"],
        **_texts("appeal", document["appeal"]),
    }


LIMITS = ("acceptance_days", "statutory_days", "promised_days", "extension_days", "delivery_days")
UNITS = [_unit_of(name) for name in LIMITS]
COLUMNS = (
    *(
        "id",
        "version",
        "published_at",
        "in_force_from",
        "retired_from",
        "code",
        "kind",
        "name_zh",
        "name_en",
    ),
    *(
        "authority",
        "authority_name_zh",
        "authority_name_en",
        "audiences",
        "life_events",
        "audience_zh",
        "audience_en",
    ),
    *(
        "conditions_zh",
        "conditions_en",
        "legal_basis_zh",
        "legal_basis_en",
        "materials_zh",
        "materials_en",
    ),
    *(
        *LIMITS,
        *UNITS,
        "tacit_approval",
        "fee_fen",
        "fee_basis_zh",
        "fee_basis_en",
        "result_zh",
        "result_en",
    ),
    *(
        "flow",
        "service_points_zh",
        "service_points_en",
        "contact_phone",
        "supervision_phone",
        "appeal_zh",
        "appeal_en",
    ),
)


def _texts(name: str, texts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Two columns, one for each language."""
    columns = {}
    for language in ("zh", "en"):
        in_language = [text[language] for text in texts]
        columns[f"{name}_{language}"] = SEPARATOR.join(in_language)
    return columns


def _basis(basis: Document) -> dict[str, str]:
    law = basis["law"]
    article = basis["article"]
    return {
        "zh": f"{law['zh']}{article['zh']}",
        "en": f"{law['en']}, {article['en']}",
    }


def _place(point: Document) -> dict[str, str]:
    name = point["name"]
    address = point["address"]
    return {
        "zh": f"{name['zh']}({address['zh']})",
        "en": f"{name['en']} ({address['en']})",
    }
