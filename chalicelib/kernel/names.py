"""Names of people and companies: what can stand for one, and when two spellings are the same name.

Nothing here asks the runtime's own tables of characters, which know other characters with every
version of Python: the ranges below, and Unicode 3.2 as Python keeps it for ever. A character that
Unicode 3.2 does not know, such as a rare Han character of a later extension, is taken as a letter.
"""

import re
from unicodedata import ucd_3_2_0

from chalicelib.kernel.errors import Malformed

MAX_CHARACTERS = 100
MIDDLE_DOT, APOSTROPHE, HYPHEN = "·", "'", "-"

# Controls, signs that turn or hide what stands beside them, half characters, and what stands for no
# character at all.
_HIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
# Letters by name, blanks to the eye.
_BLANKS = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
# Letters dressed up as others: mathematical alphabets, parts of Han characters.
_DRESSED = re.compile("[\u2e80-\u2eff\U0001d400-\U0001d7ff]")
_LATIN = re.compile("[A-Za-zªºÀ-ÖØ-öø-ʯᴀ-ᴥḀ-ỿⱠ-ⱿꜢ-ꞇＡ-Ｚａ-ｚ]")
# Scripts that share shapes with Latin.
_ALPHABETS = (
    re.compile("[Ͱ-ͽͿ-Ͼἀ-῾]"),  # Greek
    re.compile("[Ѐ-ԯᲀ-ᲈꙀ-ꚟ]"),  # Cyrillic
    re.compile("[Ա-֏]"),  # Armenian
    re.compile("[Ꭰ-ᏽꭰ-ꮿ]"),  # Cherokee
)
_LATIN_SHAPES = re.compile(
    "[АВЕЅІЈКМНОРСТУХаеорсухѕіјһԁԛԝҮүӀӏ"  # Cyrillic (UTS #39)
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονικρυχ"  # Greek
    "ՕՏԼոսօց"  # Armenian
    "ᎪᎬᎢᎷᎳᎻᎾᏂᏃᏔᏚᏟᏢᏦᏞᎥᏙᏒᏀ]"  # Cherokee
)
_HAN = re.compile("[〇㐀-䶿一-鿿豈-\ufaff\U00020000-\U0003ffff]")

_SPACES = re.compile("[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_DOTS = re.compile("[•‧∙⋅⸱・･‣◦]")
_APOSTROPHES = re.compile("[‘’‛′ʹʻʼʽˈ`´ꞌ＇]")
_HYPHENS = re.compile("[‐‑‒–—―−﹘﹣－]")
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Between Han characters a full stop is the middle dot of who found no other key.
_DOT_OF_HAN = re.compile(f"(?<={_HAN.pattern})\\.(?={_HAN.pattern})")


def check(name: str) -> None:
    """Raise Malformed, with what is wrong, for what cannot be anybody's name."""
    if len(name) > MAX_CHARACTERS:
        raise Malformed("name-too-long", limit=MAX_CHARACTERS)
    if hidden := _HIDDEN.search(name):
        raise Malformed("name-hidden-character", character=f"U+{ord(hidden[0]):04X}")
    if blank := _BLANKS.search(name):
        raise Malformed("name-hidden-character", character=f"U+{ord(blank[0]):04X}")
    if private := _PRIVATE.search(name):
        raise Malformed("name-private-character", character=f"U+{ord(private[0]):04X}")
    if not any(map(_is_letter, name)):
        raise Malformed("name-blank")
    if _looks_like_another(name):
        raise Malformed("name-look-alike")


def is_name(name: str) -> bool:
    """Whether it can be somebody's name."""
    try:
        check(name)
    except Malformed:
        return False
    return True


def _is_letter(character: str) -> bool:
    """Whether it is a letter or a figure; what Unicode 3.2 does not know yet counts as one."""
    kind = ucd_3_2_0.category(character)
    return kind[0] in "LN" or kind == "Cn"


def _looks_like_another(name: str) -> bool:
    """Whether its letters are dressed up, or borrowed from an alphabet that shares shapes with
    Latin: mixed with others, or all of them shapes of Latin ones.
    """
    if _DRESSED.search(name):
        return True
    used = [alphabet for alphabet in _ALPHABETS if alphabet.search(name)]
    if not used:
        return False
    if len(used) > 1 or _LATIN.search(name) or _HAN.search(name):
        return True
    letters = used[0].findall(name)
    return all(map(_LATIN_SHAPES.fullmatch, letters))


def compared(name: str) -> str:
    """What is the same of all spellings of a name: width, blanks, capitals, and which of the many
    dots, apostrophes and hyphens was at hand make no difference. For comparing only: a name is kept
    as it was given.
    """
    text = _APOSTROPHES.sub(APOSTROPHE, _VARIANTS.sub("", name))
    text = ucd_3_2_0.normalize("NFKC", text)
    text = _SPACES.sub("", text)
    text = _DOTS.sub(MIDDLE_DOT, text)
    text = _HYPHENS.sub(HYPHEN, text)
    text = _DOT_OF_HAN.sub(MIDDLE_DOT, text)
    return "".join(map(_folded, text))


def _folded(character: str) -> str:
    """Without capitals, as far as Unicode 3.2 knows them: those never change."""
    is_known = ucd_3_2_0.category(character) != "Cn"
    return character.casefold() if is_known else character


def are_same(one: str, other: str) -> bool:
    """Whether two spellings are one name."""
    return compared(one) == compared(other)


def without_hidden(text: str) -> str:
    """The text without the characters that nobody sees."""
    return _BLANKS.sub("", _HIDDEN.sub("", text))
