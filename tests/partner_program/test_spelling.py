"""A name that does not exist is answered with the ones that do."""

import pytest

from partner_program.nearest_name import instead_of, nearest


@pytest.mark.parametrize(
    ("name", "known", "answer"),
    [
        ("golde", ["silver", "gold"], "did you mean `gold`? There are `silver`, `gold`"),
        ("GOLD", ["silver", "gold"], "did you mean `gold`? There are `silver`, `gold`"),
        ("x", ["silver", "gold"], "write one of `silver`, `gold`"),
        ("x", [], "there are none yet"),
    ],
)
def test_the_nearest_name_comes_first(name: str, known: list[str], answer: str):
    assert instead_of(name, known) == answer


def test_a_name_unlike_any_other_has_no_nearest():
    assert nearest("zzz", ["silver", "gold"]) is None
