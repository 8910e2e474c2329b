"""Rules about one step at a time: what it offers, where that leads, who acts and for how long."""

from collections.abc import Iterator, Mapping

from chalicelib.catalog.flows.checker.entry import entry_rule
from chalicelib.catalog.flows.checker.model import Finding, Joint, Node, Plan, finding
from chalicelib.catalog.flows.step_kinds import DECISIONS, END, FAVOURABLE, JOIN, MACHINE

STATUTORY_ACCEPTANCE = (
    5  # Art. 32 of the Administrative Licence Law: accepted, or all defects told, in five days
)
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
            yield from _offers(node)
            for outcome, target in node.outcomes.items():
                if rule := _target_rule(plan, node, outcome, target):
                    ends = ", ".join(_ends(plan, node, outcome))
                    at = f"{node.at}/outcomes/{outcome}"
                    yield finding(node.id, rule, at, outcome=outcome, target=target, ends=ends)
    for joint in plan.joints:
        yield from _joint(plan, joint)


def work(plan: Plan) -> Iterator[Finding]:
    """What is wrong with who acts at a step and for how long."""
    for node in plan.nodes:
        if not node.language:
            continue
        if node.is_office and not node.post:
            yield finding(node.id, "post-missing", f"{node.at}/post")
        if node.kind not in UNTIMED and not node.limit:
            yield finding(node.id, "limit-missing", f"{node.at}/limit_days")
        if not node.is_office and "post" in node.body:
            yield finding(node.id, "post-not-needed", f"{node.at}/post")
        yield from _too_long(node, STATUTORY_ACCEPTANCE)
        yield from _not_by(plan, node)


def titles(plan: Plan) -> Iterator[Finding]:
    """Titles that are missing in one of the two languages."""
    for at, title in plan.titles.items():
        known: Mapping[str, object] = title if isinstance(title, Mapping) else {}
        for language in LANGUAGES:
            text = known.get(language)
            if not (isinstance(text, str) and text.strip()):
                place = f"{at}/title/{language}" if known else f"{at}/title"
                yield finding(
                    plan.named_at(at), "title-missing", place, place=place, missing=language
                )


def acceptance_limit(plan: Plan, limits: Mapping[str, int]) -> Iterator[Finding]:
    """Acceptance steps that take longer than the item says."""
    for node in plan.nodes:
        yield from _too_long(node, limits.get("acceptance_days", STATUTORY_ACCEPTANCE))


def _start(plan: Plan) -> Iterator[Finding]:
    if plan.start not in plan.enterable:
        yield finding("", "start-unknown", "/start", target=plan.start)
    elif plan.kind(plan.start) != ("review" if plan.is_ex_officio else "accept"):
        yield finding(
            plan.start,
            "start-not-review" if plan.is_ex_officio else "start-not-acceptance",
            "/start",
        )


def _place(plan: Plan, node: Node) -> Iterator[Finding]:
    """A name stands for one step, an opinion inside of a joint review, nothing else in there."""
    twice = node.joint and (node.id in plan.enterable or plan.step[node.id].joint != node.joint)
    if twice:
        yield finding(node.id, "name-twice", node.at)
    if node.joint and node.kind != "opinion":
        yield finding(node.id, "branch-not-opinion", f"{node.at}/kind", joint=node.joint)
    if node.kind == "opinion" and not node.joint:
        yield finding(node.id, "opinion-outside", f"{node.at}/kind")


def _offers(node: Node) -> Iterator[Finding]:
    assert node.language, "asked of known kinds only"
    must, may = node.language.must, node.language.may
    for outcome in must:
        if outcome not in node.outcomes:
            yield finding(
                node.id, "outcome-missing", f"{node.at}/outcomes/{outcome}", outcome=outcome
            )
    for outcome in node.outcomes:
        if outcome not in must + may:
            yield finding(
                node.id, "outcome-unknown", f"{node.at}/outcomes/{outcome}", outcome=outcome
            )
    if must[0] in node.outcomes and next(iter(node.outcomes)) != must[0]:
        yield finding(node.id, "plain-not-first", f"{node.at}/outcomes", outcome=must[0])


def _target_rule(plan: Plan, node: Node, outcome: str, target: str) -> str:
    """The rule that the outcome's target breaks; empty for none."""
    assert node.language, "asked of known kinds only"
    if outcome not in node.language.must + node.language.may or target in _ends(
        plan, node, outcome
    ):
        return ""
    if outcome in node.language.ends:
        return "wrong-end"
    if node.joint:
        return "" if target == JOIN else "branch-not-joining"
    if target == JOIN:
        return "join-outside"
    if target.startswith(END):
        return "wrong-end" if _ends(plan, node, outcome) else "end-not-allowed"
    if _loops(plan, node, target):
        return "machine-loop"
    # A step that plainly comes back to itself is told with the paths.
    to_itself = target == node.id and outcome != node.language.must[0]
    return "to-itself" if to_itself else entry_rule(plan, node, outcome, target)


def _ends(plan: Plan, node: Node, outcome: str) -> tuple[str, ...]:
    """The ends that the outcome can have in this flow: what is ordered ends otherwise than what is
    granted.
    """
    assert node.language, "asked of known kinds only"
    if end := node.language.ends.get(outcome):
        return (end,)
    return tuple(
        e
        for e in node.language.may_end.get(outcome, ())
        if e not in FAVOURABLE or e in plan.favourable
    )


def _loops(plan: Plan, node: Node, target: str) -> bool:
    """Whether a machine step comes back to itself with no person in between."""
    machines = {n.id for n in plan.nodes if n.language and n.language.actor == MACHINE}
    persons = frozenset((plan.step.keys() | plan.joint.keys()) - machines)
    return node.id in machines and node.id in plan.reached([target], but=persons)


def _joint(plan: Plan, joint: Joint) -> Iterator[Finding]:
    if len(joint.branches) < 2:
        yield finding(joint.id, "joint-too-small", f"{joint.at}/branches")
    rule = "target-unknown" if not joint.next else entry_rule(plan, joint, "", joint.next)
    if rule:
        named = "joint-next-unknown" if rule in ("target-unknown", "branch-entered") else rule
        yield finding(joint.id, named, f"{joint.at}/next", outcome="next", target=joint.next)


def _too_long(node: Node, most: int) -> Iterator[Finding]:
    if node.kind == "accept" and node.limit > most:
        yield finding(node.id, "acceptance-too-long", f"{node.at}/limit_days", most=most)


def _may_be_office(plan: Plan, name: str) -> bool:
    """Whether a post acts at the step; of one whose kind is wrong, who knows."""
    return name in plan.step and (plan.step[name].is_office or not plan.step[name].language)


def _not_by(plan: Plan, node: Node) -> Iterator[Finding]:
    for place, name in enumerate(node.not_by):
        at = f"{node.at}/not_by/{place}"
        if name == node.id:
            yield finding(node.id, "not-by-itself", at)
        elif not _may_be_office(plan, name):
            yield finding(node.id, "not-by-unknown", at, other=name)
    if node.kind in DECISIONS and not node.not_by:
        others = ", ".join(n.id for n in plan.prepared_by(node))
        yield finding(node.id, "decision-not-separate", f"{node.at}/not_by", others=others)
