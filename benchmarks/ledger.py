"""What was sent and what was acknowledged, and whether a data folder holds it: the account after kills."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forms_service.services.database import open_folder

Form = dict[str, str]


@dataclass
class Ledger:
    """Every form that was sent, by the name of the company in it, which no two share."""

    sent: dict[str, Form] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    """The address of its status page."""
    withdrawn: set[str] = field(default_factory=set)
    """What was withdrawn, and that was acknowledged."""
    doubtful: set[str] = field(default_factory=set)
    """What was asked to be withdrawn; whether it was, the connection broke before saying."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note_sent(self, company: str, form: Form) -> None:
        with self._lock:
            self.sent[company] = form

    def note_acknowledged(self, company: str, address: str) -> None:
        with self._lock:
            self.acknowledged[company] = address

    def some_acknowledged(self, at: int) -> tuple[str, str] | None:
        """One of those that were acknowledged, with its address; None while there is none."""
        with self._lock:
            companies = list(self.acknowledged)
            company = companies[at % len(companies)] if companies else None
            return (company, self.acknowledged[company]) if company else None

    def account(self, data: Path) -> "Account":
        """Compare with what is stored there; nobody may have the folder open."""
        store = open_folder(data)
        try:
            records, mails = store.all("records"), Counter(mail["record"] for mail in store.all("mails"))
        finally:
            store.close()
        found = Counter(company_of(record["said"]) for record in records)
        states = {company_of(record["said"]): record["state"] for record in records}
        return Account(
            sent=len(self.sent),
            acknowledged=len(self.acknowledged),
            found=len(records),
            lost=sorted(self.acknowledged.keys() - found.keys()),
            not_withdrawn=sorted(name for name in self.withdrawn if states.get(name) != "withdrawn"),
            withdrawn_unasked=sorted(
                name
                for name, state in states.items()
                if state == "withdrawn" and name not in self.withdrawn | self.doubtful
            ),
            twice=sorted(name for name, times in found.items() if times > 1),
            half=sorted(record["id"] for record in records if not self._is_whole(record, mails)),
        )

    def _is_whole(self, record: Mapping[str, Any], mails: Counter[str]) -> bool:
        """Everything that was typed is in it, its history begins, and the mails it owes are there."""
        form = self.sent.get(company_of(record["said"]))
        if form is None or not record["history"] or not record["token_hashes"]:
            return False
        kept = ("message",) if record["kind"] == "application" else ("product", "description")
        same = all(record["said"][name] == form.get(name, "").strip() for name in kept)
        withdrawn = record["state"] == "withdrawn"
        return same and mails[record["id"]] >= (3 if withdrawn else 2)


@dataclass(frozen=True)
class Account:
    """How it came out."""

    sent: int
    acknowledged: int
    found: int
    lost: list[str]
    not_withdrawn: list[str]
    withdrawn_unasked: list[str]
    twice: list[str]
    half: list[str]

    @property
    def is_clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.not_withdrawn or self.withdrawn_unasked or self.twice or self.half)

    def lines(self) -> list[str]:
        """For people. What is found beyond the acknowledged was stored just before a kill."""
        return [
            f"sent           {self.sent:>8,}",
            f"acknowledged   {self.acknowledged:>8,}",
            f"found          {self.found:>8,}",
            f"lost           {_told(self.lost + self.not_withdrawn)}",
            f"there twice    {_told(self.twice)}",
            f"half there     {_told(self.half + self.withdrawn_unasked)}",
        ]


def company_of(said: Mapping[str, Any]) -> str:
    """The company that a form names."""
    return str(said.get("customer_name") or said.get("company_name"))


def _told(names: list[str]) -> str:
    examples = f"   {', '.join(names[:3])}" if names else ""
    return f"{len(names):>8,}{examples}"
