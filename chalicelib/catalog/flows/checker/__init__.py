"""Whether a flow can be walked to its end, by the right people, in time; each finding names the
step and the rule.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.catalog.flows.checker import decision, duties, paths, steps
from chalicelib.catalog.flows.checker.findings import Finding, finding
from chalicelib.catalog.flows.checker.nodes import mapping_of
from chalicelib.catalog.flows.checker.plan import Plan
from chalicelib.kernel import schemas
from chalicelib.kernel.errors import Fault, Invalid

__all__ = ["Finding", "check_flow"]


def check_flow(
    template: Any,
    posts: Mapping[str, Collection[str] | None] | None = None,
    limits: Mapping[str, int] | None = None,
    file_name: str = "",
) -> list[Finding]:
    """All that is wrong with a flow template; empty when it may be published. Never raises,
    whatever it is given.

    ``posts``: an item's roles, each with the persons who hold its post (None where that is not
    known). ``limits``: the item's, in working days, and whether silence grants
    (``tacit_approval``). ``file_name``: what the template was read from. Paths are judged once
    every step by itself is in order: what only follows from a broken step is not named.
    """
    plan = Plan.of(template)
    limits = limits or {}
    broken = [*steps.wiring(plan), *decision.manner(plan)]
    if not broken:
        broken += decision.undecided(plan)
    findings = [
        *_file_name(template, file_name),
        *steps.titles(plan),
        *broken,
        *steps.work(plan),
    ]
    named = {each.field for each in findings}
    unread = [each for each in _schema(template, plan) if each.field not in named]
    if plan.nodes and not broken and not unread:
        findings += paths.ways(plan)
        findings += paths.duties(plan)
        findings += paths.promise(plan, limits)
    findings += steps.acceptance_limit(plan, limits)
    findings += decision.tacit_approval(plan, limits)
    if posts is not None:
        findings += duties.check(plan, posts)
    return _once([*findings, *unread])


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each place, the first: rules that say more come first."""
    kept: dict[str, Finding] = {}
    for each in findings:
        kept.setdefault(each.field, each)
    return list(kept.values())


def _file_name(template: Any, file_name: str) -> Iterator[Finding]:
    document = mapping_of(template)
    expected = f"{document.get('id')}.v{document.get('version')}.json"
    if file_name not in ("", expected):
        yield finding(
            "",
            "file-name",
            "/id",
            file=file_name,
            wanted=expected,
        )


def _schema(template: Any, plan: Plan) -> Iterator[Finding]:
    """What the schema has against the template."""
    try:
        schemas.check(schemas.named("flow"), template)
    except Invalid as invalid:
        for fault in invalid.faults:
            if not _follows(fault, plan):
                step = plan.named_at(fault.field)
                yield Finding(
                    step,
                    "schema",
                    fault.field,
                    fault.message,
                    fault.params,
                )


def _follows(fault: Fault, plan: Plan) -> bool:
    """Of a step whose kind is wrong nothing else can be said."""
    if fault.field.endswith("/kind"):
        return False
    odd = [f"{node.at}/" for node in plan.nodes if not node.language]
    return fault.field.startswith(tuple(odd))
