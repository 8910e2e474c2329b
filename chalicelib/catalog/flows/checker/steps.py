"""Rules about one step at a time: what it offers, where that leads, who acts and for how long."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.catalog.flows.checker.entry import entry_rule
from chalicelib.catalog.flows.checker.findings import Finding, against, finding
from chalicelib.catalog.flows.checker.nodes import Joint, Node, mapping_of
from chalicelib.catalog.flows.checker.plan import Plan
from chalicelib.catalog.flows.step_kinds import (
    DECISIONS,
    END,
    FAVOURABLE,
    JOIN,
    MACHINE,
    Kind,
)

# Art. 32 of the Administrative Licence Law: accepted, or all defects told, in five days.
STATUTORY_ACCEPTANCE = 5
LANGUAGES = ("zh", "en")
# The item says how long a supplement may take, and the machine issues at once.
UNTIMED = ("supplement", "issue")


def wiring(plan: Plan) -> Iterator[Finding]:
    """What is wrong with the ways between the steps; with any of this, no path can be told."""
    if plan.nodes:
        yield from _start(plan)
    for node in plan.nodes:
        yield from _place(plan, node)
        if node.language:
            yield from _offers(node, node.language)
            yield from _targets(plan, node, node.language)
    for joint in plan.joints:
        yield from _joint(plan, joint)


def work(plan: Plan) -> Iterator[Finding]:
    """What is wrong with who acts at a step and for how long."""
    for node in plan.nodes:
        if not node.language:
            continue
        if node.is_office and not node.post:
            yield against(node, "post-missing", "post")
        if node.kind not in UNTIMED and not node.limit:
            yield against(node, "limit-missing", "limit_days")
        if not node.is_office and "post" in node.body:
            yield against(node, "post-not-needed", "post")
        yield from _too_long(node, STATUTORY_ACCEPTANCE)
        yield from _not_by(plan, node)


def titles(plan: Plan) -> Iterator[Finding]:
    """Titles that are missing in one of the two languages."""
    for at, title in plan.titles.items():
        by_language = mapping_of(title)
        for language in LANGUAGES:
            if _says_something(by_language.get(language)):
                continue
            place = f"{at}/title/{language}" if by_language else f"{at}/title"
            step = plan.named_at(at)
            yield finding(
                step,
                "title-missing",
                place,
                place=place,
                missing=language,
            )


def _says_something(text: Any) -> bool:
    if not isinstance(text, str):
        return False
    return bool(text.strip())


def acceptance_limit(plan: Plan, limits: Mapping[str, int]) -> Iterator[Finding]:
    """Acceptance steps that take longer than the item says."""
    limit = limits.get("acceptance_days", STATUTORY_ACCEPTANCE)
    for node in plan.nodes:
        yield from _too_long(node, limit)


def _start(plan: Plan) -> Iterator[Finding]:
    if plan.start not in plan.enterable:
        yield finding(
            "",
            "start-unknown",
            "/start",
            target=plan.start,
        )
        return
    first, rule = "accept", "start-not-acceptance"
    if plan.is_ex_officio:
        first, rule = "review", "start-not-review"
    if plan.kind(plan.start) != first:
        yield finding(plan.start, rule, "/start")


def _place(plan: Plan, node: Node) -> Iterator[Finding]:
    """A name stands for one step, an opinion inside of a joint review, nothing else in there."""
    if node.joint and _is_named_twice(plan, node):
        yield against(node, "name-twice")
    if node.joint and node.kind != "opinion":
        yield against(
            node,
            "branch-not-opinion",
            "kind",
            joint=node.joint,
        )
    if node.kind == "opinion" and not node.joint:
        yield against(node, "opinion-outside", "kind")


def _is_named_twice(plan: Plan, branch: Node) -> bool:
    """Whether a step or another joint review's branch has the same name."""
    if branch.id in plan.enterable:
        return True
    return plan.step[branch.id].joint != branch.joint


