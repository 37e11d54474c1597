"""Somebody lost a link: told at their address, and nowhere else."""

from datetime import timedelta

from forms_service.domain.references import StatusTokens, token_hash
from forms_service.domain.submissions.workflow import Action
from forms_service.mail.composer import Composer
from forms_service.mail.sender_context import SenderContext
from forms_service.services.lost_links import LostLinks
from forms_service.services.rate_limiter import RateLimiter
from forms_service.store.store import Document
from tests.factories.services import UseCases

ADVISOR = "advisor@partner.example"


def asked(use_cases: UseCases) -> list[Document]:
    return [mail for mail in use_cases.store.all("mails") if mail["template"] == "lost-link"]


def letter(use_cases: UseCases, mail: Document) -> str | None:
    def link(record: object) -> str:
        return f"https://example.com/status/{use_cases.tokens.of(record)}"  # type: ignore[arg-type]

    compose = Composer(
        lambda: use_cases.program, SenderContext(link), sent_from=use_cases.lost_links.sent_from
    )
    made = compose(mail, None)
    return None if made is None else made.data.decode().replace("=\r\n", "").replace("=3D", "=")


def test_the_mail_lists_what_was_sent_from_there(use_cases: UseCases) -> None:
    """With links that work; nothing of anybody else's."""
    mine, other = use_cases.deal(), use_cases.deal(partner_email="else@partner.example")
    use_cases.lost_links.ask(ADVISOR.upper(), "pl")
    (mail,) = asked(use_cases)
    text = letter(use_cases, mail)
    assert text is not None
    assert mine["id"] in text
    assert f"https://example.com/status/{use_cases.tokens.of(mine)}" in text
    assert other["id"] not in text


def test_every_address_is_treated_alike(use_cases: UseCases) -> None:
    """A mail is owed to each; where there is nothing to write about, none is written."""
    use_cases.deal()
    use_cases.lost_links.ask(ADVISOR, "pl")
    use_cases.lost_links.ask("nobody@partner.example", "pl")
    known, unknown = asked(use_cases)
    assert {name: known[name] for name in known if name not in ("id", "to")} == {
        name: unknown[name] for name in unknown if name not in ("id", "to")
    }
    assert letter(use_cases, unknown) is None


def test_open_and_recent_ones_the_newest_first(use_cases: UseCases) -> None:
    """What was closed long ago is not told of, nor what the honeypot caught."""
    old = use_cases.reject(use_cases.deal())
    still_open = use_cases.application(contacts=[{"name": "Advisor", "email": ADVISOR}])
    use_cases.deal(trapped=True)
    use_cases.clock.forward(days=89)
    recent = use_cases.reject(use_cases.deal())
    assert use_cases.lost_links.sent_from(ADVISOR) == [recent, still_open, old]
    use_cases.clock.forward(days=2)
    assert use_cases.lost_links.sent_from(ADVISOR) == [recent, still_open]


def test_a_second_contact_did_not_send_it(use_cases: UseCases) -> None:
    contacts = [
        {"name": "Contact", "email": "contact@partner.example"},
        {"name": "Advisor", "email": ADVISOR},
    ]
    use_cases.application(contacts=contacts)
    assert use_cases.lost_links.sent_from(ADVISOR) == []


def test_the_language_is_that_of_the_page(use_cases: UseCases) -> None:
    use_cases.lost_links.ask(ADVISOR, "en")
    assert asked(use_cases)[0]["lang"] == "en"


def test_an_address_is_not_written_to_again_and_again(use_cases: UseCases) -> None:
    """The fourth time in an hour nothing is owed; another address is none the worse."""
    for _ in range(5):
        use_cases.lost_links.ask(ADVISOR, "pl")
    use_cases.lost_links.ask("else@partner.example", "pl")
    assert [mail["to"] for mail in asked(use_cases)] == [ADVISOR] * 3 + ["else@partner.example"]


def test_a_link_whose_key_is_gone_gets_a_new_one(use_cases: UseCases) -> None:
    """The old one stays good for whoever has it."""
    deal = use_cases.deal()
    before = use_cases.tokens.of(deal)
    use_cases.tokens = StatusTokens("another key")
    unlimited = RateLimiter(None, timedelta(0))
    use_cases.lost_links = LostLinks(use_cases.store, use_cases.tokens, use_cases.clock, asks=unlimited)
    use_cases.lost_links.ask(ADVISOR, "pl")
    now = use_cases.stored(deal)
    assert {token_hash(before), token_hash(use_cases.tokens.of(now))} == set(now["token_hashes"])
    text = letter(use_cases, asked(use_cases)[0])
    assert text is not None
    assert use_cases.tokens.of(now) in text


def test_a_mail_that_comes_late_tells_how_it_is_by_then(use_cases: UseCases) -> None:
    """What was decided meanwhile is told as decided."""
    deal = use_cases.deal()
    use_cases.lost_links.ask(ADVISOR, "en")
    use_cases.do(deal, Action.TAKE)
    text = letter(use_cases, asked(use_cases)[0])
    assert text is not None
    assert "Under review" in text
