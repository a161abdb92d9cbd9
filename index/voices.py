"""Who speaks for himself: copied agency text is one voice, and so is an outlet that tells the same story twice.

An article repeats another when most runs of `RUN` words of the shorter one stand in the longer one in the same order
(rapidfuzz: longest common subsequence of hashed runs). Runs, not words: any long French text holds the small words of
any short one in order. Our own notices are in our own words: their likeness says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import LCSseq

from index.account import Account
from records import Source
from reference.folding import fold

RUN = 4
COPIED = 0.6  # share of the shorter text's runs
SHORTEST = 30  # runs; below it two texts are alike by chance
LONGEST = 1500


def copies(told: Sequence[Account], known: Mapping[str, Source]) -> dict[str, str]:
    """For each article that repeats another: the address of the oldest it repeats.

    `known`: the sources as they were; of an article whose text is gone, what was found then stands.
    """
    found: dict[str, str] = {}
    originals: list[tuple[str, list[int]]] = []
    for account in sorted(told, key=lambda a: a.order):
        article = account.article
        if account.url in found or any(url == account.url for url, _ in originals):
            continue
        if not article.text:
            source = known.get(account.url)
            if source and source.copy_of:
                found[account.url] = source.copy_of
            continue
        runs = _runs(article.text) if article.kind == "article" else []
        if len(runs) < SHORTEST:
            continue
        original = next((url for url, other in originals if _repeats(runs, other)), None)
        if original is None:
            originals.append((account.url, runs))
        else:
            found[account.url] = original
    return found


def voices(told: Sequence[Account], copied: Mapping[str, str]) -> dict[str, str]:
    """The voice of each article, by address: the outlet that spoke first."""
    outlets = {a.url: fold(a.article.outlet) if a.article.outlet else a.url for a in told}
    return {url: outlets.get(copied.get(url, url), outlets[url]) for url in outlets}


def _runs(text: str) -> list[int]:
    words = re.findall(r"\w+", fold(text))[: LONGEST + RUN]
    return [hash(tuple(words[i : i + RUN])) for i in range(len(words) - RUN + 1)]


def _repeats(runs: Sequence[int], other: Sequence[int]) -> bool:
    shorter = min(len(runs), len(other))
    enough = int(COPIED * shorter)
    return bool(LCSseq.similarity(runs, other, score_cutoff=enough) >= enough)
