"""Where rows stand in the views' index of what is due: in which shard, and at which moment."""

from datetime import UTC, datetime
from zlib import crc32

from chalicelib.kernel.settings import settings


def shard(id: str, of: str) -> str:
    """The shard in which a thing of kind ``of`` stands."""
    return f"{of}#{crc32(id.encode()) % settings().due_shards}"


def shards(of: str) -> list[str]:
    """All shards of a kind."""
    return [f"{of}#{number}" for number in range(settings().due_shards)]


def utc(moment: datetime) -> str:
    """A moment as the index sorts it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
