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
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    return f"$ {Path(command[0]).name}\n{done.stdout}{done.stderr}" if done.returncode else ""


def cfn_lint(template: Path) -> str:
    """What cfn-lint has against the packaged template or against the AWS-only one."""
    return _run(Path(sys.executable).with_name("cfn-lint"), "--", template, AWS_ONLY)


def checkov(template: Path) -> str:
    """What checkov has against them, with the exceptions and reasons of .checkov.yaml."""
    tool = ROOT / ".venv-checkov" / "bin" / "checkov"
    if not tool.exists():
        return "checkov is not installed: run make setup"
    shorter = template.with_name("without-routes.json")
    content = json.loads(template.read_text())
    # It has no rule about routes but takes twelve seconds to parse them.
    content["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"] = {}
    shorter.write_text(json.dumps(content, indent=1))
    return _run(tool, "--config-file", ROOT / ".checkov.yaml", "-f", shorter, AWS_ONLY)


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _expressions(part)
    elif isinstance(value, str) and value.startswith("{%"):
        yield value


def state_machine(definition: str) -> list[str]:
    """What is wrong with a state machine: unreachable or missing states, unknown fields, broken
    JSONata.
    """
    from jsonata import Jsonata
    from statelint.config import Config
    from statelint.linter import Linter
    from statelint.problem import ProblemType

    machine = json.loads(definition)
    # AWS takes 2 for 2.0.
    found = [str(problem) for problem in Linter.validate(machine, Config({ProblemType.FLOAT}))]
    for text in _expressions(machine):
        inner = EXPRESSION.match(text)
        try:
            Jsonata(inner.group(1)) if inner else found.append(f"not closed: {text}")
        except Exception as error:  # the parser raises its own and Python's errors alike
            found.append(f"{text}: {error}")
    return found


def machines(folder: Path) -> str:
    """Problems of all compiled flows, one per line."""
    lines = []
    for path in sorted(folder.glob("*.asl.json")):
        definition = path.read_text().replace("${OpenTaskArn}", STAND_IN)
        lines += [f"{path.name}: {problem}" for problem in state_machine(definition)]
    return "\n".join(lines)


def published_flows(folder: Path = flows.FOLDER) -> str:
    """What is wrong with the published flows: one line for each finding, with its step and rule."""
    lines = []
    for path in sorted(folder.glob("*.json")):
        try:
            template = strict_json.parse(path.read_bytes())
        except Problem as problem:
            lines.append(f"{path.name}: {texts.say(problem.message, 'en', **problem.params)}")
            continue
        lines += _told(path.name, checker.check_flow(template, file_name=path.name))
    return "\n".join(lines)


def sample_city() -> str:
    """What keeps the seed items' cases from walking their flows with the posts, their holders and
    the limits given.
    """
    holders: dict[str, set[str]] = {}
    for held in load.read("appointments.json"):
        holders.setdefault(held["post"], set()).add(held["person"])
    try:
        items = load.items()
    except ValueError as error:
        return str(error)
    lines = []
    for item in items:
        posts = {role: holders.get(post, set()) for role, post in item["posts"].items()}
        path = flows.FOLDER / "{id}.v{version}.json".format(**item["flow"])
        if not path.exists():
            lines.append(f"{item['id']}: there is no flow {path.name}")
            continue
        lines += _told(item["id"], checker.check_flow(flows.template(path), posts, item["limits"], path.name))
    return "\n".join(lines)


def _told(name: str, findings: Iterable[checker.Finding]) -> list[str]:
    said = [(f, texts.say(f.message, "en", **f.params)) for f in findings]
    return [f"{name}: {f.step or 'the flow'}: {f.rule} at {f.field}: {text}" for f, text in said]


def main() -> None:
    """Run all checks side by side; exit 1 with their findings."""
    out, _ = package.build(EMBEDDED)
    template = out / "sam.json"
    with ThreadPoolExecutor() as pool:
        tasks = [pool.submit(checkov, template), pool.submit(cfn_lint, template), pool.submit(machines, out / "flows")]
        findings = [published_flows(), sample_city(), *(task.result() for task in tasks)]
    if any(findings):
        sys.exit("\n".join(filter(None, findings)))
    print("templates and flows are sound")


if __name__ == "__main__":
    main()
