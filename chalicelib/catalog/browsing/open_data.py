"""All items as files that anybody may take: JSON Lines with every element, CSV with what fits into
a table; pure.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
BYTE_ORDER_MARK = "\ufeff"  # without it, office programs read Chinese as Latin-1
SEPARATOR = " | "
# With these at a cell's start an office program takes it for a formula; the wide ones are typed in
# Chinese.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")

Document = Mapping[str, Any]


def json_lines(documents: Iterable[Document]) -> str:
    """One item with all its elements per line."""
    return "".join(
        json.dumps(d, ensure_ascii=False, separators=(",", ":")) + "\n" for d in documents
    )


def table(documents: Iterable[Document]) -> str:
    """CSV (RFC 4180, UTF-8 with byte order mark), a header row first; several texts in one cell
    stand between bars.

    Columns in two languages end in ``_zh`` and ``_en``. Days are working days, money is in fen.
    """
    rows = [_row(document) for document in documents]
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(text, fieldnames=COLUMNS)
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def harmless(value: object) -> str:
    """A cell's text that no office program runs: an apostrophe stands before what would begin a
    formula.
    """
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(document: Document) -> dict[str, object]:
    limits, fee, flow = document["limits"], document["fee"], document["flow"]
    return {
        **{name: document[name] for name in ("id", "version", "published_at", "in_force_from")},
        "retired_from": document.get("retired_from", ""),
        **{name: document[name] for name in ("code", "kind")},
        **_texts("name", [document["name"]]),
        "authority": document["authority"],
        **_texts("authority_name", [document["authority_name"]]),
        "audiences": SEPARATOR.join(document.get("audiences", ())),
        "life_events": SEPARATOR.join(document.get("life_events", ())),
        **_texts("audience", [document["audience"]]),
        **_texts("conditions", document["conditions"]),
        **_texts("legal_basis", map(_basis, document["legal_basis"])),
        **_texts("materials", [material["name"] for material in document["materials"]]),
        **{name: limits[name] for name in LIMITS},
        "tacit_approval": "yes" if limits["tacit_approval"] else "no",
        "fee_fen": fee["amount_fen"],
        **_texts("fee_basis", [fee["basis"]]),
        **_texts("result", [document["result"]["name"]]),
        "flow": f"{flow['id']}-v{flow['version']}",
        **_texts("service_points", map(_place, document["service_points"])),
        "contact_phone": document["contact"]["phone"],
        "supervision_phone": document["supervision_phone"],
        **_texts("appeal", document["appeal"]),
    }


LIMITS = ("acceptance_days", "statutory_days", "promised_days", "extension_days", "delivery_days")
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


def _texts(name: str, texts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    every = list(texts)
    return {
        f"{name}_{language}": SEPARATOR.join(text[language] for text in every)
        for language in ("zh", "en")
    }


def _basis(basis: Document) -> dict[str, str]:
    law, article = basis["law"], basis["article"]
    return {"zh": f"{law['zh']}{article['zh']}", "en": f"{law['en']}, {article['en']}"}


def _place(point: Document) -> dict[str, str]:
    name, address = point["name"], point["address"]
    return {"zh": f"{name['zh']}({address['zh']})", "en": f"{name['en']} ({address['en']})"}
