"""What the government may do, published: power items by version, and the flows that they bind
to.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.catalog.items import current, form_validator, project, publish, version
from chalicelib.catalog.publishing.drafts import project as project_draft
from chalicelib.catalog.publishing.permissions import draft_at

__all__ = [
    "Document",
    "current",
    "draft_at",
    "form_validator",
    "project",
    "project_draft",
    "publish",
    "version",
]

Document = Mapping[str, Any]
