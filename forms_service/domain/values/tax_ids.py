"""Tax numbers: NIP and EU VAT numbers by checksum, any others by shape alone.

The clean form of a checked number is its country's VAT prefix and the number without separators
(`PL1234563218`, `EL094259216`), so that two spellings of one number are equal. Others are kept as given.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from stdnum import exceptions
from stdnum.eu import vat
from stdnum.pl import nip

from forms_service.domain.values.countries import EU
from forms_service.domain.values.country_codes import country_codes
from forms_service.domain.values.normalisation import plain
from forms_service.i18n.translations import N_

LONGEST = 200
"""Characters; no longer text is looked at."""

_EU = frozenset(vat.MEMBER_STATES) | {"el"}
_OTHER_CODES = frozenset({"EL", "XI", "EU", "CHE"})
"""What numbers begin with besides the ISO code of a country."""
_OTHER = re.compile(r"[\W_]+")
_CLEAN = re.compile("[A-Z]{2}[0-9A-Z]*[0-9][0-9A-Z]*")
_LABEL_WORDS = """
NIP VAT VATIN VATID UE EU ID IDNR NR NUMER NUMBER NUM N № TAX TIN TAXID PODATKOWY PODATNIKA REG
REGISTRATION REGISTERED CODE UST USTID USTIDNR UID UMSATZSTEUER STEUERNUMMER MWST TVA INTRACOM
INTRACOMMUNAUTAIRE P IVA PIVA PARTITA CNPJ EIN FEIN NIF CIF CUI DIČ DIC IČ DPH OIB AFM VKN TCKN
VERGI NO BTW CVR MOMS MVA ORG ORGNR ORGNO ALV INN GST ABN MST RUT RFC PIB ORGANISASJONSNUMMER
GSTIN UEN TRN ADÓSZÁM ADOSZAM ORGNUMMER ΑΦΜ ЄДРПОУ ІПН ИНН OUR IS NASZ TO JEST FIRMY
"""
_LABELS = frozenset(_LABEL_WORDS.split())
"""Words for a tax number that people put in front of it, or behind it."""
_NOT_FIRST = frozenset({"NO", "P", "N", "IS", "TO"})
"""Labels only behind another word, or before a dot: `NO` is a country, too."""
_COUNTRIES = frozenset({"IS", "TO"})
"""Labels only in small letters; in capitals they are countries."""
_SHARED = {"GB": "XI", "IM": "XI", "MC": "FR"}
"""Countries whose companies may write the same number behind the prefix of another VAT area."""
_NEVER = re.compile(r"(?!)")
_DOMESTIC = {
    "HU": (re.compile("([0-9]{8})[1-5][0-9]{2}"), r"\1"),
    "SE": (re.compile("([0-9]{10})"), r"\g<1>01"),
}
"""The number of a country's own register that holds its VAT number: `12892312-2-44` is HU12892312."""
_LEAD = re.compile(r"[^0-9]*")
_WORD = re.compile(r"[^\W\d_]+|№")
_ATTACHED = frozenset({"NIP", "VAT", "VATID", "VATIN", "CNPJ", "EIN", "UID", "VKN"})
"""Labels that may touch the number."""
_ACRONYM = re.compile(r"^(?:[^\W\d_]\.){2,}(?=[ :#])")
_SUFFIX = re.compile(r"(?<=[0-9])(?:MWST|TVA|IVA|TPV|MVA|MOMS)$")
_BEHIND = re.compile(r"(?<=[0-9A-Za-z])[ ,;:(/-]+[^\W\d_][^0-9]*$")
_PART_OF_IT = re.compile(r" (?:MWST|TVA|IVA|TPV|MVA|MOMS)", re.IGNORECASE)
"""The name of a tax that countries write behind their numbers; `compact` drops it."""
_DECIMALS = re.compile(r"([0-9]{8,15})[.,]0{1,2}")
"""A number as Excel writes it from a column of numbers."""
_OTHER_REGISTER = re.compile(r"(?<![^\W\d_])(?:REGON|KRS)(?![^\W\d_])", re.IGNORECASE)
"""Names of Polish numbers that are no tax numbers."""
_SEVERAL = re.compile(r"[0-9][^;,]*(?:;|, )[^0-9]*[0-9]")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee][+][0-9]{1,3}")


