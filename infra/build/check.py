"""Checks what is deployed without deploying it: ``python -m infra.build.check``.

Templates by cfn-lint and checkov; compiled flows by statelint, their JSONata by its own parser.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from infra.build import ROOT, package
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
    """What is wrong with a state machine: unreachable or missing states, unknown fields, broken JSONata."""
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


def main() -> None:
    """Run all checks side by side; exit 1 with their findings."""
    out, _ = package.build(EMBEDDED)
    template = out / "sam.json"
    with ThreadPoolExecutor() as pool:
        tasks = [pool.submit(checkov, template), pool.submit(cfn_lint, template), pool.submit(machines, out / "flows")]
        findings = [task.result() for task in tasks]
    if any(findings):
        sys.exit("\n".join(filter(None, findings)))
    print("templates and flows are sound")


if __name__ == "__main__":
    main()
