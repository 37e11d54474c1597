"""Erasure log: salted hashes of erased addresses. A restored backup is erased again by it.

It lies beside the journal, where no backup of the journal overwrites it.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from forms_service.domain.clock import moment, stamp
from forms_service.domain.companies.web_domains import canonical_address
from forms_service.store.disk import Disk
from forms_service.store.recovery import make_file, temporary

NAME = "erasures.json"


@dataclass(frozen=True)
class LoggedErasure:
    """A logged erasure, without the address."""

    hash: str
    at: datetime
    """What was stored later is not meant: the person came back."""
    everything: bool


@dataclass(frozen=True)
class ErasureLog:
    """Erasure log: salted hashes of erased addresses."""

    salt: str = ""
    erasures: tuple[LoggedErasure, ...] = ()

    def hash(self, address: str) -> str:
        """The hash of an address, however it is spelled."""
        key = bytes.fromhex(self.salt)
        return hmac.new(key, canonical_address(address).encode(), hashlib.sha256).hexdigest()

    def of(self, addresses: Iterable[str]) -> dict[str, LoggedErasure]:
        """Those of these addresses that were erased, with the last time each."""
        known = {erasure.hash: erasure for erasure in sorted(self.erasures, key=lambda each: each.at)}
        hashes = ((address, self.hash(address)) for address in addresses) if known else ()
        return {address: known[hash] for address, hash in hashes if hash in known}

    def digest(self) -> str:
        """Fingerprint of the log; changes with each erasure."""
        return hashlib.sha256(json.dumps(_content(self)).encode()).hexdigest()


def read(data_dir: Path) -> ErasureLog:
    """Read the log in this folder; an empty one where there is none.

    Raises:
        ValueError: the file is not what `add` wrote: whom it named is not known any more.
    """
    path = data_dir / NAME
    if not path.exists():
        return ErasureLog()
    try:
        found = json.loads(path.read_bytes())
        erasures = tuple(
            LoggedErasure(each["hash"], moment(each["at"]), bool(each["everything"]))
            for each in found["erasures"]
        )
        bytes.fromhex(found["salt"])
        return ErasureLog(found["salt"], erasures)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: cannot be read. Put back the copy kept with the backup; without one, delete it: then "
            "nobody whom an old backup brings back is erased again"
        ) from error


def add(data_dir: Path, address: str, at: datetime, *, everything: bool) -> ErasureLog:
    """Append an erasure, durably, before anything is erased. Raises OSError, ValueError."""
    before = read(data_dir)
    salted = before if before.salt else ErasureLog(secrets.token_hex(32))
    erasure = LoggedErasure(salted.hash(address), at, everything)
    after = ErasureLog(salted.salt, (*salted.erasures, erasure))
    file = data_dir / NAME
    make_file(Disk(), file, json.dumps(_content(after), indent=1).encode(), by_way_of=temporary(file))
    return after


def _content(remembered: ErasureLog) -> Mapping[str, object]:
    return {
        "salt": remembered.salt,
        "erasures": [
            {"hash": each.hash, "at": stamp(each.at), "everything": each.everything}
            for each in remembered.erasures
        ],
    }
