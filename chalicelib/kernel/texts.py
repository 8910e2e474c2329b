"""Every sentence that people read, in zh-CN and en, from the ``texts.json`` of each context."""

import json
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("zh-CN", "en")


@lru_cache(maxsize=1)
def all_texts() -> dict[str, dict[str, str]]:
    """Key to {zh-CN, en}, over all contexts. Raises ValueError when two contexts use one key."""
    merged: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).resolve().parents[1].glob("*/texts.json")):
        texts = json.loads(path.read_text("utf-8"))
        if twice := merged.keys() & texts.keys():
            raise ValueError(f"texts defined twice: {sorted(twice)}")
        merged.update(texts)
    return merged


def say(key: str, language: str, **params: object) -> str:
    """The sentence of ``key``, its parameters filled in; unknown keys are shown as they are."""
    text = all_texts().get(key, {}).get(language)
    return text.format(**params) if text else key


def language_of(accept: str) -> str:
    """The better of zh-CN and en for an Accept-Language header (RFC 9110, 12.5.4); zh-CN when in
    doubt.
    """
    best, choice = 0.0, LANGUAGES[0]
    for part in accept.split(",")[:20]:
        tag, _, q = part.lower().replace(" ", "").partition(";q=")
        name = tag[:2]
        try:
            weight = float(q) if q else 1.0
        except ValueError:
            weight = 0.0
        if name in ("zh", "en") and weight > best:
            best, choice = weight, LANGUAGES[0] if name == "zh" else LANGUAGES[1]
    return choice
