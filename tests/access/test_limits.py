"""How often something may be done."""

import sys
from datetime import timedelta

from forms_service.access.limits import Allowance


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_sixth_time_within_the_while_is_refused():
    seconds = Seconds()
    allowance = Allowance(5, timedelta(minutes=15), clock=seconds)
    assert [allowance.take("a") for _ in range(7)] == [True] * 5 + [False] * 2
    assert allowance.take("b")


def test_the_window_moves():
    """Each time counts for 15 minutes, not until some full quarter of an hour."""
    seconds = Seconds()
    allowance = Allowance(2, timedelta(minutes=15), clock=seconds)
    assert allowance.take("a")
    seconds.now = 600
    assert allowance.take("a")
    seconds.now = 899.9
    assert not allowance.take("a")
    seconds.now = 900
    assert allowance.take("a")
    assert not allowance.take("a")


def test_a_hundred_thousand_clients_take_no_more_memory_than_allowed():
    allowance = Allowance(20, timedelta(minutes=15), clock=Seconds(), most_keys=1000)
    for number in range(100_000):
        allowance.take(str(number))
    assert len(allowance) <= 1000
    assert sys.getsizeof(allowance._taken) < 1_000_000


def test_keys_that_were_quiet_for_the_while_are_forgotten():
    seconds = Seconds()
    allowance = Allowance(20, timedelta(minutes=15), clock=seconds)
    for number in range(100):
        allowance.take(str(number))
    seconds.now = 901
    allowance.take("new")
    assert len(allowance) == 1


def test_none_means_any_number():
    allowance = Allowance(None, timedelta(minutes=15))
    assert all(allowance.take("a") for _ in range(100))
    assert len(allowance) == 0