def tidy(text: str) -> str:
    """The number as it was written, without a label (`PL NIP 7680002466`, `7680002466 (NIP)`).

    Without the decimals of a spreadsheet, too: `7680002466.0`.
    """
    text = plain(text[: LONGEST + 1]).strip(" .,;='\"")
    text = _ACRONYM.sub(lambda found: found[0].replace(".", ""), text)
    lead = _LEAD.match(text)
    if lead is None or lead.end() == len(text):
        return text
    country, begin = _without_labels(lead[0])
    rest = _without_label_behind(text[begin:].lstrip(" .:#-/'\")") if begin else text)
    rest = _DECIMALS.sub(r"\1", rest) if _DECIMALS.fullmatch(rest) else rest
    return f"{country} {rest}" if country and not rest.upper().startswith(country) else rest


def _without_labels(lead: str) -> tuple[str, int]:
    """The country named before a label, if any, and where the number begins. `lead`: all before a digit."""
    words, colon = list(_WORD.finditer(lead)), lead.rfind(":") + 1
    country, pending, begin = "", "", 0
    for place, word in enumerate(words):
        name, end = word[0].upper(), word.end()
        if _is_label(word[0], lead[end : end + 1], place):
            country, begin = country or pending, end
        elif _is_code(name) and not pending:
            pending = name
        elif end > colon:
            break
        if end <= colon:
            country, begin = country or pending, colon
    return country, begin


def _without_label_behind(text: str) -> str:
    """`text`: a number; it keeps words behind it that are no labels, or that belong to it."""
    found = _BEHIND.search(text)
    if found is None or _PART_OF_IT.fullmatch(found[0]):
        return text
    words = {word[0].upper() for word in _WORD.finditer(found[0])}
    return text[: found.start()] if words <= _LABELS and not words <= _NOT_FIRST else text


def _is_label(word: str, follows: str, place: int) -> bool:
    name = word.upper()
    if not follows:
        return name in _ATTACHED
    if word in _COUNTRIES:
        return False
    return name in _LABELS and (place > 0 or name not in _NOT_FIRST or follows == ".")


def _is_code(name: str) -> bool:
    return name in _OTHER_CODES or name in country_codes()


def is_shortened(text: str) -> bool:
    """Whether it is a number as Excel shortens it: `7,81E+09`."""
    return _SHORTENED.fullmatch(tidy(text).replace(" ", "")) is not None


def is_other(text: str) -> bool:
    """Whether it is several numbers (`7680002466; 1234563218`), or says to be a REGON or of the KRS."""
    text = plain(text[: LONGEST + 1])
    return bool(_OTHER_REGISTER.search(text) or _SEVERAL.search(text))


def compact(text: str) -> str:
    """Letters and digits alone, in upper case, without a label and without a tax's name behind them."""
    return _SUFFIX.sub("", _OTHER.sub("", tidy(text)).upper())


@lru_cache(maxsize=16_384)
def _normalised(given: str, country: str) -> str | None:
    prefix = _prefix(given, country)
    if prefix and given.startswith(prefix) and _CLEAN.fullmatch(given):
        return given
    number = compact(given)
    for prefix in _prefixes(number, country):
        without = number.removeprefix("GR" if number.startswith("GR") and prefix == "EL" else prefix)
        for bare in (without, number):
            if vat.is_valid(prefix + bare):
                return prefix + bare
    return f"~{_bare(number)}" if number else None


def normalised(number: str | None, country: str | None = None) -> str | None:
    """`PL1234563218` for `123-456-32-18` and `pl 1234563218`; None where there is no number.

    Numbers that nobody can check (from outside the EU, or wrong) come as letters and digits only, without
    their country, behind a `~`; one that has the prefix of its country, as the forms write what they checked,
    is taken as checked. Without a country, a number without prefix is Polish if its check digit says so.
    """
    given = number or ""
    return _normalised(given, (country or "").lower()) if len(given) <= LONGEST else None


def keys(number: str | None, country: str | None = None) -> frozenset[str]:
    """Under which a number is kept in an index: found however it is written, with its country or without.

    One that was checked has its canonical form alone.
    """
    key = normalised(number, country)
    if key is None or not key.startswith("~"):
        also = f"~{key[2:]}" if key and key.startswith("XI") else None
        return frozenset(filter(None, (key, also)))
    written, bare = compact(number or ""), key[1:]
    shared = _SHARED.get(written[:2] if written != bare else (country or "").upper())
    others = [normalised(written), normalised(bare), f"{shared}{bare}" if shared else None]
    return frozenset({key, f"~{written}", *filter(None, others)})


def _bare(number: str) -> str:
    """Without the code of a country, where a number follows it."""
    for length in (3, 2):
        if _is_code(number[:length]) and len(number) - length > 3 and number[length:].isdigit():
            return number[length:]
    return number


