"""What the first visitors would wait for is done beside the start."""

from datetime import UTC, datetime

from forms_service.domain.companies import web_domains
from forms_service.i18n.jinja import environment
from forms_service.web import warmup
from partner_program import Program, business_days

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def test_a_form_can_be_taken_at_once(program: Program) -> None:
    """Before anybody is let in: days off and the list of domains are read once, not by each of a crowd."""
    web_domains._registered.cache_clear()
    web_domains._suffixes.cache_clear()
    business_days._calendar.cache_clear()
    warmup.needed(program, lambda: NOW)
    assert web_domains._suffixes.cache_info().currsize == 1
    assert business_days._calendar.cache_info().currsize == 1


def test_every_page_that_is_seen_first_is_there(program: Program) -> None:
    """Templates of both languages are compiled, and nothing was asked of the store."""
    warmup.begin(program).join()
    for language in program.languages:
        cache = environment(language).cache
        assert cache is not None
        known = {name for _, name in cache}
        assert {f"pages/{page}.html" for page in warmup.PAGES} <= known
        assert {"forms/application.html", "forms/deal-registration.html", "forms/tier-finder.html"} <= known
