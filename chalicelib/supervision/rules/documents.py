"""Published rules: data with a version, a legal basis and thresholds; the predicate is code, named
by the rule.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.values import dataclass

FOLDER = Path(__file__).with_name("published")
CASE, CERTIFICATE, READ = "case", "certificate", "read"
NOTICE, SERIOUS, GRAVE = "notice", "serious", "grave"

Text = Mapping[str, str]
Thresholds = Mapping[str, int]


@dataclass(frozen=True)
class Parameter:
    """A threshold of a rule: what it is unless the city says otherwise, and between which bounds a
    city may move it.
    """

    value: int
    least: int
    most: int
    title: Text

    def takes(self, value: int) -> bool:
        """Whether the city may set it so."""
        return self.least <= value <= self.most


@dataclass(frozen=True)
class Rule:
    """One version of a rule. ``watches`` is a kind of stream, whose acts of the ``triggers``' types
    make it run.
    """

    id: str
    version: int
    title: Text
    text: Text
    legal_basis: Mapping[str, Any]
    severity: str
    watches: str
    triggers: frozenset[str]
    predicate: str
    parameters: Mapping[str, Parameter]

    @property
    def name(self) -> str:
        """Rule and version, as ``rule@2``."""
        return f"{self.id}@{self.version}"

    @property
    def thresholds(self) -> dict[str, int]:
        """The thresholds as they are published."""
        return {name: parameter.value for name, parameter in self.parameters.items()}


@lru_cache(maxsize=1)
def published() -> Mapping[str, Rule]:
    """All rules by their ids, in the order of the alphabet."""
    rules = {}
    for path in sorted(FOLDER.glob("*.json")):
        rule = _read(json.loads(path.read_text("utf-8")))
        rules[rule.id] = rule
    return rules


def find(rule: str) -> Rule:
    """A published rule. Raises NotFound."""
    found = published().get(rule)
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=8)
def of_stream(kind: str) -> tuple[Rule, ...]:
    """The rules that watch a kind of stream."""
    return tuple(rule for rule in published().values() if rule.watches == kind)


def _read(document: Mapping[str, Any]) -> Rule:
    parameters = {name: Parameter(**said) for name, said in document["parameters"].items()}
    return Rule(
        document["id"],
        document["version"],
        document["title"],
        document["text"],
        document["legal_basis"],
        document["severity"],
        document["watches"],
        frozenset(document["triggers"]),
        document["predicate"],
        parameters,
    )
