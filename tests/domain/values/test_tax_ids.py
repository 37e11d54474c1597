"""NIP, EU VAT numbers, and the numbers of the rest of the world."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.values import tax_ids
from forms_service.domain.values.tax_ids import TaxIdProblem, TaxIdRefused, clean_tax_id, is_checked

PASSES = [
    ("12892312-2-44", "HU", "HU12892312"),
    ("Adószám: 12892312-2-44", "HU", "HU12892312"),
    ("556012-5790", "SE", "SE556012579001"),
    ("ΑΦΜ 094259216", "GR", "EL094259216"),
    ("1234563218", "PL", "PL1234563218"),
    ("123-456-32-18", "PL", "PL1234563218"),
    ("PL 123 456 32 18", "PL", "PL1234563218"),
    ("pl123.456.32.18", "PL", "PL1234563218"),
    ("123\u2013456\u201332\u201318", "PL", "PL1234563218"),
    ("136695976", "DE", "DE136695976"),
    ("DE 136 695 976", "DE", "DE136695976"),
    ("EL094259216", "GR", "EL094259216"),
    ("GR094259216", "GR", "EL094259216"),
    ("094259216", "GR", "EL094259216"),
    ("ATU13585627", "AT", "ATU13585627"),
    ("U13585627", "AT", "ATU13585627"),
    ("X-5910266W", "ES", "ESX5910266W"),
    ("NL004495445B01", "NL", "NL004495445B01"),
    ("40303265045", "FR", "FR40303265045"),
    ("18547290", "RO", "RO18547290"),
    ("12-3456789", "US", "12-3456789"),
    ("GB 980 7806 84", "GB", "GB 980 7806 84"),
    ("CHE-123.456.788", "CH", "CHE-123.456.788"),
    ("abc", "US", "abc"),
    ("1234563218", "", "PL1234563218"),
    ("DE136695976", "", "DE136695976"),
    ("12-3456789", "", "12-3456789"),
    ("CHE-123.456.788", "", "CHE-123.456.788"),
    ("１２３４５６３２１８", "PL", "PL1234563218"),
    ("NIP 123-456-32-18", "", "PL1234563218"),
    ("NIP: PL\u00a0123\u2009456\u202f32 18", "PL", "PL1234563218"),
    ("PL NIP 1234563218", "", "PL1234563218"),
    ("VAT ID PL1234563218.", "", "PL1234563218"),
    ("VAT-ID: DE 136 695 976", "", "DE136695976"),
    ("USt-IdNr. DE136695976", "DE", "DE136695976"),
    ("N.I.P. 1234563218", "PL", "PL1234563218"),
    ("123/456/32/18", "PL", "PL1234563218"),
    ('="1234563218"', "PL", "PL1234563218"),
    ("11.222.333/0001-81", "BR", "11.222.333/0001-81"),
    ("CNPJ 11.222.333/0001-81", "", "11.222.333/0001-81"),
    ("XI 110305878", "GB", "XI110305878"),
    ("XI 110305878", "", "XI110305878"),
    ("FR 40 303265045", "MC", "FR40303265045"),
    ("8790017566", "TR", "8790017566"),
    ("VAT no. 923 609 016", "NO", "923 609 016"),
    ("7680002466 NIP", "", "PL7680002466"),
    ("768 000 24 66 (NIP)", "", "PL7680002466"),
    ("768 000 24 66 (NIP)", "PL", "PL7680002466"),
    ("PL 768-000-24-66 (VAT UE)", "", "PL7680002466"),
    ("7680002466 - NIP", "", "PL7680002466"),
    ("DE136695976 (USt-IdNr.)", "", "DE136695976"),
    ("12-3456789 EIN", "US", "12-3456789"),
    ("7680002466.0", "", "PL7680002466"),
    ("7680002466,00", "", "PL7680002466"),
    ("NIP 7680002466.0", "PL", "PL7680002466"),
    ("136695976.0", "DE", "DE136695976"),
    ("Our NIP is 7680002466", "", "PL7680002466"),
    ("Our VAT number is DE136695976", "", "DE136695976"),
    ("NIP firmy 7680002466", "", "PL7680002466"),
    ("NIP firmy to: 7680002466", "", "PL7680002466"),
    ("GSTIN 27AAPFU0939F1ZV", "IN", "27AAPFU0939F1ZV"),
    ("UEN 201912345K", "", "201912345K"),
    ("TRN 100123456700003", "AE", "100123456700003"),
    ("VAT IS 12345", "", "IS 12345"),
    ("ESB58378431", "", "ESB58378431"),
    ("NL 004495445 B01", "", "NL004495445B01"),
    ("995525828 NO", "", "995525828 NO"),
    ("CHE-116.281.710 MWST", "CH", "CHE-116.281.710 MWST"),
]

WITH_ITS_TAX = [("NO 995525828 MVA", "", "NO 995525828 MVA"), ("NO 995525828 MVA", "NO", "NO 995525828 MVA")]

REFUSED = [
    ("1234563219", "PL", TaxIdProblem.NIP),
    ("123456321", "PL", TaxIdProblem.NIP_LENGTH),
    ("12345632180", "PL", TaxIdProblem.NIP_LENGTH),
    ("0000000000", "PL", TaxIdProblem.NIP),
    ("١٢٣٤٥٦٣٢١٨", "PL", TaxIdProblem.NIP_ALONE),
    ("PLPL1234563218", "PL", TaxIdProblem.NIP_ALONE),
    ("DE136695976", "PL", TaxIdProblem.OTHER_COUNTRY),
    ("PL1234563218", "DE", TaxIdProblem.OTHER_COUNTRY),
    ("136695977", "DE", TaxIdProblem.VAT),
    ("DE136695977", "DE", TaxIdProblem.VAT),
    ("1234563219", "", TaxIdProblem.NIP),
    ("DE136695977", "", TaxIdProblem.VAT),
    ("12", "US", TaxIdProblem.SHAPE),
    ("---", "US", TaxIdProblem.SHAPE),
    ("1" * 31, "US", TaxIdProblem.SHAPE),
    ("7,81E+09", "PL", TaxIdProblem.SHORTENED),
    ("NIP 7.8E+09", "", TaxIdProblem.SHORTENED),
    ("7.68E+09", "US", TaxIdProblem.SHORTENED),
    ("NIP: brak", "PL", TaxIdProblem.NIP_LENGTH),
    ("1" * 201, "", TaxIdProblem.SHAPE),
    ("łłł", "US", TaxIdProblem.SHAPE),
    ("7680002467 NIP", "", TaxIdProblem.NIP),
    ("7680002467.0", "", TaxIdProblem.NIP),
    ("REGON 012345678", "", TaxIdProblem.SHAPE),
    ("REGON: 012345678", "", TaxIdProblem.SHAPE),
    ("012345678 (regon)", "", TaxIdProblem.SHAPE),
    ("KRS 0000123456", "PL", TaxIdProblem.NIP_ALONE),
    ("KRS 0000123456", "", TaxIdProblem.SHAPE),
    ("7680002466; 1234563218", "", TaxIdProblem.SHAPE),
    ("7680002466, 1234563218", "", TaxIdProblem.SHAPE),
    ("7680002466; 1234563218", "PL", TaxIdProblem.NIP_LENGTH),
]


@pytest.mark.parametrize(("typed", "country", "clean"), [*PASSES, *WITH_ITS_TAX])
def test_a_number_of_its_country_has_one_clean_form(typed: str, country: str, clean: str) -> None:
    """However it is spaced, with or without its prefix."""
    assert clean_tax_id(typed, country) == clean


@pytest.mark.parametrize(("typed", "country", "fault"), REFUSED)
def test_a_wrong_number_is_refused_with_its_reason(typed: str, country: str, fault: TaxIdProblem) -> None:
    """Wrong check digit, wrong length, another country's, not in ASCII digits."""
    with pytest.raises(TaxIdRefused) as refused:
        clean_tax_id(typed, country)
    assert refused.value.fault is fault


