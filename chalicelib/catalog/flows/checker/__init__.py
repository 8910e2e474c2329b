"""Whether a flow can be walked to its end, by the right people, in time; each finding names the
step and the rule.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.catalog.flows.checker import decision, duties, paths, steps
from chalicelib.catalog.flows.checker.model import Finding, Plan, finding
from chalicelib.kernel import schemas
from chalicelib.kernel.errors import Invalid

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
    every step by itself is in order: what only follows from a broken step is not told.
    """
    plan = Plan.of(template)
    broken = [*steps.wiring(plan), *decision.manner(plan)] or list(decision.undecided(plan))
    found = [*_file_name(template, file_name), *steps.titles(plan), *broken, *steps.work(plan)]
    unread = list(_schema(template, plan, {told.field for told in found}))
    if plan.nodes and not broken and not unread:
        found += [*paths.ways(plan), *paths.duties(plan), *paths.promise(plan, limits or {})]
    found += [
        *steps.acceptance_limit(plan, limits or {}),
        *decision.tacit_approval(plan, limits or {}),
    ]
    found += duties.check(plan, posts) if posts is not None else ()
    return _once([*found, *unread])


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each place, the first: rules that say more come first."""
    kept: dict[str, Finding] = {}
    for one in findings:
        kept.setdefault(one.field, one)
    return list(kept.values())


def _file_name(template: Any, file_name: str) -> Iterator[Finding]:
    named = template if isinstance(template, Mapping) else {}
    wanted = f"{named.get('id')}.v{named.get('version')}.json"
    if file_name not in ("", wanted):
        yield finding("", "file-name", "/id", file=file_name, wanted=wanted)


def _schema(template: Any, plan: Plan, told: set[str]) -> Iterator[Finding]:
    """What the schema has against the template and no rule has told better."""
    odd = tuple(f"{node.at}/" for node in plan.nodes if not node.language)
    try:
        schemas.check(schemas.named("flow"), template)
    except Invalid as invalid:
        for fault in invalid.faults:
            # Of a step whose kind is wrong nothing else can be said.
            follows = fault.field.startswith(odd) and not fault.field.endswith("/kind")
            if fault.field not in told and not follows:
                yield Finding(
                    plan.named_at(fault.field), "schema", fault.field, fault.message, fault.params
                )
