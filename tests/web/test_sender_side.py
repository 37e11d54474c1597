"""What a sender does on the status page: correct, answer, read the decision; and getting a lost link back."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_service.app import service_of
from forms_service.domain.auth.roles import REVIEWER, Principal, UserKind
from forms_service.domain.submissions.action_results import Done
from forms_service.domain.submissions.actions import MOST_MESSAGES
from forms_service.domain.submissions.workflow import Action
from forms_service.store.errors import StoreUnavailable
from forms_service.web.context import Service
from tests.factories.clock import FakeClock
from tests.web.conftest import mails, records

ADVISOR = Principal("x", "advisor@vendor.example", UserKind.STAFF, REVIEWER, None)
APPROVAL = {"benefit": "discount", "percent": "7.5", "product": "Cloud migration"}


@pytest.fixture
def link(client: FlaskClient, deal: dict[str, str]) -> str:
    """The address of a deal's status page."""
    return str(client.post("/register-deal/", data=deal).location)


def act(service: Service, action: Action, number: int = 0, **details: Any) -> dict[str, Any]:
    """Have staff do something to a deal."""
    record = records(service)[number]
    outcome = service.decisions.act(
        record["id"], action, ADVISOR, seen=len(record["history"]), details=details
    )
    assert isinstance(outcome, Done), outcome
    return outcome.record


def words(answer: TestResponse) -> str:
    """What a person reads, white space made equal."""
    text = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(unescape(text).split())


