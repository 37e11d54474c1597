"""Somebody lost a link: told at their address, and nowhere else."""

from datetime import timedelta

from forms_service.domain.references import StatusTokens, token_hash
from forms_service.domain.submissions.workflow import Action
from forms_service.mail.composer import Composer
from forms_service.services.lost_links import LostLinks
from forms_service.services.rate_limits import RateLimiter
from forms_service.store.store import Document
from tests.factories.services import House

ADVISOR = "advisor@partner.example"


def asked(house: House) -> list[Document]:
    return [mail for mail in house.store.all("mails") if mail["template"] == "lost-link"]


def letter(house: House, mail: Document) -> str | None:
    def link(record: object) -> str:
        return f"https://example.com/status/{house.tokens.of(record)}"  # type: ignore[arg-type]

    compose = Composer(lambda: house.program, link, sent_from=house.lost_links.sent_from)
    made = compose(mail, None)
    return None if made is None else made.data.decode().replace("=\r\n", "").replace("=3D", "=")


def test_the_mail_lists_what_was_sent_from_there(house: House) -> None:
    """With links that work; nothing of anybody else's."""
    mine, other = house.deal(), house.deal(partner_email="else@partner.example")
    house.lost_links.ask(ADVISOR.upper(), "pl")
    (mail,) = asked(house)
    text = letter(house, mail)
    assert text is not None
    assert mine["id"] in text
    assert f"https://example.com/status/{house.tokens.of(mine)}" in text
    assert other["id"] not in text


def test_every_address_is_treated_alike(house: House) -> None:
    """A mail is owed to each; where there is nothing to write about, none is written."""
    house.deal()
    house.lost_links.ask(ADVISOR, "pl")
    house.lost_links.ask("nobody@partner.example", "pl")
    known, unknown = asked(house)
    assert {name: known[name] for name in known if name not in ("id", "to")} == {
        name: unknown[name] for name in unknown if name not in ("id", "to")
    }
    assert letter(house, unknown) is None


def test_open_and_recent_ones_the_newest_first(house: House) -> None:
    """What was closed long ago is not told of, nor what the honeypot caught."""
    old = house.reject(house.deal())
    still_open = house.application(contacts=[{"name": "Advisor", "email": ADVISOR}])
    house.deal(trapped=True)
    house.turn(days=89)
    recent = house.reject(house.deal())
    assert house.lost_links.sent_from(ADVISOR) == [recent, still_open, old]
    house.turn(days=2)
    assert house.lost_links.sent_from(ADVISOR) == [recent, still_open]


def test_a_second_contact_did_not_send_it(house: House) -> None:
    contacts = [
        {"name": "Contact", "email": "contact@partner.example"},
        {"name": "Advisor", "email": ADVISOR},
    ]
    house.application(contacts=contacts)
    assert house.lost_links.sent_from(ADVISOR) == []


def test_the_language_is_that_of_the_page(house: House) -> None:
    house.lost_links.ask(ADVISOR, "en")
    assert asked(house)[0]["lang"] == "en"


def test_an_address_is_not_written_to_again_and_again(house: House) -> None:
    """The fourth time in an hour nothing is owed; another address is none the worse."""
    for _ in range(5):
        house.lost_links.ask(ADVISOR, "pl")
    house.lost_links.ask("else@partner.example", "pl")
    assert [mail["to"] for mail in asked(house)] == [ADVISOR] * 3 + ["else@partner.example"]


def test_a_link_whose_key_is_gone_gets_a_new_one(house: House) -> None:
    """The old one stays good for whoever has it."""
    deal = house.deal()
    before = house.tokens.of(deal)
    house.tokens = StatusTokens("another key")
    unlimited = RateLimiter(None, timedelta(0))
    house.lost_links = LostLinks(house.store, house.tokens, house.clock, asks=unlimited)
    house.lost_links.ask(ADVISOR, "pl")
    now = house.stored(deal)
    assert {token_hash(before), token_hash(house.tokens.of(now))} == set(now["token_hashes"])
    text = letter(house, asked(house)[0])
    assert text is not None
    assert house.tokens.of(now) in text


def test_a_mail_that_comes_late_tells_how_it_is_by_then(house: House) -> None:
    """What was decided meanwhile is told as decided."""
    deal = house.deal()
    house.lost_links.ask(ADVISOR, "en")
    house.do(deal, Action.TAKE)
    text = letter(house, asked(house)[0])
    assert text is not None
    assert "Under review" in text
