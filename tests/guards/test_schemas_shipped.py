"""Schemas are valid, closed against the unknown, quick on any string, and in the zip."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.casework.acts import DECLARED
from chalicelib.kernel import formats, schemas
from chalicelib.supervision.complaints import acts as complaints
from chalicelib.supervision.matters import acts as matters
from chalicelib.supervision.rules.findings.events import RAISED
from tests.guards.code import ROOT

FILES = {
    str(path.relative_to(ROOT / "schemas")): path
    for path in sorted((ROOT / "schemas").rglob("*.json"))
}
SCHEMAS: dict[str, dict[str, Any]] = {
    name: json.loads(path.read_text("utf-8")) for name, path in FILES.items()
}
TAKEN = {
    "application",
    "assignment",
    "correction",
    "ex_officio_case",
    "extension",
    "extension_answer",
    "meeting",
    "mandate",
    "mandate_end",
    "mandate_limit",
    "message_settings",
    "milestone",
    "move",
    "move_approval",
    "objection",
    "procedure",
    "policy_question",
    "procedure_end",
    "reasoned",
    "recusal",
    "register_change",
    "rule_change",
    "rule_change_approval",
    "rule_change_rejection",
    "rule_trial",
    "statement",
    "finding_false",
    "finding_matter",
    "follow",
    "guardianship",
    "item_draft",
    "item_publication",
    "item_retirement",
    "item_review",
    "payment_notice",
    "complaint_answer",
    "complaint_appeal",
    "complaint_filing",
    "complaint_follow",
    "complaint_order",
    "complaint_reasons",
    "nameless_complaint",
    "matter_answer",
    "matter_ruling",
    "supervision_order",
    "supplement",
    "task_batch",
    "task_completion",
    "upload",
    "webhook",
    "whatif",
    "window_application",
    "window_attendance",
    "window_supplement",
    "withdrawal",
}
REQUESTS = sorted(name for name in FILES if name.removesuffix(".schema.json") in TAKEN)
every_request = pytest.mark.parametrize("name", REQUESTS)
every_schema = pytest.mark.parametrize("name", FILES)
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every object within a schema, itself among them."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from walk(child)


@every_schema
def test_a_schema_is_one_of_2020_12(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == DIALECT
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert name.endswith(".schema.json")
    assert SCHEMAS[name]["title"]


@every_schema
def test_every_reference_leads_somewhere(name: str) -> None:
    for node in walk(SCHEMAS[name]):
        ref = node.get("$ref")
        if not isinstance(ref, str):
            continue
        file, _, pointer = ref.partition("#")
        target: Any = SCHEMAS[file.rsplit("/", 1)[-1]] if file else SCHEMAS[name]
        for part in filter(None, pointer.split("/")):
            target = target[part]


def test_the_requests_are_the_bodies_that_routes_take() -> None:
    import app  # noqa: F401 - registers them
    from chalicelib.kernel.http.routes import installed

    assert {route.body for route in installed if route.body} == TAKEN


@every_request
def test_every_format_is_one_that_is_checked(name: str) -> None:
    named = {node["format"] for node in walk(SCHEMAS[name]) if isinstance(node.get("format"), str)}
    assert named <= set(formats.checker().checkers)


@every_request
def test_a_request_takes_nothing_that_it_does_not_name(name: str) -> None:
    for node in walk(SCHEMAS[name]):
        if node.get("type") == "object" and "properties" in node:
            assert node["additionalProperties"] is False
            assert set(node.get("required", ())) <= set(node["properties"])


@every_request
def test_every_text_and_list_of_a_request_has_an_end(name: str) -> None:
    for node in walk(SCHEMAS[name]):
        if node.get("type") == "string":
            bounded = re.search(r"[^*+]\$$", node.get("pattern", ""))
            assert bounded or {"maxLength", "enum", "const"} & set(node), node
        if node.get("type") == "array":
            assert "maxItems" in node


# What makes a backtracking matcher walk for ever: long runs that almost fit.
STRINGS = ["a" * 40_000 + "!", "0" * 40_000 + "x", "a-" * 20_000 + "\n", "a@" + "a." * 20_000, " " * 40_000 + "x",
           "aA0-_.@+" * 5_000 + "\u202e", "字" * 40_000 + "\u200b", "(" * 40_000]  # fmt: skip


def patterns(name: str) -> set[str]:
    return {node["pattern"] for node in walk(SCHEMAS[name]) if isinstance(node.get("pattern"), str)}


@every_schema
def test_no_pattern_can_be_made_to_walk_for_ever(name: str) -> None:
    for pattern in patterns(name):
        for text in STRINGS:
            re.search(pattern, text)  # the test's own time limit is the judge


@every_request
def test_a_pattern_of_a_request_fits_the_whole_string_and_no_line_more(name: str) -> None:
    for pattern in patterns(name):
        assert pattern.startswith("^")
        if pattern in REFUSED_BEGINNINGS:
            continue
        assert pattern.endswith("$")
        only_itself = schemas.Validator({"pattern": "^a$"})
        assert only_itself.is_valid("a") and not only_itself.is_valid("a\n")


@every_schema
def test_a_pattern_reads_alike_in_re2_and_ecma_262(name: str) -> None:
    for pattern in patterns(name):
        for other in NOT_IN_ALL:
            assert not re.search(other, pattern), pattern


REFUSED_BEGINNINGS = {
    "^(#|[cns]-)",
    "^(#|[cn]-)",
}  # within "not": ids of parties that are no accounts
# Look-around and named groups; back references, escapes and classes of one dialect.
NOT_IN_ALL = [r"\(\?[^:]", r"\\[1-9uUpPAZzkK]"]
HIDDEN = ["\u202e", "\u2066", "\u200b", "\u200f", "\x00", "\x07", "\x7f", "\u2069"]
NAMES = [
    "阿依古丽·买买提",
    "𠮷田太郎",
    "㐂",
    "O'Brien-Smith",
    "<script>alert(1)</script>",
    "=SUM(A1)",
    "李 娜",
    "é\u0301",
]


@pytest.mark.parametrize("name", ["withdrawal", "application", "supplement", "task_completion"])
def test_free_texts_take_what_people_are_called_and_nothing_that_hides(name: str) -> None:
    """Case 18 for the texts that the API itself takes; names in forms are the items' own."""
    free = [
        node for node in walk(SCHEMAS[f"{name}.schema.json"])
        if node.get("type") == "string" and isinstance(node.get("pattern"), str) and "\u202e" in node["pattern"]
    ]  # fmt: skip
    assert free
    for node in free:
        validator = Draft202012Validator(node)
        assert [text for text in NAMES if not validator.is_valid(text)] == []
        assert [text for text in HIDDEN if validator.is_valid("a" + text + "b")] == []


def test_every_event_that_is_told_has_a_schema_and_none_is_left_over() -> None:
    published = {
        name.removeprefix("events/").split(".")[0] for name in FILES if name.startswith("events/")
    }
    told = {name for name, row in DECLARED.items() if row.event is not None}
    of_certificates = {f"Certificate{what}Due" for what in ("", "Revocation", "Cancellation")}
    of_supervision = {*matters.ACTS, *complaints.ACTS, RAISED}
    assert published == {*told, *of_certificates, "TaskOpened", *of_supervision}


def test_schemas_and_flows_are_in_the_zip_by_way_of_vendor() -> None:
    for link, target in (("schemas", "schemas"), ("flows", "infra/flows")):
        vendored = ROOT / "vendor" / link
        assert vendored.is_symlink()
        assert not Path(os.readlink(vendored)).is_absolute()
        assert vendored.resolve() == ROOT / target


def test_the_product_reads_the_schemas_that_are_shipped() -> None:
    assert schemas.ROOT == ROOT / "schemas"
    assert all(schemas.named(name.removesuffix(".schema.json")) for name in FILES)
