"""A flow template as the checker reads it: every step that can be read, however broken the rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.catalog.flows.step_kinds import (
    DECISIONS,
    END,
    EX_OFFICIO,
    FAVOURABLE,
    JOIN,
    KINDS,
    OFFICE,
    Kind,
)

CARRIED_OUT = ("issue", "deliver", "verify", "archive")
CARRIED_OUT_AS = {"decide": END + "granted", "order": END + "ordered"}


@dataclass(frozen=True)
class Finding:
    """One thing wrong: the step (empty for the flow as a whole), the rule, and where it stands.

    ``field`` is a JSON pointer into the template; what an item's posts or limits are the cause of
    stands under ``/posts`` and ``/limits``. ``message`` is a key of the texts, ``params`` what its
    sentence asks for.
    """

    step: str
    rule: str
    field: str
    message: str
    params: Mapping[str, object]


def finding(step: str, rule: str, at: str, **params: object) -> Finding:
    """A finding in the words of its rule: the text ``flow-<rule>``."""
    return Finding(step, rule, at, f"flow-{rule}", {"step": step, **params})


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
        return _text(self.body.get("kind"))

    @property
    def language(self) -> Kind | None:
        """What the language says of its kind; None for an unknown kind or one that has no place
        here.
        """
        return KINDS.get(self.kind) if (self.kind == "opinion") == bool(self.joint) else None

    @property
    def is_office(self) -> bool:
        """Whether a post acts here."""
        return self.language is not None and self.language.actor == OFFICE

    @cached_property
    def outcomes(self) -> Mapping[str, str]:
        """Outcome to target, in the published order; only those that can be read."""
        return {
            name: target
            for name, target in _mapping(self.body.get("outcomes")).items()
            if _text(target)
        }

    @property
    def post(self) -> str:
        """The role that acts."""
        return _text(self.body.get("post"))

    @property
    def limit(self) -> int:
        """Working days; 0 where none is given."""
        days = self.body.get("limit_days")
        return days if isinstance(days, int) else 0

    @property
    def not_by(self) -> tuple[str, ...]:
        """The steps whose officers may not act here."""
        named = self.body.get("not_by")
        return tuple(map(_text, named)) if isinstance(named, list) else ()


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


@dataclass(frozen=True)
class Plan:
    """All that can be read of a template; branches stand among the nodes, in their joint review's
    place.
    """

    start: str
    nodes: tuple[Node, ...]
    joints: tuple[Joint, ...]
    titles: Mapping[str, Any]
    opens: str
    tacit: str

    @classmethod
    def of(cls, template: Any) -> "Plan":
        """The plan of anything: what is no flow has no nodes."""
        document = _mapping(template)
        nodes, joints, titles = list[Node](), list[Joint](), {"": document.get("title")}
        for name, body in _mapping(document.get("steps")).items():
            node = Node(name, f"/steps/{_pointed(name)}", _mapping(body))
            titles[node.at] = node.body.get("title")
            if node.kind != "joint":
                nodes.append(node)
                continue
            branches = list(_branches(node))
            titles |= {branch.at: branch.body.get("title") for branch in branches}
            nodes += branches
            joints.append(
                Joint(name, node.at, tuple(b.id for b in branches), _text(node.body.get("next")))
            )
        start, opens, tacit = (_text(document.get(name)) for name in ("start", "opens", "tacit"))
        return cls(start, tuple(nodes), tuple(joints), titles, opens, tacit)

    @cached_property
    def step(self) -> Mapping[str, Node]:
        """Steps and branches by name."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def joint(self) -> Mapping[str, Joint]:
        """Joint reviews by name."""
        return {joint.id: joint for joint in self.joints}

    @cached_property
    def enterable(self) -> frozenset[str]:
        """What a target can name: steps and joint reviews, but no branch."""
        return frozenset(node.id for node in self.nodes if not node.joint) | self.joint.keys()

    @property
    def is_ex_officio(self) -> bool:
        """Whether an officer opens its cases; else a person applies."""
        return self.opens == EX_OFFICIO

    @cached_property
    def deciding(self) -> tuple[Node, ...]:
        """The steps that decide a case."""
        return tuple(node for node in self.nodes if node.kind in DECISIONS)

    @property
    def favourable(self) -> frozenset[str]:
        """How a decided case can end that is carried out; while nobody decides, in every such
        way.
        """
        return frozenset(CARRIED_OUT_AS[node.kind] for node in self.deciding) or frozenset(
            FAVOURABLE
        )

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Every way from a step or joint review to what a target can name."""
        steps = (node for node in self.nodes if not node.joint)
        found = [
            Way(n.id, o, t, f"{n.at}/outcomes/{_pointed(o)}")
            for n in steps
            for o, t in n.outcomes.items()
        ]
        return (
            *found,
            *(Way(joint.id, "next", joint.next, f"{joint.at}/next") for joint in self.joints),
        )

    @cached_property
    def carried_out(self) -> frozenset[str]:
        """All that a case can come to once it is decided, by a post or by silence."""
        return self.reached(
            [self.tacit, *(way.target for way in self.ways if self.is_decision(way))]
        )

    def is_decision(self, way: Way) -> bool:
        """Whether this way is the one from a decision to its being carried out."""
        return way.outcome == DECISIONS.get(self.kind(way.source))

    def kind(self, name: str) -> str:
        """The kind of what a target can name: ``joint`` for a joint review, empty for what does not
        exist.
        """
        return (
            "joint"
            if name in self.joint
            else self.step[name].kind
            if name in self.enterable
            else ""
        )

    def of_kinds(self, *kinds: str) -> frozenset[str]:
        """All of these kinds that a target can name."""
        return frozenset(name for name in self.enterable if self.kind(name) in kinds)

    def may_precede(self, first: Node, second: Node) -> bool:
        """Whether ``first`` can have been done when ``second`` is; side by side it can."""
        side_by_side = bool(first.joint) and first.joint == second.joint
        return side_by_side or second.id in self.reached(self.onward(first.id))

    def prepared_by(self, deciding: Node) -> Iterator[Node]:
        """The office steps that may come before a decision and are not part of carrying one out."""
        handled = self.reached([self.start]) - self.carried_out
        for node in self.nodes:
            prepares = node.is_office and node.kind not in DECISIONS and node.id in handled
            if prepares and self.may_precede(node, deciding):
                yield node

    def onward(self, name: str) -> tuple[str, ...]:
        """Where a step, branch or joint review leads: steps, joint reviews, branches and ends."""
        if name in self.joint:
            return self.joint[name].branches
        node = self.step.get(name)
        if node is None:
            return ()
        return tuple(
            self.joint[node.joint].next if t == JOIN and node.joint else t
            for t in node.outcomes.values()
        )

    def reached(self, names: Iterable[str], but: frozenset[str] = frozenset()) -> frozenset[str]:
        """The names themselves and all that can be reached from them without passing through
        ``but``.
        """
        seen, pending = set[str](), list(names)
        while pending:
            name = pending.pop()
            if name not in seen and name not in but:
                seen.add(name)
                pending += self.onward(name)
        return frozenset(seen)

    def named_at(self, at: str) -> str:
        """The innermost step that a JSON pointer leads into; empty for none."""
        known = [(n.at, n.id) for n in self.joints] + [(n.at, n.id) for n in self.nodes]
        inside = [(len(place), name) for place, name in known if f"{at}/".startswith(f"{place}/")]
        return max(inside)[1] if inside else ""


def _branches(joint: Node) -> Iterator[Node]:
    for name, body in _mapping(joint.body.get("branches")).items():
        yield Node(name, f"{joint.at}/branches/{_pointed(name)}", _mapping(body), joint.id)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _pointed(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
