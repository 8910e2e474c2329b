"""Settings: read once, complete or not at all, and time moves nowhere but on the embedded stage."""

import os
import subprocess
import sys
from dataclasses import fields
from ipaddress import IPv4Network

import pytest

from chalicelib.kernel import functions
from chalicelib.kernel.functions import EVERY_FUNCTION, FUNCTIONS, check_settings
from chalicelib.kernel.settings import BadSetting, MissingSetting, Settings, settings
from infra.build import ROOT
from tests.conftest import ENVIRONMENT

COMPLETE = {"STAGE": "prod", "TIME_ZONE": "Asia/Shanghai", "JOURNAL_TABLE": "journal"}


def test_a_setting_is_the_variable_of_its_name() -> None:
    assert Settings(COMPLETE).journal_table == "journal"
    assert Settings(COMPLETE).zone.key == "Asia/Shanghai"


def test_a_setting_has_a_type() -> None:
    given = Settings({"WRITES_PER_MINUTE": "20", "WEBHOOK_NETWORKS": "10.20.0.0/16, 10.30.1.7/32"})
    assert given.writes_per_minute == 20
    assert given.webhook_networks == (IPv4Network("10.20.0.0/16"), IPv4Network("10.30.1.7/32"))


def test_a_missing_one_fails_by_its_name() -> None:
    with pytest.raises(MissingSetting, match="VIEWS_TABLE"):
        _ = Settings(COMPLETE).views_table
    with pytest.raises(MissingSetting, match="TIME_ZONE"):
        _ = Settings({}).zone
    with pytest.raises(MissingSetting, match="BUS_NAME, VIEWS_TABLE"):
        Settings(COMPLETE).require(["JOURNAL_TABLE", "BUS_NAME", "VIEWS_TABLE"])
    Settings(COMPLETE).require(["JOURNAL_TABLE", "STAGE", "TIME_ZONE"])


def test_what_is_no_setting_is_an_error_of_the_code() -> None:
    with pytest.raises(AttributeError):
        _ = Settings(ENVIRONMENT).journal


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("TIME_ZONE", ""),
        ("TIME_ZONE", "Asia"),
        ("TIME_ZONE", "Asia/Nowhere"),
        ("TIME_ZONE", "../etc/passwd"),
        ("JOURNAL_TABLE", ""),
        ("UPLOADS_BUCKET", " "),
        ("WRITES_PER_MINUTE", ""),
        ("WRITES_PER_MINUTE", "0"),
        ("READS_PER_MINUTE", "-5"),
        ("READS_PER_MINUTE", "1.5"),
        ("FEED_SHARDS", "four"),
        ("DUE_SHARDS", "²"),
        ("HASH_SECRET_ARN", "sunlit-secret"),
        ("FLOW_ARN_PREFIX", "sunlit-prod-"),
        ("API_URL", ""),
        ("PUBLIC_URL", "minghang.example"),
        ("PAYMENT_URL", "ftp://pay.example"),
        ("WEBHOOK_QUEUE", "WebhookQueue"),
        ("WEBHOOK_NETWORKS", "10.20.0.1/16"),
        ("OIDC_ISSUERS", "{}"),
        ("OIDC_ISSUERS", "["),
    ],
)
def test_one_that_cannot_be_meant_fails_by_its_name(variable: str, text: str) -> None:
    with pytest.raises(BadSetting, match=variable):
        Settings({variable: text})


def test_what_may_be_left_out_has_a_value() -> None:
    assert (Settings({}).feed_shards, Settings({}).due_shards, Settings({}).mail_from) == (4, 4, "")
    assert Settings({"FEED_SHARDS": "16"}).feed_shards == 16


@pytest.mark.parametrize("variable", ["PUBLIC_URL", "PAYMENT_URL", "MAIL_FROM", "SMS_COUNTRY_CODE"])
def test_what_a_stage_does_without_is_empty(variable: str) -> None:
    assert getattr(Settings({variable: ""}), variable.lower()) == ""


def test_they_never_change() -> None:
    given = Settings(COMPLETE)
    with pytest.raises(AttributeError):
        given.stage = "embedded"
    with pytest.raises(AttributeError):
        given.anything = 1
    assert settings() is settings()


@pytest.mark.parametrize("stage", ["prod", "test", "Embedded", "embedded2", ""])
def test_no_stage_but_the_embedded_one_starts_with_a_movable_clock(stage: str) -> None:
    with pytest.raises(RuntimeError, match="CLOCK_FILE"):
        Settings({"STAGE": stage, "CLOCK_FILE": "/clock"})


def test_a_movable_clock_without_a_stage_does_not_start() -> None:
    with pytest.raises(MissingSetting, match="STAGE"):
        Settings({"CLOCK_FILE": "/clock"})


def test_the_embedded_stage_may_move_its_clock_and_others_may_name_an_empty_file() -> None:
    assert Settings({"STAGE": "embedded", "CLOCK_FILE": "/clock"}).clock_file == "/clock"
    assert Settings({"STAGE": "prod", "CLOCK_FILE": ""}).clock_file == ""


# ---- a function's start ------------------------------------------------------------------------


def start(monkeypatch: pytest.MonkeyPatch, function: str, environment: dict[str, str]) -> None:
    """``function`` starts in this very process."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", f"sunlit-stage-two-{function}")
    monkeypatch.setattr(functions, "settings", lambda: Settings(environment))
    check_settings()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_starts_with_what_it_needs_and_not_with_less(
    monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    environment = {
        name: ENVIRONMENT.get(name, "") for name in (*EVERY_FUNCTION, *FUNCTIONS[function])
    }
    start(monkeypatch, function, environment)
    for name in environment:
        rest = {other: value for other, value in environment.items() if other != name}
        if name in ("MAIL_FROM", "MAIL_EVENTS", "SMS_COUNTRY_CODE"):  # a stage may do without
            start(monkeypatch, function, rest)
        else:
            with pytest.raises(MissingSetting, match=name):
                start(monkeypatch, function, rest)


def test_every_setting_is_needed_by_a_function_or_has_a_value_of_its_own() -> None:
    needed = {name for names in FUNCTIONS.values() for name in names} | set(EVERY_FUNCTION)
    declared = {setting.name.upper() for setting in fields(Settings)}
    optional = {"FEED_SHARDS", "DUE_SHARDS", "CLOCK_FILE"}
    assert declared == needed | optional


def test_a_process_that_is_no_function_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    start(monkeypatch, "bench", {})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"JOURNAL_TABLE": None}, "MissingSetting: not set in the environment: JOURNAL_TABLE"),
        ({"TIME_ZONE": "Mars"}, "BadSetting: environment variable TIME_ZONE: it is no time zone"),
        ({}, ""),
    ],
)
def test_a_function_that_lacks_one_is_not_even_loaded(
    change: dict[str, str | None], said: str
) -> None:
    given = {name: ENVIRONMENT[name] for name in (*EVERY_FUNCTION, *FUNCTIONS["open_task"])}
    inherited = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    environment = inherited | given | {"AWS_LAMBDA_FUNCTION_NAME": "sunlit-test-open_task"} | change
    done = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
    )
    assert done.returncode == bool(said), done.stderr
    assert said in done.stderr
