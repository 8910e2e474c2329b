"""What a file is, by its first bytes, and under which name it is handed out again."""

import re
from urllib.parse import quote

LOOKED_AT = 1024
"""Bytes from a file's beginning: all that the accepted types and phones' pictures need."""
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
PHONE_PICTURES = ("image/heic", "image/heif", "image/avif")
UNKNOWN, TEXT = "unknown", "text/plain"
MAX_NAME = 100
# What file systems and shells of some device read as more than a letter.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%;]+')


def kind_of(beginning: bytes) -> str:
    """The media type; ``text/plain`` for what reads as text, ``unknown`` for all else."""
    import filetype  # only who attaches a file pays for its matchers

    found = filetype.guess_mime(beginning)
    if found:
        return str(found)
    if b"\x00" not in beginning and _is_text(beginning):
        return TEXT
    return UNKNOWN


def _is_text(beginning: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        # The last character may be cut through.
        for end in (len(beginning), -1, -2, -3):
            try:
                beginning[:end].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def disposition(file_name: str, code: str, content_type: str) -> str:
    """``Content-Disposition`` of a download (RFC 6266): the given name where it is safe, always
    with the ending of its type; an ASCII name for old clients.
    """
    ending = ENDINGS.get(content_type, ("",))[0]
    name = _UNSAFE.sub("_", file_name).strip(" ._")[:MAX_NAME]
    name = _ended(name or code, content_type)
    return f"attachment; filename=\"{code}{ending}\"; filename*=UTF-8''{quote(name, safe='')}"


def _ended(name: str, content_type: str) -> str:
    endings = ENDINGS.get(content_type, ("",))
    if name.lower().endswith(endings):
        return name
    return name + endings[0]
