"""Every reason why a draft could not be published as it is."""

from chalicelib import authority
from chalicelib.catalog import flows, items
from chalicelib.catalog.acts.drafts import Draft
from chalicelib.catalog.acts.item_acts import Document
from chalicelib.catalog.flows.step_kinds import DECISIONS
from chalicelib.kernel.errors import Fault, Invalid


def faults(draft: Draft) -> tuple[Fault, ...]:
    """What stands against it, under ``/document``."""
    try:
        items.check(draft.document, _holders)
    except Invalid as invalid:
        return tuple(_in_document(fault) for fault in invalid.faults)
    return tuple(_decided_at_window(role) for role in _windows(draft.document))


def _in_document(fault: Fault) -> Fault:
    return Fault(
        f"/document{fault.field}",
        fault.message,
        fault.params,
    )


def _decided_at_window(role: str) -> Fault:
    return Fault(
        f"/document/posts/{role}",
        "window-decides",
        {"role": role},
    )


def _windows(document: Document) -> list[str]:
    """Roles that decide and are bound to a post that the registers show as a window which only
    accepts.
    """
    bound = document["flow"]
    flow = flows.flow(bound["id"], bound["version"])
    windows = set()
    for step in flow.steps.values():
        decides = step.kind in DECISIONS
        if decides and authority.only_accepts(document["posts"][step.post]):
            windows.add(step.post)
    return sorted(windows)


def _holders(post: str) -> list[str]:
    holders = authority.holders_of(post)
    return [holder.person for holder in holders]
