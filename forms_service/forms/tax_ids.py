"""Tax numbers: NIP and EU VAT numbers by checksum, any others by shape alone.

The clean form of a checked number is its country's VAT prefix and the number without separators
(`PL1234563218`, `EL094259216`), so that two spellings of one number are equal. Others are kept as given.
"""

import re
from enum import StrEnum

from stdnum import exceptions
from stdnum.eu import vat

from forms_service.decisions.tax_ids import LONGEST, compact, is_shortened, tidy
from forms_service.forms.countries import EU
from forms_service.texts import N_

_WRITTEN = re.compile(r"[A-Za-z0-9 .\-/]{3,30}")
_PREFIX_OF = {country: {"GR": "EL"}.get(country, country) for country in EU}
_COUNTRY_OF = {prefix: country for country, prefix in _PREFIX_OF.items()} | {"GR": "GR"}
_CHECKED = frozenset({*_PREFIX_OF.values(), "XI"})


SHORTENED = N_(
    "A spreadsheet (Excel) has shortened this number. Enter all of its digits; "
    "in the spreadsheet, format the column as text"
)
"""Message id for Fault.SHORTENED."""


class Fault(StrEnum):
    """Why a tax number is refused."""

    NIP = "nip"
    """Not the 10 digits of a NIP, or its check digit does not match."""
    VAT = "vat"
    """No VAT number of its country."""
    OTHER_COUNTRY = "other country"
    """Its prefix is another country's."""
    SHAPE = "shape"
    """Outside the EU: not 3 to 30 letters, digits, dashes, dots and slashes."""
    SHORTENED = "shortened"
    """What a spreadsheet leaves of a long number: `7,81E+09`."""


class TaxIdRefused(ValueError):
    """A text is no tax number, or not one of that country."""

    def __init__(self, fault: Fault, country: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.country = country
        """Whose rules it breaks; for OTHER_COUNTRY, whose prefix it has."""


def is_checked(tax_id: str) -> bool:
    """Whether this clean number passed a checksum; others are only what somebody wrote."""
    return tax_id[:2] in _CHECKED and bool(vat.is_valid(tax_id))


def clean_tax_id(text: str, country: str) -> str:
    """The number in its clean form, for a company in `country` (ISO code, empty where it is not known).

    A label in front, spaces, dashes, dots, slashes and full-width signs do not matter. Without a country, ten
    digits are a NIP and a prefix of the EU decides; everything else is taken by shape.

    Raises TaxIdRefused.
    """
    if len(text) > LONGEST:
        raise TaxIdRefused(Fault.SHAPE)
    if is_shortened(text):
        raise TaxIdRefused(Fault.SHORTENED)
    bare = compact(text)
    prefix = _COUNTRY_OF.get(bare[:2], "")
    if not country:
        country = prefix or ("PL" if re.fullmatch("[0-9]{10}", bare) else "")
    if country in EU:
        return _checked(bare, country, prefix)
    return bare if is_checked(bare) else _as_written(tidy(text))


def _checked(bare: str, country: str, prefix: str) -> str:
    """Try the number as it stands behind the country's own prefix, and without a prefix of the person's."""
    candidates = [bare[2:]] if prefix == country else []
    for number in (*candidates, bare):
        if number.isascii() and number.isalnum() and set(number) != {"0"}:
            try:
                return vat.validate(_PREFIX_OF[country] + number)
            except exceptions.ValidationError:
                continue
    if prefix and prefix != country and re.search("[0-9]{4}", bare):
        raise TaxIdRefused(Fault.OTHER_COUNTRY, prefix)
    raise TaxIdRefused(Fault.NIP if country == "PL" else Fault.VAT, country)


def _as_written(text: str) -> str:
    if not _WRITTEN.fullmatch(text) or sum(sign.isalnum() for sign in text) < 3:
        raise TaxIdRefused(Fault.SHAPE)
    return text
