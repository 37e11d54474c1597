"""Older versions of what was said, kept as differences or, from before that, whole."""

from typing import Any

import pytest

from forms_service.domain.submissions.history import difference, versions

ROWS = [{"name": "A", "email": "a@partner.example"}, {"name": "B", "email": "b@partner.example"}]
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another value": ({"a": "1", "b": "2"}, {"a": "1", "b": "3"}),
    "a field more": ({"a": "1"}, {"a": "1", "b": ""}),
    "a field less": ({"a": "1", "b": None}, {"a": "1"}),
    "rows": ({"contacts": ROWS}, {"contacts": ROWS[:1]}),
    "all of it": ({"a": "1"}, {"b": "2"}),
    "nothing": ({"a": "1"}, {"a": "1"}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_version_before_is_told_from_the_difference(name: str) -> None:
    before, after = CHANGES[name]
    kept = {"until": "then", "program": "p", **difference(before, after)}
    record = {"said": after, "versions": [kept]}
    assert versions(record) == [{"until": "then", "said": before, "program": "p"}]


def test_whole_versions_of_older_records_and_differences_stand_side_by_side() -> None:
    """A record that was corrected before differences were kept is corrected again."""
    first, second, third, now = ({"a": str(n), "b": "same"} for n in range(4))
    record = {
        "said": now,
        "versions": [
            {"until": "1", "said": first, "program": None},
            {"until": "2", "said": second, "program": None},
            {"until": "3", "program": None, **difference(third, now)},
        ],
    }
    assert [each["said"] for each in versions(record)] == [first, second, third]
