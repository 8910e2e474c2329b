"""Rules about the paths through a flow: all is reached, all of it ends, in order and in time."""

from collections.abc import Iterator, Mapping

from chalicelib.catalog.checker.model import KINDS, Finding, Joint, Node, Plan, finding
from chalicelib.catalog.flows import END

ENDS = frozenset(end for kind in KINDS.values() for end in kind.ends.values())


def ways(plan: Plan) -> Iterator[Finding]:
    """Steps that no case reaches or leaves, ends that are missing, and a second acceptance."""
    reached = plan.reached([plan.start])
    found = [f for step in _entered(plan) for f in _lost(plan, step, reached)]
    yield from found
    if not found and (missing := sorted(ENDS - reached)):
        yield finding("", "end-missing", "/steps", ends=", ".join(missing))
    yield from _accepted_twice(plan)


def duties(plan: Plan) -> Iterator[Finding]:
    """Separation from steps that never come before, and decisions by those who prepared them."""
    reached = plan.reached([plan.start])
    acting = [node for node in plan.nodes if node.is_office and node.id in reached]
    for node in acting:
        before = [other for other in acting if other is not node and _may_precede(plan, other, node)]
        names = {n.id for n in before}
        for place, other in enumerate(node.not_by):
            if other not in names:
                yield finding(node.id, "not-by-later", f"{node.at}/not_by/{place}", other=other)
        together = [n.id for n in before if n.kind != "decide" and n.id not in node.not_by]
        if node.kind == "decide" and together:
            yield finding(node.id, "decision-not-separate", f"{node.at}/not_by", others=", ".join(together))


def promise(plan: Plan, limits: Mapping[str, int]) -> Iterator[Finding]:
    """The step at which the limits of the longest plain path exceed the promised days, if one does."""
    spent, promised = 0, limits.get("promised_days")
    path = list(_plain_path(plan))
    total = sum(node.limit for node in path)
    for node in path:
        spent += node.limit
        if promised is not None and spent > promised:
            yield finding(node.id, "promise-too-short", "/limits/promised_days", days=total, promised=promised)
            return


def _entered(plan: Plan) -> tuple[Node | Joint, ...]:
    """All that a target can name; a joint review stands for its branches."""
    return tuple(node for node in plan.nodes if not node.joint) + plan.joints


def _lost(plan: Plan, step: Node | Joint, reached: frozenset[str]) -> Iterator[Finding]:
    if step.id not in reached:
        yield finding(step.id, "unreachable", step.at)
    elif not any(name.startswith(END) for name in plan.reached([step.id])):
        yield finding(step.id, "dead-end", step.at)


def _accepted_twice(plan: Plan) -> Iterator[Finding]:
    """Ways back to an acceptance step from after acceptance: they would open the way to a second supplement notice."""
    asking = frozenset(node.id for node in plan.nodes if node.kind == "accept")
    accepting = [plan.step[name] for name in sorted(asking)]
    after = plan.reached([node.outcomes["accept"] for node in accepting], but=asking)
    for node in accepting:
        if node.outcomes["accept"] in asking:
            yield finding(node.id, "accepted-twice", f"{node.at}/outcomes/accept", outcome="accept")
    for node in (n for n in plan.nodes if n.id in after and not n.joint):
        for outcome, target in node.outcomes.items():
            if target in asking:
                yield finding(node.id, "accepted-twice", f"{node.at}/outcomes/{outcome}", outcome=outcome)
    for joint in (j for j in plan.joints if j.id in after and j.next in asking):
        yield finding(joint.id, "accepted-twice", f"{joint.at}/next", outcome="next")


def _may_precede(plan: Plan, first: Node, second: Node) -> bool:
    """Whether ``first`` can have been done when ``second`` is; side by side it can."""
    side_by_side = bool(first.joint) and first.joint == second.joint
    return side_by_side or second.id in plan.reached(plan.onward(first.id))


def _plain_path(plan: Plan) -> Iterator[Node]:
    """The steps from acceptance on when every one ends plainly; of a joint review the longest branch."""
    seen, name = set[str](), plan.step[plan.start].outcomes["accept"]
    while name in plan.enterable and name not in seen:
        seen.add(name)
        if name in plan.joint:
            yield max((plan.step[branch] for branch in plan.joint[name].branches), key=lambda node: node.limit)
            name = plan.joint[name].next
        else:
            yield plan.step[name]
            name = next(iter(plan.step[name].outcomes.values()))
