"""Change texts: sentences of a program diff, in both languages at once."""

from collections.abc import Callable
from dataclasses import dataclass

from babel.lists import format_list
from babel.units import format_unit

from partner_program.change_words import CHANGE_WORDS, ChangeWords
from partner_program.labels import LABELS, Labels
from partner_program.model import LANGUAGES, Language, Program, Text
from partner_program.phrases import Case, business_days, decision_time, retention_periods


def both(say: Callable[[Language], str]) -> Text:
    """What this says in each language."""
    return Text(**{language: say(language) for language in LANGUAGES})


def same(text: str) -> Text:
    """A name that is the same in every language."""
    return Text(pl=text, en=text)


def said(form: Callable[[ChangeWords], str], **names: Text | None) -> Text:
    """A sentence of `change_words` with these names in its places."""

    def say(language: Language) -> str:
        places = {name: text and text[language] for name, text in names.items()}
        return form(CHANGE_WORDS[language]).format(**places)

    return both(say)


def became(what: Text, before: Text | None, after: Text | None) -> Text:
    """`Gold, Certyfikacja: wymagane (było: zalecane)`."""
    if before is None:
        return said(lambda words: words.is_now, what=what, after=after)
    if after is None:
        return said(lambda words: words.no_longer, what=what, before=before)
    return said(lambda words: words.became, what=what, before=before, after=after)


def renamed(before: Text, after: Text) -> Text:
    """`„Certyfikacja” nazywa się teraz „Kwalifikacje”`."""
    return said(lambda words: words.renamed, before=before, after=after)


def reworded(what: Text) -> Text:
    """That this text is another one, without quoting either."""
    return said(lambda words: words.reworded, what=what)


def described(name: Text) -> Text:
    """That the explanation of the thing with this name is another one."""
    return reworded(said(lambda words: words.description_of, name=name))


def sentence_case(title: Text) -> Text:
    """A heading that the program sets in capitals, as it reads inside a sentence."""
    return both(
        lambda language: title[language].capitalize() if title[language].isupper() else title[language]
    )


@dataclass(frozen=True)
class Field:
    """One place, and what stands in it."""

    what: Text
    part: Callable[[Program], object]
    """What is compared."""
    value: Callable[[Program], Text | None]
    """The same in words."""
    quoted: bool = True
    """Whether values are short enough to stand in a sentence."""
    duty: bool = False
    """Whether it says what partners have to do, or how that is counted."""

    def change(self, old: Program, new: Program) -> Text | None:
        """What is different here, if anything."""
        if self.part(old) == self.part(new):
            return None
        return became(self.what, self.value(old), self.value(new)) if self.quoted else reworded(self.what)


def _words(name: Callable[[ChangeWords], str]) -> Text:
    return said(name)


def _label(name: Callable[[Labels], str]) -> Text:
    return both(lambda language: name(LABELS[language]))


def _days(number: int) -> Text:
    return both(lambda language: format_unit(number, "duration-day", locale=language))


def _before(days: int) -> Text:
    return said(lambda words: words.days_before, days=_days(days))


def _warnings(program: Program) -> Text:
    days = program.coming_due.warn_days_before
    return both(
        lambda language: (
            format_list([_before_the_day(each, language) for each in days], locale=language) or "–"
        )
    )


def _before_the_day(days: int, language: Language) -> str:
    return CHANGE_WORDS[language].before_the_day.format(days=_days(days)[language])


def _protection(program: Program) -> Text | None:
    """How long an approval is valid, and when its sender is reminded."""
    rule = program.deal_registration.protection
    if rule is None:
        return None
    before = both(lambda language: _before_the_day(rule.reminder_days_before, language))
    return said(lambda words: words.protected_for, days=_days(rule.days), before=before)


def _application_time(program: Program) -> Text | None:
    """The time to answer an application; None where none is named."""
    days = program.applications.decide_within_business_days
    return both(lambda language: business_days(days, Case.PLAIN, language)) if days else None


def _promise(program: Program) -> Text:
    """Whether pages say how many decisions were in time, and from how many deadlines on."""
    rule = program.promise
    if not rule.publish:
        return both(lambda language: f"{CHANGE_WORDS[language].no} ({rule.minimum_count})")
    return said(lambda words: words.promise_shown, count=same(str(rule.minimum_count)))


def _yes_or_no(yes: bool) -> Text:
    return _words(lambda words: words.yes if yes else words.no)


