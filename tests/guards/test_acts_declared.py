"""Every act of a case is declared once and whole: what it says, makes of the case and brings about."""

import ast
import inspect
from dataclasses import MISSING, fields

import pytest

from chalicelib.casework.acts import DECLARED, CaseAct, Notice, Remark
from chalicelib.casework.acts.declaration import GROUPS, PARTIES, Payload, declare
from chalicelib.casework.acts.declared import tasks
from chalicelib.kernel import schemas
from chalicelib.kernel.acts import Part, parts_of
from chalicelib.notify.acts import KINDS
from tests.guards.code import called, nodes, text_of

RULES = "chalicelib/casework/acts/"
COMMON_TO_EVENTS = {"case", "number", "item", "item_version", "authority", "seq", "at", "act"}
every_act = pytest.mark.parametrize("row", DECLARED.values(), ids=lambda row: row.payload.__name__)


def parts(row: CaseAct) -> dict[str, Part]:
    """The fields of an act by their names on record."""
    return {part.key: part for part in parts_of(row.payload)}


def payload_types(kind: type[Payload] = Payload) -> set[type[Payload]]:
    """All that derive from it, also from one another."""
    below = kind.__subclasses__()
    return {*below}.union(*(payload_types(each) for each in below))


def test_every_payload_type_is_declared() -> None:
    assert {kind.__name__ for kind in payload_types()} == set(DECLARED)
    assert {row.payload for row in DECLARED.values()} == payload_types()


def test_rules_make_payloads_and_no_acts_of_their_own() -> None:
    made = [
        place
        for place, call in nodes(ast.Call)
        if place.startswith(RULES) and called(call) == "Act"  # type: ignore[arg-type]
    ]
    assert made == []


def test_no_act_of_a_case_is_made_of_words() -> None:
    made = {
        text_of(call.args[0])  # type: ignore[attr-defined]
        for _, call in nodes(ast.Call)
        if called(call) == "Act" and call.args  # type: ignore[arg-type, attr-defined]
    }
    assert made & set(DECLARED) == set()


def test_a_declaration_says_every_part_and_says_it_once() -> None:
    unsaid = {field.name for field in fields(CaseAct) if field.default is MISSING}
    assert unsaid == {"payload", "transition", "event", "message", "page"}
    with pytest.raises(TypeError, match="message"):
        CaseAct(tasks.TaskClaimed, transition=tasks._claimed, event=None, page=None)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="twice"):
        declare(DECLARED["TaskClaimed"])


@every_act
def test_its_transition_is_given_the_case_the_payload_and_the_stamp(row: CaseAct) -> None:
    assert callable(row.transition)
    assert list(inspect.signature(row.transition).parameters) == ["case", "act", "at"]


@every_act
def test_its_private_groups_are_known(row: CaseAct) -> None:
    assert {part.group for part in parts(row).values()} - {""} <= GROUPS


@every_act
def test_its_event_has_a_schema_and_carries_what_is_always_on_record_and_public(
    row: CaseAct,
) -> None:
    if row.event is None:
        return
    published = schemas.load(f"events/{row.payload.__name__}.v1")
    assert set(published["properties"]) == COMMON_TO_EVENTS | set(row.event)
    carried = [parts(row)[name] for name in row.event]
    assert all(part.is_always_written and not part.group for part in carried)


@every_act
def test_its_messages_exist_and_are_caused_by_an_event(row: CaseAct) -> None:
    if row.message is None:
        assert row.event is None
        return
    assert row.event is not None
    assert row.message.kinds
    assert row.message.kinds <= set(KINDS)


@every_act
def test_the_page_shows_what_the_act_says(row: CaseAct) -> None:
    groups = {part.group for part in parts(row).values()}
    if isinstance(row.page, Remark):
        assert row.page.group in groups
    elif isinstance(row.page, Notice):
        assert PARTIES in groups
    else:
        assert row.page is None


@every_act
def test_it_can_be_read_when_its_private_parts_are_forgotten(row: CaseAct) -> None:
    assert all(part.default is not MISSING for part in parts(row).values() if part.group)
