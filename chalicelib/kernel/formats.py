"""Formats of what people type, beyond those of JSON Schema: each a reading that gives the value as
it is kept, or says which rule it breaks.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from chalicelib.kernel import days, names, phones, typed_numbers
from chalicelib.kernel.errors import Malformed

if TYPE_CHECKING:
    from jsonschema import FormatChecker

Reading = Callable[[str], str]
Is = Callable[[str], bool]
LAST_FIGURES = 4


def person_name(text: str) -> str:
    """A name, which is kept as it was given. Raises Malformed."""
    names.check(text)
    return text


def last_figures(text: str) -> str:
    """The last four figures of a number. Raises Malformed."""
    figures = typed_numbers.figures(text)
    if len(figures) != LAST_FIGURES or not figures.isdecimal():
        raise Malformed("last-figures-form", count=LAST_FIGURES)
    return figures


def case_number(text: str) -> str:
    """The number of a case. Raises Malformed."""
    number = typed_numbers.case_number(text)
    if not typed_numbers.is_case_number(number):
        raise Malformed("case-number-form")
    return number


READINGS: Mapping[str, Reading] = {
    "name": person_name,
    "phone": phones.phone,
    typed_numbers.ID_NUMBER: typed_numbers.id_number,
    typed_numbers.CREDIT_CODE: typed_numbers.credit_code,
    "disability-number": typed_numbers.disability_number,
    "account-number": typed_numbers.account_number,
    "project-code": typed_numbers.project_code,
    "case-number": case_number,
    "tracking-code": typed_numbers.tracking_code,
    "last-figures": last_figures,
}


# Texts that are right or not. Days and moments are as ``days`` reads them on every machine: what
# the library checks depends on what else is installed there.
TEXTS: dict[str, Is] = {
    "date": days.is_day,
    "date-time": days.is_moment,
    "date-or-moment": days.is_day_or_moment,
}


def register(name: str, is_right: Is) -> None:
    """Texts of this ``format`` are checked by ``is_right``; a fault's message is ``format-<name>``.

    A context registers what its ids are, so that a reference to nothing is refused wherever a
    schema says that something of it is named.
    """
    TEXTS[name] = is_right
    checker.cache_clear()


@lru_cache(maxsize=1)
def checker() -> "FormatChecker":
    """A checker of all these formats and of those that JSON Schema has."""
    from jsonschema import FormatChecker

    made = FormatChecker()
    for name, reading in READINGS.items():
        made.checks(name, raises=Malformed)(partial(_fits, reading))
    for name, is_right in TEXTS.items():
        made.checks(name)(partial(_is_other_or_right, is_right))
    return made


def _is_other_or_right(is_right: Is, value: object) -> bool:
    """A check of texts alone: what else a value may be is for its ``type`` to say."""
    return not isinstance(value, str) or is_right(value)


def is_read(reading: Reading, value: Any) -> bool:
    """Whether it is a text of the format."""
    try:
        return isinstance(value, str) and bool(reading(value))
    except Malformed:
        return False


def _fits(reading: Reading, value: Any) -> bool:
    if isinstance(value, str):
        reading(value)
    return True


def as_kept(schema: Any, value: Any) -> Any:
    """A valid value of a schema, whatever of it has one of these formats as it is kept.

    What breaks its rule stays as it is: somebody may have let it pass.
    """
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        return {name: as_kept(fields.get(name, {}), part) for name, part in value.items()}
    if isinstance(value, list):
        each = schema.get("items", {})
        return [as_kept(each, part) for part in value]
    reading = READINGS.get(schema.get("format", ""))
    if reading is None or not isinstance(value, str):
        return value
    try:
        return reading(value)
    except Malformed:
        return value
