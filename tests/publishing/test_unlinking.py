"""A link to a page that is not published yet becomes its words, however it is written."""

import pytest

from publishing.unlinking import unlinked

HIDDEN = {"news.md", "plans/next.md"}


@pytest.mark.parametrize(
    ("page", "text", "expected", "lines"),
    [
        ("faq.md", "See [the *news*](news.md).", "See the *news*.", [1]),
        ("faq.md", "[News](news.md#today){ .button } [x](tiers.md)", "News [x](tiers.md)", [1]),
        ("faq.md", 'a\n\n[our\nnews](<./news.md> "new")', "a\n\nour\nnews", [3]),
        (
            "faq.md",
            "- **Next**\n\n    Read [the plan](plans/next.md).",
            "- **Next**\n\n    Read the plan.",
            [3],
        ),
        ("plans/old.md", "[a](next.md) [b](../news.md) [c](news.md)", "a b [c](news.md)", [1, 1]),
        ("faq.md", "[![Plan](../files/a.png)](news.md)", "![Plan](../files/a.png)", [1]),
        ("faq.md", "[the news][n] and [n][]\n\n[n]: news.md", "the news and n\n\n[n]: news.md", [1, 1]),
        ("faq.md", 'x <a class="button" href="../news/#a">our <b>news</b></a>.', "x our <b>news</b>.", [1]),
        ("index.md", '<a href="news/">news</a> <a href="tiers/">t</a>', 'news <a href="tiers/">t</a>', [1]),
        ("faq.md", "`[a](news.md)` and ``[b](news.md)``", "`[a](news.md)` and ``[b](news.md)``", []),
        ("faq.md", "```\n[a](news.md)\n```\n[b](news.md)", "```\n[a](news.md)\n```\nb", [4]),
        (
            "faq.md",
            "[a](https://example.com/news.md) ![b](news.png)",
            "[a](https://example.com/news.md) ![b](news.png)",
            [],
        ),
    ],
)
def test_a_link_becomes_its_words(page: str, text: str, expected: str, lines: list[int]) -> None:
    """Each is told with its line; what is no link to such a page stays."""
    found, told = unlinked(text, page, HIDDEN)
    assert found == expected
    assert [line for line, _ in told] == lines
    assert {target for _, target in told} <= HIDDEN
