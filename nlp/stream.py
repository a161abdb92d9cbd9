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
        """What `read` gives of each, in order; a fifth faster an article."""
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


def reports(
    articles: Iterable[Article], reader: LazyReader, jobs: int = 1, together: int = 1
) -> Iterator[tuple[Article, Report | Failure]]:
    """Each article with its report, in order; what triage drops is not read. `jobs` > 1: in that many processes.

    `together` > 1 reads so many articles at once: faster, but the first report waits for the last of them.
    """
    if jobs <= 1:
        yield from _in_this_process(articles, reader, together)
        return
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _open_worker)
    waiting: deque[tuple[Article, Future[Report | Failure] | Report]] = deque()
    try:
        for article in articles:
            survives = matters(article.title, article.text)
            waiting.append((article, pool.submit(_read_in_worker, article) if survives else irrelevant(article)))
            while len(waiting) > _AHEAD * jobs or (waiting and _is_done(waiting[0][1])):
                yield _settled(*waiting.popleft())
        while waiting:
            yield _settled(*waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _in_this_process(
    articles: Iterable[Article], reader: LazyReader, together: int
) -> Iterator[tuple[Article, Report | Failure]]:
    waiting: list[tuple[Article, bool]] = []
    to_read = 0
    for article in articles:
        survives = matters(article.title, article.text)
        waiting.append((article, survives))
        to_read += survives
        if to_read >= together or len(waiting) >= _MOST_WAITING or (to_read == 0 and together == 1):
            yield from _read_waiting(waiting, reader)
            waiting, to_read = [], 0
    yield from _read_waiting(waiting, reader)


def _read_waiting(
    waiting: Sequence[tuple[Article, bool]], reader: LazyReader
) -> Iterator[tuple[Article, Report | Failure]]:
    survivors = [article for article, survives in waiting if survives]
    if len(survivors) == 1:
        read = iter([reader.read(survivors[0])])
    else:
        read = iter(reader.read_together(survivors) if survivors else ())
    for article, survives in waiting:
        yield article, next(read) if survives else irrelevant(article)


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


def _read_in_worker(article: Article) -> Report | Failure:
    return _workers[0].read(article)


def _is_done(result: Future[Report | Failure] | Report) -> bool:
    return result.done() if isinstance(result, Future) else True


def _settled(article: Article, result: Future[Report | Failure] | Report) -> tuple[Article, Report | Failure]:
    return article, result.result() if isinstance(result, Future) else result
