"""What every test stands on: a complete environment for settings, and in-memory stores on request."""

import os
from collections.abc import Iterator

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
    "CERTIFICATE_KEY_ID": "alias/test",
    "CERTIFICATE_ISSUER": "https://certificates.example",
    "OIDC_ISSUER": "https://issuer.example",
    "OIDC_AUDIENCE": "sunlit-api",
    "OIDC_JWKS_URL": "https://issuer.example/jwks",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "POWERTOOLS_SERVICE_NAME": "sunlit",
    "POWERTOOLS_METRICS_NAMESPACE": "Sunlit",
}
for name, value in ENVIRONMENT.items():
    os.environ[name] = value

from chalicelib.kernel import ids, stores  # noqa: E402  # settings are read at first use: the environment comes first
from chalicelib.kernel.memory import MemoryJournal, MemoryViews  # noqa: E402


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[MemoryJournal, MemoryViews]]:
    """In-memory journal and views in place of DynamoDB, and a fixed hash secret."""
    before = stores.journal(), stores.views()
    fakes = MemoryJournal(), MemoryViews()
    monkeypatch.setattr(ids, "_secret", lambda: b"test secret")
    stores.use(*fakes)
    yield fakes
    stores.use(*before)
