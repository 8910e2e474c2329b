"""What people read: in both languages, with its parameters filled in, in the language that they
asked for.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel import texts


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "zh-CN"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-Hant-TW", "zh-CN"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, de;q=0.9", "zh-CN"),
        ("fr, en;q=0.1", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en;q=0.5, zh;q=0.8", "zh-CN"),
        ("zh;q=0.5, en;q=0.8", "en"),
        ("en;q=0", "zh-CN"),
        ("en; q=0.9", "en"),
        ("en;q=nonsense", "zh-CN"),
        ("*", "zh-CN"),
        ("en, zh", "en"),
        (",;q=,;;", "zh-CN"),
    ],
)
def test_the_language_is_the_better_of_the_two_asked_for(accept: str, language: str) -> None:
    assert texts.language_of(accept) == language


@given(st.text())
def test_any_header_gives_a_language(accept: str) -> None:
    assert texts.language_of(accept) in texts.LANGUAGES


def test_a_sentence_has_its_parameters_filled_in() -> None:
    assert (
        texts.say("too-many-requests", "en", seconds=17)
        == "Too many tries. Try again in 17 seconds."
    )
    assert "17" in texts.say("too-many-requests", "zh-CN", seconds=17)


def test_an_unknown_key_is_shown_as_it_is() -> None:
    assert texts.say("no-such-key", "en", a=1) == "no-such-key"
    assert texts.say("not-found", "fr") == "not-found"


def test_two_contexts_cannot_use_one_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for context in ("a", "b"):
        (tmp_path / context).mkdir()
        (tmp_path / context / "texts.json").write_text('{"same": {"zh-CN": "一", "en": "one"}}')
    monkeypatch.setattr(texts, "__file__", str(tmp_path / "kernel" / "texts.py"))
    texts.all_texts.cache_clear()
    try:
        with pytest.raises(ValueError, match="same"):
            texts.all_texts()
    finally:
        texts.all_texts.cache_clear()
