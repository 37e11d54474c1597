"""Pictures: well-formed, without styles or scripts, and the table beside says the same."""

import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from forms_service.domain.reports import charts
from forms_service.domain.reports.charts import money, plain_numbers
from forms_service.domain.reports.key_figures import Figures, Share
from forms_service.domain.reports.svg_charts import Bar, BarGroup, Chart, draw, figure
from forms_service.domain.submissions.workflow import State, SubmissionKind
from forms_service.i18n.translations import bound_texts
from partner_program.model import LANGUAGES, Language, Program

FIGURES = Figures(
    waiting={SubmissionKind.DEAL: (3, 0, 1, 0, 12), SubmissionKind.APPLICATION: (1, 0, 0, 0, 0)},
    on_time={date(2026, 10, 1): Share(11, 12), date(2026, 11, 1): Share(0, 3)},
    outcomes={State.APPROVED: 7, State.PRE_ACCEPTED: 2, State.REJECTED: 3},
    results={State.WON: 3, State.LOST: 1},
    won_value={"PLN": Decimal("8000")},
    reasons={"duplicate": 2, "no-longer-there": 1, "": 1},
    reopened=1,
    open_value={"EUR": Decimal("1000"), "PLN": Decimal("25000.50")},
    in_conflict=Share(2, 9),
    business_days_to_decision=1.5,
)
NONE = Figures(
    waiting=dict.fromkeys(SubmissionKind, (0,) * 5),
    on_time={},
    outcomes={},
    results={State.WON: 0, State.LOST: 0},
    won_value={},
    reasons={},
    reopened=0,
    open_value={},
    in_conflict=Share(),
    business_days_to_decision=None,
)


def all_charts(figures: Figures, program: Program, language: Language) -> tuple[Chart, ...]:
    words = bound_texts(language)
    return (
        charts.waiting(figures, words),
        charts.on_time(figures, words, language),
        charts.outcomes(figures, program, words, language),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_named_described_and_without_style(program: Program, language: Language) -> None:
    """What the content policy and a screen reader ask for."""
    for chart in all_charts(FIGURES, program, language):
        shown = figure(chart, "nothing", "as a table")
        tree = ElementTree.fromstring(shown)
        svg = tree.find("svg")
        assert svg is not None and svg.get("role") == "img"
        named = (svg.get("aria-labelledby") or "").split()
        assert [svg.find(f".//*[@id='{each}']").text for each in named] == [chart.title, chart.description]
        assert not re.search(r"\bstyle=|\bon\w+=|<script|<style|fill=", shown)


def test_picture_and_table_say_the_same(program: Program) -> None:
    """Each value that is drawn stands in a row of the table, and none is left out."""
    waiting, on_time, outcomes = all_charts(FIGURES, program, "en")
    assert on_time.rows == (("October 2026", "11", "12", "91%"), ("November 2026", "0", "3", "0%"))
    assert [bar.text for group in on_time.groups for bar in group.bars] == ["91% (11/12)", "0% (0/3)"]
    assert waiting.rows[0] == ("0–1 business days", "3", "1")
    assert waiting.rows[-1] == ("11 business days or more", "12", "0")
    assert [row[0] for row in waiting.rows] == [group.label for group in waiting.groups]
    assert dict(outcomes.rows)["Rejected: You have already registered this deal"] == "2"
    assert dict(outcomes.rows)["Rejected: no-longer-there"] == "1"
    assert dict(outcomes.rows)["Rejected: custom text"] == "1"
    for chart in (waiting, on_time, outcomes):
        assert len(chart.rows) == len(chart.groups)


def test_a_bar_is_as_long_as_its_value() -> None:
    """In proportion; something is never nothing, and nothing is."""
    values = (100.0, 50.0, 0.01, 0.0)
    chart = Chart("c", "t", "d", tuple(BarGroup("x", (Bar(value, "v"),)) for value in values), (), ())
    widths = [float(width) for width in re.findall(r'<rect[^>]* width="([\d.]+)"', draw(chart))]
    assert widths[0] == 2 * widths[1] and widths[2] == 1 and widths[3] == 0
    assert widths[0] < 320


def test_a_long_label_is_drawn_whole() -> None:
    """In lines that fit, also one word that does not; and what people wrote is no markup."""
    label = " ".join(["<b>", *["a very long reason"] * 5, "x" * 100])
    chart = Chart("c", "t", "d", (BarGroup(label, (Bar(1, "1"),)),), ("h", "n"), ((label, "1"),))
    shown = figure(chart, "nothing", "as a table")
    tree = ElementTree.fromstring(shown)
    lines = [str(each.text) for each in tree.iterfind(".//text[@class='chart-label']")]
    assert "".join(lines).replace(" ", "") == label.replace(" ", "")
    assert max(map(len, lines)) <= 45
    height = int(tree.find("svg").get("viewBox").split()[3])
    assert height > max(int(each.get("y")) for each in tree.iterfind(".//text"))
    assert tree.find("details/table//th[@scope='row']").text == label


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_show_is_said(program: Program, language: Language) -> None:
    """No empty picture, no empty table."""
    for chart in all_charts(NONE, program, language):
        assert figure(chart, "Nothing yet", "as a table") == (
            f'<figure class="figure" id="{chart.id}"><figcaption>{chart.title}</figcaption>'
            "<p>Nothing yet</p></figure>"
        )


def test_plain_numbers_as_people_read_them() -> None:
    """Currencies side by side, never added; a dash where there is nothing."""
    words = bound_texts("en")
    assert [value for _, value in plain_numbers(FIGURES, words, "en")] == [
        "EUR\u00a01,000.00 · PLN\u00a025,000.50",
        "75% (3/4)",
        "PLN\u00a08,000.00",
        "22% (2/9)",
        "1.5",
        "1",
    ]
    assert [value for _, value in plain_numbers(NONE, words, "en")] == ["–", "–", "–", "–", "–", "0"]
    assert money(Decimal("25000.5"), "PLN", "pl") == "25\u00a0000,50\u00a0PLN"
    assert "1,5" in dict(plain_numbers(FIGURES, bound_texts("pl"), "pl")).values()
