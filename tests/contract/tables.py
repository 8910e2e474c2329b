"""The stores' tables on an in-process AWS (moto), with the keys and indexes of the template."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
import yaml
from moto import mock_aws

from chalicelib.kernel import cache
from tests.conftest import ENVIRONMENT

TEMPLATE = Path(__file__).resolve().parents[2] / "infra" / "template.yaml"
NAMES = {"Journal": "JOURNAL_TABLE", "Views": "VIEWS_TABLE", "Grants": "GRANTS_TABLE"}
DATA = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as the text that stands behind them."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))


@lru_cache
def definitions() -> dict[str, dict[str, Any]]:
    """What the template says of each table, by logical id."""
    resources = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)["Resources"]
    return {name: resources[name]["Properties"] for name in NAMES}


@contextmanager
def dynamodb() -> Iterator[Any]:
    """A DynamoDB with the three tables, empty."""
    cache.clear()
    with mock_aws():
        client = boto3.client("dynamodb")
        for name, properties in definitions().items():
            wanted = {key: properties[key] for key in DATA if key in properties}
            client.create_table(TableName=ENVIRONMENT[NAMES[name]], **wanted)
        yield client
    cache.clear()
