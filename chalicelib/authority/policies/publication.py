"""The published policies one by one: id, effect, titles, text, and which of them speak of an
action.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from chalicelib.kernel import cache, canonical
from chalicelib.kernel.errors import Denial, NotFound, Rule
from chalicelib.kernel.values import dataclass

FOLDER = Path(__file__).parent
PERMIT, FORBID = "permit", "forbid"
_BEGIN = re.compile(r"^(?=@id\()", re.MULTILINE)
_SCOPE = re.compile(r"^(?:permit|forbid)\s*\((.*?)\)", re.MULTILINE | re.DOTALL)
_ACTION = re.compile(r'Action::"(\w+)"')


@dataclass(frozen=True)
class Policy:
    """One policy: ``theme`` is the file in which it stands, ``actions`` those that it names (none:
    every action).
    """

    rule: Rule
    effect: str
    theme: str
    actions: frozenset[str]
    text: str

    def speaks_of(self, action: str) -> bool:
        """Whether it may decide on the action."""
        return not self.actions or action in self.actions


@dataclass(frozen=True)
class PolicySet:
    """Policies by theme (the text of each file) with the schema; equal texts are one set."""

    themes: tuple[tuple[str, str], ...]
    schema: str

    @property
    def text(self) -> str:
        """All policies as one text."""
        texts = [text for _, text in self.themes]
        return "\n".join(texts)

    @property
    def hash(self) -> str:
        """Hex SHA-256 over the canonical JSON (RFC 8785) of schema and themes."""
        document = {"schema": self.schema, "themes": dict(self.themes)}
        text = canonical.dumps(document)
        return hashlib.sha256(text).hexdigest()


@cache.remembered()
def shipped() -> PolicySet:
    """The set that this code ships with, and asks."""
    themes = []
    for path in sorted(FOLDER.glob("*.cedar")):
        themes.append((path.stem, path.read_text("utf-8")))
    schema = FOLDER / "schema.cedarschema"
    return PolicySet(tuple(themes), schema.read_text("utf-8"))


@cache.remembered(max_size=8)
def policies(of: PolicySet) -> Mapping[str, Policy]:
    """The policies of a set by id, in published order."""
    by_id = {}
    for theme, text in of.themes:
        for policy in _read(theme, text):
            by_id[policy.rule.id] = policy
    return by_id


def speaking_of(of: PolicySet, action: str) -> str:
    """The text of those policies whose scope names the action, or names none: no other can decide
    on it.
    """
    speaking = []
    for _, text in of.themes:
        for piece in _BEGIN.split(text)[1:]:
            named = _named(piece)
            if action in named or not named:
                speaking.append(piece)
    return "\n".join(speaking)


def policy(name: str) -> Policy:
    """One policy of the shipped set. Raises NotFound."""
    published = policies(shipped())
    if name not in published:
        raise NotFound
    return published[name]


def denial(of: PolicySet, action: str, determining: Collection[str]) -> Denial:
    """What a denial names: the first policy that forbids it, or else all that permit the action to
    somebody.
    """
    published = policies(of)
    for name, each in published.items():
        if name in determining and each.effect == FORBID:
            return Denial(each.rule)
    permitting = []
    for each in published.values():
        if each.effect == PERMIT and each.speaks_of(action):
            permitting.append(each.rule)
    return Denial(rules=tuple(permitting))


def _named(piece: str) -> list[str]:
    """The actions in a policy's scope."""
    scope = _SCOPE.search(piece)
    return _ACTION.findall(scope[1]) if scope else []


def _read(theme: str, text: str) -> list[Policy]:
    import cedarpy

    policies = []
    for piece in _BEGIN.split(text)[1:]:
        parsed = cedarpy.policies_to_json_str(piece)
        policies.append(_policy(theme, piece.strip(), parsed))
    return policies


def _policy(theme: str, text: str, parsed: str) -> Policy:
    (policy,) = json.loads(parsed)["staticPolicies"].values()
    notes = policy["annotations"]
    titles = {"zh-CN": notes["title_zh"], "en": notes["title_en"]}
    rule = Rule(notes["id"], titles)
    return Policy(
        rule,
        policy["effect"],
        theme,
        _actions(policy["action"]),
        text,
    )


def _actions(scope: Mapping[str, Any]) -> frozenset[str]:
    named = scope.get("entities", [])
    if "entity" in scope:
        named = [scope["entity"]]
    return frozenset(each["id"] for each in named)
