"""Flow pictures as tests read them."""

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES = ("zh-CN", "en")
DRAWN = {"svg", "title", "desc", "defs", "marker", "path", "rect", "g", "text"}


def read(svg: str) -> ET.Element:
    """The document; it must be well-formed and hold nothing but shapes and text."""
    root = ET.fromstring(svg)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in DRAWN
        for name, value in element.attrib.items():
            assert not re.match(r"on|style|.*href", name)
            assert "url(" not in value or value.startswith("url(#")
    return root


def texts_of(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]
