"""Forms in the pages that marketing writes."""

import pytest
from markdown import Markdown

from forms_service import forms
from forms_service.forms.sections import SECTIONS, Progress
from partner_program import Program, ProgramError
from partner_program.model import LANGUAGES, Language
from tests.forms.drawn import read


def rendered(text: str, language: Language = "pl") -> str:
    """A page, as any of the builders renders it."""
    extensions = ["partner_program.markdown", "forms_service.markdown"]
    return Markdown(
        extensions=extensions, extension_configs={each: {"lang": language} for each in extensions}
    ).convert(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", forms.NAMES)
def test_a_block_is_the_form_in_its_slot(program: Program, name: str, language: Language) -> None:
    """The same HTML that the service answers with."""
    html = rendered(f"Before\n\n{{{{ form {name} }}}}\n\nAfter", language)
    before, _, rest = html.partition(f"<!-- slot:{name} -->")
    inside, _, after = rest.partition(f"<!-- /slot:{name} -->")
    assert "<p>Before</p>" in before
    assert "<p>After</p>" in after
    first = Progress(kept_days=program.retention.drafts_days) if name in SECTIONS else None
    form = forms.build(name, program, language)
    assert inside.strip() == str(forms.render(form, progress=first)).strip()


def test_the_status_page_explains_where_its_links_are(program: Program) -> None:
    """As long as nobody comes with one."""
    html = rendered("{{ form status }}", "en")
    assert "<!-- slot:status -->" in html
    assert "<!-- /slot:status -->" in html
    assert program.contact.email in read(html).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_status_page_asks_for_the_address_of_whoever_lost_a_link(language: Language) -> None:
    """One field, a button, and an address that the form goes to: the page's own."""
    html = rendered("{{ form status }}", language)
    assert '<form id="form-lost-link" method="post" novalidate>' in html
    assert 'name="email"' in html
    assert html.count('type="submit"') == 1


def test_a_name_that_is_no_form_is_answered_with_those_that_exist() -> None:
    """With the page and the line; the build ends there."""
    with pytest.raises(Exception, match='"aplication"') as mistake:
        rendered("Text\n\n{{ form aplication }}")
    assert not isinstance(mistake.value, ProgramError)  # the builder shows it without a traceback
    assert 'did you mean "application"' in str(mistake.value)
    assert "application, deal-registration, tier-finder, status" in str(mistake.value)


def test_a_form_in_a_code_sample_stays_a_sample() -> None:
    """The guide for editors shows blocks."""
    assert "<form" not in rendered("    {{ form application }}\n\n`{{ form application }}`")
