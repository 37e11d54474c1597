"""The list of checks names tests that exist, and leaves no check out."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

ROWS = dict(
    re.findall(r"^\| ([A-Z][0-9]+) \| (.+) \|$", (TESTS / "CHECKS.md").read_text(encoding="utf-8"), re.M)
)
HOW_MANY = {"S": 16, "H": 11, "C": 7, "A": 10, "I": 5, "M": 8, "P": 6, "T": 5, "Y": 7}


@cache
def names_in(file: str) -> set[str]:
    """The names of all tests in a file, those of classes too."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_no_check_is_left_out() -> None:
    assert list(ROWS) == [f"{kind}{n}" for kind, most in HOW_MANY.items() for n in range(1, most + 1)]


@pytest.mark.parametrize("check", ROWS)
def test_the_tests_of_a_check_exist(check: str) -> None:
    for named in ROWS[check].split(", "):
        file, _, test = named.partition("::")
        assert test.startswith("test_")
        assert test in names_in(file), named
