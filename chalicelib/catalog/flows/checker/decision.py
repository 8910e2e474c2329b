"""Rules about the decision: made once and in one manner, nothing carried out before it, nothing
examined after it.
"""

from collections.abc import Iterator, Mapping

from chalicelib.catalog.flows.checker.findings import Finding, against, finding
from chalicelib.catalog.flows.checker.nodes import Way
from chalicelib.catalog.flows.checker.plan import CARRIED_OUT, Plan
from chalicelib.catalog.flows.step_kinds import FAVOURABLE

AFTERWARDS = (*CARRIED_OUT, "pay", "assess", "review")
APPLIED_FOR = ("accept", "supplement", "decide")


def manner(plan: Plan) -> Iterator[Finding]:
    """How a flow decides must fit how it is opened: nobody applies for what an office begins."""
    if plan.is_ex_officio:
        yield from _applied_for(plan)
    if plan.nodes and not plan.deciding:
        yield finding("", "decision-missing", "/steps")
    if not plan.is_ex_officio:
        yield from _mixed(plan)
    if plan.tacit:
        yield from _tacit(plan)


def _applied_for(plan: Plan) -> Iterator[Finding]:
    for node in plan.nodes:
        if node.kind in APPLIED_FOR:
            yield against(
                node,
                "applied-for-only",
                "kind",
                kind=node.kind,
            )


def _mixed(plan: Plan) -> Iterator[Finding]:
    for node in plan.deciding:
        first = plan.deciding[0].kind
        if node.kind != first:
            yield against(
                node,
                "decisions-mixed",
                "kind",
                kind=node.kind,
                first=first,
            )


def _tacit(plan: Plan) -> Iterator[Finding]:
    """Silence stands for an approval: it leads where that leads, and only to what needs nobody's
    judgement.
    """
    if plan.is_ex_officio or not _are_all_applied_for(plan):
        yield finding("", "tacit-not-granting", "/tacit")
        return
    unjudged = plan.of_kinds("issue", "deliver", "archive")
    if plan.tacit not in _approved(plan) & unjudged:
        yield finding(
            "",
            "tacit-not-approval",
            "/tacit",
            target=plan.tacit,
        )


def _are_all_applied_for(plan: Plan) -> bool:
    """Whether every decision of the flow is about what somebody applied for."""
    return all(node.kind == "decide" for node in plan.deciding)


def _approved(plan: Plan) -> set[str]:
    """Where approvals lead."""
    targets = set()
    for way in plan.ways:
        if plan.kind(way.source) == "decide" and plan.is_decision(way):
            targets.add(way.target)
    return targets


def undecided(plan: Plan) -> Iterator[Finding]:
    """Ways on which a case is carried out, or ends as decided, that nobody decided."""
    before = _before_decision(plan)
    for way in plan.ways:
        if way.source in before and not plan.is_decision(way):
            yield from _undecided_way(plan, way)


def _before_decision(plan: Plan) -> frozenset[str]:
    """All that is reached without a decision, and the deciding steps themselves."""
    deciding = frozenset(node.id for node in plan.deciding)
    starts = [plan.start]
    for way in plan.ways:
        if way.source in deciding and not plan.is_decision(way):
            starts.append(way.target)
    carried_out = plan.of_kinds(*CARRIED_OUT)
    return plan.reached(starts, but=deciding | carried_out) | deciding


def _undecided_way(plan: Plan, way: Way) -> Iterator[Finding]:
    if plan.kind(way.target) in CARRIED_OUT:
        yield _of_way(way, "issue-undecided")
    elif way.target in FAVOURABLE:
        yield _of_way(way, "end-undecided")


def order(plan: Plan) -> Iterator[Finding]:
    """Ways back from a decision to before it, second or forgotten certificates, and fees that
    nobody assessed.
    """
    before = plan.enterable - plan.of_kinds(*AFTERWARDS)
    after = plan.reached(plan.decided_targets, but=before)
    issuing = plan.of_kinds("issue")
    issued = _issued(plan, issuing)
    empty_handed = frozenset[str]()
    if issuing:
        empty_handed = plan.reached(plan.decided_targets, but=issuing | before)
    for way in plan.ways:
        is_decided = way.source in after or plan.is_decision(way)
        if way.target in before and is_decided:
            yield _of_way(way, "decided-twice")
        elif way.target in issuing and way.source in issued:
            yield _of_way(way, "issued-twice")
        elif way.target in FAVOURABLE and way.source in empty_handed:
            yield _of_way(way, "issue-skipped")
    yield from _unassessed(plan)


def _issued(plan: Plan, issuing: frozenset[str]) -> frozenset[str]:
    """All that follows once a certificate is issued."""
    onward: list[str] = []
    for name in issuing:
        onward += plan.onward(name)
    return plan.reached(onward, but=issuing)


def _unassessed(plan: Plan) -> Iterator[Finding]:
    """Payments for what was applied for whose amount nobody assessed; an order says itself what is
    to be paid.
    """
    if not _are_all_applied_for(plan):
        return
    unassessed = plan.reached([plan.start], but=plan.of_kinds("assess"))
    for name in sorted(plan.of_kinds("pay") & unassessed):
        yield against(plan.step[name], "pay-unassessed")


def tacit_approval(plan: Plan, limits: Mapping[str, int]) -> Iterator[Finding]:
    """An item whose silence grants needs a flow that says where silence leads (Art. 50)."""
    if limits.get("tacit_approval") and not plan.tacit:
        yield finding("", "tacit-missing", "/limits/tacit_approval")


def _of_way(way: Way, rule: str) -> Finding:
    return finding(
        way.source,
        rule,
        way.at,
        outcome=way.outcome,
        target=way.target,
    )