def _prefixes(number: str, country: str) -> Iterator[str]:
    """The EU prefixes to try: that of the country, then that of the number itself."""
    for found in (_prefix(number, country), _prefix(number, "")):
        if found:
            yield found


def _prefix(number: str, country: str) -> str | None:
    """The prefix that a number has, or should have; None where it has none."""
    country = "el" if country == "gr" else country
    if country:
        return country.upper() if country in _EU else None
    if number.startswith("GR"):
        return "EL"
    if number[:2].lower() in _EU:
        return number[:2]
    return "PL" if nip.is_valid(number) else None


_WRITTEN = re.compile(r"[A-Za-z0-9 .\-/]{3,30}")
_PREFIX_OF = {country: {"GR": "EL"}.get(country, country) for country in EU}
_COUNTRY_OF = {prefix: country for country, prefix in _PREFIX_OF.items()} | {"GR": "GR"}
_CHECKED = frozenset({*_PREFIX_OF.values(), "XI"})


SHORTENED = N_(
    "A spreadsheet (Excel) has shortened this number. Enter all of its digits; "
    "in the spreadsheet, format the column as text"
)
"""Message id for Fault.SHORTENED."""


class TaxIdProblem(StrEnum):
    """Why a tax number is refused."""

    NIP = "nip"
    """The check digit of a NIP does not match."""
    NIP_LENGTH = "nip length"
    """Not the 10 digits of a NIP."""
    NIP_ALONE = "nip alone"
    """10 digits, and something that belongs to no NIP."""
    VAT = "vat"
    """No VAT number of its country."""
    OTHER_COUNTRY = "other country"
    """Its prefix is another country's."""
    SHAPE = "shape"
    """Outside the EU: not 3 to 30 letters, digits, dashes, dots and slashes. Also two numbers, a REGON."""
    SHORTENED = "shortened"
    """What a spreadsheet leaves of a long number: `7,81E+09`."""


class TaxIdRefused(ValueError):
    """A text is no tax number, or not one of that country."""

    def __init__(self, fault: TaxIdProblem, country: str = "", digits: int = 0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.country = country
        """Whose rules it breaks; for OTHER_COUNTRY, whose prefix it has."""
        self.digits = digits
        """For NIP_LENGTH, how many there are."""


def is_checked(tax_id: str) -> bool:
    """Whether this clean number passed a checksum; others are only matched by shape."""
    return tax_id[:2] in _CHECKED and bool(vat.is_valid(tax_id))


def clean_tax_id(text: str, country: str) -> str:
    """The number in its clean form, for a company in `country` (ISO code, empty where it is not known).

    A label in front or behind, spaces, dashes, dots, slashes and full-width signs do not matter. Without a
    country, ten digits are a NIP and a prefix of the EU decides; everything else is taken by shape.

    Raises TaxIdRefused.
    """
    if len(text) > LONGEST:
        raise TaxIdRefused(TaxIdProblem.SHAPE)
    if is_shortened(text):
        raise TaxIdRefused(TaxIdProblem.SHORTENED)
    if is_other(text):
        raise TaxIdRefused(TaxIdProblem.SHAPE, country) if country != "PL" else _no_nip(text)
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
    candidates.append(bare)
    domestic, vat_number = _DOMESTIC.get(country, (_NEVER, ""))
    candidates += [domestic.sub(vat_number, each) for each in candidates if domestic.fullmatch(each)]
    for number in candidates:
        if number.isascii() and number.isalnum() and set(number) != {"0"}:
            try:
                return vat.validate(_PREFIX_OF[country] + number)
            except exceptions.ValidationError:
                continue
    if prefix and prefix != country and re.search("[0-9]{4}", bare):
        raise TaxIdRefused(TaxIdProblem.OTHER_COUNTRY, prefix)
    raise TaxIdRefused(TaxIdProblem.VAT, country) if country != "PL" else _no_nip(bare)


def _no_nip(text: str) -> TaxIdRefused:
    digits = sum(sign.isdigit() for sign in text)
    if digits != 10:
        return TaxIdRefused(TaxIdProblem.NIP_LENGTH, "PL", digits)
    is_alone = re.fullmatch("(PL)?[0-9]{10}", text)
    return TaxIdRefused(TaxIdProblem.NIP if is_alone else TaxIdProblem.NIP_ALONE, "PL")


def _as_written(text: str) -> str:
    if not _WRITTEN.fullmatch(text) or sum(sign.isalnum() for sign in text) < 3:
        raise TaxIdRefused(TaxIdProblem.SHAPE)
    return text
