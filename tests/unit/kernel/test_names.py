"""Names: what can stand for one, and which spellings are the same; one line a case."""

import unicodedata

import pytest

from chalicelib.kernel import names
from chalicelib.kernel.errors import Malformed

# What people and companies are called.
NAMES = [
    "张伟",
    "姜𱖎",  # Unicode 13: unknown to the tables of Python 3.11's predecessors
    "𠮷田太郎",
    "\U0003134f\U0002ebf0",  # extensions G and I
    "\U00033480",  # extension J of 2025: no table of this runtime has it
    "㐂",
    "〇明",
    "葛\U000e0100城",  # a variant of a character
    "阿卜杜拉·买买提",
    "阿卜杜拉•买买提",
    "O'Brien-Smith",
    "O’Brien",
    "Zoë Müller",
    "é\u0301",
    "Nguyễn Văn A",
    "Иван Петров",
    "Γιώργος",
    "山田 太郎",
    "김철수",
    "ＺＨＡＮＧ　ＷＥＩ",
    "⼈民",  # as a PDF gives 人民
    "上海A6咖啡馆（有限合伙）",
    "3M中国有限公司",
    "=SUM(A1)",
    "<script>alert(1)</script>",
    "字" * 100,
]
# What is none, and why.
NO_NAMES = [
    ("", "name-blank"),
    ("   ", "name-blank"),
    ("\u3000", "name-blank"),
    ("·", "name-blank"),
    ("---", "name-blank"),
    ("\u3164", "name-hidden-character"),
    ("\u3164\u3164", "name-hidden-character"),
    ("\u115f", "name-hidden-character"),
    ("\u2800", "name-hidden-character"),
    ("张\uffa0伟", "name-hidden-character"),
    ("张\u202e伟", "name-hidden-character"),
    ("张\u2066伟", "name-hidden-character"),
    ("张\u200b伟", "name-hidden-character"),
    ("张\u200f伟", "name-hidden-character"),
    ("张\ufeff伟", "name-hidden-character"),
    ("张\x00伟", "name-hidden-character"),
    ("张伟\n", "name-hidden-character"),
    ("张\x7f伟", "name-hidden-character"),
    ("张\u00ad伟", "name-hidden-character"),
    ("张\ufffd", "name-hidden-character"),
    ("\U000e0041张", "name-hidden-character"),
    ("刘\ue863", "name-private-character"),
    ("Zhаng Wei", "name-look-alike"),  # a Cyrillic а
    ("Аlеx", "name-look-alike"),
    ("Αlex", "name-look-alike"),  # a Greek Α
    ("张А", "name-look-alike"),
    ("сосо", "name-look-alike"),  # no letter of it is Latin, and all look so
    ("ΑΒΕ", "name-look-alike"),
    ("Иван Ροδ", "name-look-alike"),
    ("\U0001d400lex", "name-look-alike"),
    ("⺠生", "name-look-alike"),  # a part of a character, not 民
    ("字" * 101, "name-too-long"),
]
# Spellings of one name.
SAME = [
    ("阿卜杜拉·买买提", "阿卜杜拉•买买提"),
    ("阿卜杜拉·买买提", "阿卜杜拉・买买提"),
    ("阿卜杜拉·买买提", "阿卜杜拉．买买提"),
    ("阿卜杜拉·买买提", "阿卜杜拉.买买提"),
    ("阿卜杜拉·买买提", "阿卜杜拉 ‧ 买买提"),
    ("O'Brien", "O’Brien"),
    ("O'Brien", "OʼBRIEN"),
    ("O'Brien", "o´brien"),
    ("Smith-Jones", "SMITH‐JONES"),
    ("Smith-Jones", "Smith–Jones"),
    ("Zhang Wei", "ZHANG  WEI"),
    ("Zhang Wei", "ＺＨＡＮＧ　ｗｅｉ"),
    ("Zoë", "Zoe\u0308"),
    ("Straße", "STRASSE"),
    ("张伟", " 张 伟 "),
    ("人民", "⼈民"),
    ("豈", "\uf900"),
    ("葛城", "葛\U000e0100城"),
    ("清河文化(明杭)有限公司", "清河文化（明杭）有限公司"),
]
OTHERS = [
    ("张伟", "张玮"),
    ("阿卜杜拉·买买提", "阿卜杜拉买买提"),
    ("J. Smith", "J Smith"),
    ("Zoë", "Zoe"),
    ("姜𱖎", "姜\U0003158f"),
]


@pytest.mark.parametrize("name", NAMES)
def test_what_people_are_called_is_a_name(name: str) -> None:
    names.check(name)
    assert names.is_name(name)


@pytest.mark.parametrize(("name", "why"), NO_NAMES)
def test_what_is_no_name_is_told_why(name: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        names.check(name)
    assert not names.is_name(name)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_name_are_the_same(one: str, other: str) -> None:
    assert names.are_same(one, other)
    assert names.compared(names.compared(one)) == names.compared(one)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_name_is_another(one: str, other: str) -> None:
    assert not names.are_same(one, other)


def test_the_tables_asked_are_those_that_never_change() -> None:
    assert unicodedata.ucd_3_2_0.unidata_version == "3.2.0"
    later = "\U0003158e"
    assert unicodedata.ucd_3_2_0.category(later) == "Cn"
    assert names.compared(later) == later
