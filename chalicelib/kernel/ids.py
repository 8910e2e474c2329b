"""Names for things: ULIDs for order, keyed hashes for ids that repeat and reveal nothing."""

import base64
import hashlib
import hmac
import re

from ulid import ULID

from chalicelib.kernel import cache
from chalicelib.kernel.aws import client
from chalicelib.kernel.settings import settings

TRACKING_BITS = 80
LENGTH = 26  # characters of a keyed hash of the usual size
_HASH = re.compile(f"[a-z2-7]{{{LENGTH}}}")


def ulid() -> str:
    """A new ULID of the system's time: 26 characters that sort as they were minted."""
    return str(ULID())


def ulid_time(value: str) -> float:
    """Unix seconds at which a ULID was minted."""
    return float(ULID.from_str(value).timestamp)


def first_ulid(unix_seconds: float) -> str:
    """The smallest ULID of that moment, to bound a range of them."""
    return str(ULID.from_bytes(int(unix_seconds * 1000).to_bytes(6, "big") + bytes(10)))


@cache.remembered()
def _secret() -> bytes:
    answer = client("secretsmanager").get_secret_value(SecretId=settings().hash_secret_arn)
    return str(answer["SecretString"]).encode()


def keyed_hash(purpose: str, *parts: str, bits: int = 130) -> str:
    """Lower-case base32 HMAC-SHA-256 of ``parts`` under the stack's secret; ``purpose`` keeps the
    uses apart.
    """
    # Lengths keep the parts apart: no two lists of parts make one message.
    message = "".join(f"{len(part)}:{part}" for part in (purpose, *parts)).encode()
    digest = hmac.digest(
        _secret(),
        message,
        "sha256",
    )[: bits // 8 + 1]
    return base64.b32encode(digest).decode().lower()[: bits // 5]


def digest(*parts: str) -> str:
    """A name that the same ``parts`` always have, in the form of a keyed hash: for what is no
    secret, by functions that hold none.
    """
    message = "".join(f"{len(part)}:{part}" for part in parts).encode()
    return base64.b32encode(hashlib.sha256(message).digest()).decode().lower()[:LENGTH]


def is_hash(text: str) -> bool:
    """Whether a text has the form of such a name."""
    return bool(_HASH.fullmatch(text))


def whole(text: str, most_digits: int = 9) -> int:
    """The whole number that a caller wrote in decimal digits; -1 for anything else, also for one
    too long.
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= most_digits else -1


def tracking_code(stream: str) -> str:
    """The secret half of following a case: 80 bits, derived and so never stored
    (XXXX-XXXX-XXXX-XXXX).
    """
    code = keyed_hash("tracking", stream, bits=TRACKING_BITS).upper()
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
