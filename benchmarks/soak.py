"""Mixed traffic for ten minutes while the service is killed at random: then a full account.

People read pages, send forms (good, bad, again, with rows), look at their links and withdraw; slow clients
hold connections; the service gets SIGKILL every few seconds and is started again. Whoever's connection breaks
sends the same form again, as a person would, and it must be there once.

`python -m benchmarks.soak [SECONDS]`. Ends with 0 only if every promise was kept.
"""

import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from benchmarks.ledger import Ledger
from benchmarks.people import Person, Where
from benchmarks.running import Running, service
from publishing.build import TRIAL, build
from tests.conftest import free_port

SECONDS = 600.0
PEOPLE = 8
SLOW = 60
BETWEEN_KILLS = (4.0, 15.0)


def main() -> int:
    """Soak; the exit code."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    site, _ = build(site=TRIAL)
    ledger, where = Ledger(), Where(free_port())
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        running = service(site, data, where.port)
        people = [Person(number, ledger, where) for number in range(PEOPLE)]
        slow = [Slow(where) for _ in range(SLOW)]
        for thread in (*people, *slow):
            thread.start()
        memory = _soak(running, site, data, where, seconds)
        for thread in (*people, *slow):
            thread.join()
        account = ledger.account(data)
    print()
    _print_traffic(people, slow)
    print("\n".join(account.lines()))
    print(f"memory         {memory[0]:>5.0f} MB at the start, {memory[1]:.0f} MB at the end")
    wrong = [problem for each in people for problem in each.wrong]
    print(f"wrong answers  {len(wrong):>8,}   {'; '.join(wrong[:5])}")
    good = account.is_clean and not wrong and account.acknowledged > 0
    print("\nEvery promise was kept." if good else "\nThis is NOT as promised.")
    return 0 if good else 1


def _soak(running: Running, site: Path, data: Path, where: Where, seconds: float) -> tuple[float, float]:
    """Kill and restart until the time is over, then end the service; its memory at the start and then."""
    chance, began, kills = random.Random(), time.monotonic(), 0
    where.is_open.set()
    time.sleep(min(5.0, seconds / 4))
    first = running.memory_mb
    while (left := seconds - (time.monotonic() - began)) > BETWEEN_KILLS[1] / 2:
        time.sleep(min(chance.uniform(*BETWEEN_KILLS), left / 2))
        before = running.memory_mb
        where.is_open.clear()
        running.kill()
        kills += 1
        restarted = time.perf_counter()
        running = service(site, data, where.port)
        where.is_open.set()
        print(
            f"{time.monotonic() - began:5.0f} s   SIGKILL {kills:3}   {before:4.0f} MB"
            f"   up again after {time.perf_counter() - restarted:.1f} s",
            flush=True,
        )
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    where.is_over.set()
    last = running.memory_mb
    code = running.stop()
    print(f"{time.monotonic() - began:5.0f} s   SIGTERM, ended with {code}")
    return first, last


class Slow(threading.Thread):
    """Somebody who takes a connection and sends a byte now and then: of the head, of a body, or nothing."""

    def __init__(self, where: Where) -> None:
        super().__init__()
        self._where = where
        self.closed = 0
        """How often the service had enough of it."""

    def run(self) -> None:
        while not self._where.is_over.is_set():
            if self._where.is_open.wait(0.5):
                with suppress(OSError):
                    self._trickle()
            self._where.is_over.wait(0.2)

    def _trickle(self) -> None:
        sent = random.choice(
            (
                b"",
                b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
                b"POST /apply/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n",
            )
        )
        with socket.create_connection(("127.0.0.1", self._where.port), timeout=20) as connection:
            connection.sendall(sent)
            connection.settimeout(0.01)
            while not self._where.is_over.wait(1.0):
                if sent:
                    connection.sendall(b"x")
                with suppress(TimeoutError):
                    if not connection.recv(1000):
                        self.closed += 1
                        return


def _print_traffic(people: list[Person], slow: list[Slow]) -> None:
    total: Counter[str] = sum((each.done for each in people), Counter())
    total["slow connections closed by the service"] = sum(each.closed for each in slow)
    for what, times in sorted(total.items()):
        print(f"{what:<44} {times:>8,}")
    print()


if __name__ == "__main__":
    sys.exit(main())
