"""Status lists (IETF Token Status List): one bit for each certificate, signed, for verifiers who
ask nobody.

Certificates stand in a list by blocks, each given to one register's next serials, so that an index
is nobody else's and issuing writes nothing for it; a list mixes the blocks of many registers, so
that fetching it tells little.
"""

import re
import secrets
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from chalicelib.certificates.acts import StatusIndex, base64url, list_uri
from chalicelib.certificates.signing import sign
from chalicelib.kernel import cache, clock, journal, stores
from chalicelib.kernel.acts import public, to_act
from chalicelib.kernel.errors import NotFound, Unavailable
from chalicelib.kernel.journal import Actor, AppendConflict, Entry
from chalicelib.kernel.settings import settings
from chalicelib.kernel.values import dataclass
from chalicelib.kernel.views import Key, Row

TYPE = "statuslist+jwt"
SIZE, BLOCK = 2**16, 2**10  # certificates of a list, serials of a block
LIFE = timedelta(days=90)  # a verifier takes no older list
KEPT_SECONDS = 3600  # how long a verifier may go on with the list it has
TRIES = 8
BLOCKS = "status-blocks"
_blocks: cache.Memory[str, int] = cache.Memory(1024)
_signed_at: cache.Memory[int, datetime] = cache.Memory(1024)
_ID = re.compile(r"(?P<register>.+)-(?P<serial>[0-9]{1,9})-(?P<count>[0-9]{1,3})")


@dataclass(frozen=True)
class StatusBlockGiven:
    """The block of status indexes belongs to a register's next serials, named by ``to``."""

    block: int = public()
    to: str = public()


@dataclass(frozen=True)
class StatusBitSet:
    """The certificate at an index of the list is revoked or cancelled."""

    idx: int = public()


def place(certificate: str, now: datetime) -> StatusIndex:
    """The certificate's place, in a list that is published; always the same for the same id. Raises
    Unavailable.
    """
    parts = _ID.fullmatch(certificate)
    if parts is None:
        raise ValueError(f"not a case's number and a count: {certificate}")
    serial = int(parts["serial"])
    owner = f"status-block#{parts['register']}-{parts['count']}#{serial // BLOCK}"
    block = _block(owner, now)
    number = block // (SIZE // BLOCK)
    # Who issues also looks after one of the older lists, by lot: none grows too old while
    # certificates are issued.
    for each in {number, secrets.randbelow(number + 1)}:
        _renew(each, now)
    first = block % (SIZE // BLOCK) * BLOCK
    return StatusIndex(number, first + serial % BLOCK)


def _block(owner: str, now: datetime) -> int:
    """The number of the block that ``owner`` (a stream of one entry) has, which never changes; the
    next free one if it has none yet.
    """
    block = _blocks.get(owner)
    if block is None:
        block = _given_block(owner, now)
        _blocks.keep(owner, block)
    return block


def _given_block(owner: str, now: datetime) -> int:
    for _ in range(TRIES):
        if entry := stores.journal().get(owner, 1):
            return int(entry.acts[0].data["block"])
        last = stores.journal().last(BLOCKS)
        block = last.seq if last else 0
        given = [to_act(StatusBlockGiven(block, owner.partition("#")[2]))]
        try:
            stores.journal().append(
                journal.new_entry(
                    BLOCKS,
                    block + 1,
                    given,
                    at=now,
                    actor=Actor(),
                ),
                journal.new_entry(
                    owner,
                    1,
                    given,
                    at=now,
                    actor=Actor(),
                ),
            )
        except AppendConflict:
            continue
    raise Unavailable


def next_revocation(spot: StatusIndex, now: datetime) -> Entry:
    """The entry that sets a certificate's bit, to be appended together with the revocation
    itself.
    """
    last = stores.journal().last(_stream(spot.list))
    bit = [to_act(StatusBitSet(spot.idx))]
    return journal.new_entry(
        _stream(spot.list), last.seq + 1 if last else 1, bit, at=now, actor=Actor()
    )


def publish(number: int, now: datetime) -> None:
    """Sign the list anew if the journal has more than it shows, or half of its life is over. Raises
    Unavailable.
    """
    for _ in range(TRIES):
        row = stores.views().get(*_key(number))
        entries = stores.journal().read(_stream(number))
        version = len(entries) + 1  # an empty list is version 1: 0 means absent
        if row and row.version >= version and not _ages(_moment_of(row), now):
            return
        data = {
            "token": _signed(
                number,
                entries,
                now,
            ),
            "signed_at": clock.stamp(now),
        }
        if stores.views().put(
            Row(
                *_key(number),
                version,
                data,
            ),
            expect=row.version if row else 0,
        ):
            return
    raise Unavailable


def renew_all(now: datetime) -> int:
    """Sign anew every list that ages, also where nothing is issued; how many there were. Raises
    Unavailable.
    """
    last = stores.journal().last(BLOCKS)
    blocks = last.seq if last else 0
    lists = -(-blocks * BLOCK // SIZE)
    renewed = 0
    for number in range(lists):
        row = stores.views().get(*_key(number))
        if row is None or _ages(_moment_of(row), now):
            publish(number, now)
            renewed += 1
    return renewed


def token(number: int) -> str:
    """The signed list. Raises NotFound."""
    row = stores.views().get(*_key(number))
    if row is None:
        raise NotFound
    return str(row.data["token"])


def packed(indexes: Iterable[int]) -> str:
    """A list in which these bits are set, the lowest bit of a byte first, as the specification
    compresses it.
    """
    bits = bytearray(SIZE // 8)
    for idx in indexes:
        bits[idx // 8] |= 1 << idx % 8
    return base64url(zlib.compress(bytes(bits), 9))


def _signed(number: int, entries: Iterable[Entry], now: datetime) -> str:
    start = int(now.timestamp())
    claims = {
        "sub": list_uri(settings().api_url.rstrip("/"), number),
        "iat": start,
        "exp": start + int(LIFE.total_seconds()),
        "ttl": KEPT_SECONDS,
        "status_list": {"bits": 1, "lst": packed(entry.acts[0].data["idx"] for entry in entries)},
    }
    return sign(claims, TYPE)[0]


def _renew(number: int, now: datetime) -> None:
    """Publish the list if it is not, or if it ages. When it was signed is remembered: signing it
    again only makes that later.
    """
    signed_at = _signed_at.get(number)
    if signed_at and not _ages(signed_at, now):
        return
    row = stores.views().get(*_key(number))
    if row is None or _ages(_moment_of(row), now):
        publish(number, now)
        return
    _signed_at.keep(number, _moment_of(row))


def _moment_of(row: Row) -> datetime:
    return clock.parse(row.data["signed_at"])


def _ages(signed_at: datetime, now: datetime) -> bool:
    return now - signed_at > LIFE / 2


def _stream(number: int) -> str:
    return f"revocations#{number}"


def _key(number: int) -> Key:
    return f"status-list#{number}", "token"
