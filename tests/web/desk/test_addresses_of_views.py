"""A view of the list is an address: what it asks for can be written down, shared and read back."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.submissions.workflow import CLOSED, OPEN, State, SubmissionKind
from forms_service.services.submission_queue import NOBODY, QueueFilter, Sort
from forms_service.web.desk import partner_filters, queue_filters

days = st.none() | st.dates(date(2020, 1, 1), date(2030, 12, 31))
words = st.text("abcdefgh 0123@.-ąż&=?#+%", max_size=30).map(lambda text: " ".join(text.split()))
views = st.builds(
    QueueFilter,
    kind=st.none() | st.sampled_from(SubmissionKind),
    states=st.sampled_from([OPEN, CLOSED, frozenset(State), *(frozenset({state}) for state in State)]),
    tier=st.sampled_from(["", "silver"]),
    owner=st.sampled_from(["", NOBODY, "reviewer@example.com"]),
    since=days,
    until=days,
    overdue=st.booleans(),
    search=words,
    trapped=st.booleans(),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 9999),
).filter(lambda view: not (view.since and view.until and view.since > view.until))


@given(views, st.sampled_from(["open", "all"]))
def test_an_address_asks_for_its_view(view: QueueFilter, usual: str) -> None:
    address = queue_filters.address(view, usual=usual)
    arguments = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    asked = queue_filters.read(arguments, usual=usual)
    assert asked.view == view
    assert asked.mistakes == {}


@given(
    st.dictionaries(
        st.sampled_from(["kind", "state", "since", "until", "page", "sort", "overdue"]), st.text()
    )
)
def test_any_address_can_be_read(arguments: dict[str, str]) -> None:
    """What is no choice of ours narrows nothing; only days are pointed out."""
    asked = queue_filters.read(arguments)
    assert asked.view.page >= 1
    assert set(asked.mistakes) <= {"since", "until"}


def test_the_plain_list_has_a_plain_address() -> None:
    assert queue_filters.address(QueueFilter()) == "/desk/"


def test_a_changed_view_begins_at_its_first_page() -> None:
    assert queue_filters.address(QueueFilter(page=7), kind=SubmissionKind.DEAL) == "/desk/?kind=deal"


@pytest.mark.parametrize("typed", ["2026-13-01", "11/12/2026", "yesterday", "0000-01-01", "1.13.2026"])
def test_what_is_no_day_is_pointed_out(typed: str) -> None:
    asked = queue_filters.read({"since": typed})
    assert asked.view.since is None
    assert asked.mistakes == {"since": queue_filters.NOT_A_DAY}
    assert asked.typed["since"] == typed


@pytest.mark.parametrize("read", [queue_filters.read, partner_filters.read])
def test_a_search_for_a_longer_text_is_told(read: Callable[[dict[str, str]], Any]) -> None:
    """It finds by the first 200 characters; spaces do not count twice."""
    assert read({"search": "a" * 201}).mistakes == {"search": queue_filters.SHORTENED}
    assert read({"search": "a" * 201}).view.search == "a" * 200
    assert read({"search": "a  " * 100}).mistakes == read({"search": "a" * 200}).mistakes == {}


def test_days_the_wrong_way_round_are_pointed_out() -> None:
    asked = queue_filters.read({"since": "2026-02-01", "until": "2026-01-01"})
    assert (asked.view.since, asked.view.until) == (None, None)
    assert asked.mistakes == {"until": queue_filters.TURNED_ROUND}
