"""Polish typography: no one-letter word at the end of a line."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_program.typography import NO_BREAK_SPACE, bind

texts = st.text(alphabet="aiouwzAIOUWZbż \n\t-.,’('\u00a0", max_size=60)


@given(texts)
def test_nothing_but_white_space_changes(text: str) -> None:
    assert re.sub(r"\s+", " ", bind(text, "pl")) == re.sub(r"\s+", " ", text)


@given(texts)
def test_no_one_letter_word_is_followed_by_a_space_that_breaks(text: str) -> None:
    assert not re.search(r"(?:^|[\s(])[aiouwz][ \n\t]", bind(text, "pl"), re.IGNORECASE)


@given(texts)
def test_bound_twice_is_bound_once(text: str) -> None:
    assert bind(bind(text, "pl"), "pl") == bind(text, "pl")


@given(texts)
def test_english_is_left_as_it_is(text: str) -> None:
    assert bind(text, "en") == text


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("w umowie i w profilu", "w_umowie i_w_profilu"),
        ("2 i więcej osób", "2 i_więcej osób"),
        ("Z klientem (a nie obok)", "Z_klientem (a_nie obok)"),
        ("VAT-u i Gold", "VAT-u i_Gold"),
        ("dalej i\ntu", "dalej i_tu"),
        ("kraj i ", "kraj i_"),
        ("o_nas", "o_nas"),
        ("co by to", "co by to"),
    ],
)
def test_examples(text: str, bound: str) -> None:
    assert bind(text.replace("_", NO_BREAK_SPACE), "pl") == bound.replace("_", NO_BREAK_SPACE)


def test_text_of_a_page_is_bound_and_code_is_not(
    rendered: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Headings, lists, emphasis and what stands around them; not code, not addresses."""
    page = "# O nas i o was\n\n- w **domu i** *w lesie* z `a i b` i [u nas](/o nas)\n\n        i w kodzie\n"
    html = rendered(page, "partner_program.markdown").replace(NO_BREAK_SPACE, "_")
    assert ">O_nas i_o_was<" in html
    assert "w_<strong>domu i</strong>_<em>w_lesie</em> z_<code>a i b</code> i_" in html
    assert ">u_nas<" in html
    assert "i w kodzie" in html


def test_english_page_is_left_as_it_is(rendered: Callable[..., str]) -> None:
    from partner_program.markdown import ProgramExtension

    assert NO_BREAK_SPACE not in rendered("I have a text\n", ProgramExtension(lang="en"))
