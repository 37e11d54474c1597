"""Mistakes in pages, before and after they are built: one line each, where they can be mended."""

from collections.abc import Callable
from pathlib import Path

import pytest

from partner_program import ProgramError
from publishing import checks

MENU = "menu: Name\nmenu_order: {}\n"
GOOD = f"---\ndescription: What it is about\n{MENU.format(10)}---\n\n# Title\n"
OTHER = GOOD.replace("10", "20")

HTML = """<!doctype html><html lang="pl"><head><title>T</title>
<meta name="description" content="about"></head><body><h1 id="t">T</h1>{body}</body></html>"""

DEAL = "<!-- slot:deal-registration --><!-- /slot:deal-registration -->"

SLOTS = "".join(f"<!-- slot:{name} --><!-- /slot:{name} -->" for name in checks.FORMS).replace(DEAL, "")


@pytest.fixture
def tell(tmp_path: Path) -> Callable[..., list[str]]:
    """Write files, run a check, return what it says, a line each."""

    def run(check: Callable[[Path], None], files: dict[str, str]) -> list[str]:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        try:
            check(tmp_path)
        except ProgramError as error:
            return str(error).splitlines()
        return []

    return run


def test_good_pages_pass(tell: Callable[..., list[str]]) -> None:
    assert tell(checks.check_sources, {"docs/pl/a.md": GOOD, "docs/en/a.md": GOOD}) == []


def test_page_in_one_language_only(tell: Callable[..., list[str]]) -> None:
    files = {"docs/pl/a.md": GOOD, "docs/en/a.md": GOOD, "docs/en/news/b.md": OTHER, "docs/pl/c.md": OTHER}
    assert tell(checks.check_sources, files) == [
        "docs/en/news/b.md: there is no Polish page beside it: add docs/pl/news/b.md",
        "docs/pl/c.md: there is no English page beside it: add docs/en/c.md",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# Title\n", "a.md:1: the page says nothing about itself"),
        (f"---\ntitle: x\n{MENU.format(10)}---\n# Title\n", "a.md:1: the page has no description"),
        (f"---\ndescription:\n{MENU.format(10)}---\n", "a.md:1: the page has no description"),
        (f"---\ndescription: 7\n{MENU.format(10)}---\n", "a.md:1: the page has no description"),
        ("---\nhide: [toc]\ndescription: a: b\n---\n", "a.md:3: the lines between --- cannot be read"),
    ],
)
def test_page_without_a_description(text: str, told: str, tell: Callable[..., list[str]]) -> None:
    (line,) = tell(checks.check_sources, {"docs/pl/a.md": text, "docs/en/a.md": GOOD})
    assert line.startswith(f"docs/pl/{told}")


def built(tmp_path: Path) -> None:
    checks.check_output(tmp_path, tmp_path / "site")


def a_site(body: str = "", page: str = "") -> dict[str, str]:
    """A built site that is right but for `body` on its Polish page a."""
    not_found = HTML.format(body="<!-- slot:message --><p></p><!-- /slot:message -->")
    return {
        "docs/pl/a.md": page or f"{GOOD}\ntext\n",
        "site/a/index.html": HTML.format(body=body),
        "site/index.html": HTML.format(body=SLOTS),
        "site/en/index.html": HTML.format(body=SLOTS),
        "site/deal/index.html": HTML.format(body=DEAL),
        "site/en/deal/index.html": HTML.format(body=DEAL),
        "site/404.html": not_found,
        "site/en/404.html": not_found,
        "site/assets/x.css": "",
        "site/assets/x.js": "",
    }


def test_right_site_passes(tell: Callable[..., list[str]]) -> None:
    body = (
        '<p style-of="x"><code>{{ kept }}</code></p><script src="../assets/x.js"></script>'
        '<a href="/#t">1</a><a href="../en/#t">2</a><a href="#t">3</a><a href="mailto:a@example.com">4</a>'
        '<a href="https://example.com/x">5</a><a href="/assets/x.css">6</a>'
    )
    assert tell(built, a_site(body)) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<p>{{ comparison }</p>", "{{ comparison } was left as it is"),
        ("<p>x {{ form y }} z</p>", "{{ form y }} was left as it is"),
        ('<p style="color:red">x</p>', 'the style "color:red" is blocked'),
        (
            '<img alt="x" src="https://example.com/x.png">',
            "https://example.com/x.png is loaded from another host",
        ),
        ('<link rel="stylesheet" href="//example.com/x.css">', "//example.com/x.css is loaded from another"),
        ('<a href="../nowhere/">x</a>', "the link ../nowhere/ leads nowhere"),
        ('<a href="/#nowhere">x</a>', "the link /#nowhere leads to no place on its page"),
        ("<h1>Again</h1>", "the page has 2 first-level headings"),
        ("<!-- slot:status -->", "slots must be closed in turn: status"),
        (SLOTS + SLOTS[: SLOTS.index("<!-- slot:t")], "the form application stands on the page twice"),
        (SLOTS + DEAL, "two forms stand on the page, application and deal-registration"),
        ('<p onclick="x()">x</p>', 'onclick="x()" is blocked by the security policy'),
    ],
)
def test_mistake_in_a_built_page(body: str, told: str, tell: Callable[..., list[str]]) -> None:
    """It is said of the Markdown file."""
    (line,) = tell(built, a_site(body))
    file, message = line.split(": ", 1)
    assert file in ("docs/pl/a.md", "docs/pl/a.md:7")
    assert message.startswith(told)


def test_mistake_has_the_line_of_the_markdown_file(tell: Callable[..., list[str]]) -> None:
    page = f"{GOOD}\ntext\n\nread {{{{ form y }}}} more\n"
    (line,) = tell(built, a_site("<p>read {{ form y }} more</p>", page))
    assert line.startswith("docs/pl/a.md:11: ")


def test_form_that_no_page_has(tell: Callable[..., list[str]]) -> None:
    files = a_site() | {"site/en/index.html": HTML.format(body=SLOTS.replace("status", "stated"))}
    assert tell(built, files) == [
        "docs/en: no English page has this form: add the block {{ form status }} to one"
    ]


def test_404_page_without_its_slot(tell: Callable[..., list[str]]) -> None:
    files = a_site() | {"site/404.html": HTML.format(body="")}
    assert tell(built, files) == ["theme/404.html: the Polish 404 page has no slot: message"]


def test_page_in_an_encoding_of_its_own(tmp_path: Path, tell: Callable[..., list[str]]) -> None:
    """As editors of another system save it: one line that names the line."""
    tell(checks.check_sources, {"docs/pl/a.md": GOOD, "docs/en/a.md": GOOD})
    (tmp_path / "docs/pl/a.md").write_bytes(f"{GOOD}\nżółw\n".encode("cp1250"))
    assert tell(checks.check_sources, {}) == [
        "docs/pl/a.md:9: not UTF-8: save the file with the encoding UTF-8"
    ]


@pytest.mark.parametrize(
    "rule", ["@import url(https://example.com/x.css);", "p{background:url('//example.com/a.png')}"]
)
def test_style_that_asks_another_host(rule: str, tell: Callable[..., list[str]]) -> None:
    (line,) = tell(built, a_site() | {"site/assets/x.css": rule})
    assert line.startswith("theme/assets/x.css:1: ")
    assert "example.com" in line