def _retention(number: int) -> Field:
    """One of the periods that `retention_periods` says."""

    def value(program: Program) -> Text:
        return both(lambda language: retention_periods(program, language)[number][1])

    what = both(lambda language: _KEPT[language][number])
    return Field(what, lambda program: list(program.retention)[number], value)


def _controller(label: Callable[[Labels], str], key: str) -> Field:
    def value(program: Program) -> Text | None:
        found: Text | str | None = getattr(program.controller, key)
        return same(found) if isinstance(found, str) else found

    return Field(_label(label), value, value, quoted=key in ("name", "seat", "register_entry"))


def _revenue(label: Callable[[Labels], str], key: str) -> Field:
    def value(program: Program) -> Text:
        text: Text = getattr(program.revenue, key)
        return text

    return Field(_label(label), value, value, quoted=False, duty=True)


def _pause(program: Program) -> Text:
    stands_still = program.deal_registration.pause_on_question
    return _words(lambda words: words.pauses if stands_still else words.runs)


_KEPT = {
    language: tuple(
        what
        for what, _ in (
            labels.closed_applications,
            labels.deals,
            labels.ended_partners,
            labels.trapped,
            labels.sent_mail,
            labels.sign_in_links,
            labels.backups,
            labels.drafts,
        )
    )
    for language, labels in LABELS.items()
}

FIELDS: tuple[Field, ...] = (
    Field(_words(lambda words: words.name), lambda program: program.name, lambda program: program.name),
    Field(
        _words(lambda words: words.vendor),
        lambda program: program.vendor,
        lambda program: same(program.vendor),
    ),
    Field(
        _words(lambda words: words.purpose),
        lambda program: program.purpose,
        lambda program: program.purpose,
        quoted=False,
    ),
    Field(
        _words(lambda words: words.languages),
        lambda program: program.languages,
        lambda program: same(", ".join(program.languages)),
    ),
    Field(
        _words(lambda words: words.questions),
        lambda program: program.measures,
        lambda _: None,
        quoted=False,
    ),
    Field(
        _words(lambda words: words.decision_time),
        lambda program: program.deal_registration.decide_within_business_days,
        lambda program: both(lambda language: decision_time(program, Case.PLAIN, language)),
    ),
    Field(
        _words(lambda words: words.application_time),
        lambda program: program.applications.decide_within_business_days,
        _application_time,
    ),
    Field(
        _words(lambda words: words.time_zone),
        lambda program: program.deal_registration.time_zone,
        lambda program: same(program.deal_registration.time_zone),
    ),
    Field(
        _words(lambda words: words.pause), lambda program: program.deal_registration.pause_on_question, _pause
    ),
    Field(
        _words(lambda words: words.protection),
        lambda program: program.deal_registration.protection,
        _protection,
    ),
    Field(_words(lambda words: words.promise), lambda program: program.promise, _promise),
    _revenue(lambda labels: labels.revenue_counted, "counted"),
    _revenue(lambda labels: labels.revenue_summed, "summed"),
    _revenue(lambda labels: labels.revenue_varies, "varies"),
    _revenue(lambda labels: labels.revenue_both_models, "both_models"),
    Field(
        _words(lambda words: words.both_kinds),
        lambda program: program.certification,
        lambda program: _yes_or_no(program.certification.one_person_counts_in_both),
        duty=True,
    ),
    Field(
        _words(lambda words: words.attestation_form),
        lambda program: program.attestation.form,
        lambda program: _words(lambda words: words.forms[program.attestation.form]),
        duty=True,
    ),
    Field(
        _words(lambda words: words.attestation_opens),
        lambda program: program.attestation.opens_days_before,
        lambda program: _before(program.attestation.opens_days_before),
        duty=True,
    ),
    Field(
        _words(lambda words: words.statement),
        lambda program: program.attestation.statement,
        lambda program: program.attestation.statement,
        quoted=False,
        duty=True,
    ),
    Field(_words(lambda words: words.warnings), lambda program: program.coming_due, _warnings),
    *(_retention(number) for number in range(len(_KEPT[LANGUAGES[0]]))),
    _controller(lambda labels: labels.controller, "name"),
    _controller(lambda labels: labels.seat, "seat"),
    _controller(lambda labels: labels.register, "register_entry"),
    _controller(lambda labels: labels.email, "email"),
    _controller(lambda labels: labels.inspector, "inspector"),
    _controller(lambda labels: labels.recipients, "recipients"),
    _controller(lambda labels: labels.transfers, "transfers"),
    # Not quoted: who was the contact, or the inspector, is no rule, and would stand on the page for good.
    Field(_words(lambda words: words.contact), lambda program: program.contact, lambda _: None, quoted=False),
)
