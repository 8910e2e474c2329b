"""A flow as SVG: no scripts, styles or links in it, every text escaped, the whole flow also told in
its description.
"""

from xml.etree import ElementTree as ET

from chalicelib.catalog.flows.diagrams.blocks import NOTE, NOTE_LINE, PAD, TITLE, TITLE_LINE, Block
from chalicelib.catalog.flows.diagrams.columns import MARGIN
from chalicelib.catalog.flows.diagrams.kinds import LANES
from chalicelib.catalog.flows.diagrams.layout import (
    HEADING,
    HEADING_LINE,
    KEY_GAP,
    LEGEND_LINE,
    SWATCH,
    Picture,
    laid_out,
)
from chalicelib.catalog.flows.diagrams.routing import Way
from chalicelib.catalog.flows.diagrams.words import Words, width
from chalicelib.catalog.flows.model import Flow

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
FONTS = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif"  # noqa: E501
INK, SOFT, PAPER = "#10243e", "#44546a", "#ffffff"
LINE, MAIN, BACK = "#5b6c84", "#1f5fbf", "#a65f00"
# Fill, border, text; each pair of text and fill has a contrast of 4.5 at least.
COLOURS = {
    "office": ("#eaf2fd", "#1f5fbf", INK),
    "applicant": ("#fff4e0", "#a65f00", INK),
    "parties": ("#f3ecfb", "#6b3fa0", INK),
    "machine": ("#f0f1f4", "#5b6472", INK),
    "joint": ("#f8fbff", "#1f5fbf", INK),
    "start": ("#10243e", "#10243e", "#ffffff"),
    "granted": ("#1a6e43", "#1a6e43", "#ffffff"),
    "ordered": ("#1a6e43", "#1a6e43", "#ffffff"),
    "refused": ("#a93226", "#a93226", "#ffffff"),
    "not_accepted": ("#a93226", "#a93226", "#ffffff"),
    "revoked": ("#a93226", "#a93226", "#ffffff"),
}
OTHER_END = ("#5b6472", "#5b6472", "#ffffff")


def svg(flow: Flow, language: str) -> str:
    """The flow as an SVG document, in ``zh-CN`` or ``en``."""
    words = Words(flow, language)
    picture = laid_out(words)
    root = _root(words, picture)
    _markers(root, flow.name)
    _add(
        root,
        "rect",
        width=picture.w,
        height=picture.h,
        fill=PAPER,
    )
    _heading(root, words, picture)
    for way in picture.ways:
        _way(root, way, flow.name)
    for block in picture.blocks.values():
        _block(root, block)
    for way in picture.ways:
        if way.link.label:
            _label(root, way)
    _legend(root, words, picture)
    return ET.tostring(root, encoding="unicode") + "\n"


def _root(words: Words, picture: Picture) -> ET.Element:
    name = words.flow.name
    w, h = _number(picture.w), _number(picture.h)
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {w} {h}",
        "width": w,
        "height": h,
        LANGUAGE: words.language,
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-description",
        "font-family": FONTS,
        "fill": INK,
    }
    root = ET.Element("svg", attributes)
    _add(root, "title", words.title(words.flow.title), id=f"{name}-title")
    _add(root, "desc", words.description(), id=f"{name}-description")
    return root


def _markers(root: ET.Element, name: str) -> None:
    """The heads of the arrows, one for each colour of lines."""
    markers = _add(root, "defs")
    for colour in (LINE, MAIN, BACK):
        marker = _add(
            markers,
            "marker",
            id=f"{name}-{colour[1:]}",
            viewBox="0 0 10 10",
            refX=9,
            refY=5,
            orient="auto",
            markerWidth="9",
            markerHeight="9",
            markerUnits="userSpaceOnUse",
        )
        _add(marker, "path", d="M0 1L9.5 5L0 9Z", fill=colour)


def _heading(root: ET.Element, words: Words, picture: Picture) -> None:
    y = MARGIN + HEADING
    for line in picture.heading:
        _text(
            root,
            line,
            (MARGIN, y),
            HEADING,
            font_weight="bold",
        )
        y += HEADING_LINE
    flow = words.flow
    version = words.say("picture.version", version=flow.version, name=flow.name)
    _text(
        root,
        version,
        (MARGIN, y - 4),
        NOTE,
        fill=SOFT,
    )


