"""Published flows are whole: every step is reached, ends, and keeps its duties apart."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.guards.published import FLOWS, acting_steps, every_flow, faults, schema

ENDS = {
    "accept": ("end:not_accepted",),
    "decide": ("end:granted", "end:refused"),
    "order": ("end:ordered", "end:dropped"),
    "verify": ("end:revoked",),
}
PREPARING = ("accept", "review", "opinion", "hearing", "meeting", "assess")


def targets(step: dict[str, Any]) -> set[str]:
    return {step["next"]} if step["kind"] == "joint" else set(step["outcomes"].values())


def reached(flow: dict[str, Any], start: str) -> set[str]:
    seen, pending = set(), [start]
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += [] if name.startswith("end:") else sorted(targets(flow["steps"][name]))
    return seen


def test_the_schemas_are_schemas() -> None:
    for name in ("flow", "item"):
        Draft202012Validator.check_schema(schema(name).schema)


@every_flow
def test_a_flow_meets_its_schema(flow: dict[str, Any]) -> None:
    assert faults(schema("flow"), flow) == []
    assert f"{flow['id']}.v{flow['version']}.json" in FLOWS


@every_flow
def test_every_step_is_reached_and_leads_to_every_kind_of_end(flow: dict[str, Any]) -> None:
    kinds = {step["kind"] for step in flow["steps"].values()}
    ends = {end for kind in kinds for end in ENDS.get(kind, ())}
    found = reached(flow, flow["start"])
    assert found >= set(flow["steps"]) | ends
    assert found - set(flow["steps"]) <= ends | {"end:lapsed"}
    for name in flow["steps"]:
        assert any(end.startswith("end:") for end in reached(flow, name))


@every_flow
def test_step_names_are_unique_and_separation_names_other_steps(flow: dict[str, Any]) -> None:
    names = [name for name, _ in acting_steps(flow)]
    assert len(names) == len(set(names))
    joints = {name for name, step in flow["steps"].items() if step["kind"] == "joint"}
    assert not joints & set(names)
    for name, step in acting_steps(flow):
        assert set(step.get("not_by", [])) <= set(names) - {name}


@every_flow
def test_who_prepared_a_decision_never_makes_it(flow: dict[str, Any]) -> None:
    deciding = [step for _, step in acting_steps(flow) if step["kind"] in ("decide", "order")]
    assert len({step["kind"] for step in deciding}) == 1
    for step in deciding:
        after = reached(flow, next(iter(step["outcomes"].values())))
        prepared = {
            name
            for name, one in acting_steps(flow)
            if one["kind"] in PREPARING and name not in after
        }
        assert set(step["not_by"]) == prepared


@every_flow
def test_an_application_starts_with_its_acceptance_and_nobody_applies_for_what_an_office_opens(
    flow: dict[str, Any],
) -> None:
    kinds = {step["kind"] for step in flow["steps"].values()}
    is_ex_officio = flow.get("opens") == "ex_officio"
    assert flow["steps"][flow["start"]]["kind"] == ("review" if is_ex_officio else "accept")
    assert not is_ex_officio or not kinds & {"accept", "supplement", "decide"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("steps", "accept", "outcomes", "not_accept"), "end:granted"),
        (("steps", "accept", "skip_to"), "approve"),
        (("steps", "approve", "not_by"), []),
        (("steps", "issue", "post"), "window"),
        (("steps", "review", "limit_days"), 0),
        (("steps", "review", "kind"), "rubber-stamp"),
        (("version",), 0),
        (("start",), "join"),
        (("opens",), "sometimes"),
        (("tacit",), "end:granted"),
    ],
)
def test_the_flow_schema_refuses(path: tuple[str, ...], value: Any) -> None:
    flow = json.loads(json.dumps(FLOWS["licence.v1.json"]))
    place = flow
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert faults(schema("flow"), flow)
