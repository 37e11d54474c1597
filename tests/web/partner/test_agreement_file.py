"""The signed agreement: handed in by either side, handed out to these two only, and lost by nothing."""

from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from forms_service.domain.partners.agreement import LARGEST_BYTES
from forms_service.services import data_export
from forms_service.services.erasure import Erasure
from forms_service.services.tables import TABLES
from forms_service.store.store import Store
from forms_service.web.uploads import BODY_LIMIT_BYTES, FILE_LIMIT_BYTES
from tests.cli.running import command
from tests.domain.partners.test_agreement import pdf
from tests.factories.desk import ADMIN, OTHER_NIP, OWN, WATCHER, DeskApp, words
from tests.factories.partner_records import CONTACT, SPONSOR, Company, pre_accepted, signed_in
from tests.factories.storage import break_storage, bytes_on_disk, file_of

SCAN = pdf(b"scanned pages " * 100)
NEWER = pdf(b"the right one")


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    return pre_accepted(desk_app)


def hand_in(
    browser: FlaskClient, company: Company, content: bytes, *, desk: bool = False, **named: str
) -> Any:
    base = "/desk/partners" if desk else "/partner"
    name, kind = named.get("name", "agreement.pdf"), named.get("type", "application/pdf")
    file = FileStorage(BytesIO(content), filename=name, content_type=kind)
    # As bytes: the client would leave a temporary file of its own open.
    boundary, body = encode_multipart({"form": "agreement-file", "file": file})
    address = f"{base}/{company.reference}/agreement-file"
    return browser.post(
        address, data=body, headers=OWN, content_type=f"multipart/form-data; boundary={boundary}"
    )


def saved(browser: FlaskClient, company: Company, *, desk: bool = False) -> Any:
    return browser.get(f"{'/desk/partners' if desk else '/partner'}/{company.reference}/agreement-file")


def test_both_sides_hand_it_in_and_both_can_save_it(desk_app: DeskApp, company: Company) -> None:
    """The contact hands it in, staff replace it; the record holds size, digest and day, never the bytes."""
    contact, staff = signed_in(desk_app), desk_app.browser()
    assert "Upload the signed agreement" in words(contact.get(f"/partner/{company.reference}/company"))
    assert hand_in(contact, company, SCAN).status_code == 303
    page = contact.get(f"/partner/{company.reference}/company")
    assert "Download the signed agreement (PDF)" in words(page)
    assert "Upload" not in words(page)
    assert hand_in(contact, company, NEWER).status_code == 422
    assert saved(staff, company, desk=True).data == SCAN
    assert hand_in(staff, company, NEWER, desk=True).status_code == 303
    assert saved(contact, company).data == NEWER
    assert saved(desk_app.browser(WATCHER), company, desk=True).data == NEWER
    kept = company.record["agreement"]["document"]
    assert (kept.keys(), kept["size_bytes"]) == ({"size_bytes", "sha256", "added_at"}, len(NEWER))
    assert [each["what"] for each in company.record["history"]][-2:] == ["keep_document"] * 2
    assert "on the partner's behalf" not in words(staff.get(f"/desk/partners/{company.reference}/company"))


def test_it_is_handed_out_to_be_saved_and_never_shown(desk_app: DeskApp, company: Company) -> None:
    """Whatever it was called, and whatever it claimed to be, when it came."""
    contact = signed_in(desk_app)
    evil = {"name": '../../x"; filename="evil.html', "type": "text/html"}
    assert hand_in(contact, company, SCAN, **evil).status_code == 303
    headers = saved(contact, company).headers
    assert headers["Content-Disposition"] == f'attachment; filename="agreement-{company.reference}.pdf"'
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert b"evil" not in bytes_on_disk(desk_app.data)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose the file"),
        (b"<html>", "not a complete PDF"),
        (pdf(b"/JavaScript"), "scripts or other files"),
        (pdf(b"z" * LARGEST_BYTES), "larger than 5 MB"),
    ],
)
def test_what_cannot_be_kept_is_told_beside_the_field(
    desk_app: DeskApp, company: Company, content: bytes, sentence: str
) -> None:
    answer = hand_in(signed_in(desk_app), company, content)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert '<a href="#agreement-file-file">' in answer.text
    assert 'id="agreement-file-file"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert company.record["agreement"]["document"] is None


def test_a_form_without_a_file_is_told_so(desk_app: DeskApp, company: Company) -> None:
    contact = signed_in(desk_app)
    address = f"/partner/{company.reference}/agreement-file"
    for sent in ({"data": {"form": "agreement-file"}}, {"data": b"x", "content_type": "text/plain"}):
        answer = contact.post(address, headers=OWN, **sent)  # type: ignore[arg-type]
        assert answer.status_code == 422
        assert "Choose the file" in words(answer)


def test_nobody_else_meets_it(desk_app: DeskApp, company: Company) -> None:
    """Another partner, a sponsor handing in, a visitor: as for what does not exist."""
    people = {"contacts-0-email": "contact@other.example", "sponsor-email": "sponsor@other.example"}
    pre_accepted(desk_app, tax_id=OTHER_NIP, company_name="Other Company", **people)
    contact = signed_in(desk_app)
    hand_in(contact, company, SCAN)
    other = signed_in(desk_app, "contact@other.example")
    assert saved(other, company).status_code == 404
    assert hand_in(other, company, NEWER).status_code == 404
    assert hand_in(signed_in(desk_app, SPONSOR), company, NEWER).status_code == 422
    assert saved(desk_app.app.test_client(), company).status_code == 303
    assert hand_in(desk_app.browser(WATCHER), company, NEWER, desk=True).status_code == 404
    assert saved(signed_in(desk_app), company).data == SCAN


