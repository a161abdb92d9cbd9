"""`make learn`: fits the model of `nlp/services/learnt.py` on `corpus/passages.jsonl` and writes its weights.

A passage's `text` has its services between marks, `<urgences ferme>les urgences</>`, several states joined by +, `rien` where
none is told. Examples are the mentions that the reader finds; one that nobody marked tells nothing. One logistic regression
for each status, and one for whether any is told. `--held NAME` leaves out the passages of a hand and measures on them.
scikit-learn is asked for by the target only: reading needs none of it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from spacy.language import Language
from spacy.tokens import Doc

from nlp.document import make_doc
from nlp.reader import Reader
from nlp.services import learnt
from nlp.services.reading import read
from nlp.services.sentence import Unit
from records import Article
from reference.vocabulary import term_ids
from tools.marked import labelled, rows_of, unmarked

# who is hit must be told for the reader to know whose services these are
_TITLE = "Cyberattaque au centre hospitalier de Vierzon"
_BEFORE = "Le centre hospitalier de Vierzon est la cible d'une cyberattaque.\n\n"
_SEEN_AT_LEAST = 2
_LIGHT = 0.03  # a feature none of whose weights is greater is left out
_STRENGTH = 1.0
_LIKELY = (0.4, 0.5, 0.6, 0.7)

Example = tuple[dict[str, int], str, set[str]]  # features, service, statuses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", default="")
    held = parser.parse_args().held
    rows = rows_of("passages.jsonl")
    language = Reader().language
    examples = [(row["hand"], *example) for row, found in _examples(language, rows) for example in found]
    examples += [("articles", *example) for example in _untold(language)]
    fitted = [e[1:] for e in examples if e[0] != held]
    names, features, weights, bias = fit(fitted)
    print(f"{len(fitted)} mentions, {len(features)} features")
    if held:
        _measure([e[1:] for e in examples if e[0] == held], names, features, weights, bias)
        return
    numpy.savez_compressed(
        learnt.WEIGHTS,
        names=numpy.frombuffer("\n".join(names).encode(), dtype=numpy.uint8),
        features=numpy.frombuffer("\n".join(features).encode(), dtype=numpy.uint8),
        weights=weights.astype(numpy.float16),
        bias=bias.astype(numpy.float32),
    )


def _untold(language: Language) -> Iterator[Example]:
    """Mentions in whole articles of services of which nothing is told: what else articles say."""
    for row in labelled():
        told = {s["service"] for incident in row.incidents for s in incident["services"]}
        doc = language(make_doc(language, row.article))
        for unit in _sentences(doc):
            for mention in learnt.candidates(unit):
                if mention.service not in told:
                    yield learnt.features(unit, mention), mention.service, set()


def _sentences(doc: Doc) -> list[Unit]:
    seen: list[Unit] = []
    list(read(doc, seen))
    return seen


def _examples(language: Language, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[Example]]]:
    before = [name for name in language.pipe_names if name != "vigie_services"]
    texts = [marked(row["text"]) for row in rows]
    docs = (
        make_doc(
            language,
            Article(
                url=f"https://example.org/{n}", title=_TITLE, text=_BEFORE + text, published="2023-03-15", outlet="x"
            ),
        )
        for n, (text, _) in enumerate(texts)
    )
    disabled = before[before.index("vigie_dates") :]
    for row, (_, marks), doc in zip(
        rows, texts, language.pipe(docs, batch_size=16, disable=["vigie_services", *disabled]), strict=True
    ):
        shift = doc._.body_start + len(_BEFORE)
        found: list[Example] = []
        for unit in _sentences(doc):
            for mention in learnt.candidates(unit):
                if mention.end <= shift:
                    continue
                told = [m for m in marks if m[0] < mention.end - shift and mention.start - shift < m[1]]
                own = next((m for m in told if m[2] == mention.service), told[0] if told else None)
                statuses = set(own[3]) - {"rien"} if own else set()
                found.append((learnt.features(unit, mention), mention.service, statuses))
        yield row, found


def marked(text: str) -> tuple[str, list[tuple[int, int, str, list[str]]]]:
    """The text without its marks, and (start, end, service, statuses) of each that marks a service."""
    plain, marks = unmarked(text)
    told = []
    for start, end, label in marks:
        what, states = label.split(" ")
        if what != "date":
            told.append((start, end, what, states.split("+")))
    return plain, told


def fit(examples: list[Example]) -> tuple[list[str], list[str], Any, Any]:
    """Names of the columns, of the features, weights (features × columns), bias."""
    counts = Counter(feature for features, _, _ in examples for feature in features)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        [{f: 1 for f in features if counts[f] >= _SEEN_AT_LEAST} for features, _, _ in examples]
    )
    names = [learnt.TOLD, *sorted(term_ids("impact_status"))]
    columns, bias = [], []
    for name in names:
        wanted = [bool(statuses) if name == learnt.TOLD else name in statuses for _, _, statuses in examples]
        model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(matrix, wanted)
        columns.append(model.coef_[0])
        bias.append(model.intercept_[0])
    weights = numpy.array(columns).T
    heavy = numpy.abs(weights).max(axis=1) >= _LIGHT
    features = [f for f, kept in zip(vectorizer.feature_names_, heavy, strict=True) if kept]
    return names, features, weights[heavy], numpy.array(bias)


def _measure(examples: list[Example], names: list[str], features: list[str], weights: Any, bias: Any) -> None:
    rows = {feature: n for n, feature in enumerate(features)}
    likely = [
        1 / (1 + numpy.exp(-(bias + weights[[rows[f] for f in seen if f in rows]].sum(axis=0))))
        for seen, _, _ in examples
    ]
    for least in _LIKELY:
        answers = [
            names[1 + int(p[1:].argmax())] if p[0] >= least and p[1:].max() >= least * 2 / 3 else None for p in likely
        ]
        given = sum(a is not None for a in answers)
        right = sum(a in e[2] for a, e in zip(answers, examples, strict=True) if a)
        told = sum(bool(e[2]) for a, e in zip(answers, examples, strict=True) if a)
        wanted = sum(bool(e[2]) for e in examples)
        print(
            f"least {least}: {given} given, told {told / given:.3f}, exact {right / given:.3f}; of {wanted} wanted {right / wanted:.3f}"
        )


if __name__ == "__main__":
    main()
