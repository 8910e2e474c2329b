"""Whether an item may be published; the rules are loaded by who publishes, not by a cold start."""

from collections.abc import Callable, Collection

from chalicelib.catalog.acts.item_acts import Document
from chalicelib.kernel.errors import Invalid

Holders = Callable[[str], Collection[str]]


def check(document: Document, holders: Holders | None = None) -> None:
    """Raise Invalid with every reason why the item cannot keep what it promises; ``holders`` tells
    who holds a post.
    """
    from chalicelib.catalog.items import validation  # with the checker of flows, 20 ms

    faults = validation.faults(document, holders)
    if faults:
        raise Invalid(faults=faults)