def _offers(node: Node, language: Kind) -> Iterator[Finding]:
    known = language.must + language.may
    plain = language.must[0]
    for outcome in language.must:
        if outcome not in node.outcomes:
            at = f"outcomes/{outcome}"
            yield against(
                node,
                "outcome-missing",
                at,
                outcome=outcome,
            )
    for outcome in node.outcomes:
        if outcome not in known:
            at = f"outcomes/{outcome}"
            yield against(
                node,
                "outcome-unknown",
                at,
                outcome=outcome,
            )
    if plain in node.outcomes and next(iter(node.outcomes)) != plain:
        yield against(
            node,
            "plain-not-first",
            "outcomes",
            outcome=plain,
        )


def _targets(plan: Plan, node: Node, language: Kind) -> Iterator[Finding]:
    for outcome, target in node.outcomes.items():
        ends = _ends(plan, language, outcome)
        is_known = outcome in language.must + language.may
        if not is_known or target in ends:
            continue
        rule = _target_rule(plan, node, language, outcome)
        if rule:
            yield against(
                node,
                rule,
                f"outcomes/{outcome}",
                outcome=outcome,
                target=target,
                ends=", ".join(ends),
            )


def _target_rule(plan: Plan, node: Node, language: Kind, outcome: str) -> str:
    """The rule that the outcome's target breaks, which is none of its ends; empty for none."""
    target = node.outcomes[outcome]
    if outcome in language.ends:
        return "wrong-end"
    if node.joint:
        return "" if target == JOIN else "branch-not-joining"
    if target == JOIN:
        return "join-outside"
    if target.startswith(END):
        may_end = _ends(plan, language, outcome)
        return "wrong-end" if may_end else "end-not-allowed"
    if _loops(plan, node, target):
        return "machine-loop"
    # A step that plainly comes back to itself is named with the paths.
    if target == node.id and outcome != language.must[0]:
        return "to-itself"
    return entry_rule(plan, node, outcome, target)


def _ends(plan: Plan, language: Kind, outcome: str) -> tuple[str, ...]:
    """The ends that the outcome can have in this flow: what is ordered ends otherwise than what is
    granted.
    """
    if outcome in language.ends:
        return (language.ends[outcome],)
    other_manner = set(FAVOURABLE) - plan.favourable
    ends = language.may_end.get(outcome, ())
    return tuple(end for end in ends if end not in other_manner)


def _loops(plan: Plan, node: Node, target: str) -> bool:
    """Whether a machine step comes back to itself with no person in between."""
    if node.actor != MACHINE:
        return False
    machines = {each.id for each in plan.nodes if each.actor == MACHINE}
    everything = plan.step.keys() | plan.joint.keys()
    persons = frozenset(everything - machines)
    return node.id in plan.reached([target], but=persons)


def _joint(plan: Plan, joint: Joint) -> Iterator[Finding]:
    if len(joint.branches) < 2:
        yield against(joint, "joint-too-small", "branches")
    rule = "target-unknown"
    if joint.next:
        rule = entry_rule(plan, joint, "", joint.next)
    if rule in ("target-unknown", "branch-entered"):
        rule = "joint-next-unknown"
    if rule:
        yield against(joint, rule, "next", outcome="next", target=joint.next)


def _too_long(node: Node, most: int) -> Iterator[Finding]:
    if node.kind == "accept" and node.limit > most:
        yield against(
            node,
            "acceptance-too-long",
            "limit_days",
            most=most,
        )


def _not_by(plan: Plan, node: Node) -> Iterator[Finding]:
    for place, name in enumerate(node.not_by):
        at = f"not_by/{place}"
        if name == node.id:
            yield against(node, "not-by-itself", at)
        elif not _may_be_office(plan, name):
            yield against(node, "not-by-unknown", at, other=name)
    if node.kind in DECISIONS and not node.not_by:
        others = ", ".join(other.id for other in plan.prepared_by(node))
        yield against(
            node,
            "decision-not-separate",
            "not_by",
            others=others,
        )


def _may_be_office(plan: Plan, name: str) -> bool:
    """Whether a post acts at the step; of one whose kind is wrong, who knows."""
    if name not in plan.step:
        return False
    node = plan.step[name]
    return node.is_office or not node.language
