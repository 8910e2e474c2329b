"""What the government may do, published: power items by version, and what an application for one
needs. The flows that they bind to are published by ``catalog.flows``.
"""

from chalicelib.catalog import flows
from chalicelib.catalog.items import (
    Document,
    current,
    form_days,
    form_validator,
    project,
    requirements,
    version,
)
from chalicelib.catalog.publishing.direct import publish
from chalicelib.catalog.publishing.draft_list import project as project_draft
from chalicelib.catalog.publishing.permissions import draft_at

__all__ = [
    "Document",
    "current",
    "draft_at",
    "flows",
    "form_days",
    "form_validator",
    "project",
    "project_draft",
    "publish",
    "requirements",
    "version",
]
