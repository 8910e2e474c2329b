"""The page that the QR code of a printed certificate leads to: what is public of it, for whoever
stands before it.
"""

import base64
import hashlib
from datetime import datetime
from html import escape

from chalicelib.certificates.acts import Certificate
from chalicelib.kernel import texts
from chalicelib.kernel.settings import settings

STYLE = (
    "body{font:1.1rem/1.6 sans-serif;max-width:34rem;margin:0 auto;padding:1rem;color:#111;background:#fff}"
    "h1{font-size:1.4rem}dt{color:#444;font-size:.9rem}dd{margin:0 0 .8rem;overflow-wrap:anywhere}"
    ".status{font-size:1.6rem;font-weight:bold;border:.2rem solid;padding:.4rem 1rem;display:inline-block}"
    ".valid{color:#005a2b}.expired,.revoked,.unknown{color:#a01010}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
}


def page(found: Certificate, now: datetime, language: str) -> str:
    """A certificate's status, item, authority and dates, as HTML."""
    half, status = "zh" if language == "zh-CN" else "en", found.status(now)
    rows = [
        ("certificate.number", found.id),
        ("certificate.item", found.item_name[half]),
        ("certificate.authority", found.authority_name[half]),
        ("certificate.issued", day(found.issued_at)),
        (
            "certificate.expires",
            day(found.expires_at) or texts.say("certificate.endless", language),
        ),
        ("certificate.revoked", day(found.revoked_at)),
    ]
    listed = "".join(
        f"<dt>{_said(key, language)}</dt><dd>{escape(value)}</dd>" for key, value in rows if value
    )
    note = f"<p>{_said('certificate.check-note', language)}</p>"
    return _document(language, status, f"certificate.status.{status}", f"<dl>{listed}</dl>{note}")


def unknown(language: str) -> str:
    """There is no such certificate."""
    return _document(language, "unknown", "certificate.unknown", "")


def day(moment: datetime | None) -> str:
    """The day of a moment in the stage's zone, e.g. ``2026-11-23``; empty for none."""
    return moment.astimezone(settings().zone).date().isoformat() if moment else ""


def _document(language: str, kind: str, verdict: str, rest: str) -> str:
    title = _said("certificate.check", language)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>'
        f'<h1>{title}</h1><p class="status {kind}">{_said(verdict, language)}</p>{rest}</main></body></html>'
    )


def _said(key: str, language: str) -> str:
    return escape(texts.say(key, language))
