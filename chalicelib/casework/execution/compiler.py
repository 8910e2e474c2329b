"""From a flow template to Amazon States Language (JSONata): one state per step, nothing else costs
a transition.

A step is one ``lambda:invoke.waitForTaskToken`` of ``open_task``. Its plain outcome is the task's
success; every other outcome is a failure named ``Outcome.<Name>`` that a Catch leads on. The seq of
the answering entry travels on as ``since``.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.catalog import flows
from chalicelib.catalog.flows import (
    APPLICATION,
    END,
    JOIN,
    MOVE,
    REVOKE,
    TACIT,
    WITHDRAW,
    Flow,
    Step,
)

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


def jump_name(target: str) -> str:
    """The error name by which an execution is led to where a moved case stands: ``Jump.review``."""
    return f"Jump.{target}"


def compile_flow(template: Mapping[str, Any]) -> dict[str, Any]:
    """The state machine of a flow template; ``${OpenTaskArn}`` is left for
    DefinitionSubstitutions.
    """
    flow = flows.read(template)
    states: dict[str, Any] = {}
    for name in template["steps"]:
        states[name] = (
            _parallel(flow, name) if name in flow.joints else _task(flow, flow.steps[name])
        )
    states[ENDED] = {"Type": "Succeed"}
    comment = f"{flow.name} {flow.hash}"
    return {"Comment": comment, "QueryLanguage": "JSONata", "StartAt": flow.start, "States": states}


def _task(flow: Flow, step: Step) -> dict[str, Any]:
    payload = {
        "token": "{% $states.context.Task.Token %}",
        "case": "{% $states.context.Execution.Input.case %}",
        "step": step.id,
        "since": SINCE,
        "flow": flow.name,
    }
    state: dict[str, Any] = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"FunctionName": "${OpenTaskArn}", "Payload": payload},
        "Output": "{% {'since': $states.result.since} %}",
        "Retry": [
            {
                "ErrorEquals": INFRASTRUCTURE,
                "IntervalSeconds": 2,
                "MaxAttempts": 6,
                "BackoffRate": 2,
            }
        ],
    }
    state |= _onward(step.outcomes[step.plain])
    if not step.joint:
        state["Catch"] = _catches(flow, step)
    return state


def _catches(flow: Flow, step: Step) -> list[dict[str, Any]]:
    named = {outcome: target for outcome, target in step.outcomes.items() if outcome != step.plain}
    caught = [_catch(failure_name(outcome), target) for outcome, target in named.items()]
    caught += _interruptions(
        flow, decided=step.decided, accepted=step.kind not in ("accept", "supplement")
    )
    if step.id == flow.start:
        # A case that was moved here from another version goes on where the step map leads.
        caught += [_catch(jump_name(target), target) for target in flow.places]
    return caught


def _interruptions(flow: Flow, decided: bool, accepted: bool) -> list[dict[str, Any]]:
    """What closes a step from outside; a case that was moved goes on in another machine."""
    ways = {MOVE: END + "moved"}
    if decided:
        ways[REVOKE] = END + "revoked"
    elif flow.opens == APPLICATION:
        ways[WITHDRAW] = END + "withdrawn"
    if flow.tacit and accepted and not decided:
        ways[TACIT] = flow.tacit
    return [_catch(failure_name(outcome), target) for outcome, target in ways.items()]


def _catch(error: str, target: str) -> dict[str, Any]:
    onward = ENDED if target.startswith(END) else target
    return {"ErrorEquals": [error], "Output": CAUGHT, "Next": onward}


def _parallel(flow: Flow, name: str) -> dict[str, Any]:
    joint = flow.joints[name]
    branches = [
        {"StartAt": branch, "States": {branch: _task(flow, flow.steps[branch])}}
        for branch in joint.branches
    ]
    caught = _interruptions(flow, decided=False, accepted=True)
    return {"Type": "Parallel", "Branches": branches, "Catch": caught, **_onward(joint.next)}


def _onward(target: str) -> dict[str, Any]:
    return {"End": True} if target.startswith(END) or target == JOIN else {"Next": target}
