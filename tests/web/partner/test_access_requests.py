"""Somebody new at a partner asks for access. Nobody learns from it who is a partner."""

import re
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from forms_service.domain.partners.access_requests import ANSWERED_WITHIN, MOST_WAITING, MOST_WAITING_OUTSIDE
from forms_service.domain.partners.size_limits import LIST_ROWS
from forms_service.services import access_requests
from tests.factories.desk import NIP, OTHER_NIP, OWN, DeskApp, value_of, words
from tests.factories.partner_records import CONTACT, SPONSOR, Company, pre_accepted, signed_in
from tests.factories.storage import bytes_on_disk, last_change

NEW, OUTSIDE = "new@partner.example", "new@elsewhere.example"


@pytest.fixture
def company(desk_app: DeskApp) -> Company:
    return pre_accepted(desk_app)


def ask(desk_app: DeskApp, email: str = NEW, **typed: str) -> Any:
    data = {"form": "ask", "name": "Somebody New", "email": email, "lang": "en", **typed}
    return desk_app.app.test_client().post("/partner/ask", data=data, headers=OWN)


def link(desk_app: DeskApp, email: str = NEW) -> str:
    """The address in the last mail to this person."""
    mails = [mail for mail in desk_app.service.store.all("mails") if mail["template"] == "access-confirm"]
    mail = next(each for each in reversed(mails) if each["to"] == email)
    found = desk_app.service.access_requests.link_for(mail)
    assert found is not None
    return found.removeprefix(desk_app.service.settings.base_url)


def press(desk_app: DeskApp, email: str = NEW) -> Any:
    return desk_app.app.test_client().post(link(desk_app, email), headers=OWN)


def asked(desk_app: DeskApp, email: str = NEW, **typed: str) -> None:
    """Somebody asked and confirmed their address."""
    assert ask(desk_app, email, **typed).status_code == 303
    assert press(desk_app, email).status_code == 303


def mails(desk_app: DeskApp, template: str) -> list[str]:
    return [mail["to"] for mail in desk_app.service.store.all("mails") if mail["template"] == template]


def news(desk_app: DeskApp, what: str) -> list[str]:
    """Who was told of it."""
    every = desk_app.service.store.all("mails")
    return [mail["to"] for mail in every if mail.get("facts", {}).get("news") == what]


def test_a_contact_lets_in_who_asked(desk_app: DeskApp, company: Company) -> None:
    """Form, mail, button, task, answer, mail, sign-in."""
    visitor = desk_app.app.test_client()
    assert "/partner/ask" in visitor.get("/partner/sign-in?lang=en").text
    assert "Ask for access" in words(visitor.get("/partner/ask?lang=en"))
    answer = ask(desk_app)
    assert (answer.status_code, answer.location) == (303, "/partner/ask/asked?lang=en")
    assert company.record["access_requests"] == []

    answer = press(desk_app)
    assert answer.location.startswith("/partner/ask/passed-on")
    assert "its contact person and we have your request" in words(
        visitor.get("/partner/ask/passed-on?lang=en")
    )
    assert news(desk_app, "partner-access-asked") == [CONTACT]
    assert news(desk_app, "partner-access-asked-notice") == [desk_app.program.contact.email]

    contact, sponsor = signed_in(desk_app), signed_in(desk_app, SPONSOR)
    base = f"/partner/{company.reference}"
    for end in ("", "/team"):
        assert "Somebody New" in words(contact.get(base + end)) or "asks for access" in words(
            contact.get(base + end)
        )
    assert "Somebody New (new@partner.example)" in words(contact.get(f"{base}/team"))
    assert 'value="answer_access"' not in sponsor.get(f"{base}/team").text
    assert "asks for access" in words(desk_app.browser().get(f"/desk/partners/{company.reference}"))

    answer = company.post(contact, "people", "answer_access", request="r1", granted="y")
    assert answer.status_code == 303
    assert news(desk_app, "partner-access-given") == [NEW]
    assert signed_in(desk_app, NEW).get(base).status_code == 200
    assert company.record["access_requests"][0]["email"] == ""
    assert "somebody who asked for access" in words(
        desk_app.browser().get(f"/desk/partners/{company.reference}/company")
    )


