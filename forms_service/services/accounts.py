"""Account import: the vendor's own customers and open talks, read from CSV, which deals are compared with.

Three columns, found by their headings in Polish or English: name, tax id, domain. Only the name is needed. A
line with a mistake is named with what is wrong; whoever imports decides then.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from stdnum.eu import vat
from stdnum.pl import nip
from stdnum.sk import dph
from stdnum.tr import vkn
from stdnum.vn import mst

from forms_service.domain.companies import web_domains
from forms_service.domain.submissions.conflicts import account_keys
from forms_service.domain.table_names import ACCOUNTS
from forms_service.domain.values import tax_ids
from forms_service.domain.values.csv_table import CsvRow, table
from forms_service.domain.values.normalisation import folded, plain
from forms_service.domain.values.text_encoding import ISO, NAMES, WINDOWS, decoded
from forms_service.services.audit_log import COMMAND_LINE, AuditEvent, add_event
from forms_service.store.store import Store, transactional

LARGEST_BYTES = 16 * 1024 * 1024
MOST_LINES = 100_000
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name",
        "company",
        "company name",
        "customer",
        "account",
        "nazwa",
        "firma",
        "nazwa firmy",
        "klient",
    ),
    "tax_id": (
        "tax id",
        "tax number",
        "vat",
        "vat id",
        "vat number",
        "nip",
        "numer podatkowy",
        "nip/vat",
        "nip (bez kresek)",
        "numer nip",
    ),
    "domain": (
        "domain",
        "website",
        "web",
        "url",
        "domena",
        "strona",
        "strona www",
        "www",
        "website url",
        "company website",
        "adres www",
    ),
}
"""What a column may be called; `_` counts as a space."""

_LONGEST = 200
_TOTALS = re.compile(r"(?:grand )?totals?|sum|razem|suma|suma końcowa|ogółem|łącznie|podsumowanie")
_NIP_DIGITS = 10
_TEN_DIGITS_TOO = (vkn, mst, dph)
"""Turkey, Vietnam and Slovakia have check digits of their own for as many digits as a NIP."""
_EU = frozenset(prefix.upper() for prefix in vat.MEMBER_STATES) | {"EL"}

Account = dict[str, Any]
"""A document of the table `accounts`: `id`, `name`, `tax_id`, `domain`, `keys`."""


@dataclass(frozen=True)
class AccountsMistake:
    """A mistake in the file, or in one line of it."""

    line: int
    """Counted from 1, as editors do; 0 for the whole file."""
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}" if self.line else self.words


@dataclass(frozen=True)
class Read:
    """Result of reading the file: accounts and mistakes."""

    accounts: tuple[Account, ...] = ()
    """Each once, in the order of the file."""
    mistakes: tuple[AccountsMistake, ...] = ()
    repeated: int = 0
    """Lines that say the same as an earlier one."""
    unchecked: int = 0
    """Accounts whose tax number has no check digit that is known here, or a wrong one."""
    unused: tuple[str, ...] = ()
    """Headings that mean nothing here; their columns are not read."""
    encoding: str = ""
    """The code page that was found by the letters, with a few words in it; empty for Unicode."""


def read(data: bytes, encoding: str | None = None) -> Read:
    """Parse the CSV file: the accounts, and what is wrong with the other lines.

    `encoding` decides where a file could be in either of the two of Central Europe.
    """
    if len(data) > LARGEST_BYTES:
        return _nothing(f"the file is larger than {LARGEST_BYTES // 1024**2} MB")
    found = decoded(data, encoding)
    if found.text is None:
        return _nothing(
            "the file is no text, or nothing tells in which encoding: save it as CSV UTF-8, or add --encoding"
        )
    if not found.text.strip():
        return _nothing("the file is empty")
    if found.other is not None:
        windows, iso = found.samples
        return _nothing(
            f"the file can be read in two ways: add --encoding {WINDOWS} if it says “{windows}”, "
            f"--encoding {ISO} if it says “{iso}”"
        )
    rows = table(found.text, HEADINGS, MOST_LINES)
    if rows.has_too_many_rows:
        return _nothing(f"the file has more than {MOST_LINES:,} lines")
    if rows.broken:
        return _nothing(f"the file cannot be read as CSV: {rows.why} (from line {rows.broken} on)")
    if rows.repeated:
        return _nothing(f"these columns mean the same: {', '.join(rows.repeated)}. Keep one of them")
    if rows.missing(("name",)):
        return _nothing(
            "the first line has to name the columns: name, tax id, domain (or nazwa, NIP, domena)", 1
        )
    words = ", ".join(found.words)
    read_as = f"{NAMES[found.encoding]}: {words}" if found.encoding and words else ""
    return replace(_accounts(rows.rows), unused=rows.unused, encoding=read_as)


def _nothing(words: str, line: int = 0) -> Read:
    return Read(mistakes=(AccountsMistake(line, words),))


def _accounts(rows: Sequence[CsvRow]) -> Read:
    found: dict[str, Account] = {}
    mistakes: list[AccountsMistake] = []
    repeated = unchecked = 0
    for row in rows:
        if row.values is None:
            mistakes.append(AccountsMistake(row.number, "there are more cells than headings"))
            continue
        given = {name: value.strip() for name, value in row.values.items()}
        if not any(given.values()):
            continue
        wrong = list(_wrong(given))
        if row is rows[-1] and _is_of_totals(given):
            wrong = ["a line of totals is no company: delete it, or give the company's tax id"]
        if wrong:
            mistakes += [AccountsMistake(row.number, words) for words in wrong]
            continue
        account = _account({name: plain(value) for name, value in given.items()})
        repeated += account["id"] in found
        unchecked += account["id"] not in found and _is_unchecked(account)
        found[account["id"]] = account
    return Read(tuple(found.values()), tuple(mistakes), repeated, unchecked)


def _is_of_totals(said: Mapping[str, str]) -> bool:
    """Whether a spreadsheet adds up its columns here."""
    words = folded(said["name"][:_LONGEST]).rstrip(" :=.0123456789")
    number = tax_ids.normalised(said["tax_id"][:_LONGEST]) or "~"
    return bool(_TOTALS.fullmatch(words)) and not said["domain"] and number.startswith("~")


def _is_unchecked(account: Account) -> bool:
    number = account["tax_id"]
    return bool(number) and (tax_ids.normalised(number) or "").startswith("~")


def _account(said: Mapping[str, str]) -> Account:
    """The document. Its id follows from what it says, so that importing a list again changes nothing."""
    domain = web_domains.of_company(said.get("domain")) or ""
    number = said.get("tax_id", "")
    key = tax_ids.normalised(number) or ""
    tax_id = tax_ids.compact(number) if key.startswith("~") else key
    content = {"name": said["name"], "tax_id": tax_id, "domain": domain}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True).encode()
    id = f"account-{hashlib.sha256(canonical).hexdigest()[:24]}"
    return {"id": id, **content, "keys": sorted(account_keys(content))}


def _wrong(said: Mapping[str, str]) -> Iterator[str]:
    if not said["name"]:
        yield "the name is missing"
    too_long = [name for name, value in said.items() if len(value) > _LONGEST]
    for name in too_long:
        yield f"the {name.replace('_', ' ')} is longer than {_LONGEST} characters"
    if too_long:
        return
    for name, value in said.items():
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
            yield f"the {name.replace('_', ' ')} holds a control character"
    number = said.get("tax_id", "")
    if tax_ids.is_shortened(number):
        yield (
            f"the spreadsheet has shortened the tax id to {number}: format the column as text, "
            "enter all digits and save it again"
        )
    elif number and not _may_be_a_tax_id(number):
        yield f"the tax id {number} is not valid: check its digits, or leave it out"
    website = said.get("domain", "")
    if website and web_domains.of_company(website) is None:
        yield f"{website} is no domain of a company: write one like example.com, or leave it out"


def _may_be_a_tax_id(number: str) -> bool:
    """An EU VAT number is checked, ten digits are a NIP or another country's; any other is taken."""
    if tax_ids.is_other(number):
        return False
    compact = tax_ids.compact(number)
    if compact[:2] in _EU:
        return bool(vat.is_valid(compact))
    if len(compact) == _NIP_DIGITS and compact.isdigit():
        return any(country.is_valid(compact) for country in (nip, *_TEN_DIGITS_TOO))
    return any(map(str.isdigit, compact))


