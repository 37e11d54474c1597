"""A signed agreement is judged by its content alone."""

import random
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners import agreement
from forms_service.domain.partners.agreement import LARGEST_BYTES, AgreementProblem, fault
from forms_service.domain.partners.refusals import PartnerActionRefused, PartnerRefusal
from tests.factories.partners import CONTACT, MEMBER, active, by, done, onboarded, staff, with_member


def pdf(body: bytes = b"", *, version: bytes = b"1.7", end: bytes = b"\n%%EOF\n") -> bytes:
    """A small whole PDF file with these bytes in a stream."""
    head = b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n" % version
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body),
    ]
    places, made = [], head
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    made += b"xref\n0 5\n0000000000 65535 f \n" + table
    return made + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d" % start + end


def signed(content: bytes) -> bytes:
    """The same with an addition, as a signature makes one: with a table of contents of its own."""
    start = len(content)
    more = b"5 0 obj\n<< /Type /XRef /Size 6 /Prev 0 >>\nendobj\nstartxref\n%d\n%%%%EOF" % start
    return content + more


def archive() -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as file:
        file.writestr("a.txt", "text")
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pdf(),
        pdf(version=b"2.0"),
        pdf(version=b"1.7 "),
        pdf(version=b"1.4\t"),
        b"\n" + pdf(),
        b"\xef\xbb\xbf" + pdf(),
        b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n" + pdf(),
        pdf(b"<< /S /GoTo /XFAces >>"),
        pdf(b"#41" * (LARGEST_BYTES // 3 - 1000)),
        pdf(end=b"\r\n%%EOF\r\n\r\n"),
        pdf(end=b"\n%%EOF"),
        pdf(end=b"\n%%EOF\n\0\0"),
        pdf(end=b"\n%%EOF\r\n\x1a"),
        pdf(end=b"\n%%EOF\x1b%-12345X"),
        b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n"
        + pdf(end=b"\n%%EOF\n\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X"),
        b"@PJL ENTER LANGUAGE=PDF\n" + pdf(),
        b"\0\0\0\0" + pdf(),
        pdf(b"startxref 7 %%EOF in the middle"),
        pdf(b"/JS /OpenAction /AA are words of many files"),
        signed(pdf()),
        signed(signed(pdf(b"x" * 70_000))),
        pdf(b"z" * (LARGEST_BYTES - len(pdf()) - 10)),
    ],
    ids=[
        *("small", "2.0", "space", "tab", "line above", "mark", "printer", "names", "codes"),
        "lines",
        "no line",
        "zeros",
        *("end of DOS", "end of print", "print job", "PJL alone", "zeros above"),
        "middle",
        "words",
        "signed",
        "signed twice",
        "largest",
    ],
)
def test_a_whole_pdf_is_kept(content: bytes):
    assert fault(content) is None


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", AgreementProblem.EMPTY),
        (pdf(b"z" * LARGEST_BYTES), AgreementProblem.TOO_LARGE),
        (b"<html><body>agreement</body></html>", AgreementProblem.NO_PDF),
        (b"MZ" + pdf(), AgreementProblem.NO_PDF),
        (b"\x7fELF" + pdf(), AgreementProblem.NO_PDF),
        (b"x" * 1024 + pdf(), AgreementProblem.NO_PDF),
        (b"<html>" + pdf(), AgreementProblem.NO_PDF),
        (pdf()[:-30], AgreementProblem.NO_PDF),
        (pdf().replace(b"%PDF-1.7", b"%PDF-x.7"), AgreementProblem.NO_PDF),
        (pdf(end=b""), AgreementProblem.NO_PDF),
        (pdf(end=b"\n%%EOF\n<script>"), AgreementProblem.NO_PDF),
        (pdf(end=b"\n%%EOF\n" + b"\0" * 100), AgreementProblem.NO_PDF),
        (pdf().replace(b"\nstartxref\n", b"\nstartxref\n9"), AgreementProblem.NO_PDF),
        (b"%PDF-1.7\nnothing\nstartxref\n9\n%%EOF\n", AgreementProblem.NO_PDF),
        (pdf() + archive(), AgreementProblem.NO_PDF),
        (pdf(archive()), AgreementProblem.TWO_FILES),
        (pdf(b"<html><script>alert(1)</script>"), AgreementProblem.TWO_FILES),
        (pdf(b"<!DOCTYPE html>"), AgreementProblem.TWO_FILES),
        (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /S /J#61vaScr#69pt >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /S /Launch /F (calc.exe) >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /Type /EmbeddedFile >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /RichMedia >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /AcroForm << /XFA 9 0 R >> >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /XFA[(template) 9 0 R] >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /S /SubmitForm /F (https://example.com) >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /S /GoToR /F (\\\\\\\\example.com\\\\share) >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /S /GoToE >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /S /ImportData >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /S /Rendition >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /S/#52#65ndition >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /#58#46#41 9 0 R >>"), AgreementProblem.ACTIVE),
        (pdf(b"<< /#4aavaScript >>"), AgreementProblem.ACTIVE),
        (pdf().replace(b"/Root", b"/Encrypt 9 0 R /Root"), AgreementProblem.ACTIVE),
    ],
)
def test_what_is_something_else_is_refused(content: bytes, found: AgreementProblem):
    assert fault(content) is found


