"""What every test stands on: a complete environment for settings, and in-memory stores on
request.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

ENVIRONMENT = {
    "STAGE": "test",
    "TIME_ZONE": "Asia/Shanghai",
    "JOURNAL_TABLE": "test-journal",
    "VIEWS_TABLE": "test-views",
    "GRANTS_TABLE": "test-grants",
    "UPLOADS_BUCKET": "test-uploads",
    "BUS_NAME": "test",
    "FLOW_ARN_PREFIX": "arn:aws:states:us-east-1:000000000000:stateMachine:sunlit-test-",
    "HASH_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:test",
    "PAYMENT_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:test-payment",
    "PAYMENT_URL": "https://pay.example/bills/",
    "CERTIFICATE_KEY_ID": "alias/test",
    "CERTIFICATE_ISSUER": "明杭市人民政府",
    "API_URL": "https://minghang.example",
    "PUBLIC_URL": "https://minghang.example",
    "OIDC_ISSUERS": json.dumps(
        [
            {
                "issuer": "https://issuer.example",
                "audience": "sunlit-api",
                "jwks_url": "https://issuer.example/jwks",
            },
            {
                "issuer": "https://province.example",
                "audience": "sunlit-api",
                "jwks_url": "https://province.example/jwks",
                "alias": "province",
            },
            {
                "issuer": "https://systems.example",
                "audience": "sunlit-api",
                "jwks_url": "https://systems.example/jwks",
                "kind": "systems",
            },
        ]
    ),
    "WEBHOOK_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:test-webhook",
    "WEBHOOK_NETWORKS": "",
    "WEBHOOK_QUEUE": "https://sqs.us-east-1.amazonaws.com/000000000000/test-webhook",
    "WRITES_PER_MINUTE": "600",
    "READS_PER_MINUTE": "6000",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_SERVICE_NAME": "sunlit",
    "POWERTOOLS_METRICS_NAMESPACE": "Sunlit",
}
for name, value in ENVIRONMENT.items():
    os.environ[name] = value

from chalicelib.authority import grants  # noqa: E402  # settings are read at first use: the environment comes first
from chalicelib.kernel import cache, ids, stores  # noqa: E402
from chalicelib.kernel.http import rate_limits  # noqa: E402
from tests.support import side_by_side  # noqa: E402
from tests.support.fakes.grants import MemoryGrants  # noqa: E402
from tests.support.fakes.stores import MemoryJournal, MemoryViews  # noqa: E402


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: Any, log: Any) -> Any:
    """Tests that share a city, or something else that takes long to make, run in one process."""
    return side_by_side.scheduler(config, log)


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test has written too often because of those before it."""
    monkeypatch.setattr(rate_limits, "_window", rate_limits.Window())


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[MemoryJournal, MemoryViews]]:
    """In-memory journal, views and grants in place of DynamoDB, and a fixed hash secret."""
    cache.clear()
    before = stores.journal(), stores.views()
    fakes = MemoryJournal(), MemoryViews()
    monkeypatch.setattr(ids, "_secret", lambda: b"test secret")
    stores.use(*fakes)
    grants.use(MemoryGrants())
    yield fakes
    grants.use(None)
    stores.use(*before)
