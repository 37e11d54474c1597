"""The receipt of a deal: what was sent and promised at registration, whatever happens later."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms_service.domain.submissions.workflow import Action
from forms_service.jobs.deadline_recount import recount
from partner_program import Program
from tests.factories.clock import warsaw
from tests.factories.desk import ADMIN, OWN, DeskApp, text_of, words
from tests.factories.partner_records import STRANGER, active, signed_in
from tests.factories.site import make_site
from tests.web.desk.test_work_around import entered
from tests.web.partner.test_deals import TYPED
from tests.web.test_site_releases import changed

BEFORE_CHRISTMAS = warsaw("2026-12-23 14:05:09")
OTHER = "PL5260250274"
LOCAL = "(Europe/Warsaw, UTC+01:00)"


@pytest.fixture
def app(tmp_path: Path, program: Program) -> Iterator[DeskApp]:
    """A desk whose site can be replaced by one with other words, days off and pauses."""
    make_site(tmp_path / "one", program)
    content = changed(program).model_dump(mode="json")
    content["deal_registration"]["extra_days_off"] = [
        {"date": day, "name": {"pl": "Wolne", "en": "Off"}} for day in ("2026-12-28", "2026-12-29")
    ]
    content["deal_registration"]["pause_on_question"] = True
    content["name"] = {"pl": "Inny program", "en": "Another program"}
    make_site(tmp_path / "two", Program.model_validate_json(json.dumps(content)))
    (tmp_path / "site").symlink_to("one")
    opened = DeskApp(tmp_path / "site", tmp_path / "data", program)
    opened.clock.now = BEFORE_CHRISTMAS
    yield opened
    opened.close()


def replace_site(app: DeskApp, name: str) -> Program:
    """Publish another build; deadlines are counted again as the service does."""
    site = app.service.settings.site_dir
    link = site.with_name("link")
    link.symlink_to(name)
    link.rename(site)
    program = app.service.site.current().program
    assert app.service.site.problem is None
    recount(app.service.store, app.clock(), program.deal_registration)
    return program


def status_link(app: DeskApp, reference: str) -> str:
    return f"/status/{app.service.submissions.token_of(app.record(reference))}"  # type: ignore[arg-type]


def sheets(app: DeskApp, reference: str) -> list[bytes]:
    """The receipt as its sender reads it, in both languages."""
    browser, link = app.app.test_client(), status_link(app, reference)
    answers = [browser.get(f"{prefix}{link}/receipt") for prefix in ("", "/en")]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.data for answer in answers]


def correct(app: DeskApp, reference: str) -> None:
    number = len(app.record(reference)["history"])
    said = app.record(reference)["said"]
    other = {
        "customer_name": f"Customer {number}",
        "value_amount": str(number),
        "partner_tax_id": OTHER,
    }
    program = app.service.site.current().program
    app.service.submissions.correct(reference, said | other, program=program)


def answer(app: DeskApp, reference: str) -> None:
    asked = len(app.record(reference).get("questions", ()))
    program = app.service.site.current().program
    app.service.submissions.answer(reference, "This one", question=asked, program=program)


def conclude(app: DeskApp, reference: str) -> None:
    program = app.service.site.current().program
    app.service.submissions.report(reference, "lost", {"on": "2026-12-23", "text": "No"}, program=program)


DESK: dict[str, dict[str, str]] = {
    "take": {},
    "ask": {"text": "Which one?"},
    "note": {"text": "For us"},
    "approve": {"benefit": "commission", "percent": "10", "product": "Cloud migration"},
    "reject": {"reason": "duplicate"},
    "reopen": {"reason": "A mistake"},
    "take_back": {"reason": "A mistake"},
}
SENDER = {"correct": correct, "answer": answer, "conclude": conclude}
SITES = {"another program": "two", "the first program": "one"}
NUMBERS = itertools.count()
"""Not sent twice."""
STEPS = st.sampled_from([*DESK, *SENDER, *SITES, "a day later"])


@given(steps=st.lists(STEPS, min_size=3, max_size=9))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_happens_later_changes_a_receipt(app: DeskApp, steps: list[str]) -> None:
    """Corrections, questions, decisions, results, another program, other days off, any time later."""
    app.clock.now = BEFORE_CHRISTMAS
    replace_site(app, "one")
    reference = app.deal(customer_name=f"Customer {next(NUMBERS)}")
    first, reviewer = sheets(app, reference), app.browser(ADMIN)
    for step in steps:
        app.clock.forward(minutes=7)
        if step in DESK:
            app.do(reviewer, reference, step, **DESK[step])
        elif step in SENDER:
            SENDER[step](app, reference)
        elif step in SITES:
            replace_site(app, SITES[step])
        else:
            app.clock.forward(days=1)
    assert sheets(app, reference) == first


def test_a_receipt_says_what_was_sent_and_promised(app: DeskApp) -> None:
    """Reference, moment with second and zone, partner, customer, value, deadline and its days, version."""
    reference = app.deal(customer_name="Zgrabka S.A.", value_amount="25 000,50")
    correct(app, reference)
    polish, english = (words_of(sheet) for sheet in sheets(app, reference))
    for part in (
        reference,
        f"23 grudnia 2026, 14:05:09 {LOCAL}",
        "PL1234563218",
        "Zgrabka S.A.",
        "25 000,50 PLN",
        "Decyzja najpóźniej: wtorek, 29 grudnia 2026, do końca dnia. Nie liczą się: 24 i 25 grudnia",
        app.program.hash[:12],
        app.program.name.pl,
    ):
        assert part in polish
    assert f"23 December 2026, 14:05:09 {LOCAL}" in english
    assert "Decision by: Tuesday 29 December 2026" in english
    assert "Customer 1" not in polish and "przetwarzaniu danych" not in polish


def words_of(sheet: bytes) -> str:
    return text_of(sheet.decode())


def test_the_calendar_file_says_the_same_deadline(app: DeskApp) -> None:
    link = status_link(app, reference := app.deal())
    entry = app.app.test_client().get(f"{link}.ics").text.replace("\r\n ", "").replace("\\,", ",")
    assert "DTSTART;VALUE=DATE:20261229" in entry
    (told,) = [line for line in entry.splitlines() if line.startswith("DESCRIPTION:")]
    promised = told.removeprefix("DESCRIPTION:").partition(" Decyzję przeczytasz")[0]
    assert promised.replace("\xa0", " ") in words_of(sheets(app, reference)[0])


def test_only_a_deal_has_one_and_only_for_whoever_may_read_it(app: DeskApp) -> None:
    deal, application = app.deal(), app.application()
    visitor = app.app.test_client()
    assert visitor.get(f"{status_link(app, application)}/receipt").status_code == 404
    assert visitor.get(f"{status_link(app, deal)[:-1]}/receipt").status_code == 404
    assert visitor.get(f"/desk/submissions/{deal}/receipt").status_code in (302, 303)
    reader = app.browser("reader@example.com", "pl")
    assert reader.get(f"/desk/submissions/{application}/receipt").status_code == 404
    shown = reader.get(f"/desk/submissions/{deal}/receipt").data
    rows = [sheet.partition(b"<h1>")[2] for sheet in (shown, sheets(app, deal)[0])]
    assert rows[0] == rows[1]


def test_a_partner_reads_the_receipts_of_its_own_deals_with_its_name(app: DeskApp) -> None:
    """The name it had then; nobody else's receipt, and no name where nobody was signed in."""
    company = active(app)
    browser = signed_in(app)
    typed = TYPED | {"model": app.program.models[0].id}
    browser.post(f"/partner/{company.reference}/register-deal", data=typed, headers=OWN)
    (mine,) = app.service.store.range("records", "received", ("deal", ""), ("deal", "~"))
    others = app.deal(partner_tax_id="5260250274", partner_email=STRANGER)
    base = f"/partner/{company.reference}/deals"
    assert "Partner Example Partner" in words(browser.get(f"{base}/{mine['id']}/receipt"))
    assert browser.get(f"{base}/{others}/receipt").status_code == 404
    assert f"{base}/{mine['id']}/receipt" in browser.get(f"{base}/{mine['id']}").text
    public = app.deal(customer_name="Another customer")
    assert "Example Partner" not in words_of(sheets(app, public)[1])