def filled(answer: TestResponse) -> dict[str, str]:
    """What a browser would send if the button of the form were pressed: inputs, selects, texts."""
    form = answer.text.partition('<form id="form-')[2].partition("</form>")[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if attributes.get("type") not in ("radio", "checkbox") or " checked" in tag:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    for name, inside in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(inside.removeprefix("\r\n"))
    return found


def test_a_correction_begins_with_what_was_sent(client: FlaskClient, service: Service, link: str) -> None:
    """The same form, filled in; sent as it is, it changes nothing."""
    assert "Popraw dane" in words(client.get(link))
    shown = client.post(link, data={"action": "correct"})
    assert shown.status_code == 200
    sent = filled(shown)
    assert (sent["action"], sent["customer_name"]) == ("correct", "Example Customer")
    assert "Zapisz poprawkę" in words(shown)
    again = client.post(link, data=sent)
    assert (again.status_code, again.location) == (303, link)
    assert "versions" not in records(service)[0]

    done = client.post(link, data={**sent, "customer_name": "Another Customer"})
    assert (done.status_code, done.location) == (303, link)
    (record,) = records(service)
    assert record["said"]["customer_name"] == "Another Customer"
    page = words(client.get(link))
    assert "Another Customer" in page
    assert "poprawiono" in page
    assert "Twoja poprawka jest zapisana" in page
    assert "Potwierdzenie wyślemy" not in page


def test_the_21st_correction_is_by_mail(client: FlaskClient, service: Service, link: str) -> None:
    """The page says so instead of the button; who has the form open already keeps what was typed."""
    for number in range(20):
        sent = filled(client.post(link, data={"action": "correct"}))
        done = client.post(link, data={**sent, "product": f"Product {number}"})
        assert done.status_code == 303, number
    late = client.post(link, data={**sent, "seen": "20", "product": "One more"})
    assert late.status_code == 409 and filled(late)["product"] == "One more"
    assert "Napisz do nas" in words(late)
    assert client.post(link, data={"action": "correct"}).status_code == 409
    page = client.get(link)
    assert "Popraw dane" not in words(page) and "napisz do nas" in words(page)
    assert records(service)[0]["said"]["product"] == "Product 19"


def test_a_correction_knows_of_the_one_before(client: FlaskClient, service: Service, link: str) -> None:
    """Begun in two windows: the second is shown again, also after a mistake; saved once more, it stands."""
    sent = filled(client.post(link, data={"action": "correct"}))
    client.post(link, data={**sent, "product": "From the first window"})
    wrong = client.post(link, data={**sent, "product": "From the second", "customer_name": ""})
    assert wrong.status_code == 422
    late = client.post(link, data={**filled(wrong), "customer_name": "Example Customer"})
    assert late.status_code == 409
    assert "W międzyczasie zapisano inną poprawkę" in words(late)
    assert records(service)[0]["said"]["product"] == "From the first window"
    assert filled(late)["product"] == "From the second"
    assert client.post(link, data=filled(late)).status_code == 303
    assert records(service)[0]["said"]["product"] == "From the second"


def test_a_wrong_correction_is_shown_again(client: FlaskClient, service: Service, link: str) -> None:
    """422 at the same address, everything typed kept, nothing stored."""
    sent = filled(client.post(link, data={"action": "correct"}))
    wrong = client.post(link, data={**sent, "customer_name": "", "product": "Kept"})
    assert wrong.status_code == 422
    assert 'class="error-summary"' in wrong.text
    assert filled(wrong)["product"] == "Kept"
    assert "<title>Błąd: " in wrong.text
    assert wrong.headers["Referrer-Policy"] == "no-referrer"
    assert records(service)[0]["version"] == 1


def test_rows_can_be_added_in_a_correction(
    client: FlaskClient, service: Service, application: dict[str, str]
) -> None:
    """As in the form itself."""
    link = str(client.post("/apply/", data=application).location)
    sent = filled(client.post(link, data={"action": "correct"}))
    more = client.post(link, data={**sent, "add-contacts": "y"})
    assert more.status_code == 200
    assert 'name="contacts-1-name"' in more.text
    assert records(service, "application")[0]["version"] == 1
    done = client.post(link, data={**sent, "contacts-1-name": "Second", "contacts-1-email": "b@example.com"})
    assert done.status_code == 303
    assert len(records(service, "application")[0]["said"]["contacts"]) == 2


def test_a_correction_of_an_old_program_is_shown_again(client: FlaskClient, link: str) -> None:
    sent = filled(client.post(link, data={"action": "correct"}))
    stale = client.post(link, data={**sent, "program": "0" * 64})
    assert stale.status_code == 409
    assert filled(stale)["customer_name"] == "Example Customer"


def test_too_late_to_correct(client: FlaskClient, service: Service, link: str) -> None:
    """Somebody has taken it meanwhile: the page says so, and how it stands."""
    sent = filled(client.post(link, data={"action": "correct"}))
    act(service, Action.TAKE)
    for data in ({"action": "correct"}, {**sent, "customer_name": "Another"}):
        late = client.post(link, data=data)
        assert late.status_code == 409
        assert "To już nie jest możliwe. Nic się nie zmieniło." in words(late)
        assert "W ocenie" in words(late)
    assert "versions" not in records(service)[0]
    assert 'value="correct"' not in client.get(link).text


@pytest.mark.parametrize(
    ("prefix", "button", "thanks"),
    [
        ("", "Wyślij jako wiadomość", "Dziękujemy, wiadomość wysłana."),
        ("/en", "Send it as a message", "Thank you, your message is sent."),
    ],
)
def test_what_came_too_late_goes_on_as_a_message(
    client: FlaskClient, service: Service, link: str, prefix: str, button: str, thanks: str
) -> None:
    """All that was typed, valid or not, and nothing that we have; sent twice it is one; the owner is told."""
    sent = filled(client.get(f"{prefix}{link}/correct"))
    act(service, Action.TAKE)
    typed = {**sent, "customer_name": "Another", "value_amount": "very much", "description": "Two\nlines"}
    late = client.post(f"{prefix}{link}/correct", data=typed)
    assert late.status_code == 409 and button in words(late)
    message = filled(late)
    assert message["action"] == "message"
    assert [line.partition(": ")[2] or line for line in message["message"].splitlines()] == [
        *("Another", "very much", "Two", "lines"),
    ]
    assert deal_of(service)["state"] == "under_review" and "messages" not in deal_of(service)

    empty = client.post(prefix + link, data=message | {"message": " "})
    assert empty.status_code == 422
    for _ in range(2):
        done = client.post(prefix + link, data=message)
        assert (done.status_code, done.location) == (303, prefix + link)
    page = words(client.get(prefix + link))
    assert thanks in page and "Another" in page
    (stored,) = deal_of(service)["messages"]
    assert "Another" in stored["text"] and stored["text"].endswith("Two\nlines")
    (notice,) = [mail for mail in service.store.all("mails") if mail["template"] == "message-notice"]
    assert notice["to"] == deal_of(service)["owner"]
    assert thanks not in words(client.get(prefix + link))


def test_what_nobody_would_read_is_shown_to_be_copied(
    client: FlaskClient, service: Service, link: str
) -> None:
    """Withdrawn in another window: what is typed here is still there."""
    sent = filled(client.get(f"{link}/correct"))
    client.post(f"{link}/withdraw", data={"confirmed": "y"})
    late = client.post(f"{link}/correct", data={**sent, "customer_name": "<Another>", "product": "A\tb"})
    assert late.status_code == 409
    assert "&lt;Another&gt;" in late.text and 'name="message"' not in late.text
    assert "Twój tekst, do skopiowania:" in words(late)


def test_no_more_messages_than_a_record_may_hold(client: FlaskClient, service: Service, link: str) -> None:
    for number in range(MOST_MESSAGES):
        sent = client.post(link, data={"action": "message", "message": f"Text {number}"})
        assert sent.status_code == 303
    refused = client.post(link, data={"action": "message", "message": "One more"})
    assert refused.status_code == 409
    assert "Wykorzystano limit wiadomości" in words(refused) and "One more" in refused.text
    client.post(link, data={"action": "withdraw", "confirmed": "y"})
    assert client.post(link, data={"action": "message", "message": "Too late"}).status_code == 409
    assert len(deal_of(service)["messages"]) == MOST_MESSAGES


def deal_of(service: Service) -> dict[str, Any]:
    (found,) = records(service)
    return found


def test_a_question_is_answered_on_the_page(client: FlaskClient, service: Service, link: str) -> None:
    act(service, Action.TAKE)
    act(service, Action.ASK, text="Which one?\n<b>This</b>")
    page = client.get(link)
    assert "Czeka na Twoją odpowiedź" in words(page)
    assert "<bdi>Which one?</bdi><br><bdi>&lt;b&gt;This&lt;/b&gt;</bdi>" in page.text
    sent = filled(page)
    assert sent["question"] == "1"

    empty = client.post(link, data=sent)
    assert empty.status_code == 422
    assert "Napisz odpowiedź" in words(empty)
    done = client.post(link, data={**sent, "text": "The second one."})
    assert (done.status_code, done.location) == (303, link)
    assert records(service)[0]["state"] == "under_review"
    after = words(client.get(link))
    assert "The second one." in after
    assert "W ocenie" in after
    again = client.post(link, data={**sent, "text": "Once more."})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("prefix", "thanks"),
    [
        ("", ("poprawka jest zapisana", "mamy Twoją odpowiedź", "wynik jest zapisany")),
        ("/en", ("your correction is saved", "we have your answer", "the result is saved")),
    ],
)
def test_what_was_done_is_thanked_for_once(
    client: FlaskClient, service: Service, link: str, prefix: str, thanks: tuple[str, ...]
) -> None:
    """On the page that the sender is led to, not on the next look; a mistake is not thanked for."""

    def does(action: str, **typed: str) -> str:
        shown = filled(client.get(link) if action == "answer" else client.post(link, data={"action": action}))
        assert client.post(f"{prefix}{link}", data={**shown, **typed}).status_code == 303
        return client.get(f"{prefix}{link}").text

    pages = [does("correct", customer_name="Another Customer")]
    assert "notice--done" not in client.get(link).text
    act(service, Action.TAKE)
    act(service, Action.ASK, text="Which one?")
    assert client.post(link, data=filled(client.get(link))).status_code == 422
    assert "notice--done" not in client.get(link).text
    pages.append(does("answer", text="This one."))
    act(service, Action.APPROVE, **APPROVAL)
    pages.append(does("result", outcome="lost", on="2026-12-22", text="Too dear"))
    for page, sentence in zip(pages, thanks, strict=True):
        (notice,) = re.findall(r'<div class="notice notice--done" [^>]*autofocus>(.*?)</div>', page, re.S)
        assert sentence in notice.replace("\xa0", " ")
    assert "notice--done" not in client.get(link).text


