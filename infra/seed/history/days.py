"""Days and hours at which people act."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from chalicelib.casework.use_cases.repository import calendar

MORNING, EVENING = time(9), time(17)
ONE_DAY = timedelta(days=1)


def moment_of(day: date, first: time, last: time, zone: ZoneInfo, chance: Random) -> datetime:
    """Some moment of a day between two times, to the millisecond."""
    begin = datetime.combine(day, first, zone)
    length = datetime.combine(day, last, zone) - begin
    moment = begin + length * chance.random()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def is_office_hour(moment: datetime) -> bool:
    """Whether officers are at work."""
    if not calendar().is_working_day(moment.date()):
        return False
    return MORNING <= moment.time() <= EVENING


def working_day_from(day: date) -> date:
    """The day, or the first working day after it."""
    while not calendar().is_working_day(day):
        day += ONE_DAY
    return day


def working_days_before(day: date, days: int) -> date:
    """The working day that lies so many before a day."""
    while days > 0:
        day -= ONE_DAY
        days -= calendar().is_working_day(day)
    return day