def test_only_a_checksum_makes_a_number_checked() -> None:
    """Staff see the others as unchecked."""
    assert is_checked("PL1234563218")
    assert is_checked("EL094259216")
    assert not is_checked("12-3456789")
    assert not is_checked("DE-whatever")


@given(st.integers(min_value=1, max_value=999_999_999), st.sampled_from(["{}", "PL{}", "PL {}", "pl-{}"]))
def test_of_ten_check_digits_at_most_one_is_right(start: int, written: str) -> None:
    """And the right one is taken in every spelling, with and without a country."""
    taken = []
    for digit in range(10):
        number = f"{start:09}{digit}"
        try:
            taken.append(clean_tax_id(written.format(number), "PL"))
        except TaxIdRefused:
            continue
    assert len(taken) <= 1
    for clean in taken:
        assert clean_tax_id(written.format(clean[2:]), "") == clean
        assert is_checked(clean)


TWINS = [
    (("8790017566", "TR"), "8790017566"),
    (("8790017566", "TR"), "TR 879-001-75-66"),
    (("XI 110305878", "GB"), "XI110305878"),
    (("GB 110305878", "GB"), "XI 110305878"),
    (("XI110305878", "GB"), "GB VAT 110 3058 78"),
    (("110305878", "GB"), "XI110305878"),
    (("CHE-123.456.788", "CH"), "CHE 123456788 MWST"),
    (("123.456.788", "CH"), "CHE-123.456.788"),
    (("FR40303265045", "MC"), "FR 40 303265045"),
    (("40303265045", "MC"), "FR40303265045"),
    (("11.222.333/0001-81", "BR"), "CNPJ 11222333000181"),
    (("12-3456789", "US"), "EIN 12 3456789"),
    (("NO 923 609 016 MVA", "NO"), "923609016"),
    (("0100109106", "VN"), "VN 0100109106"),
    (("EL094259216", "GR"), "GR 094259216"),
    (("1234563218", "TR"), "1234563218"),
    (("768-000-24-66", "PL"), "NIP: 7680002466"),
]