def test_nothing_of_ours_is_on_the_page(client: FlaskClient, service: Service, link: str) -> None:
    """No notes, no names of staff, no reason of a conflict, nothing of anybody else's."""
    act(service, Action.TAKE)
    act(service, Action.NOTE, text="SECRET note")
    act(service, Action.APPROVE, **APPROVAL, despite_conflict="SECRET reason")
    act(service, Action.REOPEN, reason="SECRET mistake")
    act(service, Action.REJECT, reason="outside-offer", text="Sorry")
    for page in (client.get(link), client.get(f"/en{link}")):
        assert "SECRET" not in page.text
        assert "advisor@vendor.example" not in page.text


def test_an_approval_is_read_on_the_page(client: FlaskClient, service: Service, link: str) -> None:
    """With the discount in words and per cent; not a word of a last day, which the program does not name."""
    act(service, Action.APPROVE, **APPROVAL, words="od ceny z oferty", text="Powodzenia")
    page = words(client.get(link))
    (record,) = records(service)
    assert f"Zgoda. Numer: {record['id']}" in page
    assert "Zniżka: 7,5%, od ceny z oferty" in page
    assert "Powodzenia" in page
    assert "Ważne do" not in page
    assert "Decyzja najpóźniej" not in page
    assert "Discount: 7.5%" in words(client.get(f"/en{link}"))