@given(cut=st.integers(0, 400))
def test_a_file_that_was_cut_is_no_whole_file(cut: int):
    """But for white space at its end."""
    content = pdf()
    shorter = content[: max(0, len(content) - 1 - cut)]
    assert fault(shorter) is (
        None if shorter.endswith(b"%%EOF") else AgreementProblem.NO_PDF if shorter else AgreementProblem.EMPTY
    )


@given(content=st.binary(max_size=3000))
def test_any_bytes_are_judged_and_nothing_is_raised(content: bytes):
    assert fault(content) is not None
    assert fault(pdf(content)) in (None, AgreementProblem.ACTIVE, AgreementProblem.TWO_FILES)


def test_noise_is_never_taken_for_a_script():
    """What is compressed looks like noise: five megabytes of it are kept."""
    noise = random.Random(7).randbytes(LARGEST_BYTES - 2000)
    assert fault(pdf(noise)) is None


KEPT = {"sha256": "0f", "size_bytes": 9}


def test_contacts_hand_in_one_file_and_only_the_vendor_replaces_it():
    """Both sides rely on the one that is there."""
    partner = done(agreement.keep_document(onboarded(), by(CONTACT), **KEPT))
    again = {"sha256": "1f", "size_bytes": 8}
    assert agreement.keep_document(partner, by(CONTACT), **again) == PartnerActionRefused(
        PartnerRefusal.ALREADY_KEPT
    )
    replaced = done(agreement.keep_document(partner, staff(), **again))
    assert replaced["agreement"]["document"]["sha256"] == "1f"
    assert agreement.keep_document(replaced, staff(), **again) == PartnerActionRefused(
        PartnerRefusal.NOTHING_CHANGES
    )
    assert agreement.remove_document(replaced, by(CONTACT)) == PartnerActionRefused(PartnerRefusal.NOT_YOURS)
    removed = done(agreement.remove_document(replaced, staff()))
    assert done(agreement.keep_document(removed, by(CONTACT), **again))["agreement"]["document"]
    assert agreement.remove_document(removed, staff()) == PartnerActionRefused(PartnerRefusal.NOTHING_CHANGES)


def test_others_with_access_hand_in_nothing():
    partner = with_member(active())
    assert agreement.keep_document(partner, by(MEMBER), **KEPT) == PartnerActionRefused(
        PartnerRefusal.NOT_YOURS
    )


def test_what_is_recorded_of_the_agreement_stays_when_the_file_changes():
    partner = done(agreement.keep_document(active(), staff(), **KEPT))
    assert partner["agreement"]["concluded_on"] == active()["agreement"]["concluded_on"]
    assert agreement.LARGEST_BYTES == 5 * 1024 * 1024
