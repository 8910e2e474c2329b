"""Finding items by words, in Chinese and in English: a small index held in memory, without a server
beyond ours.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import add

from chalicelib.kernel.values import dataclass

_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_CHINESE = re.compile(f"[{_CJK}]")
# They stand between words of the same query, and say nothing about an item.
_SILENT_CHARACTERS = re.compile(
    "怎么办理?|怎么样?|怎样|如何|请问|我要|我想|想要|要不要|在哪里?|哪里|一家|一个|[的了吗呢吧啊呀嘛]"
)
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
    chinese = set[str]()
    words = set[str]()
    for piece in set(_pieces("\n".join(texts))):
        if _is_chinese(piece):
            chinese.update(piece, map(add, piece, piece[1:]))
        else:
            words.add(_word(piece))
    return (words - _SILENT) | chinese


def units(query: str) -> list[Unit]:
    """What a query asks for, each unit to be found.

    A Chinese character is found with its neighbour to the left or to the right: whoever types
    店招许可 without a space finds 店招标牌设置许可, though nobody's index knows where a word ends.
    """
    each_once: dict[Unit, None] = {}
    for piece in _pieces(query):
        for unit in _units_of(piece):
            if unit[0] not in _SILENT:
                each_once[unit] = None
    return list(each_once)


def _units_of(piece: str) -> list[Unit]:
    if not _is_chinese(piece):
        return [(_word(piece),)]
    if len(piece) == 1:
        return [(piece,)]
    pairs = [left + right for left, right in pairwise(piece)]
    return [(pairs[0],), *pairwise(pairs), (pairs[-1],)]


@dataclass(frozen=True)
class _Matches:
    """The entries that one unit of a query is found in: in their names, in their other texts."""

    in_names: frozenset[int]
    in_texts: frozenset[int]

    @property
    def size(self) -> int:
        """How much there is to look through."""
        return len(self.in_names) + len(self.in_texts)


class Index:
    """An unchanging index over numbered entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        names: defaultdict[str, list[int]] = defaultdict(list)
        texts: defaultdict[str, list[int]] = defaultdict(list)
        self._phrases: list[tuple[str, ...]] = []
        for number, entry in enumerate(entries):
            in_names = terms(*entry.names)
            for term in in_names:
                names[term].append(number)
            for term in terms(*entry.texts) - in_names:
                texts[term].append(number)
            self._phrases.append(tuple(map(_plain, entry.names)))
        self._names = dict(names)
        self._texts = dict(texts)

    def find(self, query: str) -> dict[int, int]:
        """Rank by number of each entry in which all of the query's units are found; the higher the
        better.

        Nothing is found by a query without a letter or a character in it.
        """
        matches = [self._matches(unit) for unit in units(query)]
        if not matches:
            return {}
        ranks = dict.fromkeys(_in_all(matches), 0)
        for each in matches:
            for number in each.in_names & ranks.keys():
                ranks[number] += 2
        phrase = _plain(query)
        highest = 2 * len(matches)
        for number, rank in ranks.items():
            if rank == highest and self._names_hold(number, phrase):
                ranks[number] += 1
        return ranks

    def find_partly(self, query: str) -> dict[int, int]:
        """Rank by number of each entry in which half of the query's units are found; for where all
        of them are found nowhere.
        """
        return _partly([self._matches(unit) for unit in units(query)])

    def _matches(self, unit: Unit) -> _Matches:
        in_names = _anywhere(self._names, unit)
        in_texts = _anywhere(self._texts, unit)
        return _Matches(in_names, in_texts)

    def _names_hold(self, number: int, phrase: str) -> bool:
        """Whether the query as it was typed stands in one of the entry's names."""
        names = self._phrases[number]
        return any(phrase in name for name in names)


def _partly(matches: Sequence[_Matches]) -> dict[int, int]:
    """The entries in which half of the units are found, by how many; in a name one counts twice."""
    found = Counter[int]()
    ranks = Counter[int]()
    for each in matches:
        found.update(each.in_names | each.in_texts)
        ranks.update(each.in_names | each.in_texts)
        ranks.update(each.in_names)
    return {number: ranks[number] for number, count in found.items() if 2 * count >= len(matches)}


def _in_all(matches: Iterable[_Matches]) -> set[int]:
    """The entries in which every unit is found."""
    # The rarest first: what it leaves is all that the others are looked up for.
    rarest, *others = sorted(matches, key=lambda each: each.size)
    left = set(rarest.in_names | rarest.in_texts)
    for each in others:
        left &= (each.in_names & left) | (each.in_texts & left)
    return left


def _anywhere(postings: dict[str, list[int]], unit: Unit) -> frozenset[int]:
    lists = [postings.get(term, ()) for term in unit]
    return _NOWHERE.union(*lists)


def _pieces(text: str) -> list[str]:
    heard = _SILENT_CHARACTERS.sub(" ", _plain(text))
    pieces: list[str] = _PIECES.findall(heard)
    return pieces


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return normal.casefold().strip()


def _is_chinese(piece: str) -> bool:
    return bool(_CHINESE.match(piece))


def _word(word: str) -> str:
    """One form for singular and plural, the same for index and query; it need not be a word."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    is_plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    if len(word) > 3 and is_plural:
        return word[:-1]
    return word