def test_a_rejection_is_read_with_its_reason(
    client: FlaskClient, service: Service, link: str, deal: dict[str, str]
) -> None:
    """A duplicate leads to the sender's own other registration."""
    other = str(client.post("/register-deal/", data={**deal, "product": "Again"}).location)
    first = records(service)[0]
    act(service, Action.REJECT, 1, reason="duplicate", text="Please see there", duplicate_of=first["id"])
    page = client.get(other)
    assert "Ta szansa jest już w innym Twoim zgłoszeniu" in words(page)
    assert "Please see there" in words(page)
    assert f'<a href="{link}">{first["id"]}</a>' in page.text
    assert "Masz pytania? Odpowie" in words(page)


def test_a_pre_accepted_application(
    client: FlaskClient, service: Service, application: dict[str, str]
) -> None:
    """Pre-accepted is not accepted, and the page says so."""
    link = str(client.post("/apply/", data=application).location)
    (record,) = records(service, "application")
    outcome = service.decisions.act(record["id"], Action.PRE_ACCEPT, ADVISOR, seen=1)
    assert isinstance(outcome, Done)
    page = words(client.get(link))
    assert f"Wstępnie zaakceptowane. Numer: {record['id']}" in page
    assert "To jeszcze nie partnerstwo" in page
    assert "Przyjęte" not in page


def test_what_was_erased_leaves_a_page(client: FlaskClient, service: Service, link: str) -> None:
    """The state and the decision; nothing that was said."""
    record = act(service, Action.APPROVE, **APPROVAL)
    with service.store.batch() as batch:
        batch.replace("records", {**record, "said": {}, "keys": [], "terms": []}, record["version"])
    page = client.get(link)
    assert page.status_code == 200
    assert "Example Customer" not in page.text


