"""Markup of mail templates: what becomes of it in text and in HTML, and that a value never is markup."""

from collections.abc import Iterator

import pytest

from forms_service.i18n import translations
from forms_service.i18n.translations import TextBundle
from forms_service.mail.template import render

TEMPLATE = """Subject: About {{ it }}

Hello,
**you** have **{{ it }}**.

## What is next

1. One
{{ number }}. {{ it }}

{% for label, value in facts %}
**{{ label }}:** {{ value }}
{% endfor %}

[Open {{ it }}]({{ link }})

See also:
<{{ link }}>

{{ it }}
"""
LINK = "https://partners.example.com/a?b=1&c=2"


@pytest.fixture(autouse=True)
def template() -> Iterator[None]:
    """A mail that uses all of it."""
    ours = translations.packaged()
    translations.serve(TextBundle(ours.catalogs, {**ours.templates, "mail/templates/note.en.txt": TEMPLATE}))
    yield
    translations.serve(None)


def rendered(it: str) -> tuple[str, str, str]:
    """The mail about `it`, without its frame."""
    facts = [("Name", it), ("Lines", "a\nb")]
    context = {"it": it, "facts": facts, "number": 2, "link": LINK, "program": "P", "website": "W"}
    subject, text, html = render("note", "en", context)
    body = html.partition("<p>Hello")[2].partition("<hr>")[0]
    return subject, text.removesuffix("\n\n--\nP\nW\n"), f"<p>Hello{body}"


def test_markup_is_left_out_of_the_text_and_is_elements_in_html() -> None:
    subject, text, html = rendered("X-1")
    assert subject == "About X-1"
    assert text == (
        f"P\n\nHello,\nyou have X-1.\n\nWhat is next\n\n1. One\n2. X-1\n\nName: X-1\nLines:\n    a\n    b\n\n"
        f"Open X-1:\n{LINK}\n\nSee also:\n{LINK}\n\nX-1"
    )
    safe = LINK.replace("&", "&amp;")
    style = html.partition(f'<a href="{safe}" style="')[2].partition('"')[0]
    assert "background: #0a5f58" in style
    assert html.strip().splitlines() == [
        "<p>Hello,<br>",
        '<b>you</b> have <b style="white-space: nowrap;">X-1</b>.</p>',
        '<h2 style="font-size: 18px;">What is next</h2>',
        *("<ol>", "<li>One</li>", "<li>X-1</li>", "</ol>"),
        *("<p><b>Name:</b><br>", "X-1</p>", "<p><b>Lines:</b><br>", "a<br>", "b</p>"),
        f'<p><a href="{safe}" style="{style}">Open X-1</a></p>',
        "<p>See also:<br>",
        f'<a href="{safe}">{safe}</a></p>',
        "<p>X-1</p>",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "## Heading",
        "**bold**",
        "**",
        "1. item",
        "[Pay here](https://x.example)",
        "<https://x.example>",
        "https://x.example",
        "\x02x\x03",
        "\x03](\x02https://x.example\x03)",
        "<b>x</b>",
        "{{ link }}",
        "a\n\n1. x\n[Pay here](https://x.example)\n## y",
    ],
)
def test_a_value_is_never_markup(typed: str) -> None:
    """I2: whatever somebody types stands there as it is, in a mail that is built as ever."""
    lines = typed.replace("\x02", "").replace("\x03", "").split("\n")
    _, text, html = rendered(typed)
    assert text.endswith("\n".join(lines))
    escaped = "<br>\n".join(line.replace("<", "&lt;").replace(">", "&gt;") for line in lines)
    assert html.strip().endswith(f"<p>{escaped}</p>")
    assert [html.count(tag) for tag in ("<a ", "<b", "<h2", "<li", "<p")] == [
        2,
        4 + html.count("<br"),
        1,
        2,
        6,
    ]
