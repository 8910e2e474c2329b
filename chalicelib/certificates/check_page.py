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
    ".valid{color:#005a2b}.expired,.revoked,.cancelled,.unknown{color:#a01010}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
}


def page(certificate: Certificate, now: datetime, language: str) -> str:
    """A certificate's status, item, authority and dates, as HTML."""
    status = certificate.status(now)
    rows = "".join(
        _row(key, value, language) for key, value in _rows(certificate, language) if value
    )
    note = f"<p>{_text('certificate.check-note', language)}</p>"
    return _document(
        language,
        status,
        f"certificate.status.{status}",
        f"<dl>{rows}</dl>{note}",
    )


def _rows(certificate: Certificate, language: str) -> list[tuple[str, str]]:
    """Labels by their keys, and what stands there; empty for what does not apply."""
    half = "zh" if language == "zh-CN" else "en"
    endless = texts.say("certificate.endless", language)
    return [
        ("certificate.number", certificate.id),
        ("certificate.item", certificate.item_name[half]),
        ("certificate.authority", certificate.authority_name[half]),
        ("certificate.issued", day(certificate.issued_at)),
        ("certificate.expires", day(certificate.expires_at) or endless),
        ("certificate.revoked", day(certificate.revoked_at)),
        ("certificate.cancelled", day(certificate.cancelled_at)),
        ("certificate.replaces", certificate.replaces),
        ("certificate.replaced-by", certificate.replaced_by),
    ]


def _row(key: str, value: str, language: str) -> str:
    label = _text(key, language)
    return f"<dt>{label}</dt><dd>{escape(value)}</dd>"


def unknown(language: str) -> str:
    """There is no such certificate."""
    return _document(language, "unknown", "certificate.unknown", "")


def day(moment: datetime | None) -> str:
    """The day of a moment in the stage's zone, e.g. ``2026-11-23``; empty for none."""
    if moment is None:
        return ""
    local = moment.astimezone(settings().zone)
    return local.date().isoformat()


def _document(language: str, kind: str, verdict: str, rest: str) -> str:
    title = _text("certificate.check", language)
    return (
        f'<!DOCTYPE html><html lang="{language}">'
        f'<head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>"
        f'<p class="status {kind}">{_text(verdict, language)}</p>'
        f"{rest}</main></body></html>"
    )


def _text(key: str, language: str) -> str:
    return escape(texts.say(key, language))
