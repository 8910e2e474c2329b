"""What an item asks of an application with certain answers: which materials, and what fee."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.kernel import schemas

Document = Mapping[str, Any]
Form = Mapping[str, Any]


def materials(item: Document, form: Form, on_promise: bool = False) -> Iterator[Mapping[str, Any]]:
    """The materials that an applicant has to bring; a promise replaces those that the item says.

    What the government holds is asked of nobody.
    """
    replaced = item["promise"]["replaces"] if on_promise else ()
    for material in item["materials"]:
        is_held = material["source"] == "government"
        is_replaced = material["code"] in replaced
        if _is_needed(material, form) and not is_held and not is_replaced:
            yield material


def _is_needed(material: Mapping[str, Any], form: Form) -> bool:
    if material["required"]:
        return True
    return "when" in material and meets(form, material["when"])


def fee_fen(item: Document, form: Form) -> int:
    """The fee by the item's rule, in fen: the first rule whose condition the form meets, else the
    plain amount.
    """
    for rule in item["fee"].get("rules", ()):
        if "when" not in rule or meets(form, rule["when"]):
            return _by_rule(rule, form)
    return int(item["fee"]["amount_fen"])


def meets(form: Form, condition: Mapping[str, Any]) -> bool:
    """Whether the answers meet a condition of the item; an answer that is not given meets none."""
    schema = {"type": "object", **condition}
    validator = schemas.Validator(schema)
    return bool(validator.is_valid(dict(form)))


def _by_rule(rule: Mapping[str, Any], form: Form) -> int:
    amount = int(rule["amount_fen"])
    for part in rule.get("per", ()):
        answer = int(form.get(part["field"], 0))
        exceeding = answer - part.get("above", 0)
        amount += max(exceeding, 0) * part["fen"]
    most = int(rule.get("most_fen", amount))
    return min(amount, most)
