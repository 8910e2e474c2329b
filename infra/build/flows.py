"""Compiles every published flow into a state machine: ``python -m infra.build.flows``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.build import BUILD, ROOT

FLOWS = ROOT / "infra" / "flows"


def name(flow: dict[str, Any]) -> str:
    """``<flow>-v<n>``: one state machine per version, because a published flow is never edited."""
    return f"{flow['id']}-v{flow['version']}"


def logical_id(flow: dict[str, Any]) -> str:
    """CloudFormation's id of the flow's state machine, e.g. ``FlowJointLicenceV1``."""
    words = name(flow).split("-")
    titles = [word.title() for word in words]
    return "Flow" + "".join(titles)


def read(folder: Path = FLOWS) -> list[dict[str, Any]]:
    """The published flows in the order of their file names."""
    paths = sorted(folder.glob("*.json"))
    return [json.loads(path.read_text()) for path in paths]


def compile_all(out: Path, flows: list[dict[str, Any]]) -> list[Path]:
    """Write ``<out>/<flow>-v<n>.asl.json`` for each flow and return the paths."""
    from chalicelib.casework.execution.compiler import compile_flow

    compiler: Callable[[dict[str, Any]], dict[str, Any]] = compile_flow
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for flow in flows:
        path = out / f"{name(flow)}.asl.json"
        machine = compiler(flow)
        path.write_text(json.dumps(machine, ensure_ascii=False, indent=1, sort_keys=True,))
        paths.append(path)
    return paths


def resources(flows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One ``AWS::StepFunctions::StateMachine`` per flow, whose definition is a file of its own."""
    machines = {}
    for flow in flows:
        machines[logical_id(flow)] = _machine(name(flow))
    return machines


def _machine(flow: str) -> dict[str, Any]:
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        # Cases may still run on it when a later template no longer names it.
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "StateMachineName": {"Fn::Sub": f"sunlit-${{Stage}}-{flow}"},
            "StateMachineType": "STANDARD",
            "RoleArn": {"Fn::GetAtt": ["FlowRole", "Arn"]},
            "DefinitionS3Location": f"flows/{flow}.asl.json",
            "DefinitionSubstitutions": {"OpenTaskArn": {"Fn::GetAtt": ["OpenTask", "Arn"]}},
        },
    }


if __name__ == "__main__":
    for written in compile_all(BUILD / "flows", read()):
        print(written.relative_to(ROOT))
