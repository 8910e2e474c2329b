"""No page of the web, and no program without its owner's credentials, reaches the embedded AWS."""

from __future__ import annotations

import stat
from collections.abc import Iterator

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local.emulator import embedded, probe

ELSEWHERE = "https://evil.example"
TABLES = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.ListTables",
}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Running]:
    with embedded.start(tmp_path_factory.mktemp("visitors")) as running:
        probe.deploy(running)
        yield running


def ports(aws: embedded.Running) -> list[str]:
    """Both addresses."""
    return [aws.aws, aws.gateway]


def own_headers(aws: embedded.Running) -> dict[str, str]:
    """A rightly signed request for the list of tables."""
    sent: list[dict[str, str]] = []
    client = aws.client("dynamodb")

    def note(request: object, **_: object) -> None:
        headers = getattr(request, "headers")  # noqa: B009
        sent.append({name: _text(value) for name, value in headers.items()})

    client.meta.events.register("before-send.dynamodb.ListTables", note)
    client.list_tables()
    return sent[0]


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def test_a_name_of_its_own_leads_nowhere(aws: embedded.Running) -> None:
    for url in ports(aws):
        for host in ("evil.example", "127.0.0.1.evil.example", "169.254.169.254"):
            answer = httpx.get(f"{url}/", headers={"Host": host})
            assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (
                421,
                False,
            )


@pytest.mark.parametrize(
    "browser",
    [{"Origin": ELSEWHERE}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "sandbox", "fetch-metadata"],
)
def test_a_page_from_elsewhere_is_refused_with_the_right_signature_too(
    aws: embedded.Running, browser: dict[str, str]
) -> None:
    signed = own_headers(aws)
    assert httpx.post(aws.aws, headers=signed, content=b"{}").status_code == 200
    refused = httpx.post(aws.aws, headers=signed | browser, content=b"{}")
    assert refused.status_code == 403
    asked = {"Access-Control-Request-Method": "POST", **browser}
    for answer in (refused, httpx.options(aws.aws, headers=asked)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("route", ["clock", "sign-in-keys", "token", "tick", "warm"])
def test_a_page_from_elsewhere_moves_neither_clock_nor_keys(
    aws: embedded.Running, route: str
) -> None:
    before = httpx.get(f"{aws.gateway}/__local/clock").json()["offset_seconds"]
    keys = httpx.get(aws.jwks_url).json()
    for browser in ({"Origin": ELSEWHERE}, {"Sec-Fetch-Site": "cross-site"}):
        answer = httpx.post(
            f"{aws.gateway}/__local/{route}",
            headers={"Content-Type": "text/plain", **browser},
            content=b'{"advance_days": 9}',
        )
        assert answer.status_code == 403
    assert httpx.options(f"{aws.gateway}/__local/{route}").status_code in (200, 204)
    assert httpx.get(f"{aws.gateway}/__local/clock").json()["offset_seconds"] == before
    assert httpx.get(aws.jwks_url).json() == keys


@pytest.mark.parametrize(
    ("key", "secret"),
    [("test", "test"), ("000000000000", "test"), ("OWN", "test"), ("AKIAAAAAAAAAAAAAAAAA", "test")],
)
def test_known_credentials_open_nothing(aws: embedded.Running, key: str, secret: str) -> None:
    for service, action in (
        ("dynamodb", "list_tables"),
        ("lambda", "list_functions"),
        ("s3", "list_buckets"),
        ("iam", "list_roles"),
        ("secretsmanager", "list_secrets"),
    ):
        stranger = boto3.client(
            service,
            endpoint_url=aws.aws,
            region_name=aws.region,
            aws_access_key_id=aws.credentials.key if key == "OWN" else key,
            aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": 1}),
        )
        with pytest.raises(ClientError) as refused:
            getattr(stranger, action)()
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)


def test_a_request_without_a_signature_or_with_one_of_zeros_opens_nothing(
    aws: embedded.Running,
) -> None:
    signed = own_headers(aws)
    before, _, _ = signed["Authorization"].rpartition("Signature=")
    zeros = {**signed, "Authorization": f"{before}Signature={'0' * 64}"}
    for headers in (TABLES, zeros):
        answer = httpx.post(aws.aws, headers=headers, content=b"{}")
        assert answer.status_code in (400, 403) and "TableNames" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/_ministack/reset",
        "/_ministack/config",
        "/_ministack/ses/messages",
        "/_ministack/sqs/messages",
        "/_ministack/sns/sms-messages",
        "/_localstack/state/reset",
        "/_aws/ses",
        "//_ministack/reset",
        "/_ministack%2Freset",
    ],
)
def test_the_emulators_own_paths_are_closed(aws: embedded.Running, path: str) -> None:
    for url in ports(aws):
        for method in ("GET", "POST"):
            answer = httpx.request(method, url + path, content=b"{}")
            assert answer.status_code in (400, 401, 403, 404, 405, 503)
    assert aws.client("dynamodb").list_tables()["TableNames"] == ["journal"]
    assert httpx.get(f"{aws.aws}/_ministack/health").status_code == 200


def test_only_the_owner_reads_the_credentials(aws: embedded.Running) -> None:
    for name in ("credentials.json", "aws.sh"):
        assert stat.S_IMODE((aws.state_dir / name).stat().st_mode) == 0o600
    others = embedded.credentials.of(aws.state_dir.parent)
    assert others.secret not in (aws.credentials.secret, "test")
