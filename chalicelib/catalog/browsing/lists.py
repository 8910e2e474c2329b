"""Items by filter and by words, and how many there are of each kind."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import inf
from typing import Any

from chalicelib.catalog.browsing import by_value, item_list
from chalicelib.catalog.browsing.item_list import ItemList, Summary, titles
from chalicelib.kernel import formats
from chalicelib.kernel.values import dataclass

Rank = tuple[float, str]


@dataclass(frozen=True)
class ItemFilter:
    """What somebody looks for; an empty part asks for nothing."""

    kind: str = ""
    authority: str = ""
    audience: str = ""
    life_event: str = ""
    words: str = ""

    def matches(self, summary: Summary) -> bool:
        """Whether an item is what is looked for, its words left out. Without audiences an item is
        for everybody.
        """
        audiences = summary["audiences"] or [self.audience]
        return (
            self.kind in ("", summary["kind"])
            and self.authority in ("", summary["authority"])
            and self.audience in ("", *audiences)
            and self.life_event in ("", *summary["life_events"])
        )


def page(wanted: ItemFilter, after: Rank, size: int) -> list[tuple[Rank, Summary]]:
    """The next ``size`` items that match, best first and then by id, each with the rank by which it
    stands there; ``after`` is the rank of the last one before.

    What it costs hangs on the page, not on how many items are published.
    """
    published = item_list.read()
    matching = []
    for rank, place in _candidates(published, wanted, after):
        summary = published.summaries[place]
        if wanted.matches(summary):
            matching.append((rank, summary))
        if len(matching) == size:
            break
    return matching


def _candidates(published: ItemList, wanted: ItemFilter, after: Rank) -> Iterator[tuple[Rank, int]]:
    """Places after a rank, in order: those found by the words, or the shortest list of a filter."""
    if wanted.words:
        ranked = published.ranked(wanted.words)
        for rank, item, place in islice(ranked, bisect_right(ranked, (*after, inf)), None):
            yield (rank, item), place
        return
    ids = published.ordered_ids
    first = bisect_right(ids, after[1])
    places = _shortest(published, wanted)
    for place in islice(places, bisect_left(places, first), None):
        yield (0, ids[place]), place


def _shortest(published: ItemList, wanted: ItemFilter) -> Sequence[int]:
    lists: list[Sequence[int]] = [range(len(published.ordered_ids))]
    for name in by_value.FILTERS:
        value = getattr(wanted, name)
        if value:
            lists.append(published.by_value[name].get(value, []))
    return min(lists, key=len)


def item_ids() -> list[str]:
    """The ids of all items that are or were in force."""
    return [item["id"] for item in item_list.read().ever]


def is_item(name: str) -> bool:
    """Whether an item of this id was ever published; any is until a city has items."""
    known = item_list.read().ids
    if known and name not in known:
        item_list.forget()  # it may have been published a moment ago
        known = item_list.read().ids
    return not known or name in known


formats.register("item", is_item)


def authorities() -> list[str]:
    """The codes of all authorities that have an item."""
    return sorted(item_list.read().by_value["authority"])


def counted() -> dict[str, list[dict[str, Any]]]:
    """What one can browse by: kinds, authorities, audiences, life events, each with its title and
    number of items.

    Of the closed lists (schemas/item.schema.json) also those are named that hold no item yet.
    """
    summaries = item_list.read().summaries
    kinds, audiences, life_events = titles("kind"), titles("audience"), titles("life-event")
    return {
        "kinds": _counts(
            kinds,
            summaries,
            lambda s: [s["kind"]],
        ),
        "authorities": _counts(
            _authorities(summaries),
            summaries,
            lambda s: [s["authority"]],
        ),
        "audiences": _counts(
            audiences,
            summaries,
            lambda s: s["audiences"] or audiences,
        ),
        "life_events": _counts(life_events, summaries, lambda s: s["life_events"]),
    }


def _authorities(summaries: Iterable[Summary]) -> dict[str, Any]:
    """The names of all authorities that have an item, by code."""
    names = {}
    for summary in summaries:
        names[summary["authority"]] = summary["authority_name"]
    return dict(sorted(names.items()))


def _counts(
    named: Mapping[str, Any],
    summaries: Iterable[Summary],
    values: Callable[[Summary], Iterable[str]],
) -> list[dict[str, Any]]:
    number = Counter[str]()
    for summary in summaries:
        number.update(values(summary))
    counts = []
    for value, title in named.items():
        counts.append({"id": value, "title": title, "items": number[value]})
    return counts
