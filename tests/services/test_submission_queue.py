"""The list of submissions: what is in a view, in what order, page by page, at a cost that does not grow."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms_service.domain.clock import moment, stamp
from forms_service.domain.submissions import search_terms
from forms_service.domain.submissions.workflow import CLOSED, OPEN, Action, State, SubmissionKind, states_of
from forms_service.services import submission_queue as queue_module
from forms_service.services import tables
from forms_service.services.database import open_folder
from forms_service.services.submission_queue import NOBODY, QueueFilter, RowWarning, Sort, SubmissionQueue
from forms_service.store.store import Document, Store
from partner_program.model import Program
from tests.factories.services import UseCases
from tests.factories.submissions import application_answers, deal_answers

EVERY = frozenset(State)
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def found(use_cases: UseCases, **view: Any) -> list[str]:
    return [row.record["id"] for row in use_cases.queue.page(QueueFilter(**view)).rows]


def test_most_urgent_first(use_cases: UseCases) -> None:
    """The nearest deadline, then what has none by its age; what is closed is not in the list at all."""
    application = use_cases.application()
    late = use_cases.deal()
    use_cases.clock.forward(days=1)
    later, closed = use_cases.deal(), use_cases.reject(use_cases.deal())
    assert found(use_cases) == [late["id"], later["id"], application["id"]]
    assert found(use_cases, states=EVERY) == [late["id"], later["id"], application["id"], closed["id"]]


def test_what_a_row_says(use_cases: UseCases) -> None:
    """What it is, who, customer, value, time left, owner, and what stands out."""
    use_cases.partner(company_name="Partner sp. z o.o.")
    deal = use_cases.do(use_cases.deal(customer_name="Zgrabka S.A."), Action.TAKE)
    use_cases.clock.forward(days=3)
    (row,) = use_cases.queue.page(QueueFilter(kind=SubmissionKind.DEAL)).rows
    assert row.record == deal
    assert (row.company, row.sender, row.customer) == (
        "Partner sp. z o.o.",
        "advisor@partner.example",
        "Zgrabka S.A.",
    )
    assert (str(row.value), row.currency) == ("25000.50", "PLN")
    assert (row.remaining, row.waiting) == (-1, 3)
    assert row.warnings == ()


def test_what_stands_out_in_a_row(use_cases: UseCases) -> None:
    """A customer others have, a sender nobody knows, a mail that did not arrive: that also when closed."""
    deal = use_cases.deal(customer_name="Zgrabka")
    use_cases.deal(customer_name="ZGRABKA S.A.", partner_email="else@other.example")
    (mail,) = use_cases.mails(deal, "deal-received")
    with use_cases.store.batch() as batch:
        batch.replace("mails", {**mail, "state": "dead"}, mail["version"])
    rows = {row.record["id"]: row for row in use_cases.queue.page(QueueFilter()).rows}
    assert rows[deal["id"]].warnings == (RowWarning.CONFLICT, RowWarning.SENDER, RowWarning.MAIL)
    use_cases.reject(deal)
    (closed,) = use_cases.queue.page(QueueFilter(states=CLOSED)).rows
    assert (closed.warnings, closed.remaining) == ((RowWarning.MAIL,), None)


def test_filters_narrow_the_list(use_cases: UseCases) -> None:
    deal, application = use_cases.deal(), use_cases.application(tier="gold")
    taken = use_cases.do(use_cases.deal(), Action.TAKE)
    caught = use_cases.deal(trapped=True)
    assert found(use_cases, kind=SubmissionKind.APPLICATION) == [application["id"]]
    assert found(use_cases, states=frozenset({State.UNDER_REVIEW})) == [taken["id"]]
    assert found(use_cases, tier="gold") == [application["id"]]
    assert found(use_cases, tier="silver") == []
    assert found(use_cases, owner="advisor@vendor.example") == [taken["id"]]
    assert found(use_cases, owner=NOBODY) == [deal["id"], application["id"]]
    assert found(use_cases, trapped=True) == [caught["id"]]
    assert found(use_cases, trapped=True, kind=SubmissionKind.APPLICATION) == []


def test_what_is_overdue(use_cases: UseCases) -> None:
    """From the first moment after the deadline; applications never are."""
    use_cases.application()
    deal = use_cases.deal()
    use_cases.clock.now = moment(deal["decide_by"])
    assert found(use_cases, overdue=True) == []
    use_cases.clock.forward(seconds=1)
    assert found(use_cases, overdue=True) == [deal["id"]]
    use_cases.approve(deal)
    assert found(use_cases, overdue=True, states=EVERY) == []


def test_a_period_is_of_days_in_the_program_s_time_zone(use_cases: UseCases) -> None:
    """Half past eleven in the evening UTC is the next day in Warsaw."""
    use_cases.clock.now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    deal = use_cases.deal()
    assert found(use_cases, since=date(2026, 11, 24), until=date(2026, 11, 24)) == [deal["id"]]
    assert found(use_cases, until=date(2026, 11, 23)) == []
    assert found(use_cases, since=date(2026, 11, 25)) == []
    assert found(use_cases, until=date.max) == [deal["id"]]


SEARCHED = {
    "reference": "DEAL-",
    "customer": "zgrabka",
    "beginning": "zgra",
    "legal form": "Zgrabka sp. z o.o.",
    "without diacritics": "lodz",
    "number": "526-025-02-74",
    "number with spaces": "526 025 02 74",
    "number with prefix": "PL5260250274",
    "address": "advisor@partner.example",
    "domain": "partner.example",
    "customer's website": "www.zgrabka.example",
    "two words": "zgrabka advisor@partner.example",
}


@pytest.mark.parametrize("text", SEARCHED.values(), ids=SEARCHED)
def test_search_finds_what_people_type(use_cases: UseCases, text: str) -> None:
    deal = use_cases.deal(
        customer_name="Zgrabka Łódź S.A.",
        customer_tax_id="PL5260250274",
        customer_website="https://www.zgrabka.example",
    )
    use_cases.application(
        company_name="Other",
        website="",
        contacts=[{"name": "X", "email": "x@other.example"}],
        sponsor=None,
    )
    text = deal["id"].lower() if text == "DEAL-" else text
    assert found(use_cases, search=text) == [deal["id"]]


def test_search_by_half_a_reference_and_for_nothing(use_cases: UseCases) -> None:
    deal = use_cases.deal()
    assert found(use_cases, search=deal["id"].partition("-")[2]) == [deal["id"]]
    assert found(use_cases, search=f"  {deal['id'][:9]} ") == [deal["id"]]
    assert found(use_cases, search="zgrabka") == []
    assert found(use_cases, search="") == [deal["id"]]


def test_search_follows_the_other_filters(use_cases: UseCases) -> None:
    """A view of open ones finds no closed one."""
    deal = use_cases.reject(use_cases.deal(customer_name="Zgrabka"))
    assert found(use_cases, search="zgrabka") == []
    assert found(use_cases, search="zgrabka", states=EVERY) == [deal["id"]]
    assert found(use_cases, search="zgrabka", states=EVERY, kind=SubmissionKind.APPLICATION) == []


def test_a_corrected_answer_is_found_and_the_old_one_is_not(use_cases: UseCases) -> None:
    deal = use_cases.deal(customer_name="Zgrabka")
    use_cases.submissions.correct(deal["id"], deal_answers("Migotka"), program=use_cases.program)
    assert found(use_cases, search="migotka") == [deal["id"]]
    assert found(use_cases, search="zgrabka") == []


def test_pages(use_cases: UseCases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every submission on one page; a page too far is the last one."""
    monkeypatch.setattr(queue_module, "PAGE_ROWS", 3)
    deals = [use_cases.deal()["id"] for _ in range(7)]
    pages = [use_cases.queue.page(QueueFilter(page=n)) for n in (1, 2, 3)]
    assert [row.record["id"] for page in pages for row in page.rows] == deals
    assert [(page.total, page.page, page.pages) for page in pages] == [(7, n, 3) for n in (1, 2, 3)]
    assert use_cases.queue.page(QueueFilter(page=99)).page == 3
    assert use_cases.queue.page(QueueFilter(page=-1)).page == 1
    nothing = use_cases.queue.page(QueueFilter(kind=SubmissionKind.APPLICATION, page=2))
    assert (nothing.total, nothing.page, nothing.pages) == (0, 1, 1)


