"""From a flow template to Amazon States Language (JSONata): one state per step, nothing else costs a transition.

A step is one ``lambda:invoke.waitForTaskToken`` of ``open_task``. Its plain outcome is the task's success; every other
outcome is a failure named ``Outcome.<Name>`` that a Catch leads on. The seq of the answering entry travels on as
``since``.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.catalog import flows
from chalicelib.catalog.flows import END, JOIN, WITHDRAW, Flow, Step

ENDED = "Ended"
# One spelling for an object and for the array that a Parallel leaves: $max() of either.
SINCE = "{% $max($states.input.since) %}"
CAUGHT = "{% {'since': $parse($states.errorOutput.Cause).since} %}"
INFRASTRUCTURE = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
]


def failure_name(outcome: str) -> str:
    """The error name of an outcome: ``not_accept`` is ``Outcome.NotAccept``."""
    return "Outcome." + "".join(part.title() for part in outcome.split("_"))


def compile_flow(template: Mapping[str, Any]) -> dict[str, Any]:
    """The state machine of a flow template; ``${OpenTaskArn}`` is left for DefinitionSubstitutions."""
    flow = flows.read(template)
    states: dict[str, Any] = {}
    for name in template["steps"]:
        states[name] = _parallel(flow, name) if name in flow.joints else _task(flow, flow.steps[name])
    if any(catch["Next"] == ENDED for state in states.values() for catch in state.get("Catch", ())):
        states[ENDED] = {"Type": "Succeed"}
    comment = f"{flow.name} {flow.hash}"
    return {"Comment": comment, "QueryLanguage": "JSONata", "StartAt": flow.start, "States": states}


def _task(flow: Flow, step: Step) -> dict[str, Any]:
    payload = {
        "token": "{% $states.context.Task.Token %}",
        "case": "{% $states.context.Execution.Input.case %}",
        "step": step.id,
        "since": SINCE,
    }
    state: dict[str, Any] = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"FunctionName": "${OpenTaskArn}", "Payload": payload},
        "Output": "{% {'since': $states.result.since} %}",
        "Retry": [{"ErrorEquals": INFRASTRUCTURE, "IntervalSeconds": 2, "MaxAttempts": 6, "BackoffRate": 2}],
    }
    state |= _onward(step.outcomes[step.plain])
    if not step.joint and (catches := _catches(step)):
        state["Catch"] = catches
    return state


def _catches(step: Step) -> list[dict[str, Any]]:
    named = {outcome: target for outcome, target in step.outcomes.items() if outcome != step.plain}
    if step.may_withdraw:
        named[WITHDRAW] = END + "withdrawn"
    return [_catch(outcome, target) for outcome, target in named.items()]


def _catch(outcome: str, target: str) -> dict[str, Any]:
    onward = ENDED if target.startswith(END) else target
    return {"ErrorEquals": [failure_name(outcome)], "Output": CAUGHT, "Next": onward}


def _parallel(flow: Flow, name: str) -> dict[str, Any]:
    joint = flow.joints[name]
    branches = [{"StartAt": branch, "States": {branch: _task(flow, flow.steps[branch])}} for branch in joint.branches]
    caught = [_catch(WITHDRAW, END + "withdrawn")]
    return {"Type": "Parallel", "Branches": branches, "Catch": caught, **_onward(joint.next)}


def _onward(target: str) -> dict[str, Any]:
    return {"End": True} if target.startswith(END) or target == JOIN else {"Next": target}
