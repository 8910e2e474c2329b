"""Certificates: signed once by a worker, read by their holder, verified by anyone offline."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.certificates.acts import Certificate, CertificateFacts
    from chalicelib.certificates.issuing import cancel, issue, revoke
    from chalicelib.certificates.printing import printed
    from chalicelib.certificates.status_lists import renew_all
    from chalicelib.certificates.views import public_keys, read, stream_of

__all__ = [
    "Certificate",
    "CertificateFacts",
    "cancel",
    "issue",
    "printed",
    "public_keys",
    "read",
    "renew_all",
    "revoke",
    "stream_of",
]
_ROOMS = {"printed": "printing", "renew_all": "status_lists"}
_ROOMS |= dict.fromkeys(("cancel", "issue", "revoke"), "issuing")
_ROOMS |= dict.fromkeys(("public_keys", "read", "stream_of"), "views")


def __getattr__(name: str) -> Any:
    # Found when asked for: the offline verifier lives in this package and needs neither stores nor
    # AWS.
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    room = _ROOMS.get(name, "acts")
    return getattr(import_module(f"{__name__}.{room}"), name)
