"""Pages of a large index partition, sorted once: the emulator sorts and parses anew for each page.

Only for queries that ask for a whole partition in order; whatever else is asked, the emulator answers.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

Item = dict[str, dict[str, Any]]
Json = dict[str, Any]
Place = tuple[str, str, str]


class IndexPages:
    """One KEYS_ONLY index over rows that do not change while it is asked."""

    def __init__(self, name: str, partition: str, sort: str, rows: Iterable[Item]) -> None:
        self._name = name
        self._attributes = (partition, sort, "pk", "sk")
        self._partitions: dict[str, list[Place]] = defaultdict(list)
        for row in rows:
            if partition in row and sort in row:
                self._partitions[row[partition]["S"]].append(self._place(row))
        for places in self._partitions.values():
            places.sort()

    def _place(self, key: Item) -> Place:
        sort, pk, sk = (key[name]["S"] for name in self._attributes[1:])
        return sort, pk, sk

    def answer(self, asked: Json) -> Json | None:
        """What DynamoDB answers; None for a query that is not of a whole partition in order."""
        values = asked.get("ExpressionAttributeValues", {})
        is_whole = len(values) == 1 and asked.get("ScanIndexForward", True)
        if asked.get("IndexName") != self._name or not is_whole:
            return None
        (partition,) = (value["S"] for value in values.values())
        return self._page(partition, asked["Limit"], asked.get("ExclusiveStartKey"))

    def _page(self, partition: str, limit: int, after: Item | None) -> Json:
        places = self._partitions[partition]
        first = bisect_right(places, self._place(after)) if after else 0
        items = [self._key(partition, place) for place in places[first : first + limit]]
        page: Json = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
        if len(items) == limit:  # as on AWS, which does not look whether anything comes behind
            page["LastEvaluatedKey"] = items[-1]
        return page

    def _key(self, partition: str, place: Place) -> Item:
        texts = (partition, *place)
        return {name: {"S": text} for name, text in zip(self._attributes, texts, strict=True)}
