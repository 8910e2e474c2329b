"""Items are found by words in Chinese and in English; a hit in the name weighs more than one in the
texts.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.browsing.search import Entry, Index, terms, units

SIGN = Entry(
    ("shop-sign", "店招标牌设置许可", "Permit to put up a shop sign"),
    ("城市管理局", "一店一招", "Companies"),
)
EVENT = Entry(
    ("mass-event", "大型群众性活动安全许可", "Safety permit for a mass event"),
    ("公安局", "Venue is safe"),
)
MARKET = Entry(
    ("market", "集市备案", "Filing of a market"),
    ("店招标牌须整齐", "Every stall shows its shop sign"),
)
INDEX = Index([SIGN, EVENT, MARKET])


def found(query: str) -> list[int]:
    ranks = INDEX.find(query)
    return sorted(ranks, key=lambda number: (-ranks[number], number))


def test_chinese_words_find_the_name_first() -> None:
    assert found("店招") == [0, 2]
    assert found("标牌") == [0, 2]


def test_english_words_find_the_name_first() -> None:
    assert found("shop sign") == [0, 2]
    assert found("sign") == [0, 2]


def test_all_words_must_be_found() -> None:
    assert found("safety permit") == [1]
    assert found("safety market") == []
    assert found("安全 集市") == []


def test_both_languages_may_stand_in_one_query() -> None:
    assert found("许可 shop") == [0]
    assert found("permit许可event") == [1]


def test_case_width_plural_and_word_order_do_not_matter() -> None:
    for query in ("SHOP SIGNS", "ｓｈｏｐ　ｓｉｇｎ", "signs, shops!", "sign shop"):
        assert set(found(query)) == {0, 2}, query
    assert found("safety venues") == [1]


def test_words_that_say_nothing_are_passed_over() -> None:
    assert found("a permit for the shop sign") == [0]
    assert found("店招的许可") == [0]


def test_chinese_without_spaces_is_found_though_the_name_has_more_between() -> None:
    assert found("店招许可") == [0]
    assert found("活动安全") == [1]
    assert found("活动许可") == [1]


def test_neighbouring_characters_of_a_short_word_must_stand_together() -> None:
    assert found("店牌") == []
    assert found("可许") == []


def test_one_character_is_enough() -> None:
    assert found("招") == [0, 2]
    assert found("局") == [0, 1]


def test_a_query_without_letters_finds_nothing() -> None:
    for query in ("", "  ", "!?。", "的", "the", "=+-@"):
        assert found(query) == [], query


def test_a_name_that_holds_the_very_phrase_stands_before_one_that_holds_its_words() -> None:
    index = Index([Entry(("Sign of a shop",), ()), Entry(("Shop sign",), ())])
    ranks = index.find("shop sign")
    assert ranks[1] > ranks[0] > 0


def test_an_item_is_found_by_its_id_and_code() -> None:
    index = Index([Entry(("shop-sign", "1133990000300117273330117901000"), ())])
    assert index.find("shop-sign") and index.find("1133990000300117273330117901000")
    assert not index.find("11339900003001172733301179")


ALPHABET = st.text("店招标牌设置许可的𠮷a bS-ｅ1, ", max_size=12)


@given(st.lists(st.tuples(ALPHABET, ALPHABET), max_size=6), ALPHABET)
def test_the_index_finds_what_reading_every_text_finds(
    texts: list[tuple[str, str]], query: str
) -> None:
    def holds(entry: Entry) -> bool:
        known = set().union(*(terms(text) for text in (*entry.names, *entry.texts)))
        return bool(units(query)) and all(known & set(unit) for unit in units(query))

    entries = [Entry((name,), (text,)) for name, text in texts]
    assert set(Index(entries).find(query)) == {n for n, entry in enumerate(entries) if holds(entry)}


@given(ALPHABET, ALPHABET)
def test_every_text_that_is_searched_for_whole_is_found(name: str, text: str) -> None:
    index = Index([Entry((name,), (text,))])
    for query in (name, text):
        assert bool(index.find(query)) == bool(units(query))


FOUND_PARTLY = [
    ("店招灯箱许可", 0, "one word of three that nobody writes"),
    ("safety permit concert", 1, "two words of three"),
    ("我要办大型活动怎么办", 1, "what people say around it"),
]


@pytest.mark.parametrize(("query", "best", "why"), FOUND_PARTLY)
def test_where_not_all_is_found_the_closest_come_first(query: str, best: int, why: str) -> None:
    ranks = INDEX.find(query) or INDEX.find_partly(query)
    assert max(ranks, key=lambda number: ranks[number]) == best, why


def test_what_is_said_of_nothing_finds_nothing() -> None:
    for query in ("", "的", "火箭发射", "rocket launch site"):
        assert INDEX.find_partly(query) == {}, query
