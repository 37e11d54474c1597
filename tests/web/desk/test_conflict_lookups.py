"""How often one request looks up who else has a customer."""

import pytest

from tests.factories.desk import OWN, REVIEWER_1, DeskApp, conflict_lookups, words


@pytest.mark.counts_work
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (None, 200),
        ({"action": "take"}, 303),
        ({"action": "note", "text": ""}, 422),
        ({"action": "ask", "text": "When?"}, 303),
        ({"action": "reject", "reason": "outside-offer"}, 303),
        ({"action": "reject", "reason": "unknown"}, 422),
        ({"action": "approve", "percent": "10", "despite_conflict": "Another site"}, 303),
        ({"action": "approve", "percent": "10"}, 422),
        ({"action": "approve", "percent": "110", "despite_conflict": "Another site"}, 422),
        ({"action": "approve", "percent": "10", "seen": "7"}, 409),
    ],
)
def test_a_request_looks_conflicts_up_once(
    desk_app: DeskApp, fields: dict[str, str] | None, status: int
) -> None:
    """At most: to look, to decide, and where it is refused for a conflict and the page says which."""
    desk_app.deal()
    desk_app.clock.forward(hours=1)
    reference = desk_app.deal(partner_email="sales@rival.example")
    browser = desk_app.browser(REVIEWER_1)
    with conflict_lookups() as looked_up:
        if fields is None:
            answer = browser.get(f"/desk/submissions/{reference}")
        else:
            terms = {"benefit": "commission", "product": "Cloud migration"}
            answer = desk_app.do(browser, reference, **{**terms, **fields})
    assert answer.status_code == status
    assert len(looked_up) <= 1
    assert len(looked_up) == 1 or status == 303


@pytest.mark.parametrize(
    ("fields", "status"),
    [({}, 303), ({"outcome": ""}, 422), ({"on": "2099-01-01"}, 422), ({"seen": "1"}, 409)],
)
def test_a_result_looks_conflicts_up_once(desk_app: DeskApp, fields: dict[str, str], status: int) -> None:
    """Only for a page that is shown."""
    reference = desk_app.deal()
    desk_app.clock.forward(hours=1)
    browser = desk_app.browser(REVIEWER_1)
    desk_app.approve(browser, reference)
    seen = str(len(desk_app.record(reference)["history"]))
    typed = {"seen": seen, "outcome": "lost", "on": "2026-11-23", "text": "Another offer", **fields}
    with conflict_lookups() as looked_up:
        answer = browser.post(f"/desk/submissions/{reference}/result", data=typed, headers=OWN)
    assert answer.status_code == status, words(answer)
    assert len(looked_up) == (status != 303)
