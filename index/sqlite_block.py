"""What a block of writing keeps until its end: the incidents whose words have yet to be made.

Words are made once for each incident and block, from the records that the block itself put, without reading them again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

from index.searchable import searchable
from index.spelling import learnt
from records import Article, Incident

Read = Callable[[type[Any], str], Any]
_AT_ONCE = 500  # incidents whose articles are held in memory together


class Block:
    """The incidents to index by row number, and what the block knows of the articles and reports they cite."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self.victims: dict[str, int] = {}  # how many incidents the report of an address tells of
        self._put: dict[int, Incident] = {}
        self._fresh: set[int] = set()  # rows that no search knows yet
        self._stale: set[int] = set()  # rows whose incident must be read again
        self._met: set[int] = set()  # every row of the block

    def put(self, n: int, incident: Incident, fresh: bool) -> None:
        self._met.add(n)
        self._stale.discard(n)
        self._put[n] = incident
        if fresh:
            self._fresh.add(n)

    def touch(self, rows: Iterable[int]) -> None:
        """Incidents that cite an article that was put or taken away."""
        touched = [n for n in rows if n not in self._put]
        self._met.update(touched)
        self._stale.update(touched)

    def forget(self, n: int) -> None:
        self._put.pop(n, None)
        self._fresh.discard(n)
        self._stale.discard(n)

    def undone(self) -> None:
        """A part of the block was taken back: nothing that was remembered is sure."""
        self._stale |= self._met
        self._put.clear()
        self._fresh.clear()
        self.articles.clear()
        self.victims.clear()

    def finish(self, db: sqlite3.Connection, read: Read, known: Set[str]) -> set[str]:
        """Index what is waiting. `known`: words of names that the store has; returns those it has beside them."""
        spellings: dict[str, str] = {}
        rows = sorted(self._put.keys() | self._stale)
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            incidents = self._incidents(db, some, read)
            db.executemany("DELETE FROM search WHERE rowid = ?", [(n,) for n in some if n not in self._fresh])
            db.executemany(_INSERT, self._with_words(db, incidents, read))
            told = (word for incident in incidents.values() for word in learnt(incident))
            spellings = {word: spelling for word, spelling in told if word not in known} | spellings
        db.executemany("INSERT OR IGNORE INTO name_words (word, spelling) VALUES (?,?)", spellings.items())
        return set(spellings)

    def _incidents(self, db: sqlite3.Connection, rows: Iterable[int], read: Read) -> dict[int, Incident]:
        found = {n: self._put[n] for n in rows if n in self._put}
        sql = "SELECT n, json FROM incident_records WHERE n IN (SELECT value FROM json_each(?))"
        asked = _asked(db, sql, (n for n in rows if n not in found))
        return found | {n: read(Incident, text) for n, text in asked}

    def _with_words(
        self, db: sqlite3.Connection, incidents: dict[int, Incident], read: Read
    ) -> Iterator[tuple[Any, ...]]:
        cited = {source.url for incident in incidents.values() for source in incident.reports}
        asked = _asked(db, _ARTICLES, cited - self.articles.keys())
        articles = {url: read(Article, text) for url, text in asked} | self.articles
        victims = dict(_asked(db, _VICTIMS, cited - self.victims.keys())) | self.victims
        for n, incident in incidents.items():
            yield n, *searchable(incident, articles, victims)


_INSERT = "INSERT INTO search (rowid, names, titles, labels, titles_stem, body, body_stem) VALUES (?,?,?,?,?,?,?)"
_ARTICLES = "SELECT url, json FROM articles WHERE url IN (SELECT value FROM json_each(?))"
_VICTIMS = "SELECT url, victims FROM reports WHERE url IN (SELECT value FROM json_each(?))"


def _asked(db: sqlite3.Connection, sql: str, values: Iterable[Any]) -> list[Any]:
    wanted = list(values)
    return db.execute(sql, (json.dumps(wanted),)).fetchall() if wanted else []
