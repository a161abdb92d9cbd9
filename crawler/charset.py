"""From bytes to text, whatever the page says of its own encoding."""

from __future__ import annotations

import codecs
import re

_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})|<\?xml[^>]{0,80}?encoding=["']([\w.-]{2,40})""", re.I
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML tree may hold them
_HIGH = re.compile(rb"[\x80-\xff]")
# What pages that say Latin-1 really hold, as the WHATWG Encoding Standard has it.
_WINDOWS = {"iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252"}


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of a page or feed. Never raises; bytes that fit no encoding become U+FFFD.

    A byte order mark decides; bytes that are valid UTF-8 are UTF-8 even when declared otherwise (other encodings
    practically never are by chance); otherwise the header's charset, then the page's own, unless they say UTF-8
    of text that mostly is not, which is then read as windows-1252.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _clean(body[len(mark) :].decode(encoding, "replace"))
    try:
        return _clean(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    for declared in (_from_header(content_type), _from_page(body)):
        if declared and declared not in ("utf-8", "utf-16"):
            return _clean(body.decode(declared, "replace"))
    if _mostly_utf8(body):
        return _clean(body.decode("utf-8", "replace"))
    return _clean(body.decode("cp1252", "replace"))


def _from_header(content_type: str | None) -> str | None:
    found = _HEADER.search(content_type or "")
    return _codec(found[1]) if found else None


def _from_page(body: bytes) -> str | None:
    found = _META.search(body[:4096])
    return _codec((found[1] or found[2]).decode("ascii", "ignore")) if found else None


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True):
        return None
    return _WINDOWS.get(found.name, found.name)


def _mostly_utf8(body: bytes) -> bool:
    """UTF-8 with a few broken bytes (a cut character, one pasted quote) against an 8-bit encoding."""
    whole = sum(len(m) for m in _MULTIBYTE.findall(body))
    return whole * 2 > len(_HIGH.findall(body))


def _clean(text: str) -> str:
    return _CONTROL.sub("", text).replace("\r\n", "\n")
