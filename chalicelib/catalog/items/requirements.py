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
        wanted = material["required"] or ("when" in material and meets(form, material["when"]))
        if wanted and material["source"] != "government" and material["code"] not in replaced:
            yield material


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
    return bool(schemas.validator({"type": "object", **condition}).is_valid(dict(form)))


def _by_rule(rule: Mapping[str, Any], form: Form) -> int:
    amount = int(rule["amount_fen"])
    for part in rule.get("per", ()):
        exceeding = int(form.get(part["field"], 0)) - part.get("above", 0)
        amount += max(exceeding, 0) * part["fen"]
    return min(amount, int(rule.get("most_fen", amount)))
