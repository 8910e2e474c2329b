"""Published forms are safe to check: bounded, closed, and their own examples fit."""

import json
import subprocess
import sys
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.kernel import schemas
from tests.guards.published import ITEMS, every_item, faults, schema

LONG = 200  # a text of so many characters takes lines
PERSON_FIELDS = {
    "shop-sign": "handler_name",
    "disability-benefit": "helper_name",
    "mass-event": "safety_officer",
    "investment-approval": "contact_name",
    "construction-permit": "site_manager",
    "tender-filing": "contact_name",
    "food-licence": "safety_manager",
    "road-excavation": "site_manager",
    "shop-sign-renewal": "handler_name",
    "waste-levy": "handler_name",
    "street-penalty": "responsible_person",
    "road-compulsion": "owner_name",
    "heritage-inspection": "person_in_charge",
    "household-confirmation": "spouse_name",
    "model-worker": "nominee_name",
    "neighbour-water": "respondent_name",
    "information-disclosure": "contact_name",
    "reconsideration": "representative_name",
}


def form(item: dict[str, Any]) -> Draft202012Validator:
    return schemas.Validator(item["form"])


@every_item
def test_the_form_is_a_schema_that_its_own_examples_meet(item: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(item["form"])
    fields = item["form"]["properties"]
    assert set(item["form"]["required"]) <= set(fields)
    for example in item["form"]["examples"]:
        assert faults(form(item), example) == []
        assert set(example) == set(fields), "an example shows every field"


@every_item
def test_every_choice_has_a_title(item: dict[str, Any]) -> None:
    for field in item["form"]["properties"].values():
        choice = field.get("items", field)
        assert set(choice.get("enum", [])) == set(choice.get("x-enum-titles", {}))


@every_item
def test_a_form_refuses_unknown_fields_and_missing_ones(item: dict[str, Any]) -> None:
    example = item["form"]["examples"][0]
    assert faults(form(item), {**example, "surprise": 1})
    for name in item["form"]["required"]:
        assert faults(form(item), {key: value for key, value in example.items() if key != name})


@every_item
def test_no_text_field_takes_control_bidi_or_zero_width_characters(item: dict[str, Any]) -> None:
    example = item["form"]["examples"][0]
    texts = [name for name, field in item["form"]["properties"].items() if "pattern" in field]
    for name in texts:
        for bad in ("\x00", "\x1b", "\u202e", "\u200b", "\u2066", "\ufeff"):
            assert faults(form(item), {**example, name: example[name][:-1] + bad}), (name, bad)
        one_line = item["form"]["properties"][name]["maxLength"] < LONG
        assert bool(faults(form(item), {**example, name: example[name][:-1] + "\n"})) == one_line


@every_item
def test_a_persons_name(item: dict[str, Any]) -> None:
    name = PERSON_FIELDS[item["id"]]
    example = item["form"]["examples"][0]

    def refused(value: str) -> bool:
        return bool(faults(form(item), {**example, name: value}))

    for good in (
        "张伟",
        "欧阳娜娜",
        "阿不都热合曼·买买提",
        "𠮷田𪚥",
        "〇明",
        "Zhang Wei",
        "O'Neill Mary-Jane",
    ):
        assert not refused(good), good
    for bad in (
        "张",
        "张Wei",
        "Zhаng",
        "·张伟",
        "张·",
        "张伟1",
        "张伟\n",
        " 张伟",
        "<b>张</b>",
        "",
    ):
        assert refused(bad), bad


HANG_PROBE = """
import json, re, sys
patterns, texts = json.load(sys.stdin)
for pattern in patterns:
    for text in texts:
        re.search(pattern, text)
"""


@every_item
def test_no_pattern_can_be_made_to_hang(item: dict[str, Any]) -> None:
    patterns = [
        field["pattern"] for field in item["form"]["properties"].values() if "pattern" in field
    ]
    hostile = [
        part * 5000 + "!" for part in ("a", "a ", "张", "张·", "0", "2", " ", "9", "\n", "a-", "a'")
    ]
    probe = json.dumps([patterns, hostile]).encode()
    # In a process of its own: a backtracking matcher never comes back and holds the interpreter's
    # lock.
    subprocess.run([sys.executable, "-c", HANG_PROBE], input=probe, check=True, timeout=120)


@pytest.mark.parametrize(
    "field",
    [
        {"type": "string", "maxLength": 10},
        {"type": "string", "minLength": 1, "maxLength": 10, "pattern": "^a$(?!\\n)"},
        {"type": "string", "minLength": 1, "maxLength": 10, "pattern": "^(?=a)a$"},
        {"type": "string", "minLength": 1, "maxLength": 10, "pattern": "^(a)\\1$"},
        {"type": "string", "minLength": 1, "maxLength": 10, "pattern": "^[\\u4e00-\\u9fff]$"},
        {"type": "array", "maxItems": 2, "uniqueItems": True, "items": {"type": "string"}},
        {"type": "string", "minLength": 1, "maxLength": 10, "pattern": "a$"},
        {"type": "integer", "minimum": 0},
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "object"},
        {"$ref": "https://example.org/x"},
        {"type": "boolean", "surprise": 1},
    ],
)
def test_the_item_schema_refuses_a_field_that_is_not_bounded(field: dict[str, Any]) -> None:
    item = json.loads(json.dumps(ITEMS["shop-sign"]))
    item["form"]["properties"]["probe"] = {
        "title": "试",
        "x-title-en": "Probe",
        "x-visibility": "public",
        **field,
    }
    assert faults(schema("item"), item)