def records(many: int) -> Iterator[Document]:
    """Submissions of every kind, state, tier and owner, at different times."""
    kinds = [(kind, state) for kind in SubmissionKind for state in states_of(kind)]
    choices = product(("silver", "gold"), (None, "advisor@vendor.example", "second@vendor.example"), kinds)
    for n, (tier, owner, (kind, state)) in zip(range(many), _for_ever(list(choices)), strict=False):
        received = NOW - timedelta(hours=(n * 37) % 400)
        is_deal = kind is SubmissionKind.DEAL
        said = (
            deal_answers(f"Klient {n}")
            if is_deal
            else application_answers(tier=tier, company_name=f"Firma {n % 5}x")
        )
        yield {
            "id": f"{'DEAL' if is_deal else 'APP'}-{n:04}",
            "kind": kind.value,
            "state": state.value,
            "lang": "pl",
            "said": said,
            "received_at": stamp(received),
            "decide_by": stamp(received + timedelta(days=2)) if is_deal and n % 4 else None,
            "deadline": None,
            "owner": owner,
            "trapped": n % 11 == 0,
            "keys": [],
            "terms": search_terms.terms(said),
            "history": [{"at": stamp(received), "who": "sender", "what": "submit", "state": "received"}],
        }


def _for_ever(choices: list[Any]) -> Iterator[Any]:
    while True:
        yield from choices


