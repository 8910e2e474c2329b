"""One place says who sees which field, by the word of the schemas, and masks are made there
alone.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import bus, log, schemas, visibility
from chalicelib.kernel.visibility import OFFICE, OWN, PARTY, PUBLIC, SEALED, show, show_form

VIEWERS = (PUBLIC, PARTY, OWN, OFFICE, SEALED)
FORM = {
    "type": "object",
    "properties": {
        word: {"type": "string", "x-visibility": word}
        for word in ("public", "masked", "parties", "office", "sealed")
    },
}
ANSWERS = {word: f"{word} value" for word in FORM["properties"]}


def schema(monkeypatch: pytest.MonkeyPatch, **files: Any) -> None:
    """Schemas of this test's own."""
    monkeypatch.setattr(schemas, "load", files.__getitem__)
    visibility._shown.cache_clear()
    monkeypatch.setattr(visibility, "_shown", visibility._shown.__wrapped__)


def thing(visible: str = "public", **properties: Any) -> dict[str, Any]:
    return {
        "x-visibility": visible,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (PUBLIC, {"public"}),
        (PARTY, {"public", "parties"}),
        (OWN, {"public", "masked", "parties"}),
        (OFFICE, {"public", "masked", "parties", "office"}),
        (SEALED, {"public", "masked", "parties", "office", "sealed"}),
    ],
)
def test_of_a_form_each_viewer_sees_what_is_for_them(viewer: str, seen: set[str]) -> None:
    shown = show_form(FORM, ANSWERS, viewer)
    assert {word for word, value in shown.items() if value == ANSWERS[word]} == seen
    assert shown["masked"] == (ANSWERS["masked"] if "masked" in seen else "m" + "*" * 11)


def test_what_says_nothing_is_as_the_object_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = {
        "type": "object",
        "properties": {"note": {"type": "string"}, "day": {"x-visibility": "public"}},
    }
    schema(monkeypatch, page=thing("office", number={"x-visibility": "public"}, remark=inner))
    value = {"number": "1", "remark": {"note": "x", "day": "y"}}
    assert show("page", value, PUBLIC) == {"number": "1"}
    assert show("page", value, OFFICE) == value


def test_what_is_hidden_stays_hidden_within_lists_alternatives_and_other_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = {"x-visibility": "office", "type": "string"}
    schema(
        monkeypatch,
        inner=thing("public", said=secret, at={"type": "string"}),
        page=thing(
            "public",
            many={"type": "array", "items": {"$ref": "inner.schema.json"}},
            either={"anyOf": [{"$ref": "inner.schema.json"}, {"type": "null"}]},
            local={"$ref": "#/properties/many"},
        ),
    )
    one, seen = {"said": "secret", "at": "now"}, {"at": "now"}
    value = {"many": [one, one], "either": one, "local": [one]}
    assert show("page", value, PUBLIC) == {"many": [seen, seen], "either": seen, "local": [seen]}
    assert show("page", {"many": [], "either": None}, PUBLIC) == {"many": [], "either": None}


def test_a_field_that_no_schema_declares_is_not_shown_where_not_all_is_for_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schema(monkeypatch, page=thing("public", name={"x-visibility": "masked"}))
    assert show("page", {"name": "李娜", "surprise": "李娜"}, PUBLIC) == {"name": "李*"}


@pytest.mark.parametrize(
    ("value", "seen"), [("李娜", "李*"), ("", ""), (["李娜"], []), (None, None)]
)
def test_masking_leaves_nothing_of_what_is_no_text(
    monkeypatch: pytest.MonkeyPatch, value: Any, seen: Any
) -> None:
    schema(monkeypatch, page=thing("public", field={"x-visibility": "masked"}))
    assert show("page", {"field": value}, PUBLIC) == {"field": seen}
    assert show("page", {"field": {"name": "李娜"}}, PUBLIC) == {}
    assert show("page", {"field": 13800001234}, PARTY) == {}


@pytest.mark.parametrize(
    ("mask", "value", "seen"),
    [
        (visibility.mask_name, "欧阳明", "欧**"),
        (visibility.mask_name, "李", "李*"),
        (visibility.mask_phone, "13800001234", "138******34"),
        (visibility.mask_phone, "5551", "****"),
        (visibility.mask_id, "330102199003071234", "33**************34"),
        (visibility.mask_id, "A12", "***"),
        (visibility.mask_mail, "lina@example.com", "l***@example.com"),
        (visibility.mask_mail, "nonsense", "***"),
    ],
)
def test_masks_are_made_by_kind(mask: Any, value: str, seen: str) -> None:
    assert mask(value) == seen


@given(st.from_regex(r"\A1[0-9]{10}\Z"))
def test_a_masked_telephone_number_does_not_help_to_follow_a_case(number: str) -> None:
    assert number[-4:] not in visibility.mask_phone(number)


@given(st.text(min_size=1, max_size=40))
def test_masking_a_name_twice_is_masking_it_once(name: str) -> None:
    once = visibility.mask_name(name)
    assert visibility.mask_name(once) == once


def test_the_whole_of_a_public_schema_costs_nothing() -> None:
    value = {"status": "ok"}
    assert show("health", value, PUBLIC) is value


def test_a_case_without_name_is_shown_to_no_stranger_in_full() -> None:
    shown = show(
        "case",
        {"applicant": "李娜", "form": {"a": 1}, "contact": {}, "materials": [{}], "remarks": [{}]},
        PARTY,
    )
    assert shown == {"applicant": "李*", "materials": []}


def test_the_bus_sends_no_field_that_an_event_does_not_declare_public(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = json.loads(json.dumps(schemas.load("events/CaseFiled.v1")))
    event["properties"]["name"] = {"type": "string", "x-visibility": "masked"}
    monkeypatch.setattr(schemas, "load", lambda name: event)
    monkeypatch.setattr(schemas, "check", lambda *_: None)
    visibility._shown.cache_clear()
    case = {
        "case": "a" * 26,
        "number": "URB-2026-W-000001",
        "item": "shop-sign",
        "item_version": 1,
        "authority": "URB",
    }
    detail = {
        **case,
        "seq": 1,
        "act": 0,
        "at": "2026-03-02T09:30:00+08:00",
        "channel": "online",
        "name": "李娜",
    }
    sent = bus._entry(bus.Event("sunlit.casework", "CaseFiled", detail))
    visibility._shown.cache_clear()
    assert json.loads(sent["Detail"])["name"] == "李*"


def test_a_log_line_says_nothing_under_a_name_that_is_not_declared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[dict[str, Any]] = []
    monkeypatch.setattr(log.logger, "info", lambda message, **fields: written.append(fields))
    log.line("probe", case="abc", applicant="李娜", phone="13800001234")
    assert written == [{"case": "abc", "undeclared": ["applicant", "phone"]}]
