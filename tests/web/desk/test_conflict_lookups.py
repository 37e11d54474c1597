"""How often one request looks up who else has a customer."""

import sys
from types import FrameType
from typing import Any

import pytest

from forms_service.services import conflict_lookup
from tests.factories.desk import REVIEWER_1, DeskApp


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
    looked_up = 0

    def count(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal looked_up
        looked_up += event == "call" and frame.f_code is conflict_lookup.conflicts_of.__code__

    sys.setprofile(count)
    try:
        if fields is None:
            answer = browser.get(f"/desk/submissions/{reference}")
        else:
            terms = {"benefit": "commission", "product": "Cloud migration"}
            answer = desk_app.do(browser, reference, **{**terms, **fields})
    finally:
        sys.setprofile(None)
    assert answer.status_code == status
    assert looked_up <= 1
    assert looked_up == 1 or status == 303
