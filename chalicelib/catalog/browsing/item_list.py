"""The public list of items as this process knows it, at most half a minute behind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from time import monotonic
from typing import Any

from chalicelib.catalog import items
from chalicelib.catalog.acts import effects
from chalicelib.catalog.acts.effects import Effect
from chalicelib.catalog.browsing import by_value, search
from chalicelib.catalog.items import in_force
from chalicelib.kernel import clock, schemas, stores
from chalicelib.kernel.views import Row, Views

Summary = Mapping[str, Any]
MAX_SEARCHES = 200  # whose results one reading of the list keeps
LONG_AGO = "1970-01-01T00:00:00+00:00"  # when that began of which an earlier release did not say it


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
        listed = []
        for of_item in self._effects:
            effect = effects.in_force(of_item, self.at)
            if effect and effect.document:
                listed.append(effect.document)
        listed.sort(key=lambda document: document["id"])
        return listed

    @cached_property
    def summaries(self) -> list[Summary]:
        """The items in force as everybody sees them, by id."""
        return [_summary(data) for data in self.listed]

    @cached_property
    def ordered_ids(self) -> list[str]:
        """The ids of ``summaries``."""
        return [summary["id"] for summary in self.summaries]

    @cached_property
    def by_value(self) -> Mapping[str, Mapping[str, list[int]]]:
        """For each filter the places in ``summaries`` at which each of its values stands."""
        return by_value.places(self.summaries, tuple(titles("audience")))

    def ranked(self, words: str) -> list[tuple[int, str, int]]:
        """What is found by words, the best first: (rank below zero, id, place); kept for the next
        page and for whoever asks the same.
        """
        kept = self._ranked.get(words)
        if kept is None:
            ids = self.ordered_ids
            found = self.index.find(words) or self.index.find_partly(words)
            kept = sorted((-rank, ids[place], place) for place, rank in found.items())
            if len(self._ranked) >= MAX_SEARCHES:
                self._ranked.clear()
            self._ranked[words] = kept
        return kept

    _ranked: dict[str, list[tuple[int, str, int]]] = field(default_factory=dict)

    @cached_property
    def ever(self) -> list[Summary]:
        """Id and version of all items that are or were in force; ``retired_from`` where an item is
        to end or has.
        """
        ever = []
        for of_item in self._effects:
            if effects.in_force(of_item, self.at):
                ever.append(_last_in_force(of_item, self.at))
        return ever

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all that was ever published, also of what is still to come."""
        documents = [effect.document for of_item in self._effects for effect in of_item]
        return frozenset(document["id"] for document in documents if document)

    @cached_property
    def index(self) -> search.Index:
        """Where the items are found by words, by their place here; made when somebody searches."""
        return search.Index(map(_search_entry, self.listed))

    def is_as_of(self, now: datetime) -> bool:
        """Whether no version has begun and no item was retired since."""
        if now < self.at:
            return False
        return self._next_change is None or now < self._next_change

    def is_fresh(self) -> bool:
        """Whether it was read a moment ago; an empty list never is: a new city is being loaded."""
        age = monotonic() - self.read_at
        return bool(self.rows) and age < in_force.FRESH_SECONDS

    @cached_property
    def _effects(self) -> list[list[Effect]]:
        """What each item's row says, in the order on record."""
        return [_effects(row) for row in self.rows]

    @cached_property
    def _next_change(self) -> datetime | None:
        changes = []
        for of_item in self._effects:
            changes += [effect.starts for effect in of_item if effect.starts > self.at]
        return min(changes, default=None)


_known: ItemList | None = None


def read() -> ItemList:
    """The list of items."""
    global _known
    now = clock.now()
    usable = _known if _known and _is_usable(_known, now) else None
    if usable and usable.is_fresh():
        return usable
    rows = stores.views().partition(items.LIST)
    # Where nothing was published, what was made of the rows stays good.
    if usable is None or usable.rows != rows:
        usable = ItemList(rows, stores.views(), 0.0, now)
    usable.read_at = monotonic()
    _known = usable
    return usable


def _is_usable(known: ItemList, now: datetime) -> bool:
    if known.of is not stores.views():
        return False
    return known.is_as_of(now)


def forget() -> None:
    """Read the list anew when it is asked for next."""
    global _known
    _known = None


def titles(name: str) -> Mapping[str, Mapping[str, str]]:
    """Values and their {zh, en} titles of one of the item schema's closed lists: kind, audience,
    life-event.
    """
    definition = schemas.load("item")["$defs"][name]
    of_values: Mapping[str, Mapping[str, str]] = definition["x-enum-titles"]
    return of_values


def _effects(row: Row) -> list[Effect]:
    later = row.data.get("later", ())
    return [_effect(data) for data in (row.data, *later)]


def _effect(data: Summary) -> Effect:
    if "retired_from" in data:
        return Effect(clock.parse(data["retired_from"]))
    starts = data.get("in_force_from", LONG_AGO)
    return Effect(clock.parse(starts), data)


def _last_in_force(of_item: Sequence[Effect], at: datetime) -> Summary:
    document = effects.shown(of_item, at) or {}
    shown = {"id": document["id"], "version": document["version"]}
    end = effects.retired_from(of_item, at)
    if end:
        shown["retired_from"] = clock.stamp(end)
    return shown


def _summary(data: Summary) -> Summary:
    """An item as everybody sees it; a row that an earlier release laid lacks the lists."""
    summary = {}
    for name in (*items.SUMMARY, "version", "published_at"):
        summary[name] = data[name]
    for name in items.FILTERS:
        summary[name] = data.get(name, [])
    return summary


def _search_entry(data: Summary) -> search.Entry:
    names = (data["id"], data["code"], *data["name"].values())
    texts = [
        data["authority_name"],
        data["audience"],
        data.get("result", {}),
        *data.get("conditions", ()),
        *_titles_of(data.get("life_events", ())),
    ]
    words: list[str] = [*data.get(items.SYNONYMS, ())]
    for text in texts:
        words += text.values()
    return search.Entry(names, tuple(words))


def _titles_of(life_events: Iterable[str]) -> list[Mapping[str, str]]:
    of_events = titles("life-event")
    return [of_events.get(event, {}) for event in life_events]
