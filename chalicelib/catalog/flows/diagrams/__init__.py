"""A flow as a picture, made from the flow alone: SVG to look at, Mermaid text to build upon."""

from chalicelib.catalog.flows.diagrams.mermaid import mermaid
from chalicelib.catalog.flows.diagrams.svg import svg

__all__ = ["mermaid", "svg"]
