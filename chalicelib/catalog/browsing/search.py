"""Finding items by words, in Chinese and in English: a small index held in memory, without a server
beyond ours.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from operator import add

_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_CHINESE = re.compile(f"[{_CJK}]")
# They stand between words of the same query, and say nothing about an item.
_SILENT_CHARACTERS = re.compile("[的了]")
_SILENT = frozenset(
    re.findall(
        r"\w+", "a an and are as at be by for from how i in is it my of on or the to what with"
    )
)
_NOWHERE: frozenset[int] = frozenset()

Unit = tuple[str, ...]
"""What must be found once: any of these terms will do."""


@dataclass(frozen=True)
class Entry:
    """What can be found of one thing: its names, which weigh more, and its other texts."""

    names: tuple[str, ...]
    texts: tuple[str, ...]


def terms(*texts: str) -> set[str]:
    """The terms under which texts are found: words, Chinese characters, and pairs of neighbouring
    characters.
    """
    words, runs = set[str](), set[str]()
    for piece in set(_pieces("\n".join(texts))):
        (runs if _is_chinese(piece) else words).add(piece)
    found = {_word(word) for word in words} - _SILENT
    for run in runs:
        found.update(run, map(add, run, run[1:]))
    return found


def units(query: str) -> list[Unit]:
    """What a query asks for, each unit to be found.

    A Chinese character is found with its neighbour to the left or to the right: whoever types
    店招许可 without a space finds 店招标牌设置许可, though nobody's index knows where a word ends.
    """
    wanted: dict[Unit, None] = {}
    for piece in _pieces(query):
        if not _is_chinese(piece):
            wanted[(_word(piece),)] = None
        elif len(piece) == 1:
            wanted[(piece,)] = None
        else:
            pairs = [a + b for a, b in pairwise(piece)]
            wanted |= dict.fromkeys([(pairs[0],), *pairwise(pairs), (pairs[-1],)])
    return [unit for unit in wanted if unit[0] not in _SILENT]


class Index:
    """An unchanging index over numbered entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        names: defaultdict[str, list[int]] = defaultdict(list)
        texts: defaultdict[str, list[int]] = defaultdict(list)
        phrases = []
        for number, entry in enumerate(entries):
            in_names = terms(*entry.names)
            for term in in_names:
                names[term].append(number)
            for term in terms(*entry.texts) - in_names:
                texts[term].append(number)
            phrases.append(tuple(_plain(name) for name in entry.names))
        self._names, self._texts, self._phrases = dict(names), dict(texts), phrases

    def find(self, query: str) -> dict[int, int]:
        """Rank by number of each entry in which all of the query's units are found; the higher the
        better.

        Nothing is found by a query without a letter or a character in it.
        """
        wanted = [
            (_anywhere(self._names, unit), _anywhere(self._texts, unit)) for unit in units(query)
        ]
        if not wanted:
            return {}
        # The rarest first: what it leaves is all that the others are looked up for.
        wanted.sort(key=lambda found: len(found[0]) + len(found[1]))
        left = set(wanted[0][0] | wanted[0][1])
        for in_names, in_texts in wanted[1:]:
            left = {number for number in left if number in in_names or number in in_texts}
        ranks = dict.fromkeys(left, 0)
        for in_names, _ in wanted:
            for number in in_names & left:
                ranks[number] += 2
        phrase, all_in_names = _plain(query), 2 * len(wanted)
        for number, rank in ranks.items():
            if rank == all_in_names and any(phrase in name for name in self._phrases[number]):
                ranks[number] += 1
        return ranks


def _anywhere(postings: dict[str, list[int]], unit: Unit) -> frozenset[int]:
    return _NOWHERE.union(*(postings.get(term, ()) for term in unit))


def _pieces(text: str) -> list[str]:
    found: list[str] = _PIECES.findall(_SILENT_CHARACTERS.sub(" ", _plain(text)))
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _is_chinese(piece: str) -> bool:
    return bool(_CHINESE.match(piece))


def _word(word: str) -> str:
    """One form for singular and plural, the same for index and query; it need not be a word."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