TABLE = ACCOUNTS


@dataclass(frozen=True)
class AccountsDifference:
    """Diff of an import: what it would change, or has changed."""

    added: int
    removed: int
    kept: int
    """Those of the list that stay as they are, or are in the file, too."""


def difference(store: Store, accounts: Sequence[Account], *, replace: bool) -> AccountsDifference:
    """Dry run: what importing these accounts would change."""
    return _difference({each["id"] for each in store.all(TABLE)}, accounts, replace)


@transactional
def take(store: Store, accounts: Sequence[Account], *, replace: bool, at: datetime) -> AccountsDifference:
    """Import: make these the whole list (`replace`), or add them to it; one transaction with its audit event.

    Raises:
        StoreUnavailable: nothing was changed.
    """
    new = {account["id"]: account for account in accounts}
    with store.batch() as batch:
        there = {each["id"] for each in batch.all(TABLE)}
        changed = _difference(there, accounts, replace)
        for id in there - new.keys() if replace else ():
            batch.remove(TABLE, id)
        for id, account in new.items():
            if id not in there:
                batch.add(TABLE, account)
        count = len(new) if replace else len(there | new.keys())
        if changed.added or changed.removed:
            add_event(batch, COMMAND_LINE, AuditEvent.ACCOUNTS_IMPORTED, at, count=count)
    return changed


def _difference(there: set[str], accounts: Sequence[Account], replace: bool) -> AccountsDifference:
    new = {account["id"] for account in accounts}
    removed = len(there - new) if replace else 0
    return AccountsDifference(len(new - there), removed, len(there) - removed)
