"""A flow as a picture, made from the flow alone: SVG to look at, Mermaid text to build upon."""

from chalicelib.catalog.pictures.diagram import mermaid
from chalicelib.catalog.pictures.drawing import svg

__all__ = ["mermaid", "svg"]
