"""A flow as SVG: no scripts, styles or links in it, every text escaped, the whole flow also told in
its description.
"""

from xml.etree import ElementTree as ET

from chalicelib.catalog.flows import Flow
from chalicelib.catalog.flows.diagrams.blocks import NOTE, NOTE_LINE, PAD, TITLE, TITLE_LINE, Block
from chalicelib.catalog.flows.diagrams.layout import (
    HEADING,
    HEADING_LINE,
    KEY_GAP,
    LEGEND_LINE,
    MARGIN,
    SWATCH,
    Picture,
    laid_out,
)
from chalicelib.catalog.flows.diagrams.routing import LANES, Way
from chalicelib.catalog.flows.diagrams.words import Words, width

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
FONTS = "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',sans-serif"
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
    name, w, h = words.flow.name, _number(picture.w), _number(picture.h)
    root = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {w} {h}", "width": w, "height": h},
    )
    root.attrib |= {
        LANGUAGE: words.language,
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-description",
    }
    root.attrib |= {"font-family": FONTS, "fill": INK}
    _add(root, "title", words.title(words.flow.title), id=f"{name}-title")
    _add(root, "desc", words.description(), id=f"{name}-description")
    marks = _add(root, "defs")
    for colour in (LINE, MAIN, BACK):
        mark = _add(
            marks,
            "marker",
            id=f"{name}-{colour[1:]}",
            viewBox="0 0 10 10",
            refX=9,
            refY=5,
            orient="auto",
        )
        mark.attrib |= {"markerWidth": "9", "markerHeight": "9", "markerUnits": "userSpaceOnUse"}
        _add(mark, "path", d="M0 1L9.5 5L0 9Z", fill=colour)
    _add(root, "rect", width=picture.w, height=picture.h, fill=PAPER)
    return root


def _heading(root: ET.Element, words: Words, picture: Picture) -> None:
    y = MARGIN + HEADING
    for line in picture.heading:
        _text(root, line, (MARGIN, y), HEADING, font_weight="bold")
        y += HEADING_LINE
    said = words.say("picture.version", version=words.flow.version, name=words.flow.name)
    _text(root, said, (MARGIN, y - 4), NOTE, fill=SOFT)


def _block(parent: ET.Element, block: Block) -> None:
    fill, border, ink = COLOURS.get(block.kind, OTHER_END)
    group = _add(parent, "g", fill=ink)
    if block.hint:
        _add(group, "title", block.hint)
    round_ = block.h / 2 if not block.note else 8.0
    box = _add(
        group,
        "rect",
        x=block.x,
        y=block.y,
        width=block.w,
        height=block.h,
        rx=round_,
        fill=fill,
        stroke=border,
    )
    box.set("stroke-width", "1.5")
    if block.kind in ("joint", "machine"):
        box.set("stroke-dasharray", "6 4")
    x, y = block.mid[0], block.y + PAD + TITLE
    if not block.inside:
        y = block.mid[1] - (len(block.title) * TITLE_LINE + len(block.note) * NOTE_LINE) / 2 + TITLE
    if not block.note:
        _text(
            group,
            block.title[0],
            (x, block.mid[1] + 4.5),
            NOTE,
            text_anchor="middle",
            font_weight="bold",
        )
        return
    for line in block.title:
        _text(group, line, (x, y), TITLE, text_anchor="middle", font_weight="bold")
        y += TITLE_LINE
    for line in block.note:
        _text(group, line, (x, y - 2), NOTE, text_anchor="middle", fill=SOFT)
        y += NOTE_LINE
    for part in block.inside:
        _block(parent, part)


def _way(parent: ET.Element, way: Way, name: str) -> None:
    colour = MAIN if way.kind == "down" else BACK if way.goes_back else LINE
    path = _add(parent, "path", d=way.path, fill="none", stroke=colour)
    path.attrib |= {
        "stroke-width": "2" if colour == MAIN else "1.5",
        "marker-end": f"url(#{name}-{colour[1:]})",
    }
    if way.goes_back or way.link.is_tacit:
        path.set("stroke-dasharray", "2 4" if way.link.is_tacit else "5 4")


def _label(parent: ET.Element, way: Way) -> None:
    if way.kind in LANES:  # it may stand on a line
        y, w = way.at[1] - NOTE, width(way.link.label, NOTE)
        _add(parent, "rect", x=way.label_left, y=y, width=w, height=NOTE_LINE, fill=PAPER)
    _text(parent, way.link.label, way.at, NOTE, text_anchor=way.anchor, fill=SOFT)


def _legend(root: ET.Element, words: Words, picture: Picture) -> None:
    x, y = MARGIN, picture.legend_y + NOTE
    for kind, said in words.key().items():
        fill, border, _ = COLOURS[kind]
        swatch = _add(
            root, "rect", x=x, y=y - 10, width=16, height=12, rx=3, fill=fill, stroke=border
        )
        if kind == "machine":
            swatch.set("stroke-dasharray", "4 2")
        _text(root, said, (x + SWATCH, y), NOTE, fill=SOFT)
        x += SWATCH + width(said, NOTE) + KEY_GAP
    for line in picture.closing:
        y += LEGEND_LINE
        _text(root, line, (MARGIN, y), NOTE, fill=SOFT)


def _text(
    parent: ET.Element, text: str, at: tuple[float, float], size: float, **look: str
) -> ET.Element:
    made = _add(parent, "text", text, x=at[0], y=at[1])
    made.attrib |= {
        "font-size": _number(size),
        **{name.replace("_", "-"): value for name, value in look.items()},
    }
    return made


def _add(
    parent: ET.Element, tag: str, text: str | None = None, **attributes: str | float
) -> ET.Element:
    made = ET.SubElement(parent, tag, {name: _number(value) for name, value in attributes.items()})
    made.text = text
    return made


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