@pytest.fixture(scope="module")
def filled(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SubmissionQueue]:
    store = open_folder(tmp_path_factory.mktemp("queue"))
    with store.batch() as batch:
        for record in records(400):
            batch.add("records", record)
    yield SubmissionQueue(store, lambda: NOW, lambda: program)
    store.close()


DAYS = st.one_of(st.none(), st.dates(date(2026, 11, 8), date(2026, 11, 26)))
VIEWS = st.builds(
    QueueFilter,
    kind=st.sampled_from([None, *SubmissionKind]),
    states=st.one_of(st.just(OPEN), st.frozensets(st.sampled_from(State))),
    tier=st.sampled_from(["", "silver", "gold"]),
    owner=st.sampled_from(["", NOBODY, "advisor@vendor.example", "nobody@vendor.example"]),
    since=DAYS,
    until=DAYS,
    overdue=st.booleans(),
    search=st.sampled_from(["", "", "klient", "firma 3x", "partner.example", "deal-0"]),
    trapped=st.booleans(),
    sort=st.sampled_from(Sort),
    page=st.integers(1, 9),
)


def expected(view: QueueFilter) -> list[Document]:
    """The same view, by looking at everything."""

    def fits(record: Document) -> bool:
        day = moment(record["received_at"]).astimezone(tz=ZONE).date()
        return (
            record["trapped"] == view.trapped
            and record["state"] in view.states
            and view.kind in (None, record["kind"])
            and view.tier in ("", record["said"].get("tier"))
            and view.owner in ("", record["owner"] or NOBODY)
            and (view.since or date.min) <= day <= (view.until or date.max)
            and (
                not view.overdue
                or (record["state"] in OPEN and record["decide_by"] and record["decide_by"] < stamp(NOW))
            )
            and search_terms.fits(record, search_terms.understood(view.search))
        )

    by = {
        Sort.URGENT: tables.urgency,
        Sort.NEWEST: lambda record: record["received_at"],
        Sort.OLDEST: lambda record: record["received_at"],
    }
    return sorted(filter(fits, records(400)), key=by[view.sort], reverse=view.sort is Sort.NEWEST)


ZONE = moment("2026-11-25T00:00:00+01:00").tzinfo


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(view=VIEWS)
def test_any_view_is_what_looking_at_everything_gives(filled: SubmissionQueue, view: QueueFilter) -> None:
    """Whatever is combined: the same submissions, in the same order, the right total and page."""
    wanted = expected(view)
    page = filled.page(view)
    assert page.total == len(wanted)
    assert not page.is_cut
    assert page.sort is view.sort
    start = (page.page - 1) * 50
    key = tables.urgency if view.sort is Sort.URGENT else (lambda record: record["received_at"])
    rows = [row.record for row in page.rows]
    assert [key(row) for row in rows] == [key(each) for each in wanted[start : start + 50]]
    assert {row["id"] for row in rows} <= {each["id"] for each in wanted}
    assert sorted(each["id"] for each in filled.records(view)) == sorted(each["id"] for each in wanted)


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize(
    "view",
    [
        {},
        {"states": EVERY},
        {"owner": "advisor@vendor.example"},
        {"since": date(2026, 11, 10)},
        {"overdue": True},
        {"overdue": True, "since": date(2026, 11, 10)},
        {"search": "klient"},
    ],
    ids=["all", "states", "owner", "since", "overdue", "overdue since", "search"],
)
def test_few_submissions_are_looked_at(
    filled: SubmissionQueue, monkeypatch: pytest.MonkeyPatch, view: dict[str, Any], sort: Sort
) -> None:
    """Where more match than may be looked at, the page says so or falls back to an order that is ready."""
    monkeypatch.setattr(queue_module, "LOOKED_AT", 10)
    looks = 0

    def count(store: Store, name: str) -> None:
        look = getattr(Store, name)

        def counting(*arguments: Any, **options: Any) -> Any:
            nonlocal looks
            answer = look(store, *arguments, **options)
            looks += len(answer) if arguments[0] == "records" else 0
            return answer

        monkeypatch.setattr(store, name, counting)

    for name in ("listed", "range", "find"):
        count(filled._store, name)
    page = filled.page(QueueFilter(**view, sort=sort))
    assert looks <= 61
    if page.sort is not sort:
        assert page.total > 10
        assert [row.record["id"] for row in page.rows] == [
            row.record["id"] for row in filled.page(QueueFilter(**view, sort=page.sort)).rows
        ]
    everything = list(filled.records(QueueFilter(**view, sort=sort)))
    assert len(everything) == len(expected(QueueFilter(**view, sort=sort)))
