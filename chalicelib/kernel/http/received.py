"""The texts of a request as people's devices send them: one kind of line break, nothing invisible.

What a paste brings along unseen is dropped, for nobody can find it to take it out. What changes how
a text reads, or cannot be read at all, is refused and named.
"""

import re
import unicodedata
from typing import Any

from chalicelib.kernel.errors import Fault

MAX_FAULTS = 100
_LINE_BREAK = re.compile("\r\n|[\r\u2028\u2029]")
# Joiners and tags have a meaning only within an emoji: a family, a flag.
_PICTURE = "\u200d\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER_APART = f"(?<![{_PICTURE}])\u200d|\u200d(?![{_PICTURE}])"
_TAG_APART = (
    "(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0020-\U000e007f]+|[\U000e0000-\U000e001f]"
)
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    f"\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0]|{_JOINER_APART}|{_TAG_APART}"
)
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufff0-\uffff]"
)


def clean(value: Any) -> tuple[Any, list[Fault]]:
    """A JSON value with its texts in order, and a fault (at most 100) for each text with a
    character that none may have.
    """
    faults: list[Fault] = []
    cleaned = _cleaned(value, "", faults)
    return cleaned, faults


def _cleaned(value: Any, at: str, faults: list[Fault]) -> Any:
    if isinstance(value, str):
        return _text(value, at, faults)
    if isinstance(value, list):
        return [_cleaned(child, f"{at}/{number}", faults) for number, child in enumerate(value)]
    if isinstance(value, dict):
        return _object(value, at, faults)
    return value


def _object(value: dict[str, Any], at: str, faults: list[Fault]) -> dict[str, Any]:
    cleaned = {}
    for name, child in value.items():
        _refuse(name, at, faults)
        if name == "pattern" and value.get("type") == "string":
            cleaned[name] = child  # a schema's: it names the characters that no text may have
            continue
        step = name[:64].replace("~", "~0").replace("/", "~1")
        cleaned[name] = _cleaned(child, f"{at}/{step}", faults)
    return cleaned


def _text(text: str, at: str, faults: list[Fault]) -> str:
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_BREAK.sub("\n", text)
    text = _UNSEEN.sub("", text)
    _refuse(text, at, faults)
    return text


def _refuse(text: str, at: str, faults: list[Fault]) -> None:
    """A fault for the first character of a text that it may not have."""
    found = _REFUSED.search(text)
    if found and len(faults) < MAX_FAULTS:
        fault = Fault(at, "character-refused", {"character": character(found.group())})
        faults.append(fault)


def character(char: str) -> str:
    """A character's number and name, as it can be looked up: ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    name = unicodedata.name(char, "")
    return f"U+{ord(char):04X} {name}".strip()
