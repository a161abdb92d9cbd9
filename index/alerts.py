"""A run of the alerts: look for what is new to the readers of each saved search, then send what waits to be sent.

What has to be sent is written into the store in the same block as the fact that it was looked at, and forgotten when
it arrived. Nothing is lost and nothing is told twice, but for one point: a run that dies after a server took a message
and before the store wrote so sends that message again, under the same `Message-ID` or `Vigie-Sending`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from index import noticing, webhook
from index.mail import MailServer
from index.saved import SavedSearch, Sending
from index.store import Store
from index.targets import MAIL, Undelivered, shown
from index.turn import turn


@dataclass
class Done:
    """What a run did: notices by search, sendings that arrived, and sentences on those that did not."""

    noticed: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    failed: list[str] = field(default_factory=list)


def run(store: Store, searches: Sequence[SavedSearch], now: datetime, tell: Callable[[str], object]) -> Done:
    """Look and send for these searches; `tell` gets a sentence for each failure. Those that are paused wait.

    SettingsWrong, and nothing done, when messages go by e-mail and the environment does not say how; Busy when another
    run goes on."""
    awake = [search for search in searches if not search.paused]
    by_mail = any(target.startswith(MAIL) for search in awake for target in search.targets)
    post = _Post(MailServer.of() if by_mail else None, os.environ.get("VIGIE_URL") or None)
    done = Done()
    with turn(store) as still_mine:
        for search in awake:
            still_mine()
            done.noticed[search.name] = len(noticing.note(store, search, now))
        stuck: set[tuple[str, str]] = set()
        names = {search.name for search in awake}
        for sending in store.saved.sendings():
            to = (sending.search, sending.target)
            if sending.search not in names or to in stuck:
                continue  # what follows a failure waits too, so that readers get them in order
            still_mine()
            try:
                post.deliver(sending)
            except Undelivered as error:
                stuck.add(to)
                done.failed.append(f"« {sending.search} », à {shown(sending.target)} : {error}.")
                tell(done.failed[-1])
            else:
                store.saved.sent(sending)
                done.sent += 1
    return done


class _Post:
    """By mail or webhook; a host that does not answer is not asked again in the same run."""

    def __init__(self, server: MailServer | None, base: str | None) -> None:
        self._server, self._base = server, base
        self._silent: dict[str, Undelivered] = {}

    def deliver(self, sending: Sending) -> None:
        host = MAIL if sending.target.startswith(MAIL) else urlsplit(sending.target).netloc
        if host in self._silent:
            raise self._silent[host]
        try:
            if host != MAIL:
                webhook.post(sending, self._base)
            elif self._server:
                self._server.send(sending, self._base)
            else:
                raise Undelivered("aucun serveur de courriel n’est réglé")
        except Undelivered as error:
            if error.all_of_host:
                self._silent[host] = error
            raise