@pytest.mark.parametrize(("applied", "typed"), TWINS, ids=[f"{a[0]} = {b}" for a, b in TWINS])
def test_a_number_that_was_taken_is_found_however_it_is_written(applied: tuple[str, str], typed: str) -> None:
    """Kept with its country, looked for without: a form that does not ask for the country finds it."""
    number, country = applied
    kept = tax_ids.keys(clean_tax_id(number, country), country)
    assert kept & tax_ids.keys(typed)
    assert tax_ids.normalised(typed) in kept


@pytest.mark.parametrize(
    ("one", "other"),
    [("8790017566", "8790017567"), ("DE136695976", "FR40303265045"), ("PL1234563218", "XI110305878")],
)
def test_two_numbers_stay_two(one: str, other: str) -> None:
    """The digits decide."""
    assert not tax_ids.keys(one) & tax_ids.keys(other)


WRAPPED = ["{}", " {} ", "NIP {}", "NIP: {}", "VAT-ID {}", "VAT ID: {}", "{}.", "\u00a0{}", "Tax number: {}"]


@given(
    st.sampled_from([clean for _, _, clean in PASSES if any(map(str.isdigit, clean))]),
    st.sampled_from(WRAPPED),
    st.booleans(),
)
def test_a_clean_number_reads_back_as_itself(clean: str, wrapped: str, wide: bool) -> None:
    """With a label, with spaces, in full-width signs."""
    signs = {each: each + 0xFEE0 for each in range(0x21, 0x7F)}
    number = clean.translate(signs) if wide else clean
    assert tax_ids.keys(wrapped.format(number)) == tax_ids.keys(clean)


@given(st.text(max_size=40), st.sampled_from(["", "PL", "DE", "GR", "NL", "RO", "US", "junk"]))
def test_no_text_is_anything_but_a_number_or_a_reason(typed: str, country: str) -> None:
    """Nothing else is raised; what is taken is plain ASCII and short."""
    try:
        clean = clean_tax_id(typed, country)
    except TaxIdRefused:
        return
    assert clean.isascii()
    assert 3 <= len(clean) <= 30
