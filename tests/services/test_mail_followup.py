"""Mail that did not arrive: seen, sent again, or settled by people."""

from datetime import date, timedelta

from forms_service.mail.composer import Composer
from forms_service.store.store import Document
from tests.factories.services import House, deal_said

DAY = date(2026, 11, 23)


def in_state(house: House, mail: Document, state: str) -> Document:
    with house.store.batch() as batch:
        return batch.replace("mails", {**mail, "state": state, "problem": "550"}, mail["version"])


def test_what_was_given_up_is_a_task_until_it_is_sent_again(house: House) -> None:
    """It is a new mail about the same decision: mail programs would hide one with an id they know."""
    deal = house.approve(house.deal())
    (mail,) = house.mails(deal, "approved")
    dead = in_state(house, mail, "dead")
    assert house.desk.undelivered() == (dead,)
    house.turn(days=1)
    (again,) = house.desk.resend([mail["id"]], house.advisor)
    assert house.desk.undelivered() == ()
    assert (again["state"], again["to"], again["about"]) == ("queued", mail["to"], mail["about"])
    assert again["id"] != mail["id"]
    assert (again["again"], again["asked_by"]) == (mail["id"], "advisor@vendor.example")
    compose = Composer(lambda: house.program, lambda record: "https://example.com/status/x")
    letter = compose(again, deal)
    assert letter is not None
    assert b"7,5%" in letter.data.replace(b"=\r\n", b"")
    assert house.desk.resend([mail["id"]], house.advisor) == (), "it is replaced already"


def test_a_mail_that_failed_again_is_a_task_again(house: House) -> None:
    (mail, _) = house.mails(house.deal())
    in_state(house, mail, "dead")
    (again,) = house.desk.resend([mail["id"]], house.advisor)
    dead = in_state(house, again, "dead")
    assert house.desk.undelivered() == (dead,)


def test_it_goes_to_the_corrected_address(house: House) -> None:
    """The usual reason is a slip of the pen in it."""
    deal = house.deal(partner_email="ana@partner.example")
    (mail,) = house.mails(deal, "deal-received")
    in_state(house, mail, "dead")
    said = deal_said(deal["said"]["customer_name"], partner_email="advisor@partner.example")
    house.submissions.correct(deal["id"], said, program=house.program)
    (again,) = house.desk.resend([mail["id"]], house.advisor)
    assert again["to"] == "advisor@partner.example"


def test_a_task_can_be_settled(house: House) -> None:
    """Somebody called them."""
    (mail, notice) = house.mails(house.deal())
    in_state(house, mail, "dead")
    assert not house.desk.settle(mail["id"], house.reader)
    assert house.desk.settle(mail["id"], house.advisor)
    assert house.desk.undelivered() == ()
    assert not house.desk.settle(mail["id"], house.advisor)
    assert not house.desk.settle(notice["id"], house.advisor), "it is not given up"
    stored = house.store.get("mails", mail["id"])
    assert stored is not None
    assert (stored["state"], stored["settled_by"]) == ("settled", "advisor@vendor.example")


def test_all_of_a_period(house: House) -> None:
    """First a look, then the same ones are sent: those of the day, failed ones only or all that left."""
    (first, second) = house.mails(house.deal())
    house.turn(days=1)
    (third, fourth) = house.mails(house.deal())
    dead, sent = in_state(house, first, "dead"), in_state(house, second, "sent")
    in_state(house, third, "dead")
    version = house.store.get("mails", first["id"])
    assert house.desk.mails_of_period(DAY, DAY) == (dead,)
    assert house.desk.mails_of_period(DAY, DAY, failed_only=False) == (dead, sent)
    assert house.store.get("mails", first["id"]) == version
    next_day = DAY + timedelta(days=1)
    assert len(house.desk.mails_of_period(DAY, next_day)) == 2
    shown = [mail["id"] for mail in house.desk.mails_of_period(DAY, DAY, failed_only=False)]
    wakes = house.wakes
    assert len(house.desk.resend([*shown, *shown], house.advisor)) == 2
    assert house.wakes > wakes
    assert house.store.get("mails", fourth["id"]) == fourth


def test_what_is_not_sent_again(house: House) -> None:
    """What still waits, what is of no use any more, what there is not; nothing at all for a reader."""
    (queued, sent) = house.mails(house.deal())
    sent = in_state(house, sent, "sent")
    house.lost_links.ask("advisor@partner.example", "pl")
    (lost,) = house.store.find("mails", "record", "") or [
        mail for mail in house.store.all("mails") if mail["template"] == "lost-link"
    ]
    in_state(house, lost, "dead")
    assert house.desk.resend([queued["id"], lost["id"], "nothing"], house.advisor) == ()
    assert house.desk.resend([sent["id"]], house.reader) == ()


def test_what_waits_to_be_sent_again_is_not_owed_once_more(house: House) -> None:
    """Pressed twice is sent again once; when that is out, it can be asked for again."""
    deal = house.deal()
    (mail,) = house.mails(deal, "deal-received")
    with house.store.batch() as batch:
        batch.replace("mails", {**mail, "state": "sent"}, mail["version"])
    (again,) = house.desk.resend([mail["id"]], house.advisor)
    assert house.desk.resend([mail["id"]], house.advisor) == ()
    with house.store.batch() as batch:
        batch.replace("mails", {**again, "state": "sent"}, again["version"])
    assert len(house.desk.resend([mail["id"]], house.advisor)) == 1
