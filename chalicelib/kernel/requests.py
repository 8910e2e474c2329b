"""Keys of requests that no single stream tells of: each stands for one body, there as well.

Where the key or the path says which stream a request writes to, that stream tells whether the key
was used before. Where nothing is written, or the body says where, a row of its own does.
"""

from chalicelib.kernel import clock, stores
from chalicelib.kernel.errors import KeyReused
from chalicelib.kernel.journal import Request
from chalicelib.kernel.views import Row

KEPT_SECONDS = 8 * 24 * 60 * 60  # longer than anybody sends a request again
_PLACE = "body"


def claim(request: Request) -> None:
    """From now on the key stands for this body. Raises KeyReused where it stands for another."""
    expires_at = int(clock.system_now().timestamp()) + KEPT_SECONDS
    row = Row(
        _partition(request),
        _PLACE,
        1,
        {"body": request.body},
        expires_at=expires_at,
    )
    if not stores.views().put(row, expect=0):
        check(request)


def check(request: Request) -> None:
    """Raises KeyReused where the key stands for another body."""
    row = stores.views().get(_partition(request), _PLACE)
    if row and row.data["body"] != request.body:
        raise KeyReused


def _partition(request: Request) -> str:
    return f"request#{request.key}"
