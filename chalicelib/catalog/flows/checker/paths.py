"""Rules about the paths through a flow: all is reached, all of it ends, in order and in time."""

from collections.abc import Iterator, Mapping

from chalicelib.catalog.flows.checker.decision import order
from chalicelib.catalog.flows.checker.findings import Finding, against, finding
from chalicelib.catalog.flows.checker.nodes import Joint, Node, Way
from chalicelib.catalog.flows.checker.plan import Plan
from chalicelib.catalog.flows.step_kinds import END


def ways(plan: Plan) -> Iterator[Finding]:
    """Steps that no case reaches or leaves, a second acceptance or decision, and a plain path
    without an end.
    """
    lost = list(_lost(plan))
    yield from lost
    yield from _accepted_twice(plan)
    if not lost:
        yield from order(plan)
        yield from _stuck(plan)


def duties(plan: Plan) -> Iterator[Finding]:
    """Separation from steps that never come before, and decisions by those who prepared them."""
    reached = plan.reached([plan.start])
    acting = [node for node in plan.nodes if node.is_office and node.id in reached]
    for node in acting:
        yield from _never_before(plan, node, acting)
    for node in plan.deciding:
        together = [other.id for other in plan.prepared_by(node) if other.id not in node.not_by]
        if together:
            others = ", ".join(together)
            yield against(
                node,
                "decision-not-separate",
                "not_by",
                others=others,
            )


def _never_before(plan: Plan, node: Node, acting: list[Node]) -> Iterator[Finding]:
    before = set()
    for other in acting:
        if other is not node and plan.may_precede(other, node):
            before.add(other.id)
    for place, name in enumerate(node.not_by):
        if name not in before:
            yield against(
                node,
                "not-by-later",
                f"not_by/{place}",
                other=name,
            )


def promise(plan: Plan, limits: Mapping[str, int]) -> Iterator[Finding]:
    """The step at which the limits of the longest plain path exceed the promised days, if one
    does.
    """
    promised = limits.get("promised_days")
    if promised is None:
        return
    path = list(_counted(plan))
    total = sum(node.limit for node in path)
    spent = 0
    for node in path:
        spent += node.limit
        if spent > promised:
            at = "/limits/promised_days"
            yield finding(node.id, "promise-too-short", at, days=total, promised=promised)
            return


def _lost(plan: Plan) -> Iterator[Finding]:
    """Steps that no case reaches, or from which none comes to an end."""
    reached = plan.reached([plan.start])
    for step in plan.entered:
        if step.id not in reached:
            yield against(step, "unreachable")
        elif not _ends(plan, step):
            yield against(step, "dead-end")


def _ends(plan: Plan, step: Node | Joint) -> bool:
    after = plan.reached([step.id])
    return any(name.startswith(END) for name in after)


def _accepted_twice(plan: Plan) -> Iterator[Finding]:
    """Ways back to an acceptance step from after acceptance: they would open the way to a second
    supplement notice.
    """
    asking = plan.of_kinds("accept")
    accepted = [plan.step[name].outcomes["accept"] for name in asking]
    after = plan.reached(accepted, but=asking)
    back = [way for way in plan.ways if way.target in asking]
    for way in back:
        accepts = way.source in asking and way.outcome == "accept"
        if accepts or way.source in after:
            yield finding(
                way.source,
                "accepted-twice",
                way.at,
                outcome=way.outcome,
            )


def _stuck(plan: Plan) -> Iterator[Finding]:
    """A plain path that comes back to where it was: how long a case takes could not be told, nor
    promised.

    Where it does end, what was decided is carried out; the other ends belong to outcomes that a
    step must offer.
    """
    path = list(_plain_path(plan))
    last = path[-1]
    sources = {way.source for way in path}
    if last.target in sources:
        facts = {"outcome": last.outcome, "target": last.target}
        yield finding(last.source, "plain-loop", last.at, **facts)


def _plain_path(plan: Plan) -> Iterator[Way]:
    """The ways that a case takes when every step ends plainly, until it ends or comes back."""
    first = {way.source: way for way in reversed(plan.ways)}
    seen = set[str]()
    name = plan.start
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
    for way in _plain_path(plan):
        name = way.source
        if name in plan.joint:
            branches = [plan.step[branch] for branch in plan.joint[name].branches]
            yield max(branches, key=lambda node: node.limit)
        elif plan.kind(name) != "accept" and name not in plan.carried_out:
            yield plan.step[name]
