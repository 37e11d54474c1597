"""Figures follow every change, whoever makes it, and look at nothing twice."""

import threading
from pathlib import Path
from typing import Any

import pytest
from tinydb import where

from forms_service.domain.reports.facts import SHARED, About
from forms_service.domain.reports.totals import Slice
from forms_service.domain.submissions.workflow import Action, State
from forms_service.services.statistics import Statistics
from forms_service.services.tables import TABLES
from forms_service.store.store import Document, Store
from partner_program.model import Program
from tests.factories.services import UseCases
from tests.factories.storage import file_of

APPROVED = (About.STATE, "deal", State.APPROVED)
RECEIVED = (About.STATE, "deal", State.RECEIVED)


def counting_of(use_cases: UseCases) -> Statistics:
    return Statistics(use_cases.store, lambda: use_cases.program)


def test_what_is_changed_is_counted_anew(use_cases: UseCases) -> None:
    """A new one, a decision, one that is taken out; before the first look and after it."""
    counting = counting_of(use_cases)
    first = use_cases.deal()
    assert counting.of(Slice()).get(RECEIVED) == 1
    second = use_cases.deal()
    use_cases.approve(first)
    sums = counting.of(Slice())
    assert (sums.get(RECEIVED), sums.get(APPROVED)) == (1, 1)
    with use_cases.store.batch() as batch:
        batch.remove("records", second["id"])
    assert RECEIVED not in counting.of(Slice())


def test_what_tinydb_changes_is_counted_too(use_cases: UseCases) -> None:
    """Whoever writes: inserted, updated, and taken out with all the others."""
    counting, table = counting_of(use_cases), use_cases.store.db.table("records")
    deal = use_cases.deal()
    assert counting.of(Slice()).get(RECEIVED) == 1
    table.insert({**deal, "id": "DEAL-7K3M-2P9Q", "token_hashes": []})
    assert counting.of(Slice()).get(RECEIVED) == 2
    table.update({"state": "under_review"}, where("id") == deal["id"])
    assert counting.of(Slice()).get(RECEIVED) == 1
    table.truncate()
    assert RECEIVED not in counting.of(Slice())


def test_what_failed_changes_nothing(use_cases: UseCases) -> None:
    counting, deal = counting_of(use_cases), use_cases.deal()
    before = counting.of(Slice())
    with pytest.raises(ValueError, match="after all not"), use_cases.store.batch() as batch:
        batch.remove("records", deal["id"])
        raise ValueError("after all not")
    assert counting.of(Slice()) == before


class Watched(Store):
    """Notes what is looked up by its reference."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, tables=TABLES)
        self.looked_at: list[str] = []

    def get(self, table: str, id: str) -> Document | None:
        self.looked_at.append(id)
        return super().get(table, id)


def test_only_what_was_changed_is_looked_at(tmp_path: Path, program: Program) -> None:
    """Each once, and not all of them again."""
    store = Watched(file_of(tmp_path))
    use_cases = UseCases(store, program)
    counting, deals = counting_of(use_cases), [use_cases.deal() for _ in range(5)]
    counting.prepare(lambda: None)
    store.looked_at.clear()
    use_cases.do(deals[2], Action.TAKE)
    use_cases.do(deals[2], Action.ASK, text="Since when?")
    before = len(store.looked_at)
    counting.of(Slice())
    counting.of(Slice())
    assert store.looked_at[before:] == [deals[2]["id"]]
    store.close()


def test_summing_gives_way_until_somebody_waits(use_cases: UseCases) -> None:
    """Work in the background pauses; what comes in meanwhile is counted, too."""
    counting = counting_of(use_cases)
    use_cases.deal()
    reached, go_on = threading.Event(), threading.Event()

    def pause() -> None:
        reached.set()
        assert go_on.wait(10)

    background = threading.Thread(target=counting.prepare, args=(pause,))
    background.start()
    assert reached.wait(10)
    use_cases.deal()
    found: list[dict[Any, int]] = []
    looking = threading.Thread(target=lambda: found.append(counting.of(Slice())))
    looking.start()
    go_on.set()
    looking.join(10)
    background.join(10)
    assert [sums.get(RECEIVED) for sums in found] == [2]


def test_writers_and_lookers_at_once(use_cases: UseCases) -> None:
    """In the end the sums are what counting anew says."""
    counting = counting_of(use_cases)

    def register(customer: str) -> None:
        for number in range(20):
            use_cases.deal(customer_name=customer, description=f"{number}")

    def look() -> None:
        for _ in range(20):
            counting.of(Slice())

    threads = [threading.Thread(target=register, args=(name,)) for name in ("Mewa", "Czapla")]
    threads += [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sums = counting.of(Slice())
    assert sums == counting_of(use_cases).of(Slice())
    assert sums[RECEIVED] == sums[SHARED] == 40