@pytest.mark.parametrize("second", ["14:05:09.250", "14:05:10.000"])
def test_the_desk_says_who_was_first_to_the_second(app: DeskApp, second: str) -> None:
    """And to the fraction where both came within one; both receipts are one click away."""
    app.clock.now = warsaw("2026-12-23 14:05:09.125")
    first = app.deal(customer_name="Zgrabka S.A.")
    app.clock.now = warsaw(f"2026-12-23 {second}")
    later = app.deal(customer_name="Zgrabka", partner_email=STRANGER, partner_tax_id="5260250274")
    for one, other, verdict in ((first, later, "later too"), (later, first, "earlier")):
        page = app.browser(ADMIN).get(f"/desk/submissions/{one}")
        assert f"This customer was registered {verdict}" in words(page)
        moments = ("14:05:09.125000", "14:05:09.250000") if second[-3:] == "250" else ("14:05:09", "14:05:10")
        assert all(f"23 December 2026, {moment} {LOCAL}" in words(page) for moment in moments)
        assert all(f'/desk/submissions/{each}/receipt"' in page.text for each in (one, other))


def test_a_deal_that_staff_entered_says_both_moments(app: DeskApp) -> None:
    other = {"received_day": "2026-12-21", "received_time": "08:00"}
    answer = app.browser().post("/desk/enter", data=entered(app, **other), headers=OWN)
    reference = answer.location.removeprefix("/desk/submissions/").partition("?")[0]
    sheet = words_of(sheets(app, reference)[0])
    assert f"21 grudnia 2026, 08:00:00 {LOCAL}" in sheet
    assert f"Wpisane przez Future Processing 23 grudnia 2026, 14:05:09 {LOCAL}" in sheet


def test_an_erased_person_is_gone_from_the_receipt(app: DeskApp) -> None:
    """What is no person's stays: reference, moment, deadline."""
    reference = app.deal(partner_email=STRANGER, customer_name="Zgrabka S.A.", description=f"Ask {STRANGER}")
    correct(app, reference)
    app.service.privacy.erase(STRANGER, by=ADMIN, everything=True)
    sheet = words(app.browser(ADMIN).get(f"/desk/submissions/{reference}/receipt"))
    assert STRANGER not in sheet and "Zgrabka" not in sheet
    assert f"23 December 2026, 14:05:09 {LOCAL}" in sheet and "The personal data was erased." in sheet
    assert "Decision by: Tuesday 29 December 2026" in sheet


def test_older_data_has_receipts_too(app: DeskApp) -> None:
    """A deal stored before receipts were: from its first version, and its deadline before it moved."""
    reference = app.deal()
    expected = sheets(app, reference)
    record = app.record(reference)
    with app.service.store.batch() as batch:
        older = {name: value for name, value in record.items() if name != "registration"}
        batch.replace("records", older, record["version"])
    assert sheets(app, reference) == expected
    replace_site(app, "two")
    correct(app, reference)
    assert app.record(reference)["history"][-2]["what"] == Action.MOVE_DEADLINE
    assert sheets(app, reference) == expected
