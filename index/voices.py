"""Who speaks for himself: copied agency text is one voice, and so is an outlet that tells the same story twice.

An article repeats another when most runs of `RUN` words of the shorter one stand in the longer one in the same order
(rapidfuzz: longest common subsequence of hashed runs). Runs, not words: any long French text holds the small words of
any short one in order. Our own notices are in our own words: their likeness says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

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
    originals: list[tuple[str, tuple[int, ...], frozenset[int]]] = []
    for account in sorted(told, key=lambda a: a.order):
        article = account.article
        if account.url in found or any(url == account.url for url, _, _ in originals):
            continue
        if not article.text:
            source = known.get(account.url)
            if source and source.copy_of:
                found[account.url] = source.copy_of
            continue
        runs = _runs(article.text) if article.kind == "article" else ()
        if len(runs) < SHORTEST:
            continue
        bag = frozenset(runs)
        original = next((url for url, other, held in originals if _repeats(runs, bag, other, held)), None)
        if original is None:
            originals.append((account.url, runs, bag))
        else:
            found[account.url] = original
    return found


def voices(told: Sequence[Account], copied: Mapping[str, str]) -> dict[str, str]:
    """The voice of each article, by address: the outlet that spoke first."""
    outlets = {a.url: fold(a.article.outlet) if a.article.outlet else a.url for a in told}
    return {url: outlets.get(copied.get(url, url), outlets[url]) for url in outlets}


@lru_cache(maxsize=256)
def _runs(text: str) -> tuple[int, ...]:
    words = re.findall(r"\w+", fold(text))[: LONGEST + RUN]
    return tuple(hash(tuple(words[i : i + RUN])) for i in range(len(words) - RUN + 1))


def _repeats(runs: Sequence[int], bag: frozenset[int], other: Sequence[int], held: frozenset[int]) -> bool:
    enough = int(COPIED * min(len(runs), len(other)))
    if 2 * len(bag & held) < enough:  # most pairs: quicker than to put them in order
        return False
    return bool(LCSseq.similarity(runs, other, score_cutoff=enough) >= enough)
