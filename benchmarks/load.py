"""Load for the benchmarks: posts over kept-alive connections to a server on this machine, and its figures."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Figures:
    """What a run came to. Times are of single requests."""

    per_second: float
    median_ms: float
    p99_ms: float
    statuses: dict[int, int]


def run(
    port: int, path: str, fields: Callable[[int], dict[str, str]], *, connections: int, posts: int
) -> Figures:
    """Send `posts` forms over `connections` connections at once; `fields` makes the n-th form."""
    times: list[float] = []
    statuses: dict[int, int] = {}
    numbers = iter(range(posts))
    lock = threading.Lock()

    def one_client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            body = urlencode(fields(number))
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            started = time.perf_counter()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            took = time.perf_counter() - started
            with lock:
                times.append(took)
                statuses[answer.status] = statuses.get(answer.status, 0) + 1
        connection.close()

    clients = [threading.Thread(target=one_client) for _ in range(connections)]
    started = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.perf_counter() - started
    times.sort()
    return Figures(
        per_second=posts / took,
        median_ms=statistics.median(times) * 1000,
        p99_ms=times[int(len(times) * 0.99) - 1] * 1000,
        statuses=statuses,
    )
