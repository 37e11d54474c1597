"""A Markdown extension as another package would write one, with values that look like markup."""

from markdown import Markdown
from markdown.extensions import Extension

from partner_program.blocks import Call, register
from partner_program.model import Language


class Greetings(Extension):
    """Two blocks and a phrase."""

    def __init__(self, language: Language = "pl") -> None:
        super().__init__()
        self.language = language

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        register(md, self.language, blocks={"greet": _greet, "chapter": _chapter}, phrases={"who": _who})


def _greet(call: Call) -> str:
    return (
        f'<p class="greeting">*{call.one_of(("world", "moon"), "world")}* &amp; **all** {call.language}</p>'
    )


def _chapter(call: Call) -> str:
    call.no_words()
    return '<section><h2 id="first">A *first* &lt;chapter&gt;</h2><p>Its text.</p></section>'


def _who(call: Call) -> str:
    call.no_words()
    return "*One* <b>& Two</b>"
