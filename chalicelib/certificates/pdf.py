"""PDF pages of text and filled boxes in the standard Chinese font: just what a printed certificate
needs.

The file is pure ASCII and so passes through API Gateway as text. The font is one of those that PDF
names (Adobe-GB1): readers supply it, and nothing is embedded.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.kernel import names

WIDTH, HEIGHT = 595, 842  # A4 in points
MISSING = "〓"
FIRST_PAGE = 4  # the object after catalogue, page list and font
# Advance widths of the ASCII characters from the space on (Adobe-GB1, CIDs 1 to 95), in thousandths
# of the font's size.
ASCII_WIDTHS = (
    207, 270, 342, 467, 462, 797, 710, 239, 374, 374, 423, 605, 238, 375, 238, 334, 462, 462, 462, 462,
    462, 462, 462, 462, 462, 462, 238, 238, 605, 605, 605, 344, 748, 684, 560, 695, 739, 563, 511, 729,
    793, 318, 312, 666, 526, 896, 758, 772, 544, 772, 628, 465, 607, 753, 711, 972, 647, 620, 607, 374,
    333, 374, 606, 500, 239, 417, 503, 427, 529, 415, 264, 444, 518, 241, 230, 495, 228, 793, 527, 524,
    524, 504, 338, 336, 277, 517, 450, 652, 466, 452, 407, 370, 258, 370, 605,
)  # fmt: skip
FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [ "
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
    f"/DW 1000 /W [ 1 [ {' '.join(map(str, ASCII_WIDTHS))} ] ] "
    "/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [ -25 -254 1000 880 ] "
    "/ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight 737 /StemV 58 >> >> ] >>"
)


@dataclass
class Page:
    """One A4 page; places are in points from the lower left corner."""

    drawn: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, size: float, text: str, grey: float = 0) -> None:
        """One line of text, its base line at ``y``."""
        code = printable(text).encode("utf-16-be").hex()
        font = f"/F1 {size:g} Tf"
        place = f"{x:g} {y:g} Td"
        self.drawn.append(f"{grey:g} g BT {font} {place} <{code}> Tj ET")

    def centred(self, y: float, size: float, text: str, grey: float = 0) -> None:
        """One line of text in the middle."""
        margin = (WIDTH - width(text, size)) / 2
        self.text(margin, y, size, text, grey)

    def boxes(self, boxes: Iterable[tuple[float, float, float, float]]) -> None:
        """Black boxes: x, y, width, height."""
        shapes = [_rectangle(*box) for box in boxes]
        joined = " ".join(shapes)
        self.drawn.append(f"0 g {joined} f")

    def frame(self, x: float, y: float, w: float, h: float) -> None:
        """The outline of a box."""
        shape = _rectangle(x, y, w, h)
        self.drawn.append(f"1 w {shape} S")


def _rectangle(*measures: float) -> str:
    """x, y, width and height, as PDF draws them."""
    numbers = [f"{measure:g}" for measure in measures]
    return " ".join([*numbers, "re"])


def printable(text: str) -> str:
    """The text with a mark for each character beyond GBK: what not every reader's font has would be
    left out unseen.
    """
    shown = [character if _has(character) else MISSING for character in text]
    return "".join(shown)


def _has(character: str) -> bool:
    try:
        encoded = character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return bool(encoded) and bool(names.without_hidden(character))


def width(text: str, size: float) -> float:
    """How wide a text is in points."""
    thousandths = sum(map(_advance, text))
    return thousandths * size / 1000


def _advance(character: str) -> int:
    if " " <= character <= "~":
        return ASCII_WIDTHS[ord(character) - 32]
    return 1000


def lines(text: str, size: float, most: float) -> list[str]:
    """The text in lines of at most ``most`` points; Chinese breaks anywhere, and so may what is too
    long.
    """
    full: list[str] = []
    line = ""
    for character in text:
        if character == "\n":
            full.append(line)
            line = ""
            continue
        if width(line + character, size) > most:
            head, line = _broken(line, character)
            full.append(head)
        line += character
    return [*full, line]


def _broken(line: str, character: str) -> tuple[str, str]:
    """A full line, and what of it stands on the next one: the word that the character belongs
    to.
    """
    is_in_word = character.isascii() and character.isalnum()
    cut = line.rfind(" ") + 1
    if not is_in_word or not cut:
        return line, ""
    return line[:cut].rstrip(), line[cut:]


def document(pages: Sequence[Page], title: str, made_at: datetime) -> str:
    """The file; the same pages make the same bytes."""
    kids = [f"{_number(place)} 0 R" for place in range(len(pages))]
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) "
        "/ViewerPreferences << /DisplayDocTitle true >> >>",
        f"<< /Type /Pages /Kids [ {' '.join(kids)} ] /Count {len(pages)} "
        f"/MediaBox [ 0 0 {WIDTH} {HEIGHT} ] >>",
        FONT,
    ]
    for place, page in enumerate(pages):
        bodies += _page(page, _number(place))
    stamp = f"{made_at:%Y%m%d%H%M%S}"
    title_hex = title.encode("utf-16-be").hex()
    bodies.append(f"<< /Title <feff{title_hex}> /CreationDate (D:{stamp}) >>")
    return _file(bodies)


def _number(place: int) -> int:
    """The number of a page's object: each is followed by what is drawn on it."""
    return FIRST_PAGE + 2 * place


def _page(page: Page, number: int) -> list[str]:
    drawn = "\n".join(page.drawn)
    return [
        "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> "
        f"/Contents {number + 1} 0 R >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
    ]


def _file(bodies: Sequence[str]) -> str:
    text = "%PDF-1.5\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(text)
    return (
        f"{text}{_references(places)}"
        f"trailer\n{_trailer(text, len(bodies))}\n"
        f"startxref\n{start}\n%%EOF\n"
    )


def _references(places: Sequence[int]) -> str:
    """Where in the file each object begins."""
    lines = [
        "xref",
        f"0 {len(places) + 1}",
        "0000000000 65535 f ",
    ]
    for place in places:
        lines.append(f"{place:010d} 00000 n ")
    return "".join(f"{line}\n" for line in lines)


def _trailer(text: str, count: int) -> str:
    digest = hashlib.sha256(text.encode("ascii")).hexdigest()[:32]
    return f"<< /Size {count + 1} /Root 1 0 R /Info {count} 0 R /ID [ <{digest}> <{digest}> ] >>"
