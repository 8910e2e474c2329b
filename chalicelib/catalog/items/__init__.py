"""Power items: published by version, immutable, read by everybody."""

from chalicelib.catalog.acts.item_acts import Document
from chalicelib.catalog.items.in_force import current, shown
from chalicelib.catalog.items.list_rows import FILTERS, LIST, SUMMARY, SYNONYMS, project
from chalicelib.catalog.items.publishable import Holders, check
from chalicelib.catalog.items.published_versions import (
    HEAD,
    content,
    form_validator,
    head,
    version,
    versions,
)
from chalicelib.catalog.items.streams import newest, stream_of

__all__ = [
    "FILTERS",
    "HEAD",
    "LIST",
    "SUMMARY",
    "SYNONYMS",
    "Document",
    "Holders",
    "check",
    "content",
    "current",
    "form_validator",
    "head",
    "newest",
    "project",
    "shown",
    "stream_of",
    "version",
    "versions",
]
