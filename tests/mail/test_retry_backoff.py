"""Waits before another try."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from forms_service.mail.retry_backoff import BETWEEN_ATTEMPTS, WHILE_UNREACHABLE, Backoff


@given(st.integers(1, 10**6), st.integers())
def test_no_wait_is_shorter_than_the_first_or_longer_than_the_ceiling(failures: int, seed: int) -> None:
    for waits in (BETWEEN_ATTEMPTS, WHILE_UNREACHABLE):
        assert waits.first <= waits.after(failures, random.Random(seed)) <= waits.ceiling


def test_waits_double_until_the_longest() -> None:
    class Least(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return a

    waits = Backoff(timedelta(seconds=5), timedelta(seconds=60))
    assert [waits.after(number, Least()).seconds for number in range(1, 7)] == [5, 10, 20, 40, 60, 60]