def test_only_whoever_is_signed_in_may_send_a_large_body_and_only_there(
    desk_app: DeskApp, company: Company
) -> None:
    """The limit of everybody else, and of every other address, is that of a form."""
    large = b"x" * (BODY_LIMIT_BYTES + 1)
    contact, visitor = signed_in(desk_app), desk_app.app.test_client()
    here = f"/partner/{company.reference}/agreement-file"
    other_places = ("/partner/ask", f"/partner/{company.reference}/company", f"{here}/", "/register-deal/")
    for browser, address in (
        (visitor, here),
        (desk_app.browser(), here),
        (contact, f"/desk{here.replace('partner', 'partners')}"),
        (desk_app.browser(WATCHER), f"/desk/partners/{company.reference}/agreement-file"),
        *((contact, place) for place in other_places),
    ):
        assert browser.post(address, data=large, headers=OWN).status_code == 413, address
    assert contact.post(here, data=large, headers=OWN).status_code == 422
    assert contact.post(here, data=b"x" * (FILE_LIMIT_BYTES + 1), headers=OWN).status_code == 413
    contact.post("/partner/sign-out", headers=OWN)
    assert contact.post(here, data=large, headers=OWN).status_code == 413


def test_what_cannot_be_stored_is_not_half_stored(desk_app: DeskApp, company: Company) -> None:
    """The disk is full: neither record nor file, and the next try works."""
    contact = signed_in(desk_app)
    before = company.record
    with break_storage(desk_app.data):
        assert hand_in(contact, company, SCAN).status_code == 503
    assert company.record == before
    assert saved(contact, company).status_code == 404
    assert hand_in(contact, company, SCAN).status_code == 303
    assert saved(contact, company).data == SCAN


def test_it_is_in_the_backup_and_comes_back(desk_app: DeskApp, company: Company, tmp_path: Path) -> None:
    """One file holds the records and the agreements; verify finds a changed byte of either."""
    hand_in(signed_in(desk_app), company, SCAN)
    backup = tmp_path / "backup"
    folder = desk_app.data
    assert command(folder, "data", "backup", str(backup))[0] == 0
    desk_app.close()
    file_of(desk_app.data).unlink()
    assert command(folder, "data", "restore", str(backup))[0] == 0
    assert command(folder, "data", "verify")[0] == 0
    again = Store(file_of(desk_app.data), tables=TABLES)
    try:
        kept = again.get("agreements", company.reference)
        assert kept is not None
        assert b64decode(kept["content"]) == SCAN
    finally:
        again.close()
    whole = bytearray(bytes_on_disk(desk_app.data))
    whole[whole.index(b'"content"') + 40] ^= 1
    file_of(desk_app.data).write_bytes(bytes(whole))
    assert command(folder, "data", "verify")[0] == 1


def test_what_was_replaced_or_removed_leaves_no_byte(desk_app: DeskApp, company: Company) -> None:
    """The journal is written anew soon after."""
    staff = desk_app.browser()
    hand_in(staff, company, SCAN, desk=True)
    size = len(bytes_on_disk(desk_app.data))
    hand_in(staff, company, NEWER, desk=True)
    removed = staff.post(f"/desk/partners/{company.reference}/agreement-file/remove", headers=OWN)
    assert removed.status_code == 303
    assert saved(staff, company, desk=True).status_code == 404
    from forms_service.services import data_files

    assert data_files.compact_if_requested(desk_app.service.store)
    assert len(bytes_on_disk(desk_app.data)) < size
    assert company.record["agreement"]["document"] is None


def test_a_file_that_is_not_what_was_kept_is_not_handed_out(desk_app: DeskApp, company: Company) -> None:
    """It is told in the log instead."""
    hand_in(desk_app.browser(), company, SCAN, desk=True)
    store = desk_app.service.store
    with store.batch() as batch:
        kept = batch.get("agreements", company.reference)
        assert kept is not None
        batch.replace("agreements", {**kept, "content": kept["content"][4:]}, kept["version"])
    assert saved(desk_app.browser(), company, desk=True).status_code == 404


def test_a_persons_data_and_the_agreement(desk_app: DeskApp, company: Company) -> None:
    """Who is named in it reads that it is kept; it stays when they go, unless they are the company."""
    staff = desk_app.browser()
    agreed = {
        "concluded_on": "2026-11-20",
        "for_vendor": "Board member",
        "for_partner": "Contact Person Name",
    }
    company.post(staff, "profile", "record_agreement", desk=True, **agreed)
    person = next(each["id"] for each in company.record["people"] if each["email"] == CONTACT)
    named = {"name": "Contact Person Name", "email": CONTACT, "contact": "y"}
    company.post(staff, "people", "change_person", desk=True, person=person, **named)
    hand_in(staff, company, SCAN, desk=True)
    store, now = desk_app.service.store, desk_app.clock()
    mine = next(
        each for each in data_export.exported(store, CONTACT, now)["elsewhere"] if each["table"] == "partners"
    )
    assert mine["agreement"]["concluded_on"] == "2026-11-20"
    assert mine["agreement"]["document"]["size_bytes"] == len(SCAN)
    sponsors = data_export.exported(store, SPONSOR, now)["elsewhere"]
    assert all("agreement" not in each for each in sponsors)

    erasing = Erasure(store, desk_app.data, desk_app.clock)
    erasing.erase(SPONSOR, by="command")
    assert saved(desk_app.browser(ADMIN), company, desk=True).data == SCAN
    erasing.erase(CONTACT, by="command", everything=True)
    assert saved(desk_app.browser(ADMIN), company, desk=True).status_code == 404
    assert company.record["agreement"]["document"] is None
    assert store.get("agreements", company.reference) is None
    assert len(bytes_on_disk(desk_app.data)) < len(SCAN) * 4 // 3 + 60_000
