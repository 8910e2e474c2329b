"""The hashes of what is installed, for ``pip install --require-hashes``: ``*.lock`` beside each
``requirements*.txt``.

A lock file is made anew after a pin has changed, with uv, which asks the registry for the hashes of
all files of each version:
``uv pip compile --generate-hashes --no-deps --no-annotate --no-header --python-version 3.11.9
requirements-dev.txt -o requirements-dev.lock``
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement


def project(pin: str) -> str:
    """The project of ``Name==1.0`` or ``Name-1.0.dist-info``, spelt as all spellings compare."""
    name = re.split("==|-[0-9]", pin)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def read(lock: Path) -> dict[str, str]:
    """Each pin of a lock file with its hashes, by project."""
    text = lock.read_text().replace("\\\n", " ")
    pins = [line for line in text.splitlines() if line.strip()]
    return {project(pin): re.sub(" +", " ", pin) for pin in pins}


def needed(projects: Iterable[str], left_out: Iterable[str]) -> list[str]:
    """These projects and all that they need on this machine, as they are installed here."""
    found: set[str] = set()
    pending = list(projects)
    while pending:
        name = pending.pop()
        if name in found or name in left_out:
            continue
        found.add(name)
        pending += _needs(name)
    return sorted(found)


def _needs(name: str) -> list[str]:
    try:
        requires = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        sys.exit(f"{name} is not installed: run make setup")
    needs = []
    for each in map(Requirement, requires):
        if each.marker is None or each.marker.evaluate({"extra": ""}):
            needs.append(project(each.name))
    return needs
