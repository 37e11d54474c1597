"""The vendor's own customers and running talks, as a file of a spreadsheet has them. Pure: bytes to accounts.

Three columns, found by their headings in Polish or English: name, tax id, domain. Only the name is needed. A
line with a mistake is named with what is wrong; whoever imports decides then.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stdnum.eu import vat
from stdnum.pl import nip

from forms_service.decisions import domains, tax_ids
from forms_service.decisions.conflicts import account_keys
from forms_service.partners.revenue_table import decoded

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
    "tax_id": ("tax id", "tax number", "vat", "vat id", "vat number", "nip", "numer podatkowy", "nip/vat"),
    "domain": ("domain", "website", "web", "url", "domena", "strona", "strona www", "www"),
}
"""What a column may be called; `_` counts as a space."""

_LONGEST = 200
_SEPARATORS = ";\t,"
_EU = frozenset(prefix.upper() for prefix in vat.MEMBER_STATES) | {"EL"}
_SPACING = re.compile(r"[\s.\-]+")

Account = dict[str, Any]
"""A document of the table `accounts`: `id`, `name`, `tax_id`, `domain`, `keys`."""


@dataclass(frozen=True)
class Mistake:
    """What is wrong with the file, or with one line of it."""

    line: int
    """Counted from 1, as editors do; 0 for the whole file."""
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}" if self.line else self.words


@dataclass(frozen=True)
class Read:
    """What a file holds."""

    accounts: tuple[Account, ...] = ()
    """Each once, in the order of the file."""
    mistakes: tuple[Mistake, ...] = ()
    repeated: int = 0
    """Lines that say the same as an earlier one."""


def read(data: bytes) -> Read:
    """The accounts in a CSV file, and what is wrong with the other lines."""
    if len(data) > LARGEST_BYTES:
        return _nothing(f"the file is larger than {LARGEST_BYTES // 1024**2} MB")
    text = decoded(data)
    if text is None or not text.strip():
        return _nothing("the file is empty" if text is not None else "the file is no text: save it as CSV")
    try:
        rows = list(_rows(text))
    except csv.Error as error:
        return _nothing(f"the file cannot be read as CSV: {error}")
    columns = _columns(rows[0][1])
    if "name" not in columns:
        return _nothing(
            "the first line has to name the columns: name, tax id, domain (or nazwa, NIP, domena)", 1
        )
    if len(rows) - 1 > MOST_LINES:
        return _nothing(f"the file has more than {MOST_LINES:,} lines")
    return _accounts(rows[1:], columns)


def _nothing(words: str, line: int = 0) -> Read:
    return Read(mistakes=(Mistake(line, words),))


def _accounts(rows: Sequence[tuple[int, list[str]]], columns: Mapping[str, int]) -> Read:
    found: dict[str, Account] = {}
    mistakes: list[Mistake] = []
    repeated = 0
    for line, cells in rows:
        said = {name: _cell(cells, at) for name, at in columns.items()}
        if not any(said.values()):
            continue
        wrong = list(_wrong(said))
        if wrong:
            mistakes += [Mistake(line, words) for words in wrong]
            continue
        account = _account(said)
        repeated += account["id"] in found
        found[account["id"]] = account
    return Read(tuple(found.values()), tuple(mistakes), repeated)


def _account(said: Mapping[str, str]) -> Account:
    """The document. Its id follows from what it says, so that importing a list again changes nothing."""
    domain = domains.of_company(said.get("domain")) or ""
    tax_id = (tax_ids.normalised(said.get("tax_id")) or "").lstrip("~")
    content = {"name": said["name"], "tax_id": tax_id, "domain": domain}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True).encode()
    id = f"account-{hashlib.sha256(canonical).hexdigest()[:24]}"
    return {"id": id, **content, "keys": sorted(account_keys(content))}


def _wrong(said: Mapping[str, str]) -> Iterator[str]:
    if not said["name"]:
        yield "the name is missing"
    for name, value in said.items():
        if len(value) > _LONGEST:
            yield f"the {name.replace('_', ' ')} is longer than {_LONGEST} characters"
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
            yield f"the {name.replace('_', ' ')} holds a control character"
    number = said.get("tax_id", "")
    if number and not _may_be_a_tax_id(number):
        yield f"the tax id {number} is not valid: check its digits, or leave it out"
    website = said.get("domain", "")
    if website and domains.of_company(website) is None:
        yield f"{website} is no domain of a company: write one like example.com, or leave it out"


def _may_be_a_tax_id(number: str) -> bool:
    """A NIP or an EU VAT number is checked; any other is taken as it is."""
    compact = _SPACING.sub("", number).upper()
    if compact[:2] in _EU:
        return bool(vat.is_valid(compact))
    if re.fullmatch("[0-9]{10}", compact):
        return bool(nip.is_valid(compact))
    return any(map(str.isdigit, compact))


def _cell(cells: Sequence[str], at: int) -> str:
    return " ".join(cells[at].split(" ")).strip() if at < len(cells) else ""


def _columns(headings: Sequence[str]) -> dict[str, int]:
    """Where each column stands; the first one of a name counts."""
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        folded = " ".join(heading.replace("_", " ").split()).casefold()
        name = next((name for name, known in HEADINGS.items() if folded in known), None)
        if name is not None:
            found.setdefault(name, at)
    return found


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines with their numbers, split by the separator with which most headings are understood."""
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=lambda each: len(_columns(next(csv.reader([first], delimiter=each)))))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1
