"""Checks what is deployed without deploying it: ``python -m infra.build.check``.

Templates by cfn-lint and checkov; flows by our own checker, alone and with the sample city's items;
compiled flows by statelint, their JSONata by its own parser.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from chalicelib.catalog.flows import checker
from chalicelib.catalog import flows
from chalicelib.kernel.http import strict_json
from chalicelib.kernel import texts
from chalicelib.kernel.errors import Problem
from infra.build import ROOT, package
from infra.seed import load
from infra.stages import EMBEDDED

AWS_ONLY = ROOT / "infra" / "aws-only.yaml"
STAND_IN = "arn:aws:lambda:us-east-1:123456789012:function:open_task"
EXPRESSION = re.compile(r"^\{%(.*)%\}$", re.DOTALL)


def _run(*command: str | Path) -> str:
    """The output of a check that failed, else nothing."""
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True,)
    if done.returncode == 0:
        return ""
    name = Path(command[0]).name
    return f"$ {name}\n{done.stdout}{done.stderr}"


def cfn_lint(template: Path) -> str:
    """What cfn-lint has against the packaged template or against the AWS-only one."""
    tool = Path(sys.executable).with_name("cfn-lint")
    return _run(tool, "--", template, AWS_ONLY)


def checkov(template: Path) -> str:
    """What checkov has against them, with the exceptions and reasons of .checkov.yaml."""
    tool = ROOT / ".venv-checkov" / "bin" / "checkov"
    if not tool.exists():
        return "checkov is not installed: run make setup"
    shorter = template.with_name("without-routes.json")
    content = json.loads(template.read_text())
    api = content["Resources"]["RestAPI"]["Properties"]
    # It has no rule about routes but takes seconds to parse them.
    api["DefinitionBody"]["paths"] = {}
    shorter.write_text(json.dumps(content, indent=1))
    exceptions = ROOT / ".checkov.yaml"
    return _run(tool, "--config-file", exceptions, "-f", shorter, AWS_ONLY,)


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _expressions(part)
    elif isinstance(value, str) and value.startswith("{%"):
        yield value


def state_machine(definition: str) -> list[str]:
    """What is wrong with a state machine: states, fields and JSONata."""
    from statelint.config import Config
    from statelint.linter import Linter
    from statelint.problem import ProblemType

    machine = json.loads(definition)
    # AWS takes 2 for 2.0.
    lenient = Config({ProblemType.FLOAT})
    problems = [str(problem) for problem in Linter.validate(machine, lenient)]
    for text in _expressions(machine):
        problem = _expression_problem(text)
        if problem:
            problems.append(problem)
    return problems


def _expression_problem(text: str) -> str:
    from jsonata import Jsonata

    inside = EXPRESSION.match(text)
    if inside is None:
        return f"not closed: {text}"
    try:
        Jsonata(inside[1])
    except Exception as error:  # the parser raises its own and Python's errors alike
        return f"{text}: {error}"
    return ""


def machines(folder: Path) -> str:
    """Problems of all compiled flows, one per line."""
    lines = []
    for path in sorted(folder.glob("*.asl.json")):
        definition = path.read_text()
        complete = definition.replace("${OpenTaskArn}", STAND_IN)
        lines += [f"{path.name}: {problem}" for problem in state_machine(complete)]
    return "\n".join(lines)


def published_flows(folder: Path = flows.FOLDER) -> str:
    """What is wrong with the published flows: one line for each finding, with its step and rule."""
    lines = []
    for path in sorted(folder.glob("*.json")):
        try:
            template = strict_json.parse(path.read_bytes())
        except Problem as problem:
            text = texts.say(problem.message, "en", **problem.params)
            lines.append(f"{path.name}: {text}")
            continue
        findings = checker.check_flow(template, file_name=path.name)
        lines += _lines(path.name, findings)
    return "\n".join(lines)


def sample_city() -> str:
    """What keeps the seed items' cases from walking their flows with the posts, their holders and
    the limits given.
    """
    holders = _holders()
    try:
        items = load.items()
    except ValueError as error:
        return str(error)
    lines = []
    for item in items:
        lines += _item_problems(item, holders)
    return "\n".join(lines)


def _holders() -> dict[str, set[str]]:
    """Who holds each post of the sample city."""
    holders: dict[str, set[str]] = {}
    for held in load.read("appointments.json"):
        persons = holders.setdefault(held["post"], set())
        persons.add(held["person"])
    return holders


def _item_problems(item: dict[str, Any], holders: dict[str, set[str]]) -> list[str]:
    path = flows.FOLDER / "{id}.v{version}.json".format(**item["flow"])
    if not path.exists():
        return [f"{item['id']}: there is no flow {path.name}"]
    posts = {role: holders.get(post, set()) for role, post in item["posts"].items()}
    template = flows.template(path)
    findings = checker.check_flow(template, posts, item["limits"], path.name,)
    return _lines(item["id"], findings)


def _lines(name: str, findings: Iterable[checker.Finding]) -> list[str]:
    lines = []
    for finding in findings:
        step = finding.step or "the flow"
        text = texts.say(finding.message, "en", **finding.params)
        lines.append(f"{name}: {step}: {finding.rule} at {finding.field}: {text}")
    return lines


def main() -> None:
    """Run all checks side by side; exit 1 with their findings."""
    out = package.build(EMBEDDED).folder
    template = out / "sam.json"
    with ThreadPoolExecutor() as pool:
        tasks = [
            pool.submit(checkov, template),
            pool.submit(cfn_lint, template),
            pool.submit(machines, out / "flows"),
        ]
        ours = [published_flows(), sample_city()]
        theirs = [task.result() for task in tasks]
    findings = [text for text in (*ours, *theirs) if text]
    if findings:
        sys.exit("\n".join(findings))
    print("templates and flows are sound")


if __name__ == "__main__":
    main()
