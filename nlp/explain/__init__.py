"""Where each value of a report comes from: one self-contained HTML page, in French, for `vigie extract --explain`.

    >>> doc = reader.doc(article)
    >>> html = page(doc, report(doc, PIPELINE_VERSION))

The page shows the title and the text with every evidence span in the colour of its field and the number of its value,
what the layout took for noise in grey, then the values with their words and the rule or lexicon entry behind them, what
was considered and left out and why, and the relevance score feature by feature. It asks nothing of any server, runs no
script, and everything that comes from the article is escaped. Words and colours are in `explain.toml`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.tokens import Doc

from nlp.document import GAP, Finding, is_noise, text_of
from nlp.explain.colours import coloured, legend, rules
from nlp.explain.values import Value, values
from nlp.explain.wordings import WORDS, counted, day, decimal, shown
from nlp.facilities import reading
from nlp.relevance import THRESHOLD, WEIGHTS, relevance
from records import Article, Report

if TYPE_CHECKING:
    from nlp.reader import Reader

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_BLANK = re.compile(r"\s+")
# a hostile text gives thousands: the page says how many it does not show
MOST_LEFT_OUT = 300
_LONGEST_QUOTE = 300


def page(doc: Doc, report: Report) -> str:
    """The page of one article: `doc` after the whole pipeline, `report` what was made of it."""
    return _document(_title(doc._.article), [_section(doc, report, "a1")])


def write(reader: Reader, articles: Iterable[Article], path: Path) -> list[Report]:
    """Read the articles and write one page, with a part for each, to `path`; their reports, in order.

    Raises OSError when the page cannot be written.
    """
    from nlp.assemble import report as assembled
    from nlp.reader import PIPELINE_VERSION

    reports: list[Report] = []
    titles: list[str] = []
    parts: list[str] = []
    for number, article in enumerate(articles, start=1):
        doc = reader.doc(article)
        reports.append(assembled(doc, PIPELINE_VERSION))
        titles.append(_title(article))
        parts.append(_section(doc, reports[-1], f"a{number}"))
    if len(parts) == 1:
        text = _document(titles[0], parts)
    else:
        text = _document(f"Ce que Vigie a lu : {counted(len(parts), 'article')}", [_contents(titles, reports), *parts])
    path.write_text(text, encoding="utf-8", errors="replace")
    return reports


def _document(title: str, parts: Iterable[str]) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # nothing is fetched and nothing runs, whatever an article holds
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)} – Vigie</title>\n<style>\n{_STYLE}{rules()}</style>\n</head>\n<body>\n<main>\n"
        "<h1>Ce que Vigie a lu</h1>\n" + "\n".join(parts) + "\n</main>\n</body>\n</html>\n"
    )


def _contents(titles: Sequence[str], reports: Sequence[Report]) -> str:
    lines = "".join(
        f'<li><a href="#a{n}">{escape(title)}</a> <span class="meta">{_verdict(report)}</span></li>'
        for n, (title, report) in enumerate(zip(titles, reports, strict=True), start=1)
    )
    return f'<nav aria-label="Articles"><ol>{lines}</ol></nav>'


def _section(doc: Doc, report: Report, anchor: str) -> str:
    """The part of one article; `anchor` is its id."""
    article: Article = doc._.article
    groups = values(doc, report)
    every = [value for group in groups for value in group]
    outlet = f"{escape(article.outlet)}, " if article.outlet else ""
    parts = [
        f'<section class="article" id="{anchor}">\n<h2>{escape(_title(article))}</h2>\n<p class="meta">'
        f'<a href="{escape(article.url)}" rel="noreferrer noopener">{escape(article.url)}</a><br>'
        f"{outlet}publié le {day(article.published_on)} · {_verdict(report)} · lecture {escape(report.pipeline)}</p>",
        legend(every),
        coloured(doc, every, anchor),
    ]
    for number, (incident, group) in enumerate(zip(report.incidents, groups, strict=True), start=1):
        rank = f" {number}" if len(groups) > 1 else ""
        rows = "\n".join(_row(doc, value, anchor) for value in group)
        parts.append(f'<h3>Incident{rank} : {escape(incident.facility.name)}</h3>\n<ul class="values">{rows}</ul>')
    if not groups:
        parts.append("<h3>Incident</h3>\n<p>Aucun incident n’est tiré de cet article.</p>")
    parts += [_left_out(doc, report, every), _relevance(doc, report), "</section>"]
    return "\n".join(parts)


def _row(doc: Doc, value: Value, anchor: str) -> str:
    words = "".join(f"<li>{_quote(doc, a, b)}{_origin(doc, value.field, a, b)}</li>" for a, b in value.spans)
    said = f"<ul>{words}</ul>" if words else '<p class="why">Conclu de l’ensemble du texte.</p>'
    return (
        f'<li id="{anchor}v{value.number}"><span class="name">{value.number}. {escape(WORDS["fields"][value.field])}'
        f'</span><br><span class="value">{escape(value.shown)}</span>{said}</li>'
    )


def _origin(doc: Doc, field: str, start: int, end: int) -> str:
    """What gave these characters: the rules of the findings that cover them; for a facility, how its name was read."""
    found = [
        f
        for f in doc._.findings
        if f.rejected is None and f.start == start and _within_title(doc, f) == end and f.field != "facility"
    ]
    own = [f.rule for f in found if f.field == field]
    given = own or [f.rule for f in found]  # a value concluded from findings of other fields
    if field in ("facility", "diverted_to"):
        mentions = (m for m in reading(doc).mentions if m.start == start and m.end == end)
        given = [r for m in mentions for r in (WORDS["mention"][m.kind], *(reason for _, reason in m.roles))]
    return f' <span class="rule">— {escape(" ; ".join(dict.fromkeys(given)))}</span>' if given else ""


def _within_title(doc: Doc, finding: Finding) -> int:
    """Where the finding's evidence ends: not past the title when it begins there."""
    title_end: int = doc._.body_start - len(GAP)
    return min(finding.end, title_end) if finding.start < title_end else finding.end


