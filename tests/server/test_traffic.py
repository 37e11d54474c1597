"""Mail lets people go first, but not for ever."""

import time

from forms_service.server.traffic import CALM_SECONDS, Traffic


def test_where_nobody_waits_nothing_does() -> None:
    """At once, if no request has come."""
    began = time.monotonic()
    Traffic().wait_for_calm(10)
    assert time.monotonic() - began < 1


def test_after_a_request_it_is_calm_soon() -> None:
    """People answer a page with the next click; a breath without one is calm."""
    traffic = Traffic()
    with traffic.request():
        pass
    began = time.monotonic()
    traffic.wait_for_calm(10)
    assert CALM_SECONDS <= time.monotonic() - began < 5


def test_endless_traffic_is_not_waited_for() -> None:
    """After its time a mail is written, however busy it is."""
    traffic = Traffic()
    with traffic.request():
        began = time.monotonic()
        traffic.wait_for_calm(0.2)
        assert 0.2 <= time.monotonic() - began < 5


def test_what_is_needed_now_does_not_wait() -> None:
    """The wait ends when it is told that there is a reason."""
    traffic, reasons = Traffic(), iter([False, False, True])
    with traffic.request():
        traffic.wait_for_calm(3600, unless=lambda: next(reasons))
    assert next(reasons, None) is None
