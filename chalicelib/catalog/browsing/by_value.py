"""Where in a list each value of a filter stands: a page is made without reading the list."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

FILTERS = ("kind", "authority", "audience", "life_event")
Summary = Mapping[str, Any]
Places = Mapping[str, Mapping[str, list[int]]]


def places(summaries: Sequence[Summary], audiences: Sequence[str]) -> Places:
    """For each filter and value the places, ascending; without audiences an item is for all."""
    found: dict[str, dict[str, list[int]]] = {name: defaultdict(list) for name in FILTERS}
    for place, summary in enumerate(summaries):
        for name, value in _values(summary, audiences):
            found[name][value].append(place)
    return {name: dict(of_values) for name, of_values in found.items()}


def _values(summary: Summary, audiences: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "kind", summary["kind"]
    yield "authority", summary["authority"]
    for audience in summary["audiences"] or audiences:
        yield "audience", audience
    for event in summary["life_events"]:
        yield "life_event", event
