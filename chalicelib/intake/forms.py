"""Forms that people fill in: valid by the item's own schema, and their numbers as they are kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib import catalog
from chalicelib.authority import mandates
from chalicelib.catalog import form_days
from chalicelib.kernel import formats, schemas
from chalicelib.kernel.errors import Fault, Invalid

CHECK_CHARACTER = "credit-code-check-digit"
Form = Mapping[str, Any]


def faults(item: catalog.Document, form: Form, party: str, today: date) -> list[Fault]:
    """What is wrong with a form that is filed for a party, its days as of today."""
    days = list(form_days.faults(item["form"], form, today, "/form"))
    validator = catalog.form_validator(item["id"], item["version"])
    try:
        schemas.check(validator, form, at="/form")
    except Invalid as invalid:
        shown = [fault for fault in invalid.faults if not _is_vouched(fault, form, party)]
        return shown + days
    return days


def _is_vouched(fault: Fault, form: Form, party: str) -> bool:
    """Whether a check character is wrong in the very code by which the party signs in: its register
    has given it so, and the issuer vouches for it.
    """
    if fault.message != CHECK_CHARACTER:
        return False
    typed = form[fault.field.removeprefix("/form/")]
    return bool(party) and mandates.company_of(typed) == party


def as_kept(item: catalog.Document, form: Form) -> dict[str, Any]:
    """The form with its numbers as they are kept, however they were typed."""
    kept: dict[str, Any] = formats.as_kept(item["form"], dict(form))
    return kept
