"""Two who write at once: of two reviewers one is told what changed, and what a late writer sends harms nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import pytest

from index import elastic_lease, open_store
from index.acting import Analyst, Outdated
from index.consolidate import consolidate
from index.store import Query, Store
from records import Incident
from tests.conftest import ROOT
from tests.index.samples import NOW, article, report, said

REVIEWER = """
import json, sys
from index import open_store
from index.acting import Analyst, Outdated
url, name = sys.argv[1:]
with open_store(url) as store:
    for line in sys.stdin:
        seen = store.incident("VIG-2022-0001")
        print("read", flush=True)
        actor = name + sys.stdin.readline().strip()
        try:
            Analyst(store, name).correct("VIG-2022-0001", {"actor": actor}, seen=seen)
        except Outdated as error:
            print(json.dumps(["told", error.now.actor, str(error)]), flush=True)
        else:
            print(json.dumps(["done", actor, ""]), flush=True)
"""
ROUNDS = 3


def told(store: Store) -> None:
    consolidate(store, report(article(), said()), article(), now=NOW)


def actor(store: Store) -> str | None:
    one = store.incident("VIG-2022-0001")
    assert one is not None
    return one.actor


@contextmanager
def reviewer(url: str, name: str) -> Iterator[Callable[[str | None], Any]]:
    """Another process: called with a line it is sent, without one it answers."""
    command = [sys.executable, "-c", REVIEWER, url, name]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:

        def speak(line: str | None = None) -> Any:
            into, out = child.stdin, child.stdout
            assert isinstance(into, IO) or into is not None
            assert out is not None
            if line is None:
                return out.readline().strip()
            return into.write(f"{line}\n"), into.flush()

        yield speak


def test_of_two_who_act_at_once_one_is_told_what_the_other_did(store: Store, store_url: str) -> None:
    told(store)
    with reviewer(store_url, "ana") as ana, reviewer(store_url, "bob") as bob:
        for n in range(ROUNDS):
            for one in (ana, bob):
                one("look")
                assert one() == "read"
            for one in (ana, bob):
                one(str(n))
            answers = [json.loads(one()) for one in (ana, bob)]
            assert sorted(word for word, _, _ in answers) == ["done", "told"]
            done = next(value for word, value, _ in answers if word == "done")
            _, seen, sentence = next(answer for answer in answers if answer[0] == "told")
            assert seen == done == actor(store)
            assert "a changé" in sentence
    assert len(store.acts()) == ROUNDS
    assert store.check() == []


class Late:
    """The first writer goes to sleep where it is about to send what it noted, or to note it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, asleep_in: str) -> None:
        self.sleeps, self.wake = threading.Event(), threading.Event()
        self.who = threading.Thread(target=self._run)
        self.outcome: BaseException | None = None
        self._do: Callable[[], object] = lambda: None
        monkeypatch.setattr(elastic_lease, "LEASE", 0.2)
        if asleep_in == "send":
            send = elastic_lease.apply

            def apply(*args: Any, **named: Any) -> list[str]:
                self._sleep()
                return send(*args, **named)

            monkeypatch.setattr(elastic_lease, "apply", apply)
        else:
            note = elastic_lease.Lease._note

            def noted(lease: Any, changes: Sequence[elastic_lease.Change]) -> Any:
                self._sleep()
                return note(lease, changes)

            monkeypatch.setattr(elastic_lease.Lease, "_note", noted)

    def starts(self, do: Callable[[], object]) -> None:
        self._do = do
        self.who.start()
        assert self.sleeps.wait(20)

    def ends(self) -> None:
        self.wake.set()
        self.who.join()

    def _run(self) -> None:
        try:
            self._do()
        except BaseException as error:
            self.outcome = error

    def _sleep(self) -> None:
        if threading.current_thread() is self.who and not self.wake.is_set():
            self.sleeps.set()
            assert self.wake.wait(20)


def current(store: Store) -> Incident:
    one = store.incident("VIG-2022-0001")
    assert one is not None
    return one


def test_what_is_sent_too_late_does_not_undo_what_others_did(
    emptied_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop that slept, a request that waited in a node: its journal was seen to, its documents are not sent over."""
    with open_store(emptied_prefix) as one, open_store(emptied_prefix) as other:
        told(other)
        seen = current(other)
        late = Late(monkeypatch, "send")
        late.starts(lambda: Analyst(one, "ana").correct("VIG-2022-0001", {"actor": "Hive"}, seen=seen))
        bob = Analyst(other, "bob")
        with pytest.raises(Outdated) as caught:
            bob.correct("VIG-2022-0001", {"actor": "BlackCat"}, seen=seen)
        assert caught.value.now.actor == "Hive", "what ana had noted was done first"
        bob.correct("VIG-2022-0001", {"actor": "BlackCat"}, seen=caught.value.now)
        late.ends()
        assert late.outcome is None
        assert actor(other) == actor(one) == "BlackCat"
        assert [act.by for act in other.acts()] == ["ana", "bob"]
        assert other.search(Query(words="ormes")).total == 1
        assert other.check() == []


def test_who_was_given_up_before_noting_anything_looks_again(
    emptied_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(emptied_prefix) as one, open_store(emptied_prefix) as other:
        told(other)
        seen = current(other)
        late = Late(monkeypatch, "note")
        late.starts(lambda: Analyst(one, "ana").correct("VIG-2022-0001", {"actor": "Hive"}, seen=seen))
        Analyst(other, "bob").correct("VIG-2022-0001", {"actor": "BlackCat"}, seen=seen)
        late.ends()
        assert isinstance(late.outcome, Outdated)
        assert late.outcome.now.actor == "BlackCat"
        assert [act.by for act in other.acts()] == ["bob"]
        assert other.check() == []
