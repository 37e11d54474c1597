"""SVG bar charts, with the same data as a table. No script, no style attribute.

Colours and sizes of text are the style sheet's: `.figure`, `.figure-table`, `.chart`, `.chart-label`,
`.chart-value`, `.bar` with `.bar--1` and `.bar--2`. Bars are told apart by the words beside them, never by
colour alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from markupsafe import Markup

_WIDTH = 320
"""Units; one is about a pixel on a small phone, so a text keeps its size there and grows elsewhere."""
_LABEL_HEIGHT = 18
_BAR_HEIGHT = 14
_GAP = 10
_TEXT_UNITS = 7
"""What a character may take."""


@dataclass(frozen=True)
class Bar:
    """A bar and its label."""

    value: float
    text: str


@dataclass(frozen=True)
class BarGroup:
    """Bars under one label."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Chart:
    """A chart and its table."""

    id: str
    """Unique on its page."""
    title: str
    description: str
    """What is to be seen, in a sentence or two."""
    groups: tuple[BarGroup, ...]
    headings: tuple[str, ...]
    """Of the table: first of its row headings, then of each column."""
    rows: tuple[tuple[str, ...], ...]
    full: float | None = None
    """The value of a bar of full length; None: the largest one."""


def figure(chart: Chart, nothing: str, as_table: str) -> Markup:
    """`<figure>` with the chart, and its table folded under `as_table`; `nothing` where there is no data."""
    folded = Markup('<details><summary class="link">{}</summary>{}</details>').format(as_table, table(chart))
    shown = draw(chart) + folded if chart.rows else Markup("<p>{}</p>").format(nothing)
    return Markup('<figure class="figure" id="{}"><figcaption>{}</figcaption>{}</figure>').format(
        chart.id, chart.title, shown
    )


def draw(chart: Chart) -> Markup:
    """The chart as SVG: horizontal bars, each with its label."""
    widest = max((len(bar.text) for group in chart.groups for bar in group.bars), default=0)
    room = max(_WIDTH // 4, _WIDTH - widest * _TEXT_UNITS - _GAP)
    full = chart.full or max((bar.value for group in chart.groups for bar in group.bars), default=0) or 1
    top, shapes = 0, Markup()
    for group in chart.groups:
        for line in wrap(group.label, _WIDTH // _TEXT_UNITS):
            shapes += _text(0, top + _LABEL_HEIGHT - 5, "chart-label", line)
            top += _LABEL_HEIGHT
        for number, bar in enumerate(group.bars, 1):
            shapes += _bar(top, number, room * min(1.0, max(0.0, bar.value / full)), bar.text)
            top += _BAR_HEIGHT + 2
        top += _GAP
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="{id}-title {id}-description" focusable="false"'
        ' viewBox="0 0 {width} {height}"><title id="{id}-title">{title}</title>'
        '<desc id="{id}-description">{description}</desc>{shapes}</svg>'
    ).format(
        id=chart.id,
        width=_WIDTH,
        height=top,
        title=chart.title,
        description=chart.description,
        shapes=shapes,
    )


def table(chart: Chart) -> Markup:
    """The chart as an HTML table."""
    return Markup(
        '<table class="figure-table"><caption class="visually-hidden">{}</caption>\n'
        "<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table>"
    ).format(
        chart.title,
        _joined(Markup('<th scope="col">{}</th>').format(heading) for heading in chart.headings),
        _joined(_row(row) for row in chart.rows),
    )


def _bar(top: int, number: int, length: float, text: str) -> Markup:
    # A value above nothing shows, however small it is beside the others.
    length = round(max(1.0, length), 1) if length else 0
    shape = Markup('<rect class="bar bar--{}" x="0" y="{}" width="{:g}" height="{}"></rect>').format(
        number, top, length, _BAR_HEIGHT
    )
    return shape + _text(length + 4, top + _BAR_HEIGHT - 3, "chart-value", text)


def _text(x: float, y: int, name: str, text: str) -> Markup:
    return Markup('<text class="{}" x="{:g}" y="{}">{}</text>').format(name, x, y, text)


def _row(cells: Sequence[str]) -> Markup:
    first, *others = cells
    shown = [Markup('<th scope="row">{}</th>').format(first), *map(Markup("<td>{}</td>").format, others)]
    return Markup("<tr>{}</tr>").format(_joined(iter(shown)))


def _joined(pieces: Iterator[Markup]) -> Markup:
    return Markup("\n").join(pieces)
