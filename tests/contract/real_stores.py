"""The product's own stores, clients and tables, pointed at an embedded AWS for one test module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chalicelib.kernel import aws, cache
from infra.local.emulator import embedded

KEYS = {
    "test-journal": (("stream", "S"), ("seq", "N")),
    "test-views": (("pk", "S"), ("sk", "S")),
    "test-grants": (("pk", "S"), ("sk", "S")),
}


@contextmanager
def pointed_at_embedded_aws(state: Path) -> Iterator[embedded.Running]:
    """Start one, make the tables, and let every client of this process talk to it until the end."""
    with embedded.start(state, persist=False) as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment().items():
            patch.setenv(name, value)
        cache.clear()
        for name, keys in KEYS.items():
            _make_table(name, keys)
        yield running
    cache.clear()


def _make_table(name: str, keys: tuple[tuple[str, str], ...]) -> None:
    kinds = zip(keys, ("HASH", "RANGE"), strict=True)
    schema: Any = [{"AttributeName": attribute, "KeyType": kind} for (attribute, _), kind in kinds]
    types: Any = [{"AttributeName": attribute, "AttributeType": of} for attribute, of in keys]
    aws.client("dynamodb").create_table(
        TableName=name, KeySchema=schema, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
    )
