"""Items by filter and by words, and how many there are of each kind."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.catalog.browsing import item_list
from chalicelib.catalog.browsing.item_list import Summary, titles
from chalicelib.kernel.values import dataclass

Rank = tuple[int, str]


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


def find(wanted: ItemFilter) -> list[tuple[Rank, Summary]]:
    """Summaries of the items that match, best first and then by id, each with the rank by which it
    stands there.
    """
    published = item_list.read()
    ranks = dict.fromkeys(range(len(published.summaries)), 0)
    if wanted.words:
        ranks = published.index.find(wanted.words)
    matching = []
    for number, rank in ranks.items():
        summary = published.summaries[number]
        if wanted.matches(summary):
            matching.append(((-rank, summary["id"]), summary))
    matching.sort(key=lambda pair: pair[0])
    return matching


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
