"""How a cluster in trouble is waited for: what the client would do by itself, with a wait also after an answer that
says "later", and in French."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

from elastic_transport import TlsError, Transport, TransportApiResponse, TransportError
from elastic_transport.client_utils import DEFAULT, DefaultType

# How often a request is tried again, waiting longer each time: a page of the app soon says that nobody answers, a
# command that writes bears with a cluster that is away for a minute.
QUICK, PATIENT = 2, 12
_FIRST, _LONGEST = 0.5, 10.0  # seconds
_LATER = (502, 503, 504)  # answers of a cluster that lacks a node, or has no master yet
log = logging.getLogger("vigie.store")
# Its own words on nodes that come and go; ours say what is waited for.
logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)


class Waiting(Transport):
    """Asks again, another node when there is one, as often as `max_retries` says; what is waited for is said."""

    def perform_request(
        self, method: str, target: str, *, max_retries: int | DefaultType = DEFAULT, **given: Any
    ) -> TransportApiResponse:
        most = self.max_retries if isinstance(max_retries, DefaultType) else max_retries
        given |= {"max_retries": 0, "retry_on_status": ()}
        last: TransportApiResponse | TransportError | None = None
        for why in waits(most):
            try:
                last = super().perform_request(method, target, **given)
            except TlsError:
                raise
            except TransportError as error:
                if not isinstance(last, TransportApiResponse):  # an answer tells more than silence
                    last = error
                why("ne répond pas encore")
            else:
                if last.meta.status not in _LATER:
                    return last
                why(f"n'est pas en état de répondre ({last.meta.status})")
        if isinstance(last, TransportApiResponse):
            return last
        assert last is not None
        raise last


class Why:
    """Called with what is waited for."""

    def __init__(self) -> None:
        self.said = ""

    def __call__(self, said: str) -> None:
        self.said = said


def waits(most: int) -> Iterator[Why]:
    """Once, and `most` times more, each after a wait and a sentence that ends what was said of Elasticsearch."""
    why = Why()
    yield why
    for n in range(most):
        log.warning("Elasticsearch %s : nouvel essai (%d sur %d).", why.said, n + 1, most)
        time.sleep(min(_FIRST * 2**n, _LONGEST))
        yield why