def test_staff_answer_too_and_a_refusal_lets_nobody_in(desk_app: DeskApp, company: Company) -> None:
    asked(desk_app)
    answer = company.post(desk_app.browser(), "people", "answer_access", desk=True, request="r1", granted="n")
    assert answer.status_code == 303
    assert [each["email"] for each in company.record["people"]].count(NEW) == 0
    assert NEW not in str(company.record)
    assert news(desk_app, "partner-access-given") == []


def test_the_tax_number_finds_the_company_of_an_address_elsewhere(
    desk_app: DeskApp, company: Company
) -> None:
    """However it is written; and the page says that the address is none of the company's."""
    asked(desk_app, OUTSIDE, tax_id="123-456-32-18")
    assert company.record["access_requests"][0]["email"] == OUTSIDE
    page = words(desk_app.browser().get(f"/desk/partners/{company.reference}/team"))
    assert "not an address of the company" in page
    asked(desk_app)
    page = words(desk_app.browser().get(f"/desk/partners/{company.reference}/team"))
    assert page.count("not an address of the company") == 1


def test_a_tax_number_decides_alone(desk_app: DeskApp, company: Company) -> None:
    """Whoever gives one means that company, also where their address lies under another partner's domain."""
    people = {"contacts-0-email": "contact@other.example", "sponsor-email": "sponsor@other.example"}
    other = pre_accepted(
        desk_app, tax_id=OTHER_NIP, company_name="Other Company", website="www.other.example", **people
    )
    asked(desk_app, NEW, tax_id=OTHER_NIP)
    assert company.record["access_requests"] == []
    assert len(other.record["access_requests"]) == 1


CASES: dict[str, dict[str, str]] = {
    "new at a partner": {"email": NEW},
    "new, by tax number": {"email": OUTSIDE, "tax_id": NIP},
    "may sign in already": {"email": CONTACT},
    "no partner's domain": {"email": "somebody@nobody.example"},
    "no partner's tax number": {"email": "anyone@nobody.example", "tax_id": OTHER_NIP},
}


@pytest.fixture
def answers(desk_app: DeskApp, company: Company) -> dict[str, list[Any]]:
    """What each of them is answered, step by step."""
    found: dict[str, list[Any]] = {}
    for name, typed in CASES.items():
        visitor = desk_app.app.test_client()
        data = {"form": "ask", "name": "Somebody", "lang": "en", **typed}
        first = visitor.post("/partner/ask", data=data, headers=OWN)
        address = link(desk_app, typed["email"])
        look = visitor.get(address)
        second = visitor.post(address, headers=OWN, data={"lang": "en"})
        again = visitor.post(address, headers=OWN, data={"lang": "en"})
        steps = (first, visitor.get(first.location), look, second, visitor.get(second.location), again)
        found[name] = [
            (step.status_code, step.location, step.text.replace(address, "LINK"), sorted(step.headers.keys()))
            for step in steps
        ]
    return found


def test_everybody_is_answered_alike(desk_app: DeskApp, answers: dict[str, list[Any]]) -> None:
    """A1: whether the company is a partner, and whether they have access, shows in no page and no header."""
    expected = answers["new at a partner"]
    assert [step[0] for step in expected] == [303, 200, 200, 303, 200, 410]
    for name, found in answers.items():
        assert found == expected, name
    assert sorted(mails(desk_app, "access-confirm")) == sorted(typed["email"] for typed in CASES.values())


