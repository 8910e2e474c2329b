"""Rules about the decision: made once and in one manner, nothing carried out before it, nothing
examined after it.
"""

from collections.abc import Iterator, Mapping

from chalicelib.catalog.flows.checker.model import CARRIED_OUT, Finding, Plan, finding
from chalicelib.catalog.flows.step_kinds import FAVOURABLE

AFTERWARDS = (*CARRIED_OUT, "pay", "assess", "review")
APPLIED_FOR = ("accept", "supplement", "decide")


def manner(plan: Plan) -> Iterator[Finding]:
    """How a flow decides must fit how it is opened: nobody applies for what an office begins."""
    for node in plan.nodes:
        if plan.is_ex_officio and node.kind in APPLIED_FOR:
            yield finding(node.id, "applied-for-only", f"{node.at}/kind", kind=node.kind)
    if plan.nodes and not plan.deciding:
        yield finding("", "decision-missing", "/steps")
    first = plan.deciding[0].kind if plan.deciding and not plan.is_ex_officio else ""
    for node in plan.deciding:
        if first and node.kind != first:
            yield finding(
                node.id, "decisions-mixed", f"{node.at}/kind", kind=node.kind, first=first
            )
    yield from _tacit(plan)


def undecided(plan: Plan) -> Iterator[Finding]:
    """Ways on which a case is carried out, or ends as decided, that nobody decided."""
    deciding = frozenset(node.id for node in plan.deciding)
    other = [
        way.target for way in plan.ways if way.source in deciding and not plan.is_decision(way)
    ]
    carried = plan.of_kinds(*CARRIED_OUT)
    before = plan.reached([plan.start, *other], but=deciding | carried) | deciding
    for way in plan.ways:
        if way.source in before and not plan.is_decision(way):
            rule = (
                "issue-undecided"
                if way.target in carried
                else "end-undecided"
                if way.target in FAVOURABLE
                else ""
            )
            if rule:
                yield finding(way.source, rule, way.at, outcome=way.outcome, target=way.target)


def order(plan: Plan) -> Iterator[Finding]:
    """Ways back from a decision to before it, second or forgotten certificates, and fees that
    nobody assessed.
    """
    barred = plan.enterable - plan.of_kinds(*AFTERWARDS)
    made = [plan.tacit, *(way.target for way in plan.ways if plan.is_decision(way))]
    after = plan.reached(made, but=barred)
    issues = plan.of_kinds("issue")
    empty_handed = plan.reached(made, but=issues | barred) if issues else frozenset()
    issued = plan.reached([target for name in issues for target in plan.onward(name)], but=issues)
    for way in plan.ways:
        if way.target in barred and (way.source in after or plan.is_decision(way)):
            yield finding(
                way.source, "decided-twice", way.at, outcome=way.outcome, target=way.target
            )
        elif way.target in issues and way.source in issued:
            yield finding(
                way.source, "issued-twice", way.at, outcome=way.outcome, target=way.target
            )
        elif way.target in FAVOURABLE and way.source in empty_handed:
            yield finding(
                way.source, "issue-skipped", way.at, outcome=way.outcome, target=way.target
            )
    yield from _unassessed(plan)


def tacit_approval(plan: Plan, limits: Mapping[str, int]) -> Iterator[Finding]:
    """An item whose silence grants needs a flow that says where silence leads (Art. 50)."""
    if limits.get("tacit_approval") and not plan.tacit:
        yield finding("", "tacit-missing", "/limits/tacit_approval")


def _tacit(plan: Plan) -> Iterator[Finding]:
    """Silence stands for an approval: it leads where that leads, and only to what needs nobody's
    judgement.
    """
    if not plan.tacit:
        return
    approved = {
        way.target
        for way in plan.ways
        if plan.kind(way.source) == "decide" and plan.is_decision(way)
    }
    if plan.is_ex_officio or any(node.kind != "decide" for node in plan.deciding):
        yield finding("", "tacit-not-granting", "/tacit")
    elif plan.tacit not in approved & plan.of_kinds("issue", "deliver", "archive"):
        yield finding("", "tacit-not-approval", "/tacit", target=plan.tacit)


def _unassessed(plan: Plan) -> Iterator[Finding]:
    """Payments for what was applied for whose amount nobody assessed; an order says itself what is
    to be paid.
    """
    if all(node.kind == "decide" for node in plan.deciding):
        for name in sorted(
            plan.of_kinds("pay") & plan.reached([plan.start], but=plan.of_kinds("assess"))
        ):
            yield finding(name, "pay-unassessed", plan.step[name].at)
