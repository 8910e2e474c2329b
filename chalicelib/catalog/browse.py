"""The public list of items as this process knows it: filtered, searched, counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Any

from chalicelib.catalog import items, search
from chalicelib.kernel import schemas, stores
from chalicelib.kernel.views import Row, Views

Summary = Mapping[str, Any]
Rank = tuple[int, str]


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; an empty part asks for nothing."""

    kind: str = ""
    authority: str = ""
    audience: str = ""
    life_event: str = ""
    words: str = ""

    def matches(self, summary: Summary) -> bool:
        """Whether an item is what is looked for, its words left out. Without audiences an item is for everybody."""
        return (
            self.kind in ("", summary["kind"])
            and self.authority in ("", summary["authority"])
            and (not self.audience or not summary["audiences"] or self.audience in summary["audiences"])
            and (not self.life_event or self.life_event in summary["life_events"])
        )


@dataclass
class Shelf:
    """All published items, by id, as they were read at a moment of this process's clock."""

    rows: Sequence[Row]
    of: Views
    read_at: float

    @cached_property
    def summaries(self) -> list[Summary]:
        """The items as everybody sees them."""
        return [_summary(row) for row in self.rows]

    @cached_property
    def index(self) -> search.Index:
        """Where the items are found by words, by their place here; made when somebody searches."""
        return search.Index(map(_entry, self.rows))


_shelf: Shelf | None = None


def shelf() -> Shelf:
    """The list of items; this process may be up to half a minute behind it."""
    global _shelf
    known = _shelf if _shelf and _shelf.of is stores.views() else None
    # An empty list is not kept: a new city is being loaded.
    if known and known.rows and monotonic() - known.read_at < items.FRESH_SECONDS:
        return known
    rows = stores.views().partition(items.LIST)
    # Where nothing was published, what was made of the rows stays good.
    _shelf = known if known and known.rows == rows else Shelf(rows, stores.views(), 0.0)
    _shelf.read_at = monotonic()
    return _shelf


def find(wanted: Wanted) -> list[tuple[Rank, Summary]]:
    """Summaries of what is wanted, best first and then by id, each with the rank by which it stands there."""
    stock = shelf()
    if wanted.words:
        ranks: Mapping[int, int] = stock.index.find(wanted.words)
    else:
        ranks = dict.fromkeys(range(len(stock.summaries)), 0)
    found = ((rank, stock.summaries[number]) for number, rank in ranks.items())
    return sorted((((-rank, s["id"]), s) for rank, s in found if wanted.matches(s)), key=lambda pair: pair[0])


def counted() -> dict[str, list[dict[str, Any]]]:
    """What one can browse by: kinds, authorities, audiences, life events, each with its title and number of items.

    Of the closed lists (schemas/item.schema.json) also those are named that hold no item yet.
    """
    summaries = shelf().summaries
    authorities = {s["authority"]: s["authority_name"] for s in summaries}
    return {
        "kinds": _counts(titles("kind"), summaries, lambda s: [s["kind"]]),
        "authorities": _counts(dict(sorted(authorities.items())), summaries, lambda s: [s["authority"]]),
        "audiences": _counts(titles("audience"), summaries, lambda s: s["audiences"] or titles("audience")),
        "life_events": _counts(titles("life-event"), summaries, lambda s: s["life_events"]),
    }


def titles(name: str) -> Mapping[str, Mapping[str, str]]:
    """Values and their {zh, en} titles of one of the item schema's closed lists: kind, audience, life-event."""
    found: Mapping[str, Mapping[str, str]] = schemas.load("item")["$defs"][name]["x-enum-titles"]
    return found


def _counts(
    named: Mapping[str, Any], summaries: Iterable[Summary], values: Callable[[Summary], Iterable[str]]
) -> list[dict[str, Any]]:
    number = Counter(value for summary in summaries for value in values(summary))
    return [{"id": value, "title": title, "items": number[value]} for value, title in named.items()]


def _summary(row: Row) -> Summary:
    """A row as everybody sees it; one that an earlier release laid lacks the lists."""
    shown = {name: row.data[name] for name in (*items.SUMMARY, "version", "published_at")}
    return shown | {name: row.data.get(name, []) for name in items.FILTERS}


def _entry(row: Row) -> search.Entry:
    data = row.data
    texts = [data["authority_name"], data["audience"], data.get("result", {}), *data.get("conditions", ())]
    texts += [titles("life-event").get(event, {}) for event in data.get("life_events", ())]
    names = (data["id"], data["code"], *data["name"].values())
    return search.Entry(names, tuple(word for text in texts for word in text.values()))
