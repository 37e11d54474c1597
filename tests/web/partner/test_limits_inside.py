"""What one person who is signed in can fill: requests a minute, deals an hour, rows of a record."""

import io
import re
from html import unescape
from typing import Any

import pytest

from forms_service.domain.partners.partner_permissions import PartnerActor, Side
from forms_service.domain.partners.size_limits import HISTORY_ROWS, LIST_ROWS, NOTE_ROWS, is_full
from tests.factories.desk import NIP, OWN, DeskApp, value_of, words
from tests.factories.partner_records import Company, active, signed_in
from tests.web.partner.test_deals import TYPED

DEFAULT = "30 per minute; 200 per hour"
ENTERED = {"language": "pl", "how": "phone", "received_day": "2026-11-23", "received_time": "09:00"}


def a_deal(desk_app: DeskApp, number: int) -> dict[str, str]:
    return TYPED | {"model": desk_app.program.models[0].id, "customer_name": f"Customer {number}"}


def kept(answer: Any) -> dict[str, str]:
    """What would be sent once more."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text)
    return {name: unescape(value) for name, value in hidden if name != "next"}


@pytest.mark.parametrize("side", ["partner", "desk"])
def test_the_31st_deal_of_an_hour_is_kept_on_the_page(open_desk: Any, side: str) -> None:
    """Whoever registers for a partner: nothing is stored, all of it can be sent once more."""
    desk_app = open_desk(RATE_LIMIT=DEFAULT)
    company = active(desk_app)
    browser = signed_in(desk_app) if side == "partner" else desk_app.browser()
    address = f"/partner/{company.reference}/register-deal" if side == "partner" else "/desk/enter"
    more = {} if side == "partner" else ENTERED | {"partner_tax_id": NIP}
    for number in range(30):
        done = browser.post(address, data=a_deal(desk_app, number) | more, headers=OWN)
        assert done.status_code == 303, done.text
    wrong = browser.post(address, data=a_deal(desk_app, 30) | more | {"customer_name": ""}, headers=OWN)
    assert wrong.status_code == 422
    answer = browser.post(address, data=a_deal(desk_app, 30) | more, headers=OWN)
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert "Too many requests" in words(answer) and "Send it again in 60 minutes" in words(answer)
    assert kept(answer)["customer_name"] == "Customer 30"
    assert kept(answer).keys() == (a_deal(desk_app, 30) | more).keys()
    assert f'action="{address}"' in answer.text
    deals = desk_app.service.store.range("records", "received", ("deal", ""), ("deal", "~"))
    assert len(deals) == 30
    other = signed_in(desk_app, "sponsor@partner.example")
    own = f"/partner/{company.reference}/register-deal"
    assert other.post(own, data=a_deal(desk_app, 30), headers=OWN).status_code == 303


def test_the_121st_change_of_a_minute_is_kept_on_the_page(open_desk: Any) -> None:
    """In the person's language; the others of the same company go on, and signing out always works."""
    desk_app = open_desk(RATE_LIMIT=DEFAULT)
    company = active(desk_app)
    browser = signed_in(desk_app, lang="pl")
    goal = {"kind": "financial", "text": "Cel z „cudzysłowem”\r\nw dwóch wierszach", "form": "goal"}
    answers = [company.post(browser, "planning", "close_goal", goal="g9", reached="y") for _ in range(125)]
    assert {answer.status_code for answer in answers[:110]} == {422}
    assert answers[-1].status_code == 429
    answer = company.post(browser, "planning", "set_goal", **goal)
    assert answer.status_code == 429 and 1 <= int(answer.headers["Retry-After"]) <= 60
    assert '<html lang="pl">' in answer.text and "Za dużo naraz" in words(answer)
    assert kept(answer).items() > goal.items()
    assert company.record["goals"] == []
    file = {"file": (io.BytesIO(b"%PDF-" + b"x" * 400_000), "agreement.pdf")}
    refused = browser.post(f"/partner/{company.reference}/agreement-file", data=file, headers=OWN)
    assert refused.status_code == 429 and "wybierz plik" in words(refused)
    other = signed_in(desk_app, "sponsor@partner.example")
    assert company.post(other, "planning", "set_goal", **goal).status_code == 303
    assert browser.get(f"/partner/{company.reference}").status_code == 200
    assert browser.post("/partner/sign-out", headers=OWN).status_code == 303


def test_files_are_taken_only_so_often(open_desk: Any) -> None:
    """Each is a line of megabytes in the journal: ten an hour for one person."""
    desk_app = open_desk(RATE_LIMIT=DEFAULT)
    company = active(desk_app)
    staff, address = desk_app.browser(), f"/desk/partners/{company.reference}/agreement-file"

    def send() -> Any:
        return staff.post(address, data={"file": (io.BytesIO(b"no PDF"), "a.pdf")}, headers=OWN)

    assert [send().status_code for _ in range(11)] == [422] * 10 + [429]


def test_with_the_limit_off_nothing_is_counted_by_time_and_sizes_stay(desk_app: DeskApp) -> None:
    """`RATE_LIMIT=off`: the 201st goal is refused all the same, in words, with what was typed."""
    company = active(desk_app)
    browser = signed_in(desk_app)
    for number in range(LIST_ROWS):
        done = company.post(browser, "planning", "set_goal", kind="financial", text=f"Goal {number}")
        assert done.status_code == 303
    for desk, who in ((False, browser), (True, desk_app.browser())):
        full = company.post(
            who, "planning", "set_goal", desk=desk, kind="financial", text="One more", form="goal"
        )
        assert full.status_code == 422
        assert "the list is full" in words(full)
        assert value_of(full, "goal-text") == "One more"
    assert len(company.record["goals"]) == LIST_ROWS
    assert company.post(browser, "planning", "close_goal", goal="g1", reached="y").status_code == 303


def lists(company: Company) -> list[str]:
    record = company.record
    return [*(name for name, value in record.items() if isinstance(value, list)), "areas", "models"]


def test_every_list_of_a_record_is_bounded(desk_app: DeskApp) -> None:
    """Made from the record itself, so that a new list cannot be forgotten."""
    company = active(desk_app)
    partner, staff, service = (PartnerActor(side) for side in (Side.PARTNER, Side.STAFF, Side.SYSTEM))
    assert {"goals", "meetings", "activities", "people", "qualifications"} < set(lists(company))
    for name in lists(company):
        most = {"history": HISTORY_ROWS, "notes": NOTE_ROWS}.get(name, LIST_ROWS)

        def with_rows(count: int, name: str = name) -> Any:
            record: Any = company.record
            owner = record["company"] if name in record["company"] else record
            owner[name] = [{}] * count
            return record

        assert not is_full(with_rows(most - 1), with_rows(most), partner)
        assert is_full(with_rows(most), with_rows(most + 1), partner), name
        assert is_full(with_rows(most), with_rows(most + 1), staff) is (name != "history")
        assert not is_full(with_rows(most), with_rows(most + 1), service)
        assert not is_full(with_rows(most + 5), with_rows(most + 5), partner)
