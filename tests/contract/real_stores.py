"""The product's own stores, clients and tables, pointed at an embedded AWS for one test module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chalicelib.authority.grants import dynamodb as grants_table
from chalicelib.certificates import views as certificate_views
from chalicelib.kernel import aws
from chalicelib.kernel.journal import dynamodb as journal_table
from chalicelib.kernel.views import dynamodb as views_table
from infra.local.emulator import embedded

KEYS = {
    "test-journal": (("stream", "S"), ("seq", "N")),
    "test-views": (("pk", "S"), ("sk", "S")),
    "test-grants": (("pk", "S"), ("sk", "S")),
}
KEPT = (
    aws._client,
    aws._boto3,
    aws.session,
    journal_table._row,
    journal_table._connection,
    views_table._table,
    grants_table._table,
    certificate_views.public_key,
)


@contextmanager
def pointed_at_embedded_aws(state: Path) -> Iterator[embedded.Running]:
    """Start one, make the tables, and let every client of this process talk to it until the end."""
    with embedded.start(state, persist=False) as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment().items():
            patch.setenv(name, value)
        _forget()
        for name, keys in KEYS.items():
            _make_table(name, keys)
        yield running
    _forget()


def _forget() -> None:
    for kept in KEPT:
        kept.cache_clear()  # type: ignore[attr-defined]


def _make_table(name: str, keys: tuple[tuple[str, str], ...]) -> None:
    kinds = zip(keys, ("HASH", "RANGE"), strict=True)
    schema: Any = [{"AttributeName": attribute, "KeyType": kind} for (attribute, _), kind in kinds]
    types: Any = [{"AttributeName": attribute, "AttributeType": of} for attribute, of in keys]
    aws.client("dynamodb").create_table(
        TableName=name, KeySchema=schema, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
    )
