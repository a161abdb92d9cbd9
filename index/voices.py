"""Who speaks for himself: copied agency text is one voice, and so is an outlet that tells the same story twice.

An article repeats another when most runs of `RUN` words of the shorter one stand in the longer one in the same order
(rapidfuzz: longest common subsequence of hashed runs). Runs, not words: any long French text holds the small words of
any short one in order. Only texts that share one of the runs they are looked up by are compared, so that n articles
cost n look-ups, not n². Our own notices are in our own words: their likeness says nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from index.account import Account
from records import Source
from reference.folding import fold

RUN = 4
COPIED = 0.6  # share of the shorter text's runs
SHORTEST = 30  # runs; below it two texts are alike by chance
LONGEST = 1500
# A text is looked up by all its runs up to `FEW`, beyond by one in `SAMPLED`: of 72 runs in common, the fewest that make
# a copy among longer texts, fewer than `LEAST` are drawn once in a million pairs.
FEW = 120
SAMPLED = 4
LEAST = 3

Runs = NDArray[np.uint64]


def copies(told: Sequence[Account], known: Mapping[str, Source]) -> dict[str, str]:
    """For each article that repeats another: the address of the oldest it repeats.

    `known`: the sources as they were; of an article whose text is gone, what was found then stands.
    """
    found: dict[str, str] = {}
    originals: list[tuple[str, Runs]] = []
    short: dict[int, list[int]] = defaultdict(list)  # by run, the originals (by place) that hold it
    long: dict[int, list[int]] = defaultdict(list)  # the same of longer ones, by the runs drawn
    seen: set[str] = set()
    for account in sorted(told, key=lambda a: a.order):
        article = account.article
        if account.url in seen:
            continue
        seen.add(account.url)
        if not article.text:
            source = known.get(account.url)
            if source and source.copy_of:
                found[account.url] = source.copy_of
            continue
        runs = _runs(article.text) if article.kind == "article" else _NONE
        if len(runs) < SHORTEST:
            continue
        drawn = runs[(runs >> np.uint64(32)) % np.uint64(SAMPLED) == 0].tolist()
        met = Counter(n for run in set(drawn) for n in long.get(run, ()))
        alike = {n for n, count in met.items() if count >= (LEAST if len(runs) > FEW else 1)}
        alike |= {n for run in runs.tolist() for n in short.get(run, ())} if short else set()
        original = next((originals[n][0] for n in sorted(alike) if _repeats(runs, originals[n][1])), None)
        if original is not None:
            found[account.url] = original
            continue
        for run in set(drawn) if len(runs) > FEW else set(runs.tolist()):
            (long if len(runs) > FEW else short)[run].append(len(originals))
        originals.append((account.url, runs))
    return found


def voices(told: Sequence[Account], copied: Mapping[str, str]) -> dict[str, str]:
    """The voice of each article, by address: the outlet that spoke first."""
    outlets = {a.url: fold(a.article.outlet) if a.article.outlet else a.url for a in told}
    return {url: outlets.get(copied.get(url, url), outlets[url]) for url in outlets}


_NONE: Runs = np.zeros(0, dtype=np.uint64)
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5], dtype=np.uint64)


@lru_cache(maxsize=2048)
def _runs(text: str) -> Runs:
    """Each run of `RUN` words as a number, the same in every process."""
    words = re.findall(r"\w+", fold(text))[: LONGEST + RUN]
    if len(words) < RUN:
        return _NONE
    codes = np.array([crc32(word.encode("utf-8", "replace")) for word in words], dtype=np.uint64)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(codes, RUN) @ _MIX, dtype=np.uint64)


def _repeats(one: Runs, other: Runs) -> bool:
    enough = int(COPIED * min(len(one), len(other)))
    if 2 * len(np.intersect1d(one, other)) < enough:  # most pairs: quicker than to put them in order
        return False
    runs: tuple[Any, Any] = one.tolist(), other.tolist()
    return bool(LCSseq.similarity(*runs, score_cutoff=enough) >= enough)
