"""Mail that did not arrive: seen, sent again, or settled by people."""

from datetime import date, timedelta

from forms_service.mail.composer import Composer
from forms_service.mail.sender_context import SenderContext
from forms_service.store.store import Document
from tests.factories.services import UseCases
from tests.factories.submissions import deal_answers

DAY = date(2026, 11, 23)


def in_state(use_cases: UseCases, mail: Document, state: str) -> Document:
    with use_cases.store.batch() as batch:
        return batch.replace("mails", {**mail, "state": state, "problem": "550"}, mail["version"])


def test_what_was_given_up_is_a_task_until_it_is_sent_again(use_cases: UseCases) -> None:
    """It is a new mail about the same decision: mail programs would hide one with an id they know."""
    deal = use_cases.approve(use_cases.deal())
    (mail,) = use_cases.mails(deal, "approved")
    dead = in_state(use_cases, mail, "dead")
    assert use_cases.mail_followup.undelivered() == (dead,)
    use_cases.clock.forward(days=1)
    (again,) = use_cases.mail_followup.resend([mail["id"]], use_cases.advisor)
    assert use_cases.mail_followup.undelivered() == ()
    assert (again["state"], again["to"], again["about"]) == ("queued", mail["to"], mail["about"])
    assert again["id"] != mail["id"]
    assert (again["again"], again["asked_by"]) == (mail["id"], "advisor@vendor.example")
    compose = Composer(
        lambda: use_cases.program, SenderContext(lambda record: "https://example.com/status/x")
    )
    letter = compose(again, deal)
    assert letter is not None
    assert b"7,5%" in letter.data.replace(b"=\r\n", b"")
    assert use_cases.mail_followup.resend([mail["id"]], use_cases.advisor) == (), "it is replaced already"


def test_a_mail_that_failed_again_is_a_task_again(use_cases: UseCases) -> None:
    (mail, _) = use_cases.mails(use_cases.deal())
    in_state(use_cases, mail, "dead")
    (again,) = use_cases.mail_followup.resend([mail["id"]], use_cases.advisor)
    dead = in_state(use_cases, again, "dead")
    assert use_cases.mail_followup.undelivered() == (dead,)


def test_it_goes_to_the_corrected_address(use_cases: UseCases) -> None:
    """The usual reason is a slip of the pen in it."""
    deal = use_cases.deal(partner_email="ana@partner.example")
    (mail,) = use_cases.mails(deal, "deal-received")
    in_state(use_cases, mail, "dead")
    said = deal_answers(deal["said"]["customer_name"], partner_email="advisor@partner.example")
    use_cases.submissions.correct(deal["id"], said, program=use_cases.program)
    (again,) = use_cases.mail_followup.resend([mail["id"]], use_cases.advisor)
    assert again["to"] == "advisor@partner.example"


def test_a_task_can_be_settled(use_cases: UseCases) -> None:
    """Somebody called them."""
    (mail, notice) = use_cases.mails(use_cases.deal())
    in_state(use_cases, mail, "dead")
    assert not use_cases.mail_followup.settle(mail["id"], "phone", use_cases.reader)
    assert use_cases.mail_followup.settle(mail["id"], "phone", use_cases.advisor)
    assert use_cases.mail_followup.undelivered() == ()
    assert not use_cases.mail_followup.settle(mail["id"], "phone", use_cases.advisor)
    assert not use_cases.mail_followup.settle(notice["id"], "phone", use_cases.advisor), "it is not given up"
    stored = use_cases.store.get("mails", mail["id"])
    assert stored is not None
    said = {name: stored[name] for name in ("state", "settled_by", "settled_how")}
    assert said == {"state": "settled", "settled_by": "advisor@vendor.example", "settled_how": "phone"}


def test_all_of_a_period(use_cases: UseCases) -> None:
    """First a look, then the same ones are sent: those of the day, failed ones only or all that left."""
    (first, second) = use_cases.mails(use_cases.deal())
    use_cases.clock.forward(days=1)
    (third, fourth) = use_cases.mails(use_cases.deal())
    dead, sent = in_state(use_cases, first, "dead"), in_state(use_cases, second, "sent")
    in_state(use_cases, third, "dead")
    version = use_cases.store.get("mails", first["id"])
    assert use_cases.mail_followup.of_period(DAY, DAY) == (dead,)
    assert use_cases.mail_followup.of_period(DAY, DAY, failed_only=False) == (dead, sent)
    assert use_cases.store.get("mails", first["id"]) == version
    next_day = DAY + timedelta(days=1)
    assert len(use_cases.mail_followup.of_period(DAY, next_day)) == 2
    shown = [mail["id"] for mail in use_cases.mail_followup.of_period(DAY, DAY, failed_only=False)]
    wakes = use_cases.wakes
    assert len(use_cases.mail_followup.resend([*shown, *shown], use_cases.advisor)) == 2
    assert use_cases.wakes > wakes
    assert use_cases.store.get("mails", fourth["id"]) == fourth


def test_what_is_not_sent_again(use_cases: UseCases) -> None:
    """What still waits, what is of no use any more, what there is not; nothing at all for a reader."""
    (queued, sent) = use_cases.mails(use_cases.deal())
    sent = in_state(use_cases, sent, "sent")
    use_cases.lost_links.ask("advisor@partner.example", "pl")
    (lost,) = use_cases.store.find("mails", "record", "") or [
        mail for mail in use_cases.store.all("mails") if mail["template"] == "lost-link"
    ]
    in_state(use_cases, lost, "dead")
    assert use_cases.mail_followup.resend([queued["id"], lost["id"], "nothing"], use_cases.advisor) == ()
    assert use_cases.mail_followup.resend([sent["id"]], use_cases.reader) == ()


def test_what_waits_to_be_sent_again_is_not_owed_once_more(use_cases: UseCases) -> None:
    """Pressed twice is sent again once; when that is out, it can be asked for again."""
    deal = use_cases.deal()
    (mail,) = use_cases.mails(deal, "deal-received")
    with use_cases.store.batch() as batch:
        batch.replace("mails", {**mail, "state": "sent"}, mail["version"])
    (again,) = use_cases.mail_followup.resend([mail["id"]], use_cases.advisor)
    assert use_cases.mail_followup.resend([mail["id"]], use_cases.advisor) == ()
    with use_cases.store.batch() as batch:
        batch.replace("mails", {**again, "state": "sent"}, again["version"])
    assert len(use_cases.mail_followup.resend([mail["id"]], use_cases.advisor)) == 1
