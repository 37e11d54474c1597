"""How often something may be done."""

from datetime import timedelta
from ipaddress import ip_address

import pytest

from forms_service.services.counter_table import CounterTable
from forms_service.services.rate_limiter import LimitExceeded, RateLimiter
from forms_service.web.security import client_of


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_sixth_time_within_the_while_is_refused():
    seconds = Seconds()
    allowance = RateLimiter(5, timedelta(minutes=15), clock=seconds)
    assert [allowance.take("a") for _ in range(7)] == [True] * 5 + [False] * 2
    assert allowance.take("b")


def test_the_window_moves():
    """Each time counts for 15 minutes, not until some full quarter of an hour."""
    seconds = Seconds()
    allowance = RateLimiter(2, timedelta(minutes=15), clock=seconds)
    assert allowance.take("a")
    seconds.now = 600
    assert allowance.take("a")
    seconds.now = 899.9
    assert not allowance.take("a")
    seconds.now = 900
    assert allowance.take("a")
    assert not allowance.take("a")


def test_a_hundred_thousand_clients_take_no_more_memory_than_allowed():
    allowance = RateLimiter(20, timedelta(minutes=15), clock=Seconds(), most_keys=1000)
    for number in range(100_000):
        allowance.take(str(number))
    assert len(allowance) <= 1000


def test_keys_that_were_quiet_for_the_while_are_forgotten():
    seconds = Seconds()
    allowance = RateLimiter(20, timedelta(minutes=15), clock=seconds)
    for number in range(100):
        allowance.take(str(number))
    seconds.now = 901
    allowance.take("new")
    assert len(allowance) == 1


def test_several_rates_hold_together():
    """The notation of `RATE_LIMIT`; the wait is that of the one that refused."""
    seconds = Seconds()
    allowance = RateLimiter.of("2 per minute; 3 per hour", clock=seconds)
    waits = []
    for seconds.now in (0, 1, 2, 60, 61):
        try:
            allowance.spend("a")
        except LimitExceeded as error:
            waits.append((error.retry_after, error.minutes))
    assert waits == [(58, 1), (3539, 59)]
    assert allowance.take("b")


def test_the_wait_is_that_of_the_network_that_is_full():
    seconds = Seconds()
    allowance = RateLimiter.of("1 per minute", clock=seconds)
    for seconds.now in range(4):
        allowance.spend_client(f"2001:db8:1:{seconds.now}::/64")
    with pytest.raises(LimitExceeded) as refused:
        allowance.spend_client("2001:db8:1:9::/64")
    assert refused.value.retry_after == 57


@pytest.mark.parametrize("allowance", [RateLimiter(None, timedelta(minutes=15)), RateLimiter.of("")])
def test_none_means_any_number(allowance):
    assert all(allowance.take("a") for _ in range(100))
    assert len(allowance) == 0


def test_fresh_addresses_push_out_no_full_counter():
    """L1: they push out one another; whoever has used up their times stays refused."""
    allowance = RateLimiter(5, timedelta(minutes=15), clock=Seconds(), most_keys=100)
    assert [allowance.take("attacker") for _ in range(6)] == [True] * 5 + [False]
    for number in range(10_000):
        assert allowance.take(f"fresh {number}")
    assert not allowance.take("attacker")
    assert len(allowance) == 100


def test_somebody_new_is_counted_also_while_the_table_is_full():
    """L1: a table full of others that came twice keeps no newcomer uncounted."""
    allowance = RateLimiter(3, timedelta(minutes=15), clock=Seconds(), most_keys=10)
    for number in range(10):
        allowance.take(f"busy {number}")
        allowance.take(f"busy {number}")
    assert [allowance.take("new") for _ in range(4)] == [True] * 3 + [False]


@pytest.mark.parametrize(("spread", "allowed"), [(0, 3), (56, 4 * 3), (48, 16 * 3), (32, 100)])
def test_the_networks_around_a_client_are_counted_wider(spread, allowed):
    """L1: ever new /64 of one /56 or one /48; what is refused takes nothing from the neighbours."""
    allowance = RateLimiter(3, timedelta(minutes=15), clock=Seconds())
    step = {0: 0, 56: 2**64, 48: 2**72, 32: 2**80}[spread]
    first = int(ip_address("2001:db8::"))
    clients = [client_of(str(ip_address(first + number * step))) for number in range(100)]
    assert [allowance.take_client(client) for client in clients].count(True) == allowed
    assert allowance.take_client(client_of("2001:db9::1"))
    for _ in range(100):
        allowance.take_client(client_of("2001:db9::1"))
    assert allowance.take_client(client_of("2001:db9:0:1::1"))


def test_an_ipv4_address_is_counted_by_itself():
    allowance = RateLimiter(2, timedelta(minutes=15), clock=Seconds())
    assert all(allowance.take_client(client_of(f"192.0.2.{number}")) for number in range(200))
    assert allowance.take_client(client_of("192.0.2.1"))
    assert not allowance.take_client(client_of("192.0.2.1"))


def test_the_table_forgets_what_has_ended_whatever_it_counted():
    """And keeps no more of what is gone than a few times what it may hold."""
    table: CounterTable[int] = CounterTable(10)
    table.put("old", 99, count=99, ends=5, now=0)
    assert (table.get("old", 4.9), table.get("old", 5)) == (99, None)
    for number in range(1000):
        table.put(f"key {number}", 1, count=1, ends=1000, now=6)
        table.put("again", number, count=1, ends=1000 + number, now=6)
    assert len(table) == 10 and table.get("again", 6) == 999
    assert len(table._ends) <= 45