def test_everybody_who_was_not_let_in_gets_the_same_mail_at_the_same_time(
    desk_app: DeskApp, company: Company, answers: dict[str, list[Any]]
) -> None:
    """Refused, never answered, or no partner at all: only whoever was let in gets none."""
    contact = signed_in(desk_app)
    by_address = {each["email"]: each["id"] for each in company.record["access_requests"]}
    assert by_address.keys() == {NEW, OUTSIDE}
    company.post(contact, "people", "answer_access", request=by_address[NEW], granted="y")
    company.post(contact, "people", "answer_access", request=by_address[OUTSIDE], granted="n")
    desk_app.clock.forward(days=ANSWERED_WITHIN.days - 1)
    desk_app.service.access_requests.answer_the_rest()
    assert mails(desk_app, "access-not-given") == []
    desk_app.clock.forward(days=1)
    desk_app.service.access_requests.answer_the_rest()
    desk_app.service.access_requests.answer_the_rest()
    outside = {OUTSIDE, "somebody@nobody.example", "anyone@nobody.example"}
    assert set(mails(desk_app, "access-not-given")) - {CONTACT} == outside
    every = [each for each in desk_app.service.store.all("mails") if each["template"] == "access-not-given"]
    assert len({(each["lang"], each["created_at"], each["record"]) for each in every}) == 1


def test_asking_takes_the_same_time_for_everybody(desk_app: DeskApp, company: Company) -> None:
    """A1: the difference of the medians, ten times as generous as promised."""
    times: dict[str, list[float]] = {"partner.example": [], "nobody.example": []}
    for number in range(25):
        for domain, taken in times.items():
            email = f"person{number}@{domain}"
            began = time.perf_counter()
            assert ask(desk_app, email).status_code == 303
            taken.append(time.perf_counter() - began)
    medians = [statistics.median(taken) for taken in times.values()]
    assert abs(medians[0] - medians[1]) < 0.05


def test_asking_waits_for_the_disk_once_for_everybody(desk_app: DeskApp, company: Company) -> None:
    """A1: one write, whether there is such a company or not."""
    for domain in ("partner.example", "nobody.example"):
        before = bytes_on_disk(desk_app.data)
        assert ask(desk_app, f"person@{domain}").status_code == 303
        assert len(last_change(desk_app.data, before)) == 1, domain


def test_a_look_at_the_link_changes_nothing(desk_app: DeskApp, company: Company) -> None:
    """A2: mail scanners follow links."""
    ask(desk_app)
    address = link(desk_app)
    before = bytes_on_disk(desk_app.data)
    for number in range(5):
        look = (desk_app.app.test_client().head, desk_app.app.test_client().get)[number % 2]
        answer = look(address)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert bytes_on_disk(desk_app.data) == before
    assert address.rpartition("/")[2].encode() not in before


def test_a_link_is_too_old_after_a_day_or_none_of_ours(desk_app: DeskApp, company: Company) -> None:
    ask(desk_app)
    address = link(desk_app)
    desk_app.clock.forward(seconds=access_requests.LINK_WORKS.total_seconds() - 1)
    assert desk_app.app.test_client().get(address).status_code == 200
    desk_app.clock.forward(seconds=1)
    answer = desk_app.app.test_client().post(address, headers=OWN, data={"lang": "en"})
    assert answer.status_code == 410
    assert "has expired" in words(answer)
    assert desk_app.app.test_client().get("/partner/ask/none").status_code == 404
    assert company.record["access_requests"] == []


def test_what_was_typed_wrongly_is_kept_and_told(desk_app: DeskApp, company: Company) -> None:
    """One sentence for each field, the link of the summary leads to it, and every value stays."""
    answer = ask(desk_app, "not an address", name="", tax_id="PL123")
    assert answer.status_code == 422
    assert value_of(answer, "ask-email") == "not an address"
    assert value_of(answer, "ask-tax_id") == "PL123"
    for sentence in ("Enter your name", "Enter an email address like", "Check the tax number"):
        assert sentence in words(answer)
    for id in re.findall(r'<a href="#([^"]+)">', answer.text.split("</ul>")[0]):
        assert f'id="{id}"' in answer.text
    assert "Error: Ask for access" in answer.text
    free = ask(desk_app, "somebody@gmail.com")
    assert free.status_code == 422
    assert "does not say which company" in words(free)
    assert desk_app.service.store.all("access_requests") == []


