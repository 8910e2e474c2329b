"""Rules about the paths through a flow: all is reached, all of it ends, in order and in time."""

from collections.abc import Iterator, Mapping

from chalicelib.catalog.flows.checker.decision import order
from chalicelib.catalog.flows.checker.model import Finding, Joint, Node, Plan, Way, finding
from chalicelib.catalog.flows.step_kinds import END


def ways(plan: Plan) -> Iterator[Finding]:
    """Steps that no case reaches or leaves, a second acceptance or decision, and a plain path
    without an end.
    """
    reached = plan.reached([plan.start])
    found = [f for step in _entered(plan) for f in _lost(plan, step, reached)]
    yield from found
    yield from _accepted_twice(plan)
    if not found:
        yield from order(plan)
        yield from _stuck(plan)


def duties(plan: Plan) -> Iterator[Finding]:
    """Separation from steps that never come before, and decisions by those who prepared them."""
    reached = plan.reached([plan.start])
    acting = [node for node in plan.nodes if node.is_office and node.id in reached]
    for node in acting:
        before = {
            other.id for other in acting if other is not node and plan.may_precede(other, node)
        }
        for place, other in enumerate(node.not_by):
            if other not in before:
                yield finding(node.id, "not-by-later", f"{node.at}/not_by/{place}", other=other)
    for node in plan.deciding:
        if together := [n.id for n in plan.prepared_by(node) if n.id not in node.not_by]:
            yield finding(
                node.id, "decision-not-separate", f"{node.at}/not_by", others=", ".join(together)
            )


def promise(plan: Plan, limits: Mapping[str, int]) -> Iterator[Finding]:
    """The step at which the limits of the longest plain path exceed the promised days, if one
    does.
    """
    spent, promised = 0, limits.get("promised_days")
    path = list(_counted(plan))
    total = sum(node.limit for node in path)
    for node in path:
        spent += node.limit
        if promised is not None and spent > promised:
            yield finding(
                node.id, "promise-too-short", "/limits/promised_days", days=total, promised=promised
            )
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
    """Ways back to an acceptance step from after acceptance: they would open the way to a second
    supplement notice.
    """
    asking = plan.of_kinds("accept")
    after = plan.reached([plan.step[name].outcomes["accept"] for name in asking], but=asking)
    for way in plan.ways:
        accepts = way.source in asking and way.outcome == "accept"
        if way.target in asking and (accepts or way.source in after):
            yield finding(way.source, "accepted-twice", way.at, outcome=way.outcome)


def _stuck(plan: Plan) -> Iterator[Finding]:
    """A plain path that comes back to where it was: how long a case takes could not be told, nor
    promised.

    Where it does end, what was decided is carried out; the other ends belong to outcomes that a
    step must offer.
    """
    path = list(_plain_path(plan))
    if path[-1].target in {way.source for way in path}:
        yield finding(
            path[-1].source,
            "plain-loop",
            path[-1].at,
            outcome=path[-1].outcome,
            target=path[-1].target,
        )


def _plain_path(plan: Plan) -> Iterator[Way]:
    """The ways that a case takes when every step ends plainly, until it ends or comes back."""
    first = {way.source: way for way in reversed(plan.ways)}
    seen, name = set[str](), plan.start
    while name in first and name not in seen:
        seen.add(name)
        yield first[name]
        name = first[name].target


def _counted(plan: Plan) -> Iterator[Node]:
    """The steps on the plain path from acceptance up to the decision; of a joint review the longest
    branch.

    What carries the decision out has limits of its own (Art. 44); hearings and meetings are beside
    this path.
    """
    for name in (way.source for way in _plain_path(plan)):
        if name in plan.joint:
            yield max(
                (plan.step[branch] for branch in plan.joint[name].branches),
                key=lambda node: node.limit,
            )
        elif plan.kind(name) != "accept" and name not in plan.carried_out:
            yield plan.step[name]
