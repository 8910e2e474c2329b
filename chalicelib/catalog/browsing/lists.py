"""The public list of items as this process knows it: what is in force now, filtered, searched,
counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from time import monotonic
from typing import Any

from chalicelib.catalog import items
from chalicelib.catalog.acts import effects
from chalicelib.catalog.acts.effects import Effect
from chalicelib.catalog.browsing import search
from chalicelib.kernel import clock, schemas, stores
from chalicelib.kernel.views import Row, Views

Summary = Mapping[str, Any]
Rank = tuple[int, str]
LONG_AGO = "1970-01-01T00:00:00+00:00"  # when that began of which an earlier release did not say it


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
        return (
            self.kind in ("", summary["kind"])
            and self.authority in ("", summary["authority"])
            and (
                not self.audience
                or not summary["audiences"]
                or self.audience in summary["audiences"]
            )
            and (not self.life_event or self.life_event in summary["life_events"])
        )


@dataclass
class ItemList:
    """All published items, by id, as they were read at a moment of this process's clock, as of an
    official moment.
    """

    rows: Sequence[Row]
    of: Views
    read_at: float
    at: datetime = field(default_factory=clock.now)

    @cached_property
    def listed(self) -> list[Summary]:
        """What the rows say of the versions in force; retired items are not among them, nor those
        still to come.
        """
        held = (effects.in_force(brought, self.at) for brought in self._brought)
        return [effect.document for effect in held if effect and effect.document]

    @cached_property
    def summaries(self) -> list[Summary]:
        """The items in force as everybody sees them."""
        return [_summary(data) for data in self.listed]

    @cached_property
    def ever(self) -> list[Summary]:
        """Id and version of all items that are or were in force; ``retired_from`` where an item is
        to end or has.
        """
        begun = [brought for brought in self._brought if effects.in_force(brought, self.at)]
        return [_ever(brought, self.at) for brought in begun]

    @cached_property
    def index(self) -> search.Index:
        """Where the items are found by words, by their place here; made when somebody searches."""
        return search.Index(map(_entry, self.listed))

    def is_as_of(self, now: datetime) -> bool:
        """Whether no version has begun and no item was retired since."""
        return self.at <= now and not any(self.at < begins <= now for begins in self._changes)

    @cached_property
    def _brought(self) -> list[list[Effect]]:
        return [
            [_effect(data) for data in (row.data, *row.data.get("later", ()))] for row in self.rows
        ]

    @cached_property
    def _changes(self) -> list[datetime]:
        return [
            effect.starts
            for brought in self._brought
            for effect in brought
            if effect.starts > self.at
        ]


_shelf: ItemList | None = None


def shelf() -> ItemList:
    """The list of items; this process may be up to half a minute behind it."""
    global _shelf
    now = clock.now()
    known = _shelf if _shelf and _shelf.of is stores.views() and _shelf.is_as_of(now) else None
    # An empty list is not kept: a new city is being loaded.
    if known and known.rows and monotonic() - known.read_at < items.FRESH_SECONDS:
        return known
    rows = stores.views().partition(items.LIST)
    # Where nothing was published, what was made of the rows stays good.
    _shelf = known if known and known.rows == rows else ItemList(rows, stores.views(), 0.0, now)
    _shelf.read_at = monotonic()
    return _shelf


def find(wanted: ItemFilter) -> list[tuple[Rank, Summary]]:
    """Summaries of what is wanted, best first and then by id, each with the rank by which it stands
    there.
    """
    stock = shelf()
    if wanted.words:
        ranks: Mapping[int, int] = stock.index.find(wanted.words)
    else:
        ranks = dict.fromkeys(range(len(stock.summaries)), 0)
    found = ((rank, stock.summaries[number]) for number, rank in ranks.items())
    return sorted(
        (((-rank, s["id"]), s) for rank, s in found if wanted.matches(s)), key=lambda pair: pair[0]
    )


def counted() -> dict[str, list[dict[str, Any]]]:
    """What one can browse by: kinds, authorities, audiences, life events, each with its title and
    number of items.

    Of the closed lists (schemas/item.schema.json) also those are named that hold no item yet.
    """
    summaries = shelf().summaries
    authorities = {s["authority"]: s["authority_name"] for s in summaries}
    return {
        "kinds": _counts(titles("kind"), summaries, lambda s: [s["kind"]]),
        "authorities": _counts(
            dict(sorted(authorities.items())), summaries, lambda s: [s["authority"]]
        ),
        "audiences": _counts(
            titles("audience"), summaries, lambda s: s["audiences"] or titles("audience")
        ),
        "life_events": _counts(titles("life-event"), summaries, lambda s: s["life_events"]),
    }


def titles(name: str) -> Mapping[str, Mapping[str, str]]:
    """Values and their {zh, en} titles of one of the item schema's closed lists: kind, audience,
    life-event.
    """
    found: Mapping[str, Mapping[str, str]] = schemas.load("item")["$defs"][name]["x-enum-titles"]
    return found


def _counts(
    named: Mapping[str, Any],
    summaries: Iterable[Summary],
    values: Callable[[Summary], Iterable[str]],
) -> list[dict[str, Any]]:
    number = Counter(value for summary in summaries for value in values(summary))
    return [{"id": value, "title": title, "items": number[value]} for value, title in named.items()]


def _effect(data: Summary) -> Effect:
    if "retired_from" in data:
        return Effect(clock.parse(data["retired_from"]))
    return Effect(clock.parse(data.get("in_force_from", LONG_AGO)), data)


def _ever(brought: Sequence[Effect], at: datetime) -> Summary:
    document = effects.shown(brought, at) or {}
    end = effects.retired_from(brought, at)
    known = {name: document[name] for name in ("id", "version")}
    return known | ({"retired_from": clock.stamp(end)} if end else {})


def _summary(data: Summary) -> Summary:
    """An item as everybody sees it; a row that an earlier release laid lacks the lists."""
    shown = {name: data[name] for name in (*items.SUMMARY, "version", "published_at")}
    return shown | {name: data.get(name, []) for name in items.FILTERS}


def _entry(data: Summary) -> search.Entry:
    texts = [
        data["authority_name"],
        data["audience"],
        data.get("result", {}),
        *data.get("conditions", ()),
    ]
    texts += [titles("life-event").get(event, {}) for event in data.get("life_events", ())]
    names = (data["id"], data["code"], *data["name"].values())
    return search.Entry(names, tuple(word for text in texts for word in text.values()))
