"""Every message has its sentence in both languages, with the same placeholders, all of them given;
and a text message is short, or it is known how long it is.
"""

import pytest

from chalicelib.kernel import texts
from chalicelib.notify.acts import BINDING, KINDS, UNSPOKEN, parts_of, sentence
from tests.support.problems import placeholders
from tests.unit.notify.test_sending import NUMBER, PARAMS

# Text messages that are longer than 70 characters of UCS-2, in the language of most: how many parts
# each is paid as.
LONGER = {
    "case.accepted_by_default": 2,
    "case.accepted_by_silence": 2,
    "case.at_window": 2,
    "mandate.accepted": 2,
    "mandate.granted": 2,
    "mandate.guardianship": 2,
    "mandate.limited": 2,
    "mandate.offered": 2,
    "supervision.card": 2,
}
MAX_PARTS = 2
every_kind = pytest.mark.parametrize("kind", sorted(KINDS))


def said(kind: str, language: str) -> str:
    """The sentence of a kind, with parameters as they are in life."""
    params = {name: PARAMS[name] for name in KINDS[kind]}
    return sentence(kind, params, NUMBER, language)


@every_kind
def test_both_languages_name_the_same_and_all_that_is_given(kind: str) -> None:
    chinese, english = (
        placeholders(texts.all_texts()[f"message.{kind}"][language]) for language in texts.LANGUAGES
    )
    assert chinese == english
    assert chinese - {"case_number"} == set(KINDS[kind]) - UNSPOKEN


@every_kind
def test_a_text_message_is_short_or_it_is_known_how_long_it_is(kind: str) -> None:
    assert parts_of(said(kind, "zh-CN")) == LONGER.get(kind, 1) <= MAX_PARTS
    assert parts_of(said(kind, "en")) <= 4


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1), ("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("字" * 135, 3),
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
        ("a" * 69 + "字", 1), ("a" * 70 + "字", 2), ("[" + "a" * 70, 2), ("𠮷" * 35, 1), ("𠮷" * 36, 2),
    ],
)  # fmt: skip
def test_parts_are_counted_as_networks_count_them(text: str, parts: int) -> None:
    assert parts_of(text) == parts


def test_what_binds_is_a_kind_and_every_end_of_a_case_binds() -> None:
    assert set(KINDS) >= BINDING
    ends = {f"case.{end}" for end in ("granted", "refused", "not_accepted", "ordered", "decided")}
    assert ends | {"case.supplement_requested"} <= BINDING
