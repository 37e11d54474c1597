"""Company names: the same, near or different, as pairs that a reviewer would judge so."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forms_service.domain.companies import name_comparison
from forms_service.domain.companies.name_comparison import Likeness, compare, index_keys, search_keys

SAME = [
    ("Acme Sp. z o.o. Sp. komandytowa", "Acme"),
    ("UAB „Acme“", "Acme"),
    ("SIA Acme", "Acme SIA"),
    ("S.C. Acme S.R.L.", "Acme SRL"),
    ("Acme SPRL", "Acme"),
    ("Acme ehf.", "Acme"),
    ("Acme Α.Ε.", "Acme A.E."),
    ("Acme Ltd. Şti.", "Acme"),
    ("Acme Pte. Ltd.", "Acme"),
    ("Acme Sdn. Bhd.", "Acme"),
    ("Acme Ltda", "Acme"),
    ("Zgrabka™", "Zgrabka"),
    ("Acme Solutions®", "Acme Solutions"),
    ("Acme sp. z o.o.", "ACME Spółka z ograniczoną odpowiedzialnością"),
    ("Acme sp. z o.o.", "acme"),
    ("Acme Sp.z o.o.", "Acme sp zoo"),
    ("Acme sp. z o.o. sp. k.", "Acme"),
    ("Acme Spółka z ograniczoną odpowiedzialnością spółka komandytowa", "Acme Sp. z o.o."),
    ("Acme S.A.", "Acme SA"),
    ("Acme spółka akcyjna", "Acme S. A."),
    ("Acme sp.j.", "Acme Spółka jawna"),
    ("Acme P.S.A.", "Acme Prosta Spółka Akcyjna"),
    ("Acme S.K.A.", "Acme spółka komandytowo-akcyjna"),
    ("Acme s.c. Nowak, Kowalski", "acme S.C. nowak kowalski"),
    ("Acme sp. z o.o. w likwidacji", "Acme"),
    ("Acme sp. z o.o. Oddział w Polsce", "Acme"),
    ("Spółka Akcyjna Acme", "Acme S.A."),
    ("P.H.U. Zgrabka", "PHU ZGRABKA"),
    ("Przedsiębiorstwo Handlowo-Usługowe Zgrabka", "P.H.U. „Zgrabka”"),
    ("Żółwik S.A.", "ZOLWIK SA"),
    ("Łódź Śledź", "Lodz Sledz"),
    ("Größe GmbH", "Grosse GmbH & Co. KG"),
    ("Ærø ApS", "Aero"),
    ("Siemens AG", "Siemens Aktiengesellschaft"),
    ("Škoda a.s.", "Skoda, a. s."),
    ("Avast Software s.r.o.", "AVAST SOFTWARE spol. s r.o."),
    ("Initech Inc.", "Initech, Incorporated"),
    ("Initech Corp", "Initech Corporation"),
    ("Initech Ltd", "Initech Limited"),
    ("Initech LLC", "INITECH L.L.C."),
    ("Initech Pty Ltd", "Initech"),
    ("Philips N.V.", "Philips"),
    ("Fiat S.p.A.", "FIAT SpA"),
    ("Danone SAS", "Danone S.A.S."),
    ("Kone Oyj", "KONE"),
    ("Maersk A/S", "Maersk"),
    ("Kovács Kft.", "Kovacs KFT"),
    ("Johnson & Johnson", "Johnson and Johnson"),
    ("Bank Polski PKO", "PKO Bank Polski"),
    ("SoftServe", "Soft Serve sp. z o.o."),
    ("E-Max", "Emax"),
    ("McDonald’s Polska", "McDonalds Polska"),
    ("Acme   -  Data", "acme data"),
    ("The Acme Company Ltd", "Acme Company"),
    ("C&A", "C & A"),
    ("ТОВ Рога", "Рога"),
    ("Ａｃｍｅ", "Acme"),
]

NEAR = [
    ("Comarch S.A.", "Comarh S.A."),
    ("Allegro", "Alegro sp. z o.o."),
    ("Asseco Poland", "Aseco Poland S.A."),
    ("Müller Maschinen GmbH", "Mueller Maschinen GmbH"),
    ("Zakłady Azotowe Puławy", "Zakład Azotowy Puławy"),
    ("Siemens", "Siemens Polska sp. z o.o."),
    ("Siemens", "Siemens Energy"),
    ("Orlen", "PKN Orlen S.A."),
    ("IKEA", "IKEA Industry Poland sp. z o.o."),
    ("BMW", "BMW Group"),
    ("BMW Polska", "BMW Group"),
    ("Alior", "Alior Bank S.A."),
    ("Comarch Software", "Comarch Systems"),
    ("Budimex", "Budimeks"),
    ("Viking Malt", "Wiking Malt"),
    ("Grupa Żywiec", "Żywiec S.A."),
    ("AliExpress", "Ali Expres"),
    ("Nordea Polska", "Nordea Bank"),
    ("Future Processing", "Future Procesing Sp. z o.o."),
    ("Międzynarodowe Targi Poznańskie", "Miedzynarodowe Targi Poznanskie Grupa MTP"),
    ("Delta Polska", "Delta Group"),
]

DIFFERENT = [
    # Short names: one letter is another company.
    ("Atos", "Altos"),
    ("PZU", "PZL"),
    ("BMW", "BMV"),
    ("Netia", "Metia"),
    ("ABC", "ABC Consulting"),
    # Generic names.
    ("Software Polska", "Software Group"),
    ("Systemy Informatyczne", "Informatyczne Usługi"),
    ("Data Solutions", "Cloud Solutions"),
    ("Biuro Rachunkowe Beta", "Biuro Rachunkowe Gamma"),
    ("Usługi Transportowe Nowak", "Usługi Transportowe Kowalska"),
    ("IT Consulting Group", "IT Services Group"),
    # Common names.
    ("Nowak Meble", "Nowak Okna"),
    ("Nowak", "Nowak Meble"),
    ("Kowalski", "Kowalska Okna"),
    ("Delta", "Delta Transport"),
    ("Alfa", "Alfa Romeo"),
    ("Omega Systemy", "Omega Logistyka"),
    ("Green Energy", "Green Media"),
    ("Max", "Maxi"),
    # Numbers are read to the letter.
    ("Studio 24", "Studio 27"),
    ("Zakład Produkcyjny nr 1", "Zakład Produkcyjny nr 2"),
    ("Firma2000", "Firma2001"),
    # They share something, not enough.
    ("Nova Transport", "Nowa Transport"),
    ("Pekao Bank", "Santander Bank"),
    ("Future Processing", "Future Mind"),
    ("Uniwersytet Warszawski", "Uniwersytet Wrocławski"),
    ("Gmina Zabrze", "Gmina Zabierzów"),
    # Nothing to compare.
    ("sp. z o.o.", "S.A."),
    ("", ""),
    ("!!!", "???"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_name(one: str, other: str) -> None:
    """Legal form, case, diacritics, punctuation, spaces and order of words make no difference."""
    assert compare(one, other) is Likeness.SAME


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_names_near_enough_to_ask(one: str, other: str) -> None:
    """A slip in a long word, or a name inside another, is worth a look."""
    assert compare(one, other) is Likeness.NEAR


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_only_look_alike(one: str, other: str) -> None:
    """Short, generic and common names raise no false alarm."""
    assert compare(one, other) is Likeness.DIFFERENT


@pytest.mark.parametrize(("one", "other"), SAME + NEAR)
def test_names_that_are_alike_find_each_other(one: str, other: str) -> None:
    """Candidates are found by looking keys up, so a likeness without a key would never be seen."""
    kind = "name:" if compare(one, other) is Likeness.SAME else "near:"
    for sought, kept in ((one, other), (other, one)):
        assert [key for key in search_keys(sought) & index_keys(kept) if key.startswith(kind)]


PIECES = [word for pair in SAME + NEAR + DIFFERENT for name in pair for word in name.split()]
names_of_pieces = st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join) | st.text(max_size=20)


@given(names_of_pieces, names_of_pieces, st.integers(0, 30), st.sampled_from("abcxyz ."))
def test_likeness_is_symmetric_and_always_has_a_key(one: str, other: str, place: int, letter: str) -> None:
    """Whatever is compared, also a name with a letter changed: the order never matters, and keys suffice."""
    for a, b in ((one, other), (one, one[:place] + letter + one[place + 1 :]), (one, one)):
        likeness = compare(a, b)
        assert likeness is compare(b, a)
        if likeness is not Likeness.DIFFERENT:
            assert search_keys(a) & index_keys(b) and search_keys(b) & index_keys(a)
    assert compare(one, one) is (Likeness.SAME if name_comparison.read(one).words else Likeness.DIFFERENT)


def test_a_name_that_is_a_legal_form_keeps_it() -> None:
    """Something is always left of a name, as long as it has a letter."""
    assert name_comparison.read("AS").words == ("as",)
    assert name_comparison.read("Limited").words == ("limited",)


letters = st.sampled_from("abcdlmrz")
words = st.text(letters, min_size=6, max_size=14)


@given(words, st.integers(0, 13), letters, st.sampled_from(["other", "more", "less", "changed places"]))
def test_every_slip_in_a_long_word_is_found(word: str, place: int, letter: str, slip: str) -> None:
    """A letter more, less or other, or two that changed places, wherever it happens."""
    place = min(place, len(word) - 1)
    before, at, after = word[:place], word[place], word[place + 1 :]
    slipped = {
        "other": before + letter + after,
        "more": before + letter + at + after,
        "less": before + after,
        "changed places": before + after[:1] + at + after[1:],
    }[slip]
    assume(
        len(slipped) >= 6 and not re.search(r"(.)\1", f"{word} {slipped}")
    )  # a doubled letter is one sound
    assert compare(word, slipped) is not Likeness.DIFFERENT
    assert search_keys(word) & index_keys(slipped) and search_keys(slipped) & index_keys(word)