def test_only_so_often(open_desk: Callable[..., DeskApp]) -> None:
    """A7: past the limits the same answer, and no mail."""
    desk_app = open_desk(RATE_LIMIT="1000 per minute")
    for _ in range(access_requests.PER_ADDRESS + 2):
        assert ask(desk_app).status_code == 303
    assert len(mails(desk_app, "access-confirm")) == access_requests.PER_ADDRESS
    for number in range(access_requests.PER_CLIENT):
        assert ask(desk_app, f"person{number}@nobody.example").status_code == 303
    assert len(desk_app.service.store.all("access_requests")) == access_requests.PER_CLIENT - 2, (
        "the two refused ones count"
    )


def test_a_client_that_asks_too_often_waits_and_whoever_is_signed_in_does_not(
    open_desk: Callable[..., DeskApp],
) -> None:
    """H10: asking counts like any form of a visitor; what people do in their own area does not."""
    desk_app = open_desk(RATE_LIMIT="12 per hour")
    company = pre_accepted(desk_app)
    contact = signed_in(desk_app)
    for number in range(15):
        assert company.post(contact, "people", "add_person", name=f"Person {number}").status_code == 303
    answers = [ask(desk_app, f"person{number}@nobody.example").status_code for number in range(12)]
    assert (answers[0], answers[-1]) == (303, 429)


def test_a_company_is_not_flooded(desk_app: DeskApp, company: Company) -> None:
    """Nobody else is told of, once so many wait; the others still get the same answer."""
    for number in range(MOST_WAITING + 1):
        asked(desk_app, f"person{number}@partner.example")
    assert len(company.record["access_requests"]) == MOST_WAITING
    assert len(news(desk_app, "partner-access-asked")) == MOST_WAITING


def test_strangers_take_no_place_from_the_companys_own_people(desk_app: DeskApp, company: Company) -> None:
    """M9: the tax number is public; who knows nothing else waits in places of their own."""
    for number in range(MOST_WAITING_OUTSIDE + 3):
        asked(desk_app, f"person{number}@catchall.example", tax_id=NIP)
    assert len(company.record["access_requests"]) == MOST_WAITING_OUTSIDE
    for number in range(MOST_WAITING):
        asked(desk_app, f"person{number}@partner.example", **({"tax_id": NIP} if number % 2 else {}))
    assert len(company.record["access_requests"]) == MOST_WAITING_OUTSIDE + MOST_WAITING
    assert len(news(desk_app, "partner-access-asked-notice")) == MOST_WAITING_OUTSIDE + MOST_WAITING
    answer = company.post(signed_in(desk_app), "people", "answer_access", request="r1", granted="n")
    assert answer.status_code == 303
    asked(desk_app, "another@catchall.example", tax_id=NIP)
    assert company.record["access_requests"][-1]["email"] == "another@catchall.example"


def test_a_full_list_of_answered_requests_keeps_nobody_out(desk_app: DeskApp, company: Company) -> None:
    """H5: the oldest answered one makes room; no id is used twice."""
    answered = [
        {"id": f"r{n}", "name": "", "email": "", "at": "2026-01-01T00:00:00.000000Z", "granted": False}
        for n in range(1, LIST_ROWS + 1)
    ]
    with desk_app.service.store.batch() as batch:
        batch.replace("partners", {**company.record, "access_requests": answered}, company.record["version"])
    asked(desk_app)
    found = company.record["access_requests"]
    assert [each["id"] for each in found] == [f"r{n}" for n in range(2, LIST_ROWS + 2)]
    assert found[-1]["email"] == NEW