def _block(parent: ET.Element, block: Block) -> None:
    fill, border, ink = COLOURS.get(block.kind, OTHER_END)
    group = _add(parent, "g", fill=ink)
    if block.hint:
        _add(group, "title", block.hint)
    box = _add(
        group,
        "rect",
        x=block.x,
        y=block.y,
        width=block.w,
        height=block.h,
        rx=8.0 if block.note else block.h / 2,
        fill=fill,
        stroke=border,
        stroke_width="1.5",
    )
    if block.kind in ("joint", "machine"):
        box.set("stroke-dasharray", "6 4")
    if not block.note:
        _line_of_pill(group, block)
        return
    _lines(group, block)
    for part in block.inside:
        _block(parent, part)


def _line_of_pill(group: ET.Element, block: Block) -> None:
    x, y = block.mid
    at = (x, y + 4.5)
    _text(
        group,
        block.title[0],
        at,
        NOTE,
        text_anchor="middle",
        font_weight="bold",
    )


def _lines(group: ET.Element, block: Block) -> None:
    """Title and note: in the middle, or above what is inside."""
    x, middle = block.mid
    y = block.y + PAD + TITLE
    if not block.inside:
        height = len(block.title) * TITLE_LINE + len(block.note) * NOTE_LINE
        y = middle - height / 2 + TITLE
    for line in block.title:
        _text(
            group,
            line,
            (x, y),
            TITLE,
            text_anchor="middle",
            font_weight="bold",
        )
        y += TITLE_LINE
    for line in block.note:
        _text(
            group,
            line,
            (x, y - 2),
            NOTE,
            text_anchor="middle",
            fill=SOFT,
        )
        y += NOTE_LINE


def _way(parent: ET.Element, way: Way, name: str) -> None:
    colour = _colour(way)
    path = _add(
        parent,
        "path",
        d=way.path,
        fill="none",
        stroke=colour,
        stroke_width="2" if colour == MAIN else "1.5",
        marker_end=f"url(#{name}-{colour[1:]})",
    )
    if way.link.is_tacit:
        path.set("stroke-dasharray", "2 4")
    elif way.goes_back:
        path.set("stroke-dasharray", "5 4")


def _colour(way: Way) -> str:
    if way.kind == "down":
        return MAIN
    return BACK if way.goes_back else LINE


def _label(parent: ET.Element, way: Way) -> None:
    label = way.link.label
    if way.kind in LANES:  # it may stand on a line
        _add(
            parent,
            "rect",
            x=way.label_left,
            y=way.at[1] - NOTE,
            width=width(label, NOTE),
            height=NOTE_LINE,
            fill=PAPER,
        )
    _text(parent, label, way.at, NOTE, text_anchor=way.anchor, fill=SOFT)


def _legend(root: ET.Element, words: Words, picture: Picture) -> None:
    x = MARGIN
    y = picture.legend_y + NOTE
    for kind, text in words.key().items():
        _swatch(root, kind, x, y)
        _text(
            root,
            text,
            (x + SWATCH, y),
            NOTE,
            fill=SOFT,
        )
        x += SWATCH + width(text, NOTE) + KEY_GAP
    for line in picture.closing:
        y += LEGEND_LINE
        _text(
            root,
            line,
            (MARGIN, y),
            NOTE,
            fill=SOFT,
        )


def _swatch(root: ET.Element, kind: str, x: float, y: float) -> None:
    fill, border, _ = COLOURS[kind]
    swatch = _add(
        root,
        "rect",
        x=x,
        y=y - 10,
        width=16,
        height=12,
        rx=3,
        fill=fill,
        stroke=border,
    )
    if kind == "machine":
        swatch.set("stroke-dasharray", "4 2")


def _text(parent: ET.Element, text: str, at: tuple[float, float], size: float, **look: str) -> None:
    x, y = at
    _add(
        parent,
        "text",
        text,
        x=x,
        y=y,
        font_size=size,
        **look,
    )


def _add(
    parent: ET.Element, tag: str, text: str | None = None, **attributes: str | float
) -> ET.Element:
    """An element with attributes, in whose names an underscore stands for a hyphen."""
    element = ET.SubElement(parent, tag)
    for name, value in attributes.items():
        element.set(name.replace("_", "-"), _number(value))
    element.text = text
    return element


def _number(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.1f}".removesuffix(".0")
