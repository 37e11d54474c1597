"""What became of an approved deal, at the desk: written down, corrected, taken back, counted, exported."""

from flask.testing import FlaskClient

from forms_service.domain.submissions.action_results import Refused
from tests.factories.desk import OWN, REVIEWER_1, WATCHER, DeskApp, value_of, words
from tests.factories.storage import break_storage

WON = {"outcome": "won", "on": "2026-11-23", "value_amount": "24 000,50", "value_currency": "PLN", "text": ""}
LOST = {"outcome": "lost", "on": "2026-11-23", "text": "Another offer was cheaper"}


def report(
    desk_app: DeskApp, reference: str, browser: FlaskClient | None = None, **typed: str
) -> tuple[int, str]:
    """What the page says afterwards."""
    browser = browser or desk_app.browser()
    seen = {"seen": str(len(desk_app.record(reference)["history"]))}
    answer = browser.post(f"/desk/submissions/{reference}/result", data=seen | typed, headers=OWN)
    if answer.status_code == 303:
        return 303, words(browser.get(answer.location))
    for name in ("on", "value_amount", "text"):
        assert value_of(answer, name) == typed.get(name, ""), name
    return answer.status_code, words(answer)


def test_won_then_corrected_to_lost_then_taken_back(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    desk_app.approve(desk_app.browser(), reference)
    status, said = report(desk_app, reference, **WON)
    assert status == 303
    assert "Marked as won." in said and "Value of the deal: 24,000.50 PLN" in said
    status, said = report(desk_app, reference, **LOST)
    assert status == 303
    assert "Another offer was cheaper" in said and "reported as lost" in said
    answer = desk_app.do(desk_app.browser(), reference, "take_back", reason="It was another deal")
    assert answer.status_code == 303
    record = desk_app.record(reference)
    assert (record["state"], len(record["former_results"])) == ("approved", 2)
    history = words(desk_app.browser().get("/desk/history"))
    assert f"{REVIEWER_1} reported as won {reference}" in history


def test_what_cannot_be_is_said_beside_its_field_and_kept_as_typed(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    desk_app.approve(desk_app.browser(), reference)
    for wrong, sentence in (
        ({"on": "2026-11-24"}, "The day of the decision cannot be after today"),
        ({"on": "2026-11-20"}, "This day is before the day of registration"),
        ({"value_amount": "25.000"}, "We cannot tell whether"),
        ({"outcome": "lost"}, "Write in a few words why it was lost"),
        ({"seen": "1"}, "Somebody changed this while you were reading."),
    ):
        status, said = report(desk_app, reference, **(WON | wrong))
        assert status in (409, 422)
        assert sentence in said
    assert desk_app.record(reference)["state"] == "approved"


def test_nothing_typed_is_lost_when_nothing_can_be_stored(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    desk_app.approve(desk_app.browser(), reference)
    browser = desk_app.browser()
    with break_storage(desk_app.data):
        status, said = report(desk_app, reference, browser, **LOST)
    assert status == 503
    assert "We have NOT saved this" in said


def test_what_is_open_or_rejected_cannot_be_won(desk_app: DeskApp) -> None:
    """Neither offered, nor done when it is sent all the same."""
    reference = desk_app.deal()
    for _ in range(2):
        page = words(desk_app.browser().get(f"/desk/submissions/{reference}"))
        assert "Report the result" not in page
        status, _said = report(desk_app, reference, **WON)
        assert status == 422
        desk_app.do(desk_app.browser(), reference, "reject", reason="duplicate")
    assert desk_app.record(reference)["state"] == "rejected"


def test_an_application_is_neither_won_nor_lost(desk_app: DeskApp) -> None:
    """No form asks it of one: what is sent all the same is no request, and no mistake of ours."""
    reference = desk_app.application()
    sent = {"seen": "1", **WON}
    answer = desk_app.browser().post(f"/desk/submissions/{reference}/result", data=sent, headers=OWN)
    assert answer.status_code == 400
    done = desk_app.service.submissions.report(
        reference, "won", {"on": "2026-11-23"}, program=desk_app.program
    )
    assert isinstance(done, Refused)
    assert desk_app.record(reference)["state"] == "received"


def test_whoever_only_reads_is_offered_nothing(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    desk_app.approve(desk_app.browser(), reference)
    page = words(desk_app.browser(WATCHER).get(f"/desk/submissions/{reference}"))
    assert "Report the result" not in page


def test_it_is_found_counted_and_exported(desk_app: DeskApp) -> None:
    browser, reference = desk_app.browser(), desk_app.deal()
    desk_app.approve(browser, reference)
    report(desk_app, reference, **WON)
    assert reference in words(browser.get("/desk/?state=won"))
    assert reference not in words(browser.get("/desk/?state=approved"))
    figures = words(browser.get("/desk/figures"))
    assert "100% (1/1)" in figures and "PLN 24,000.50" in figures
    exported = browser.post("/desk/export?state=won", data={"format": "csv"}, headers=OWN)
    assert '"2026-11-23","24000.50","PLN"' in exported.text
