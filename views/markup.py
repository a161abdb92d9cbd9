"""HTML and Markdown that are safe whatever the press wrote: every text passes here before it meets a page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from reference.folding import fold_with_offsets

MATCH_START, MATCH_END = "\ue000", "\ue001"
# Marks that turn the direction of writing or hide: they let a title show something other than what it says.
_DECEIVING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x0000])
# Signs that mean something anywhere in a line, then those that do at its start. Labels are also read aloud as they
# are written, so that nothing is escaped that need not be.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>~|$:&^{}@]|(?i:(?<=www)\.)|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")

_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # all but the no-break spaces, which French sets on purpose


def text(value: str) -> str:
    """Press text as inert HTML."""
    return escape(value.translate(_DECEIVING), quote=True).replace(MATCH_START, "").replace(MATCH_END, "")


def matched(value: str) -> str:
    """As `text`, with the search's matches (between U+E000 and U+E001) in `<mark>`, always closed."""
    pieces = re.split(f"({MATCH_START}|{MATCH_END})", value.translate(_DECEIVING))
    out, inside = [], False
    for piece in pieces:
        if piece == MATCH_START:
            out.append("" if inside else "<mark>")
            inside = True
        elif piece == MATCH_END:
            out.append("</mark>" if inside else "")
            inside = False
        else:
            out.append(escape(piece, quote=True))
    return "".join(out) + ("</mark>" if inside else "")


def highlighted(value: str, mentions: Iterable[str | None]) -> str:
    """As `text`, with each wording of `mentions` found in it (accents and case set aside) in `<strong>`."""
    folded = fold_with_offsets(value)
    spans: list[tuple[int, int]] = []
    for mention in mentions:
        wanted = fold_with_offsets(mention or "").text.strip()
        for found in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded.text) if wanted else ():
            spans.append(folded.original(*found.span()))
    out, at = [], 0
    for start, end in sorted(spans):
        if start < at:
            continue
        out += [text(value[at:start]), "<strong>", text(value[start:end]), "</strong>"]
        at = end
    return "".join([*out, text(value[at:])])


def markdown(value: str) -> str:
    """Press text as Markdown without any meaning of its own, on one line (for labels of widgets)."""
    return _MARKDOWN.sub(r"\\\g<0>", _BLANKS.sub(" ", value.translate(_DECEIVING)).strip())


def web_address(url: str) -> str | None:
    """The address if a link may lead there (http or https with a host), else None."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and parts.hostname else None


def outward(url: str, label: str) -> str:
    """A link to another site, in a new tab, that says so to screen readers; plain text if it leads nowhere safe."""
    address = web_address(url)
    if address is None:
        return f"<span>{text(label)}</span>"
    return (
        f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer">{text(label)}'
        '<span aria-hidden="true"> ↗</span><span class="vg-sr"> (nouvel onglet)</span></a>'
    )