def _left_out(doc: Doc, report: Report, kept: Sequence[Value]) -> str:
    """The section of what was considered and gives no value."""
    spans = {(v.field, a, b) for v in kept for a, b in v.spans}
    topics = sorted(reading(doc).topics.items())
    found = []
    for finding in sorted(doc._.findings, key=lambda f: (f.start, f.end)):
        if finding.rejected:
            found.append((finding, finding.rejected))
        # signals are clues and no values; a facility's finding stands for all its mentions
        elif (
            finding.field != "attack_signal"
            and (finding.field, finding.start, _within_title(doc, finding)) not in spans
        ):
            found.append((finding, _unused(doc, report, finding, topics)))
    rows = [_left_out_row(doc, finding, reason) for finding, reason in found[:MOST_LEFT_OUT]]
    more = len(found) - len(rows)
    tail = f"<p>Et {counted(more, 'autre')}.</p>" if more else ""
    body = f'<ul class="values">{"".join(rows)}</ul>{tail}' if rows else "<p>Rien d’autre n’a été envisagé.</p>"
    return f"<h3>Envisagé et écarté</h3>\n{body}"


def _left_out_row(doc: Doc, finding: Finding, reason: str) -> str:
    name = WORDS["fields"].get(finding.field, finding.field)
    return (
        f'<li><span class="name">{escape(name)}</span><br>'
        f'<span class="value">{escape(_candidate(doc, finding))}</span> {_quote(doc, finding.start, finding.end)}<br>'
        f'<span class="why">Écarté : {escape(reason)}.</span> <span class="rule">— {escape(finding.rule)}</span></li>'
    )


def _unused(doc: Doc, report: Report, finding: Finding, topics: Sequence[tuple[int, frozenset[int]]]) -> str:
    """Why a finding that holds by itself gives no value. `topics`: sentences by their start, with their victims."""
    if not report.relevant:
        return "l’article n’est pas jugé pertinent"
    if is_noise(doc, finding.start):
        return "hors du texte de l’article"
    at = bisect_right(topics, finding.start, key=lambda t: t[0]) - 1
    if finding.field not in ("facility", "diverted_to") and at >= 0 and not topics[at][1]:
        return "la phrase ne parle pas de la victime"
    return "un autre passage l’emporte"


def _candidate(doc: Doc, finding: Finding) -> str:
    if finding.field not in ("facility", "diverted_to"):
        return shown(finding.field, finding.value)
    entity = reading(doc).entities[finding.value]
    return entity.facility.name if entity.facility else _BLANK.sub(" ", entity.best.text)


def _relevance(doc: Doc, report: Report) -> str:
    weighed = relevance(doc)
    words = ", ".join(f"« {escape(w)} »" for w in weighed.terms) or "aucun"
    parts = [(name, value, WEIGHTS.get(name, 0.0) * value) for name, value in weighed.features.items() if value]
    cells = "".join(
        f'<tr><th scope="row">{escape(WORDS["features"].get(name, name))}</th><td>{decimal(value)}</td>'
        f"<td>{decimal(weight, sign=True)}</td></tr>"
        for name, value, weight in sorted(parts, key=lambda p: -abs(p[2]))
    )
    return (
        f"<h3>Pertinence : {decimal(report.relevance, 3)}</h3>\n"
        f"<p>Seuil : {decimal(THRESHOLD)}. Mots d’incident : {words}.</p>\n"
        '<table class="features"><thead><tr><th scope="col">Ce qui compte</th><th scope="col">Valeur</th>'
        f'<th scope="col">Poids</th></tr></thead><tbody>{cells}</tbody></table>'
    )


def _verdict(report: Report) -> str:
    told = counted(len(report.incidents), "incident") if report.incidents else "pas d’incident"
    return f"{told}, pertinence {decimal(report.relevance)}"


def _quote(doc: Doc, start: int, end: int) -> str:
    words = _BLANK.sub(" ", text_of(doc)[start:end]).strip()
    return f"<q>{escape(words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + '…')}</q>"


def _title(article: Article) -> str:
    return _BLANK.sub(" ", article.title).strip() or "Sans titre"
