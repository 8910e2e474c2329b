"""A flow template as the checker reads it: every step that can be read, and where each leads."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from chalicelib.catalog.flows.checker.nodes import (
    Joint,
    Node,
    Way,
    mapping_of,
    pointed,
    text_of,
)
from chalicelib.catalog.flows.step_kinds import DECISIONS, END, EX_OFFICIO, FAVOURABLE, JOIN
from chalicelib.kernel.values import dataclass

CARRIED_OUT = ("issue", "deliver", "verify", "archive")
CARRIED_OUT_AS = {"decide": END + "granted", "order": END + "ordered"}


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
        document = mapping_of(template)
        nodes: list[Node] = []
        joints: list[Joint] = []
        titles = {"": document.get("title")}
        for node in _steps(document):
            branches = node.branches() if node.kind == "joint" else []
            for titled in (node, *branches):
                titles[titled.at] = titled.body.get("title")
            if node.kind == "joint":
                nodes += branches
                joints.append(_joint(node, branches))
            else:
                nodes.append(node)
        return cls(
            start=text_of(document.get("start")),
            nodes=tuple(nodes),
            joints=tuple(joints),
            titles=titles,
            opens=text_of(document.get("opens")),
            tacit=text_of(document.get("tacit")),
        )

    @cached_property
    def step(self) -> Mapping[str, Node]:
        """Steps and branches by name."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def joint(self) -> Mapping[str, Joint]:
        """Joint reviews by name."""
        return {joint.id: joint for joint in self.joints}

    @cached_property
    def entered(self) -> tuple[Node | Joint, ...]:
        """All that a target can name; a joint review stands for its branches."""
        single = [node for node in self.nodes if not node.joint]
        return (*single, *self.joints)

    @cached_property
    def enterable(self) -> frozenset[str]:
        """What a target can name: steps and joint reviews, but no branch."""
        return frozenset(each.id for each in self.entered)

    @property
    def is_ex_officio(self) -> bool:
        """Whether an officer opens its cases; else a person applies."""
        return self.opens == EX_OFFICIO

    @cached_property
    def deciding(self) -> tuple[Node, ...]:
        """The steps that decide a case."""
        deciding = [node for node in self.nodes if node.kind in DECISIONS]
        return tuple(deciding)

    @property
    def favourable(self) -> frozenset[str]:
        """How a decided case can end that is carried out; while nobody decides, in every such
        way.
        """
        ends = [CARRIED_OUT_AS[node.kind] for node in self.deciding]
        return frozenset(ends or FAVOURABLE)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        """Every way from a step or joint review to what a target can name."""
        ways: list[Way] = []
        for node in self.nodes:
            if not node.joint:
                ways += _ways(node)
        for joint in self.joints:
            at = f"{joint.at}/next"
            ways.append(Way(joint.id, "next", joint.next, at))
        return tuple(ways)

    @cached_property
    def carried_out(self) -> frozenset[str]:
        """All that a case can come to once it is decided, by a post or by silence."""
        return self.reached(self.decided_targets)

    @property
    def decided_targets(self) -> list[str]:
        """Where decisions lead, and silence."""
        targets = [way.target for way in self.ways if self.is_decision(way)]
        return [self.tacit, *targets]

    def is_decision(self, way: Way) -> bool:
        """Whether this way is the one from a decision to its being carried out."""
        source_kind = self.kind(way.source)
        return way.outcome == DECISIONS.get(source_kind)

    def kind(self, name: str) -> str:
        """The kind of what a target can name: ``joint`` for a joint review, empty for what does not
        exist.
        """
        if name in self.joint:
            return "joint"
        if name in self.enterable:
            return self.step[name].kind
        return ""

    def of_kinds(self, *kinds: str) -> frozenset[str]:
        """All of these kinds that a target can name."""
        names = set()
        for name in self.enterable:
            if self.kind(name) in kinds:
                names.add(name)
        return frozenset(names)

    def may_precede(self, first: Node, second: Node) -> bool:
        """Whether ``first`` can have been done when ``second`` is; side by side it can."""
        if first.joint and first.joint == second.joint:
            return True
        after = self.reached(self.onward(first.id))
        return second.id in after

    def prepared_by(self, deciding: Node) -> Iterator[Node]:
        """The office steps that may come before a decision and are not part of carrying one out."""
        handled = self.reached([self.start]) - self.carried_out
        for node in self.nodes:
            if not node.is_office or node.kind in DECISIONS:
                continue
            if node.id in handled and self.may_precede(node, deciding):
                yield node

    def onward(self, name: str) -> tuple[str, ...]:
        """Where a step, branch or joint review leads: steps, joint reviews, branches and ends."""
        if name in self.joint:
            return self.joint[name].branches
        if name not in self.step:
            return ()
        node = self.step[name]
        targets = node.outcomes.values()
        if not node.joint:
            return tuple(targets)
        joined = self.joint[node.joint].next
        return tuple(joined if target == JOIN else target for target in targets)

    def reached(self, names: Iterable[str], but: frozenset[str] = frozenset()) -> frozenset[str]:
        """The names themselves and all that can be reached from them without passing through
        ``but``.
        """
        seen = set[str]()
        pending = list(names)
        while pending:
            name = pending.pop()
            if name not in seen and name not in but:
                seen.add(name)
                pending += self.onward(name)
        return frozenset(seen)

    def named_at(self, at: str) -> str:
        """The innermost step that a JSON pointer leads into; empty for none."""
        innermost = ("", "")
        everything: list[Node | Joint] = [*self.joints, *self.nodes]
        for each in everything:
            is_inside = f"{at}/".startswith(f"{each.at}/")
            if is_inside and len(each.at) >= len(innermost[0]):
                innermost = (each.at, each.id)
        return innermost[1]


def _steps(document: Mapping[str, Any]) -> Iterator[Node]:
    for name, body in mapping_of(document.get("steps")).items():
        at = f"/steps/{pointed(name)}"
        yield Node(name, at, mapping_of(body))


def _joint(node: Node, branches: Iterable[Node]) -> Joint:
    return Joint(
        id=node.id,
        at=node.at,
        branches=tuple(branch.id for branch in branches),
        next=text_of(node.body.get("next")),
    )


def _ways(node: Node) -> Iterator[Way]:
    for outcome, target in node.outcomes.items():
        at = f"{node.at}/outcomes/{pointed(outcome)}"
        yield Way(node.id, outcome, target, at)
