"""The parts of a flow template as the checker reads them, however broken the rest."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from chalicelib.catalog.flows.step_kinds import KINDS, OFFICE, Kind
from chalicelib.kernel.values import dataclass


@dataclass(frozen=True)
class Node:
    """A step at which somebody or the machine acts; ``joint`` names the joint review that it is a
    branch of.
    """

    id: str
    at: str
    body: Mapping[str, Any]
    joint: str = ""

    @property
    def kind(self) -> str:
        """Its kind, known or not."""
        return text_of(self.body.get("kind"))

    @property
    def language(self) -> Kind | None:
        """What the language says of its kind; None for an unknown kind or one that has no place
        here.
        """
        is_opinion = self.kind == "opinion"
        if is_opinion != bool(self.joint):
            return None
        return KINDS.get(self.kind)

    @property
    def actor(self) -> str:
        """Who acts here; empty where its kind does not tell."""
        if self.language:
            return self.language.actor
        return ""

    @property
    def is_office(self) -> bool:
        """Whether a post acts here."""
        return self.actor == OFFICE

    @cached_property
    def outcomes(self) -> Mapping[str, str]:
        """Outcome to target, in the published order; only those that can be read."""
        readable = {}
        for outcome, target in mapping_of(self.body.get("outcomes")).items():
            if text_of(target):
                readable[outcome] = target
        return readable

    @property
    def post(self) -> str:
        """The role that acts."""
        return text_of(self.body.get("post"))

    @property
    def limit(self) -> int:
        """Working days; 0 where none is given."""
        days = self.body.get("limit_days")
        if isinstance(days, int):
            return days
        return 0

    @property
    def not_by(self) -> tuple[str, ...]:
        """The steps whose officers may not act here."""
        names = self.body.get("not_by")
        if not isinstance(names, list):
            return ()
        return tuple(map(text_of, names))

    def branches(self) -> list["Node"]:
        """The branches of a joint review."""
        branches = []
        for name, body in mapping_of(self.body.get("branches")).items():
            at = f"{self.at}/branches/{pointed(name)}"
            branches.append(
                Node(
                    name,
                    at,
                    mapping_of(body),
                    self.id,
                )
            )
        return branches


@dataclass(frozen=True)
class Joint:
    """A joint review: its branches, and the step that follows."""

    id: str
    at: str
    branches: tuple[str, ...]
    next: str


@dataclass(frozen=True)
class Way:
    """One way from a step or joint review; ``outcome`` is ``next`` after the latter, ``at`` where
    it stands.
    """

    source: str
    outcome: str
    target: str
    at: str


def mapping_of(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    if isinstance(value, Mapping):
        return value
    return {}


def text_of(value: Any) -> str:
    """The value if it is a text, else an empty one."""
    if isinstance(value, str):
        return value
    return ""


def pointed(name: str) -> str:
    """A name as one part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
