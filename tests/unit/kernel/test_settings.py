"""Settings: read once, complete or not at all, and time moves nowhere but on the embedded stage."""

import pytest

from chalicelib.kernel.settings import MissingSetting, Settings, settings

COMPLETE = {"STAGE": "prod", "TIME_ZONE": "Asia/Shanghai", "JOURNAL_TABLE": "journal"}


def test_a_setting_is_the_variable_of_its_name() -> None:
    assert Settings(COMPLETE).journal_table == "journal"
    assert Settings(COMPLETE).zone.key == "Asia/Shanghai"


def test_a_missing_one_fails_by_its_name() -> None:
    with pytest.raises(MissingSetting, match="VIEWS_TABLE"):
        _ = Settings(COMPLETE).views_table
    with pytest.raises(MissingSetting, match="BUS_NAME"):
        Settings(COMPLETE).require("journal_table", "bus_name", "views_table")
    Settings(COMPLETE).require("journal_table", "stage")


def test_what_may_be_left_out_has_a_value() -> None:
    assert (Settings({}).feed_shards, Settings({}).due_shards, Settings({}).mail_from) == (
        "4",
        "4",
        "",
    )
    assert Settings({"FEED_SHARDS": "16"}).feed_shards == "16"


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
