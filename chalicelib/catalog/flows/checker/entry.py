"""Rules about entering a step: some follow one outcome only, and some outcomes lead to one kind of
step only.
"""

from chalicelib.catalog.flows.checker.nodes import Joint, Node
from chalicelib.catalog.flows.checker.plan import CARRIED_OUT, Plan
from chalicelib.catalog.flows.step_kinds import DECISIONS

# An outcome that asks for a kind of step, which is entered in no other way.
ASKS = {"supplement": "supplement", "inform": "hear", "hearing": "hearing", "refer": "meeting"}
OWED = (("assess", "assessed"), ("order", "order"), ("decide", "approve"), ("deliver", "delivered"))
# What certificates are issued for is then only handed over; nothing happens to a file that is
# archived.
CLOSING = {"issue": ("deliver", "verify", "archive"), "archive": ()}


def entry_rule(plan: Plan, source: Node | Joint, outcome: str, target: str) -> str:
    """The rule against entering ``target`` so, empty for none; ``outcome`` is empty for what
    follows a joint review.
    """
    if target not in plan.enterable:
        if target in plan.step:
            return "branch-entered"
        return "target-unknown"
    entered = plan.kind(target)
    left = plan.kind(source.id)
    asked = ASKS.get(outcome)
    if asked and entered != asked:
        return f"{asked}-skipped"
    if entered in ASKS.values() and entered != asked:
        return f"{entered}-not-asked"
    if outcome == "supplied" and not _goes_back(plan, source, target):
        return "supplement-not-back"
    if outcome == "resolved" and entered not in DECISIONS:
        return "meeting-not-binding"
    if outcome == "opposed" and entered not in ("review", "assess", "joint"):
        return "objection-unheard"
    if entered == "pay" and not _is_owed(plan, source, outcome):
        return "pay-not-owed"
    if outcome == "unpaid" and entered in CARRIED_OUT:
        return "unpaid-carried-out"
    if left in CLOSING and entered not in CLOSING[left]:
        return f"{left}-not-last"
    return ""


def _goes_back(plan: Plan, source: Node | Joint, target: str) -> bool:
    """Whether a supplement leads back to the acceptance that has asked for it."""
    if plan.kind(target) != "accept":
        return False
    acceptance = plan.step[target]
    return acceptance.outcomes.get("supplement") == source.id


def _is_owed(plan: Plan, source: Node | Joint, outcome: str) -> bool:
    """Whether something is to be paid after this outcome."""
    if (plan.kind(source.id), outcome) in OWED:
        return True
    return outcome == "pass" and source.id in plan.carried_out
