"""Charts of the statistics page, and its key figures in words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from forms_service.domain.reports.key_figures import AGES, Figures, Share
from forms_service.domain.reports.svg_charts import Bar, BarGroup, Chart
from forms_service.domain.submissions import submission_labels
from forms_service.domain.submissions.workflow import State, SubmissionKind
from forms_service.i18n.translations import Words
from partner_program.model import Language, Program

_LOCALES: Mapping[Language, Locale] = {"pl": Locale("pl"), "en": Locale("en", "GB")}


def waiting(figures: Figures, words: Words) -> Chart:
    """Chart of open submissions by age and kind."""
    names = {
        SubmissionKind.DEAL: words.gettext("Deal registrations"),
        SubmissionKind.APPLICATION: words.gettext("Partner applications"),
    }
    ages = [*_ages(words)]
    total = sum(map(sum, figures.waiting.values()))
    rows = [(age, *(str(figures.waiting[kind][group]) for kind in names)) for group, age in enumerate(ages)]
    return Chart(
        "waiting",
        words.gettext("Waiting for a decision"),
        words.gettext("%(count)s open submissions by age in business days.") % {"count": total},
        tuple(
            BarGroup(age, tuple(_bar(figures.waiting[kind][group], name) for kind, name in names.items()))
            for group, age in enumerate(ages)
        ),
        (words.gettext("Age"), *names.values()),
        tuple(rows) if total else (),
    )


def on_time(figures: Figures, words: Words, language: Language) -> Chart:
    """Chart of decisions made on time, per cent by month of the deadline."""
    months = {_month(month, language): share for month, share in figures.on_time.items()}
    whole = Share(sum(share.part for share in months.values()), sum(share.whole for share in months.values()))
    return Chart(
        "on-time",
        words.gettext("Decisions on time"),
        words.gettext("By month of the deadline. Altogether %(share)s.") % {"share": _share(whole)},
        tuple(BarGroup(month, (Bar(share.percent or 0, _share(share)),)) for month, share in months.items()),
        (
            words.gettext("Month"),
            words.gettext("On time"),
            words.gettext("Deadlines"),
            words.gettext("Percentage"),
        ),
        tuple(
            (month, str(share.part), str(share.whole), f"{share.percent}%") for month, share in months.items()
        ),
        full=100,
    )


def outcomes(figures: Figures, program: Program, words: Words, language: Language) -> Chart:
    """Chart of decisions, and of reasons of rejections."""
    reasons = {reason.id: reason.text[language] for reason in program.deal_registration.reject_reasons}
    counted = [
        (submission_labels.state_for_staff(state, words), figures.outcomes.get(state, 0))
        for state in (State.APPROVED, State.PRE_ACCEPTED, State.REJECTED)
    ]
    because = words.gettext("Rejected: %(reason)s")
    for reason, number in figures.reasons.items():
        text = reasons.get(reason, reason) or words.gettext("custom text")
        counted.append((because % {"reason": text}, number))
    total = sum(figures.outcomes.values())
    return Chart(
        "outcomes",
        words.gettext("Decisions and reasons"),
        words.gettext("%(count)s decisions, and the reasons of rejections.") % {"count": total},
        tuple(BarGroup(name, (Bar(number, str(number)),)) for name, number in counted),
        (words.gettext("Decision"), words.gettext("Number")),
        tuple((name, str(number)) for name, number in counted) if total else (),
    )


def plain_numbers(figures: Figures, words: Words, language: Language) -> tuple[tuple[str, str], ...]:
    """Labels and values of the key figures; a dash where there is nothing yet."""
    days = figures.business_days_to_decision
    won, lost = figures.results[State.WON], figures.results[State.LOST]
    return (
        (words.gettext("Value of open deals"), _values(figures.open_value, language)),
        (words.gettext("Approved deals won, of those won or lost"), _share(Share(won, won + lost))),
        (words.gettext("Value of deals won"), _values(figures.won_value, language)),
        (words.gettext("Deals that share a customer"), _share(figures.in_conflict)),
        (
            words.gettext("Business days to a decision on a deal (median)"),
            "–" if days is None else format_decimal(days, locale=_LOCALES[language]),
        ),
        (words.gettext("Decisions reopened"), str(figures.reopened)),
    )


def _values(sums: Mapping[str, Decimal], language: Language) -> str:
    return " · ".join(money(amount, currency, language) for currency, amount in sums.items()) or "–"


def money(amount: Decimal, currency: str, language: Language) -> str:
    """`25 000,50 PLN` / `PLN 25,000.50`: with the code, since currencies stand side by side."""
    pattern = "#,##0.00\u00a0¤¤" if language == "pl" else "¤¤\u00a0#,##0.00"
    return format_currency(amount, currency, pattern, locale=_LOCALES[language], currency_digits=False)


def _ages(words: Words) -> list[str]:
    edges = [0, *(edge + 1 for edge in AGES)]
    spans = [
        str(first) if first == last else f"{first}–{last}" for first, last in zip(edges, AGES, strict=False)
    ]
    shown = [words.gettext("%(days)s business days") % {"days": span} for span in spans]
    return [*shown, words.gettext("%(days)s business days or more") % {"days": edges[-1]}]


def _bar(number: int, name: str) -> Bar:
    return Bar(number, f"{name}: {number}")


def _share(share: Share) -> str:
    return "–" if share.percent is None else f"{share.percent}% ({share.part}/{share.whole})"


def _month(month: date, language: Language) -> str:
    return format_date(month, "LLLL y", locale=_LOCALES[language])
