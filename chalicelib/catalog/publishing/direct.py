"""Items as the city's data say them, published at once and without a draft."""

from chalicelib.catalog import items
from chalicelib.catalog.acts.item_acts import Document
from chalicelib.catalog.acts.items import ITEMS, PublishDirectly
from chalicelib.kernel.aggregates import by_machine
from chalicelib.kernel.commands import execute


def publish(document: Document, holders: items.Holders | None = None) -> bool:
    """Publish a new version of an item at once; False when the last one published so says the same
    already.

    What came of drafts meanwhile stands: loading the same city again does not undo it. ``holders``
    tells who holds a post. Raises Invalid with every fault of the document.
    """
    items.check(document, holders)
    stream = items.stream_of(document["id"])
    result = execute(
        ITEMS,
        stream,
        PublishDirectly(document),
        by_machine,
    )
    return result.is_new
