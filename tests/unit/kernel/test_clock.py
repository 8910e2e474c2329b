"""Official time can be moved on the embedded stage alone; system time never."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.kernel import clock
from chalicelib.kernel.settings import Settings


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """System time stands still, official time is that plus what the file says."""
    moment = datetime(2026, 11, 20, 23, 30, 15, 123_999, tzinfo=UTC)
    monkeypatch.setattr(clock, "system_now", lambda: moment)
    values = {
        "STAGE": "embedded",
        "TIME_ZONE": "Asia/Shanghai",
        "CLOCK_FILE": str(tmp_path / "clock"),
    }
    monkeypatch.setattr(clock, "settings", lambda: Settings(values))
    return tmp_path / "clock"


def test_official_time_is_in_the_stages_zone_to_the_millisecond(still: Path) -> None:
    assert clock.stamp(clock.now()) == "2026-11-21T07:30:15.123+08:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", "2026-11-21T07:30:15"), ("", "2026-11-21T07:30:15"), ("86400", "2026-11-22T07:30:15"),
     ("-1.5", "2026-11-21T07:30:13"), (" 3600\n", "2026-11-21T08:30:15")],
)  # fmt: skip
def test_the_file_moves_it_by_seconds(still: Path, text: str, expected: str) -> None:
    still.write_text(text)
    assert clock.stamp(clock.now()).startswith(expected)


def test_it_is_read_afresh_each_time(still: Path) -> None:
    before = clock.now()
    still.write_text("60")
    assert clock.now() - before == timedelta(seconds=60)
    still.unlink()
    assert clock.now() == before


def test_without_a_file_it_is_the_systems_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        clock, "settings", lambda: Settings({"STAGE": "prod", "TIME_ZONE": "Asia/Shanghai"})
    )
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_system_time_is_utc_and_never_moved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "clock").write_text("1000000")
    monkeypatch.setitem(os.environ, "CLOCK_FILE", str(tmp_path / "clock"))
    assert abs(clock.system_now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.system_now().utcoffset() == timedelta(0)


def test_a_stamp_is_read_back(still: Path) -> None:
    assert clock.parse(clock.stamp(clock.now())) == clock.now()
    assert clock.stamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000+00:00"
