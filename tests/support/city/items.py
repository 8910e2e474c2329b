"""Builders for the catalogue's tests: sample items, changed as a test wants, published and on the
list.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from chalicelib import catalog

SEED = Path(__file__).resolve().parents[3] / "infra" / "seed" / "items"
Document = dict[str, Any]


def sample(item: str = "shop-sign", **changed: Any) -> Document:
    """One of the sample city's items with other top-level elements; None leaves an element out."""
    document: Document = json.loads((SEED / f"{item}.json").read_text("utf-8")) | deepcopy(changed)
    return {name: value for name, value in document.items() if value is not None}


def published(*documents: Document) -> None:
    """Publish and project, as the feed does."""
    for document in documents:
        catalog.publish(document)
        catalog.project(f"item#{document['id']}")


def named(item: str, zh: str, en: str, **changed: Any) -> Document:
    """A shop-sign permit under another id and name."""
    return sample(id=item, name={"zh": zh, "en": en}, **changed)


def some() -> list[Document]:
    """Three sample items by id, whatever else the city has."""
    return [sample(item) for item in ("disability-benefit", "mass-event", "shop-sign")]


def seed() -> list[Document]:
    """All sample items."""
    return [sample(path.stem) for path in sorted(SEED.glob("*.json"))]