def test_nobody_asks_at_a_partnership_that_is_over(desk_app: DeskApp, company: Company) -> None:
    company.post(desk_app.browser(), "overview", "end", desk=True, reason="Over")
    asked(desk_app)
    assert company.record["access_requests"] == []


def test_what_nobody_answers_goes(desk_app: DeskApp, company: Company) -> None:
    """Name and address: from the company's record after 30 days, from the list of requests before."""
    asked(desk_app)
    ask(desk_app, OUTSIDE, tax_id=NIP)
    desk_app.clock.forward(days=1, seconds=1)
    desk_app.service.access_requests.tidy()
    assert OUTSIDE not in str(desk_app.service.store.all("access_requests"))
    desk_app.clock.forward(days=14)
    desk_app.service.access_requests.tidy()
    assert desk_app.service.store.all("access_requests") == []
    assert company.record["access_requests"][0]["email"] == NEW
    desk_app.clock.forward(days=16)
    desk_app.service.partners.remind()
    assert NEW not in str(company.record)
    assert "lapse_access" in [each["what"] for each in company.record["history"]]


def test_the_rounds_do_it_each_morning(desk_app: DeskApp, company: Company) -> None:
    from forms_service.app import worker_of

    asked(desk_app, "somebody@nobody.example")
    for _ in range(ANSWERED_WITHIN.days + 1):
        desk_app.clock.forward(days=1)
        worker_of(desk_app.app)._round()
    assert mails(desk_app, "access-not-given") == ["somebody@nobody.example"]


def test_a_clock_a_year_ahead_ends_nothing(desk_app: DeskApp, company: Company) -> None:
    """T2: no partnership, no request and no name in it, and nobody is told no; then all is as ever."""
    from forms_service.app import worker_of

    watch = worker_of(desk_app.app)
    last = (desk_app.clock().date() + timedelta(days=2)).isoformat()
    company.post(desk_app.browser(), "overview", "end", desk=True, reason="Over", on=last)
    asked(desk_app)
    asked(desk_app, "somebody@nobody.example")
    watch._round()
    before, true = company.record, desk_app.clock.now
    for _ in range(3):
        desk_app.clock.forward(days=365)
        watch._round()
    after = company.record
    assert (after["state"], after["access_requests"]) == (before["state"], before["access_requests"])
    assert mails(desk_app, "access-not-given") == []
    desk_app.clock.now = true
    for _ in range(4):
        desk_app.clock.forward(days=1)
        watch._round()
    assert (company.record["state"], company.record["access_requests"][0]["email"]) == ("ended", NEW)


def test_a_request_is_erased_with_the_person(desk_app: DeskApp, company: Company) -> None:
    from forms_service.services.erasure import Erasure

    asked(desk_app)
    Erasure(desk_app.service.store, desk_app.data, desk_app.clock).erase(NEW, by="command")
    assert NEW.encode() not in bytes_on_disk(desk_app.data)
    page = words(desk_app.browser().get(f"/desk/partners/{company.reference}/team"))
    assert "asks for access" not in page
    answer = company.post(desk_app.browser(), "people", "answer_access", desk=True, request="r1", granted="y")
    assert answer.status_code == 422


def test_from_another_site_nobody_asks(desk_app: DeskApp) -> None:
    """C2, C5."""
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {}):
        data = {"form": "ask", "name": "X", "email": NEW}
        answer = desk_app.app.test_client().post("/partner/ask", data=data, headers=headers)
        assert answer.status_code == 403
    assert desk_app.service.store.all("access_requests") == []


def test_the_waiting_time_is_what_the_pages_say(desk_app: DeskApp) -> None:
    assert timedelta(days=7) == ANSWERED_WITHIN
    assert "po 7 dniach" in words(desk_app.app.test_client().get("/partner/ask/passed-on?lang=pl"))
