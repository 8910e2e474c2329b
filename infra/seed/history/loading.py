"""A half year, played and loaded into the embedded stage that this process's settings name."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from chalicelib import casework, notify
from chalicelib.kernel import aws
from chalicelib.kernel.settings import settings
from chalicelib.supervision.statistics import generations as statistics
from infra.local.client.files import File
from infra.seed import load as seed_documents
from infra.seed.history import tables
from infra.seed.history.past import Past
from infra.seed.history.play import DAYS, Play
from infra.seed.history.stand_ins import Uploads
from infra.seed.history.standing import playing
from infra.seed.history.stories import Story

BEFORE = timedelta(days=DAYS + 2)  # the city is founded two days before its first case


class NotNew(RuntimeError):
    """The city has a past already."""


def play(past: Past, end: datetime, seed: int, told: Iterable[Story] | None = None) -> None:
    """The half year before ``end``, as it is ``told``; open tasks are in their inboxes then."""
    with playing(past):
        past.found(seed_documents.documents())
        Play(past, end, seed, told).run()
        notify.sweep_messages(casework.waiting_tasks_of)  # what waited for a morning, of old
        tables.lay_out_tasks(tables.open_cases(past))


def before(end: datetime, seed: int, ahead: timedelta = timedelta()) -> Past:
    """The past half a year before ``end``: nothing has been yet."""
    return Past(end - BEFORE, Random(seed), ahead)


def load(end: datetime, ahead: timedelta, seed: int) -> dict[str, Any]:
    """Play and write it; what was loaded. Raises NotNew."""
    client = aws.client("dynamodb")
    if client.scan(TableName=settings().journal_table, Limit=1)["Items"]:
        raise NotNew(
            "the journal is not empty: delete the city (.sunlit) for a new one, or leave the "
            "half year out (EMPTY=1)"
        )
    gc.disable()  # nothing of it is garbage
    past = before(end, seed, ahead)
    founded_at = past.system_now()
    past.uploads = Uploads(partial(_keep, aws.client("s3")))
    writer = tables.Writer()
    past.journal.tell = writer.hear
    with nobody_is_woken():
        play(past, end, seed)
        writer.finish(past)
    statistics.begin(founded_at.timestamp())
    cases = tables.open_cases(past)
    tables.start_flows(cases)
    entries = sum(1 for _ in past.journal.all_entries())
    return {**counted(past), "entries": entries, "open": len(cases)}


def counted(past: Past) -> dict[str, Any]:
    """How many cases there are, by their status."""
    rows = [row for row in past.views.all_rows() if row.sk == "case"]
    by_status = Counter(row.data["status"] for row in rows)
    return {"cases": len(rows), "by_status": dict(sorted(by_status.items()))}


def _keep(storage: Any, key: str, file: File) -> str:
    stored = storage.put_object(
        Bucket=settings().uploads_bucket,
        Key=key,
        Body=file.content,
        ContentType=file.content_type,
        ChecksumSHA256=_checksum(file),
    )
    return str(stored.get("VersionId", ""))


def _checksum(file: File) -> str:
    import base64

    return base64.b64encode(bytes.fromhex(file.sha256)).decode()


@contextmanager
def nobody_is_woken() -> Iterator[None]:
    """What follows from these entries has followed: the journal's stream tells nobody of them."""
    client = aws.client("lambda")
    found = client.list_event_source_mappings()["EventSourceMappings"]
    table = f"table/{settings().journal_table}/stream/"
    waking = [each["UUID"] for each in found if table in each["EventSourceArn"]]
    for mapping in waking:
        client.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
        _skip_streams()
    finally:
        for mapping in waking:
            client.update_event_source_mapping(UUID=mapping, Enabled=True)


def _skip_streams() -> None:
    """A control route of the embedded AWS."""
    import httpx

    answer = httpx.post(f"{settings().public_url}/__local/skip-streams", timeout=60)
    answer.raise_for_status()
