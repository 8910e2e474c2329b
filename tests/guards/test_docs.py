"""Documents point at what is there, and speak of nothing that is not."""

import re
from pathlib import Path

import pytest

from tests.guards.code import ROOT, name_of

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"`make ([a-z-]+)")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)


@every_document
def test_every_link_within_the_repository_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    found = [
        link
        for link in LINK.findall(text)
        if "://" not in link and not link.startswith(("#", "mailto:"))
    ]
    assert [link for link in found if not (path.parent / link.partition("#")[0]).exists()] == []


@every_document
def test_every_command_is_a_target_of_the_makefile(path: Path) -> None:
    assert set(COMMAND.findall(path.read_text("utf-8"))) <= TARGETS
