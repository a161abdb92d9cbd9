"""A stream of articles in, their reports out: triage first, then the reader for what survives it.

The reader (spaCy and its model: seconds, hundreds of megabytes) is loaded by the first article that has to be read,
never before. With several processes each has a reader of its own, and results keep the articles' order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

from crawler.files import Failure
from crawler.parent import belong_to_parent
from crawler.triage import matters
from nlp.opening import quickly
from records import Article, Report

if TYPE_CHECKING:
    from nlp.reader import Reader

_MOST_WAITING = 1000  # articles held while enough to be read together are found
_AHEAD = 32  # articles a process: enough to keep it busy, little enough not to hold a whole file in memory


class LazyReader:
    """A `Reader` that is opened by the first article it reads. An article it cannot read is a Failure."""

    def __init__(self) -> None:
        self._reader: Reader | None = None

    def read(self, article: Article) -> Report | Failure:
        try:
            return self._opened().read(article)
        except Exception as error:  # one article must not stop the others, whatever is in it
            return Failure(article.url, f"lecture impossible ({type(error).__name__} : {error})")

    def read_together(self, articles: Sequence[Article]) -> list[Report | Failure]:
        """What `read` gives of each, in order; an eighth faster an article."""
        if len(articles) < 2:
            return [self.read(article) for article in articles]
        try:
            return [*self._opened().read_together(articles)]
        except Exception:  # one of them cannot be read: find out which
            return [self.read(article) for article in articles]

    def _opened(self) -> Reader:
        if self._reader is None:
            self._reader = _load()
        return self._reader


def _load() -> Reader:
    with quickly():
        from nlp.reader import Reader

        return Reader()


Group = list[tuple[Article, bool]]  # articles in order, each with whether it is to be read


def reports(
    articles: Iterable[Article], reader: LazyReader, jobs: int = 1, together: int = 1
) -> Iterator[tuple[Article, Report | Failure]]:
    """Each article with its report, in order; what triage drops is not read. `jobs` > 1: in that many processes.

    `together` > 1 reads so many articles at once: faster, but the first report waits for the last of them.
    """
    if jobs <= 1:
        for group in _groups(articles, together):
            yield from _told(group, reader.read_together(_survivors(group)))
        return
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _open_worker)
    waiting: deque[tuple[Group, Future[list[Report | Failure]]]] = deque()
    try:
        for group in _groups(articles, together):
            waiting.append((group, _in_worker(pool, _survivors(group))))
            while len(waiting) > max(2, _AHEAD // together) * jobs or (waiting and waiting[0][1].done()):
                done, read = waiting.popleft()
                yield from _told(done, read.result())
        for group, read in waiting:
            yield from _told(group, read.result())
    finally:
        pool.shutdown(cancel_futures=True)


def _groups(articles: Iterable[Article], together: int) -> Iterator[Group]:
    """Articles until `together` of them are to be read."""
    group: Group = []
    to_read = 0
    for article in articles:
        survives = matters(article.title, article.text)
        group.append((article, survives))
        to_read += survives
        if to_read >= together or len(group) >= _MOST_WAITING or (to_read == 0 and together == 1):
            yield group
            group, to_read = [], 0
    yield group


def _survivors(group: Group) -> list[Article]:
    return [article for article, survives in group if survives]


def _told(group: Group, read: Iterable[Report | Failure]) -> Iterator[tuple[Article, Report | Failure]]:
    told = iter(read)
    for article, survives in group:
        yield article, next(told) if survives else irrelevant(article)


def irrelevant(article: Article) -> Report:
    """The report of an article that is not worth reading."""
    return Report(url=article.url, relevant=False, relevance=0.0, pipeline=pipeline_version())


def pipeline_version() -> str:
    from nlp.reader import PIPELINE_VERSION

    return PIPELINE_VERSION


_workers: list[LazyReader] = []


def _open_worker() -> None:
    belong_to_parent()
    _workers.append(LazyReader())


def _in_worker(pool: ProcessPoolExecutor, articles: list[Article]) -> Future[list[Report | Failure]]:
    if articles:
        return pool.submit(_read_in_worker, articles)
    nothing: Future[list[Report | Failure]] = Future()
    nothing.set_result([])
    return nothing


def _read_in_worker(articles: list[Article]) -> list[Report | Failure]:
    return _workers[0].read_together(articles)
