"""Parties as people name them in a change of the registers: by account, by company, by document.

The record keeps the party alone, never the number of a document.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.authority.mandates import documents
from chalicelib.authority.mandates.parties import company_of
from chalicelib.kernel.errors import Fault, Invalid

PARTY, PARTIES = "party", "parties"
Body = Mapping[str, Any]


def as_kept(body: Body) -> Body:
    """The body of a change with its parties as the record names them. Raises Invalid."""
    data = dict(body["data"])
    faults: list[Fault] = []
    if isinstance(data.get(PARTY), Mapping):
        data[PARTY] = _party(data[PARTY], f"/data/{PARTY}", faults)
    if PARTIES in data:
        named = enumerate(data[PARTIES])
        data[PARTIES] = [_party(each, f"/data/{PARTIES}/{n}", faults) for n, each in named]
    if faults:
        raise Invalid(faults=faults)
    return {**body, "data": data}


def _party(named: Body, at: str, faults: list[Fault]) -> str:
    """The party's id; what is wrong with its number is added to ``faults``."""
    if "account" in named:
        return str(named["account"])
    if "company" in named:
        company = company_of(named["company"])
        if not company:
            faults.append(Fault(f"{at}/company", "credit-code-form"))
        return company
    faults += documents.faults(named["document"], f"{at}/document")
    return documents.read(named["document"]).party
