"""What becomes of the cases of half a year: ``stories.txt`` tells how many of each item go which
way.

A line of an item is ``count ways``, or ``count @days ways`` for cases that were filed so many
working days ago; the others are filed at any time. A way is a step and how it is done:

* ``review`` plainly, ``approve.refuse`` with another outcome, ``review!2`` two working days after
  its last day;
* ``supplement``, ``hear``, ``pay``, ``collect``: what the applicant and parties do;
  ``hear.hearing`` where they ask for a hearing, ``publicity.opposed`` where somebody objects;
* ``silence.<step>``: nobody acts there until time brings what it brings;
* ``claim``, ``withdraw``, ``extension``, ``procedure.<kind>``, ``correct``, ``revoke``, ``refund``;
* ``appeal.<story>`` and ``renew.<story>``: the next case, about this one, goes as is told under
  ``<item> after <kind>``.

Where the ways end before the case does, it is open there today.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLLOWING = ("appeal", "renew")
TOLD_IN = Path(__file__).with_name("stories.txt")
_INDENT = " "


@dataclass(frozen=True)
class Story:
    """How a case of ``item`` goes; ``ago`` is in working days, None for any time."""

    item: str
    ways: tuple[str, ...]
    ago: int | None = None


def stories() -> Iterator[Story]:
    """All of them but those that follow, each as often as it is told."""
    for heading, lines in _told().items():
        if heading[1:] == ("",):
            for words in lines:
                yield from _counted(heading[0], list(words))


def following(way: str) -> Story:
    """The story of the case that ``appeal.<story>`` or ``renew.<story>`` begins."""
    kind, _, name = way.partition(".")
    for (item, *after), lines in _told().items():
        for words in lines:
            if after == [kind] and words[0] == name:
                return Story(item, words[1:])
    raise KeyError(way)


def _counted(item: str, words: list[str]) -> Iterator[Story]:
    count, ways = int(words[0]), words[1:]
    ago = None
    if ways and ways[0].startswith("@"):
        ago = int(ways.pop(0)[1:])
    for _ in range(count):
        yield Story(item, tuple(ways), ago)


@lru_cache
def _told() -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """The words of each line, by its item and what the item's cases follow on."""
    found: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    lines: list[tuple[str, ...]] = []
    for line in TOLD_IN.read_text("utf-8").splitlines():
        if line.startswith(_INDENT):
            lines.append(tuple(line.split()))
            continue
        item, _, kind = line.partition(" after ")
        lines = found.setdefault((item, kind), [])
    return found
