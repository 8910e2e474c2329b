"""Reads of personal data that no case needs."""

from chalicelib.supervision.rules.documents import Thresholds
from chalicelib.supervision.rules.watched import Facts, Hit, Read

APPEAL, CORRECTION = "appeal", "correction"


def without_need(read: Read, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether a case was read for an appeal or a correction of which there is none by now."""
    record = read.case.record
    if read.purpose == APPEAL:
        is_needed = any(link["relation"] == APPEAL for link in record.links)
    elif read.purpose == CORRECTION:
        is_needed = any(each["at"] >= read.at for each in record.corrections)
    else:
        return None
    if is_needed:
        return None
    return Hit(
        (),
        {"purpose": read.purpose, "post": read.post},
        key=read.mark,
    )


def in_bulk(read: Read, facts: Facts, thresholds: Thresholds) -> Hit | None:
    """Whether one reader has read so many cases on a day. One finding a day and reader."""
    if read.cases_that_day < thresholds["cases"]:
        return None
    why: dict[str, str | int] = {"cases": read.cases_that_day, "post": read.post}
    return Hit(
        (),
        why,
        key=read.reader_day,
    )
