"""The list of partners at the desk: what it says is what each record says today, however it is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import where

from forms_service.domain.partners import list_row, qualifications, suspension
from forms_service.domain.partners.partner import PartnerState
from forms_service.domain.partners.partner_years import day_of
from forms_service.services.erasure import Erasure
from forms_service.services.partner_list import CURRENT, PAGE_ROWS, PartnerFilter, PartnerList, PartnerSort
from tests.factories import partners
from tests.factories.desk import OTHER_NIP, OWN, WATCHER, DeskApp, words
from tests.factories.partner_records import CONTACT, active, pre_accepted, signed_in
from tests.factories.program import published
from tests.factories.storage import bytes_on_disk


@pytest.fixture
def add(desk_app: DeskApp) -> Callable[..., str]:
    """One more partner of nobody, put into the store as use cases put it."""

    def add(name: str, number: int = 0, **more: Any) -> str:
        partner = cast(dict[str, Any], partners.active())
        partner["id"] = f"PAR-2222-{2222 + number}"
        partner["application"] = f"APP-2222-{2222 + number}"
        partner |= {"company": {**partner["company"], "name": name}} | more
        with desk_app.service.store.batch() as batch:
            batch.add("partners", partner)
        return str(partner["id"])

    return add


def names(desk_app: DeskApp, **view: Any) -> list[str]:
    found = desk_app.service.partner_list.page(PartnerFilter(**view), day_of(desk_app.clock()))
    return [row["name"] for row in found.rows]


def test_a_new_partner_stands_in_the_list_at_once_with_what_it_lacks(desk_app: DeskApp) -> None:
    pre_accepted(desk_app, company_name="Firma Łódź")
    page = words(desk_app.browser().get("/desk/partners"))
    assert "Firma Łódź" in page and "Onboarding" in page
    assert "Partner Agreement and Partner Profile" in page


def test_every_change_is_in_the_list_when_it_is_done(desk_app: DeskApp) -> None:
    company = active(desk_app)
    page = words(desk_app.browser().get("/desk/partners"))
    assert "Silver Active 22 Nov 2027" in page
    held = company.record["qualifications"][0]["id"]
    company.post(signed_in(desk_app), "people", "remove_qualification", qualification=held)
    page = words(desk_app.browser().get("/desk/partners?lacking=y"))
    assert "Example Partner" in page and "Sales qualifications: 1 person" in page
    company.post(desk_app.browser(), "overview", "end", desk=True, reason="By agreement")
    assert "Example Partner" not in words(desk_app.browser().get("/desk/partners"))
    assert "Example Partner" in words(desk_app.browser().get("/desk/partners?state=ended"))


def test_what_only_the_days_change_is_counted_anew(desk_app: DeskApp) -> None:
    """On the page and for the filters, at once; nothing is stored for it."""
    company = active(desk_app)
    held = company.record["qualifications"][0]["id"]
    valid = {"qualification": held, "valid_until": "2026-12-31"}
    company.post(signed_in(desk_app), "people", "extend_qualification", **valid)
    assert names(desk_app, lacking=True) == []
    desk_app.clock.forward(days=60)
    before = bytes_on_disk(desk_app.data)
    assert names(desk_app, lacking=True) == ["Example Partner"]
    assert bytes_on_disk(desk_app.data) == before
    assert "1 person" in words(desk_app.browser().get("/desk/partners"))


def test_whoever_writes_the_list_says_so(desk_app: DeskApp, add: Callable[..., str]) -> None:
    """A use case, a batch or TinyDB; each look reads what was changed since the one before."""
    reference = add("Alfa", 1)
    assert names(desk_app) == ["Alfa"]
    table = desk_app.service.store.db.table("partners")
    (partner,) = table.search(where("id") == reference)
    table.update({"company": {**partner["company"], "name": "Zeta"}}, where("id") == reference)
    add("Beta", 2)
    assert names(desk_app) == ["Beta", "Zeta"]
    assert names(desk_app, search="zet") == ["Zeta"]
    table.remove(where("id") == reference)
    assert names(desk_app) == ["Beta"]


def test_a_served_program_that_changes_is_counted_by_at_once(
    desk_app: DeskApp, add: Callable[..., str]
) -> None:
    """For those that follow no version of their own yet."""
    add("Alfa", state="onboarding", terms=[], active_since=None)
    program = published()
    rows = PartnerList(desk_app.service.store, lambda: program)
    day = day_of(desk_app.clock())
    (before,) = rows.page(PartnerFilter(), day).rows
    program = partners.changed(deal_registration__decide_within_business_days=3)
    (after,) = rows.page(PartnerFilter(), day).rows
    assert (before["program"], after["program"]) == (published().hash, program.hash)


def test_narrowed_and_sorted(desk_app: DeskApp, add: Callable[..., str]) -> None:
    later = {"active_since": (partners.START + timedelta(days=30)).isoformat()}
    gold = {"terms": [{**partners.active()["terms"][0], "tier": "gold"}]}
    add("beta", 1)
    add("Alfa", 2, **later)
    add("Żeta", 3, **gold)
    add("Ended", 4, state="ended")
    assert names(desk_app) == ["Alfa", "beta", "Żeta"]
    assert names(desk_app, states=frozenset(PartnerState)) == ["Alfa", "beta", "Ended", "Żeta"]
    assert names(desk_app, tier="gold") == ["Żeta"]
    assert names(desk_app, order=PartnerSort.RENEWAL) == ["beta", "Żeta", "Alfa"]
    by = partners.START + timedelta(days=370)
    assert names(desk_app, renews_by=by) == ["beta", "Żeta"]
    assert names(desk_app, renews_by=by, tier="gold") == ["Żeta"]


def test_found_by_name_number_reference_website_and_address(desk_app: DeskApp) -> None:
    company = active(desk_app)
    other = {"contacts-0-email": "contact@other.example", "sponsor-email": "sponsor@other.example"}
    pre_accepted(desk_app, tax_id=OTHER_NIP, company_name="Zgrabka", website="other.example", **other)
    for search in (
        "exam",
        "123-456-32-18",
        company.reference,
        company.reference[4:],
        "partner.example",
        CONTACT,
    ):
        assert names(desk_app, search=search) == ["Example Partner"], search
    assert names(desk_app, search="zgrabka") == ["Zgrabka"]
    assert names(desk_app, search="nobody") == []
    page = words(desk_app.browser().get("/desk/partners?search=nobody"))
    assert "Nothing matches." in page


def test_pages_and_odd_arguments(desk_app: DeskApp, add: Callable[..., str]) -> None:
    for number in range(PAGE_ROWS + 2):
        add(f"Partner {number:03}", number)
    browser = desk_app.browser()
    first, last = browser.get("/desk/partners"), browser.get("/desk/partners?page=2")
    assert first.text.count('href="/desk/partners/PAR-') == PAGE_ROWS
    assert last.text.count('href="/desk/partners/PAR-') == 2
    odd = "/desk/partners?state=x&tier=x&order=x&page=0&search=%00&lacking=maybe"
    assert browser.get(odd).status_code == 200
    wrong = browser.get("/desk/partners?renews_by=next+year")
    assert wrong.status_code == 422 and 'value="next year"' in wrong.text


def test_exported_as_it_is_seen_and_noted(desk_app: DeskApp) -> None:
    company = active(desk_app)
    browser = desk_app.browser(WATCHER)
    answer = browser.post("/desk/partners/export", data={"format": "csv"}, headers=OWN)
    head, row = answer.text.strip().splitlines()
    assert '"Reference","Company"' in head
    assert f'"{company.reference}","Example Partner"' in row and '"2027-11-22"' in row
    book = browser.post("/desk/partners/export?state=all", data={"format": "xlsx"}, headers=OWN)
    assert book.data.startswith(b"PK")
    searched = browser.post("/desk/partners/export?search=exam", data={"format": "csv"}, headers=OWN)
    assert "Example Partner" in searched.text
    assert browser.post("/desk/partners/export", data={"format": "pdf"}, headers=OWN).status_code == 400
    deeds = desk_app.service.audit_log.page(1).events
    assert [(deed["list"], deed["about"]) for deed in deeds if deed["what"] == "exported"] == [
        ("partners", "search=…"),
        ("partners", "state=all"),
        ("partners", ""),
    ]


def test_whoever_is_erased_is_gone_from_the_list_too(desk_app: DeskApp) -> None:
    """A sole trader's company is called as they are."""
    company = pre_accepted(desk_app, company_name="Jan Testowy", **{"contacts-0-name": "Jan Testowy"})
    assert names(desk_app, search="Testowy") == ["Jan Testowy"]
    Erasure(desk_app.service.store, desk_app.service.settings.data_dir, desk_app.clock).erase(
        CONTACT, by="test"
    )
    assert names(desk_app, search="Testowy") == []
    assert names(desk_app, states=frozenset(PartnerState)) == [company.record["company"]["name"]]


@settings(max_examples=40)
@given(days=st.integers(0, 900), lapses=st.none() | st.integers(0, 900), stops=st.booleans())
def test_a_row_says_what_the_record_says_on_that_day(days: int, lapses: int | None, stops: bool) -> None:
    """Missing or not, current or over: the same as the scorecard, on any day."""
    partner = partners.active()
    if lapses is not None:
        until = partners.START + timedelta(days=lapses)
        partner = partners.done(qualifications.extend(partner, partners.staff(), "q1", valid_until=until))
    if stops:
        partner = partners.done(suspension.suspend(partner, partners.staff(), reason="r"))
    day = partners.START + timedelta(days=days)
    row = list_row.row(partner, published(), day)
    missing = {each["item"] for each in row["missing"]}
    assert ("sales-qualifications" in missing) == (lapses is not None and lapses < days)
    assert row["lacking"] == bool(row["missing"])
    assert row["renews_on"] == "2027-11-23"
    assert row["due"] is not None and date.fromisoformat(row["due"]["on"]) <= partners.START + timedelta(
        days=1200
    )
    assert replace(PartnerFilter(), states=CURRENT).states >= {PartnerState(row["state"])}