def test_what_was_typed_is_kept_when_nothing_can_be_stored(
    client: FlaskClient, service: Service, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The correction and the answer stand in the page that says so."""
    sent = filled(client.post(link, data={"action": "correct"}))

    def refuse(*arguments: Any, **named: Any) -> None:
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as full:
        full.setattr(service.store, "batch", refuse)
        failed = client.post(link, data={**sent, "product": "Typed"})
    assert failed.status_code == 503
    assert filled(failed)["product"] == "Typed"
    assert "Tego NIE zapisaliśmy" in words(failed)

    act(service, Action.TAKE)
    act(service, Action.ASK, text="Which?")
    sent = filled(client.get(link))
    with monkeypatch.context() as full:
        full.setattr(service.store, "batch", refuse)
        failed = client.post(link, data={**sent, "text": "Typed answer"})
        withdrawn = client.post(link, data={"action": "withdraw", "confirmed": "y"})
    assert failed.status_code == withdrawn.status_code == 503
    assert "Typed answer" in failed.text


def test_the_time_stands_still_where_the_program_says_so(
    client: FlaskClient, service: Service, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the page with the question, before it is asked, and in the form; nowhere by default."""
    assert "stoi" not in words(client.get(link))
    release = service.site.current()
    rule = release.program.deal_registration.model_copy(update={"pause_on_question": True})
    monkeypatch.setattr(
        release, "program", release.program.model_copy(update={"deal_registration": rule}), raising=True
    )
    paused = "Jeśli o coś zapytamy, czas na decyzję nie biegnie, dopóki nie odpowiesz."
    assert paused in words(client.get(link))
    assert "Jeśli o coś zapytamy" in words(client.post("/register-deal/", data={"x": "y"}))
    act(service, Action.TAKE)
    act(service, Action.ASK, text="Which?")
    page = words(client.get(link))
    assert "Czas na decyzję nie biegnie, dopóki nie odpowiesz." in page
    assert "Decyzja najpóźniej" not in page


@pytest.mark.parametrize("address", ["partner@example.com", "nobody@example.com", "PARTNER@example.com"])
def test_a_lost_link_is_answered_alike_for_every_address(
    client: FlaskClient, service: Service, link: str, address: str
) -> None:
    """The same page, byte for byte; the mail alone tells."""
    known = client.post("/status/", data={"email": "partner@example.com"})
    answer = client.post("/status/", data={"email": address})
    assert answer.status_code == 200
    assert answer.data == known.data
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Jeśli mamy zgłoszenia z tego adresu, wyślemy do nich linki." in words(answer)
    assert [mail["template"] for mail in mails(service)].count("lost-link") == 2


def test_the_links_come_by_mail(
    client: FlaskClient, service: Service, link: str, tmp_path: Any, deal: dict[str, str]
) -> None:
    """To the address that asked, with links that open the pages; nothing goes to one that sent nothing."""
    client.post("/en/status/", data={"email": "partner@example.com"})
    client.post("/status/", data={"email": "nobody@example.com"})
    service.outbox.deliver_due()
    states = {
        mail["to"]: mail["state"] for mail in service.store.all("mails") if mail["template"] == "lost-link"
    }
    assert states == {"partner@example.com": "sent", "nobody@example.com": "dropped"}
    (letter,) = [
        text
        for file in (tmp_path / "data" / "mail").glob("*.eml")
        if "Links to your applications and registrations" in (text := file.read_text())
    ]
    token = link.rpartition("/")[2]
    assert token in letter.replace("=\n", "")


def test_an_address_that_is_none(client: FlaskClient, service: Service) -> None:
    """That is said at once: it tells nothing about anybody."""
    for typed in ("", "nobody", "a@b@c"):
        wrong = client.post("/status/", data={"email": typed})
        assert wrong.status_code == 422
        assert 'aria-invalid="true"' in wrong.text
    assert mails(service) == []


def test_asking_too_often(make_app: Callable[..., Flask], clock: FakeClock) -> None:
    """The page is the same; after the third mail in an hour to one address none is owed."""
    app = make_app(RATE_LIMIT="100 per minute")
    client, service = app.test_client(), service_of(app)
    pages = {client.post("/status/", data={"email": "a@example.com"}).data for _ in range(5)}
    assert len(pages) == 1
    assert len(mails(service)) == 3
    clock.forward(minutes=1)


def test_the_limit_of_a_network_counts_here_too(make_app: Callable[..., Flask]) -> None:
    client = make_app(RATE_LIMIT="2 per minute").test_client()
    statuses = [client.post("/status/", data={"email": f"{n}@example.com"}).status_code for n in range(3)]
    assert statuses == [200, 200, 429]


def test_a_get_of_the_page_stores_nothing(client: FlaskClient, service: Service) -> None:
    assert client.get("/status/?email=partner@example.com").status_code == 200
    assert mails(service) == []
    assert client.post("/status/", headers={"Origin": "https://evil.example"}).status_code == 403


WON = {"action": "result", "confirmed": "y", "outcome": "won", "value_currency": "PLN", "text": ""}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_sender_reports_that_an_approved_deal_is_won(
    client: FlaskClient, link: str, service: Service, clock: FakeClock, prefix: str
) -> None:
    """Once, with the day and the value; whoever looked after it is told, and it is kept as it was said."""
    act(service, Action.APPROVE, **APPROVAL)
    clock.now += timedelta(days=10)
    link = f"{prefix}{link}"
    opened = client.post(link, data={"action": "result"})
    assert filled(opened)["value_amount"].replace("\xa0", "").startswith("25000")
    day = clock().date().isoformat()
    assert client.post(link, data={**WON, "on": day, "value_amount": "24 000"}).status_code == 303
    record = records(service)[0]
    assert (record["state"], record["result"]["value_amount"]) == ("won", "24000.00")
    (notice,) = [mail for mail in mails(service) if mail["template"] == "result-notice"]
    assert notice["to"] == ADVISOR.email
    assert "24" in words(client.get(link))
    again = client.post(link, data={**WON, "on": day, "value_amount": "1"})
    assert again.status_code == 409
    assert records(service)[0]["result"]["value_amount"] == "24000.00"


def test_what_a_sender_reports_wrongly_is_shown_again(
    client: FlaskClient, link: str, service: Service
) -> None:
    """Nothing that was typed is lost, and nothing is kept."""
    act(service, Action.APPROVE, **APPROVAL)
    typed = {**WON, "outcome": "lost", "on": "2999-01-01", "value_amount": "25.000", "text": ""}
    answer = client.post(link, data=typed)
    assert answer.status_code == 422
    assert filled(answer)["on"] == "2999-01-01"
    assert filled(answer)["value_amount"] == "25.000"
    assert answer.text.count('class="error"') == 3
    assert records(service)[0]["state"] == "approved"


def test_what_is_not_approved_is_neither_won_nor_lost(client: FlaskClient, link: str) -> None:
    assert 'action" value="result' not in client.get(link).text
    assert client.post(link, data={"action": "result"}).status_code == 409
