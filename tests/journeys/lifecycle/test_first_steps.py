"""Every line of docs/first-steps.md, as it is pasted into a shell."""

import re
import subprocess
from pathlib import Path

from infra.local.emulator.embedded import ROOT
from tests.journeys.support.stack import Stack

PAGE = (ROOT / "docs" / "first-steps.md").read_text("utf-8")
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
CITY = "http://127.0.0.1:8000"
NEXT = "echo '--- next ---'\n"
SECONDS = 300


def commands(origin: str, folder: Path) -> str:
    """The page's commands in their order, for a city elsewhere and files of one's own."""
    blocks = NEXT.join(BLOCK.findall(PAGE))
    assert CITY in blocks
    placed = blocks.replace(CITY, origin).replace("/tmp/", f"{folder}/")
    return f"set -euo pipefail\n{placed}"


def test_a_newcomer_comes_from_signing_in_to_a_certificate(stack: Stack, tmp_path: Path) -> None:
    script = tmp_path / "first-steps.sh"
    script.write_text(commands(stack.running.gateway, tmp_path), "utf-8")
    ended = subprocess.run(
        ["bash", str(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    said = [part.split("\n") for part in ended.stdout.split("--- next ---\n")]
    _, catalogue, _, filed, officers, applicant, anybody = said
    assert int(catalogue[0]) >= 16
    number = filed[0]
    assert officers[:3] == ["o-wang-fang: accept", "o-zhao-min: pass", "o-sun-li: approve"]
    assert applicant[0] == "granted" and f"{number}-1" in applicant
    assert anybody[:2] == ["granted", "True"]
