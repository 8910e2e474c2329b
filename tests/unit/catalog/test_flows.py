"""Flow templates as they are read: steps, joints, and a hash that knows every change of meaning."""

import json
from typing import Any

import pytest

from chalicelib.catalog import flows
from chalicelib.catalog.flows.step_kinds import DECISIONS, END, JOIN
from tests.support.builders.full_flows import PENALTY, RENEWAL, WHOLE

DOCUMENTS = {path.stem: flows.template(path) for path in sorted(flows.FOLDER.glob("*.v*.json"))}


def changed(name: str, *path: str, value: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(DOCUMENTS[name]))
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return document


def test_every_published_version_is_found_by_its_name() -> None:
    for flow in flows.published():
        assert flows.flow(flow.id, flow.version) == flow
        assert f"{flow.id}.v{flow.version}" in DOCUMENTS
        assert flow.name == f"{flow.id}-v{flow.version}"


@pytest.mark.parametrize(
    ("name", "version"), [("licence", 99), ("no-such-flow", 1), ("../seed/city", 1)]
)
def test_a_flow_that_was_never_published_is_not_found(name: str, version: int) -> None:
    with pytest.raises(FileNotFoundError):
        flows.flow(name, version)


def test_the_branches_of_a_joint_review_are_steps_of_their_own() -> None:
    flow = flows.flow("joint-licence", 1)
    assert "opinions" not in flow.steps
    assert flow.joints["opinions"].branches == ("fire", "traffic")
    assert flow.joints["opinions"].next == "approve"
    assert {step.id: step.joint for step in flow.steps.values() if step.joint} == {
        "fire": "opinions",
        "traffic": "opinions",
    }
    assert all(flow.steps[branch].outcomes == {"opinion": JOIN} for branch in ("fire", "traffic"))


def test_a_target_opens_a_step_a_joints_branches_or_nothing() -> None:
    flow = flows.flow("joint-licence", 1)
    assert flow.entry_steps("review") == ("review",)
    assert flow.entry_steps("opinions") == ("fire", "traffic")
    assert flow.entry_steps("end:refused") == ()


def test_the_first_outcome_is_the_plain_one() -> None:
    flow = flows.flow("licence", 1)
    plain = {
        "accept": "accept",
        "supplement": "supplied",
        "review": "pass",
        "approve": "approve",
        "issue": "issued",
    }
    assert {step.id: step.plain for step in flow.steps.values()} == plain


def test_an_applicant_may_withdraw_until_the_decision_is_made() -> None:
    for flow in (*flows.published(), *map(flows.read, WHOLE)):
        for step in flow.steps.values():
            if step.kind in DECISIONS:
                assert step.may_withdraw
                assert not flow.steps[step.outcomes[DECISIONS[step.kind]]].may_withdraw
            assert step.may_withdraw or all(
                target.startswith(END) or not flow.steps[target].may_withdraw
                for target in step.outcomes.values()
            )
    [issue] = [step.id for step in flows.flow("licence", 1).steps.values() if not step.may_withdraw]
    assert issue == "issue"


def test_a_flow_says_who_opens_its_cases_and_where_silence_leads() -> None:
    assert (flows.flow("licence", 1).opens, flows.flow("licence", 1).tacit) == ("application", "")
    assert (flows.read(PENALTY).opens, flows.read(PENALTY).tacit) == ("ex_officio", "")
    assert (flows.read(RENEWAL).opens, flows.read(RENEWAL).tacit) == ("application", "issue")


def test_a_case_can_stand_at_every_step_and_before_a_joint_review() -> None:
    flow = flows.flow("joint-licence", 1)
    assert set(flow.places) == {"accept", "supplement", "review", "opinions", "approve", "issue"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("start",), "review"),
        (("steps", "review", "limit_days"), 3),
        (("steps", "review", "title", "en"), "Reviewing"),
        (("steps", "approve", "not_by"), ["accept"]),
        (
            ("steps", "approve", "outcomes"),
            {"refuse": "end:refused", "approve": "issue", "return": "review"},
        ),
        (("steps", "accept", "post"), "reviewer"),
    ],
)
def test_the_hash_changes_with_every_word_and_with_the_order_of_outcomes(
    path: tuple[str, ...], value: Any
) -> None:
    assert (
        flows.read(changed("licence.v1", *path, value=value)).hash != flows.flow("licence", 1).hash
    )


def test_the_hash_does_not_mind_how_the_file_is_laid_out() -> None:
    for document in DOCUMENTS.values():
        spread = json.loads(json.dumps(document, indent=7, ensure_ascii=True))
        assert flows.read(spread).hash == flows.read(document).hash
