"""Kill the service under load before your eyes, several times, start it again, and count what is there.

Ends with 0 only if nothing that was acknowledged is lost, nothing is there twice, and nothing is half there.
"""

import http.client
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.deals import deal
from benchmarks.ledger import Ledger
from benchmarks.running import Running, service
from publishing.build import TRIAL, build
from tests.conftest import free_port

KILLS = 6
CLIENTS = 16
SECONDS = (0.4, 1.8)
"""Between two kills, at least and at most."""


def main() -> int:
    """Run the drill; the exit code."""
    site, _ = build(site=TRIAL)
    ledger, chance, port = Ledger(), random.Random(), free_port()
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        print(
            f"{CLIENTS} partners send deals as fast as they are answered; the service is killed meanwhile.\n"
        )
        for kill in range(1, KILLS + 1):
            began = time.perf_counter()
            running = service(site, data, port)
            up = time.perf_counter() - began
            already = len(ledger.acknowledged)
            crowd = _crowd(port, ledger, kill)
            _watch(ledger, already, up, chance.uniform(*SECONDS))
            running.kill()
            for client in crowd:
                client.join()
            print(f"\r{_line(ledger, already, up)}  SIGKILL {kill}", flush=True)
        status = _newest_link(service(site, data, port), ledger)
        print(f"\nstarted once more: the newest status link answers {status}\n")
        account = ledger.account(data)
    print("\n".join(account.lines()))
    good = account.is_clean and account.acknowledged > 0 and status == 200
    print("\nNothing that was acknowledged is lost." if good else "\nThis is NOT as promised.")
    return 0 if good else 1


def _crowd(port: int, ledger: Ledger, kill: int) -> list[threading.Thread]:
    """Clients that send until the service is gone."""
    crowd = [
        threading.Thread(target=_send, args=(port, ledger, kill * 10**8 + client * 10**6))
        for client in range(CLIENTS)
    ]
    for client in crowd:
        client.start()
    return crowd


def _send(port: int, ledger: Ledger, first: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        for number in range(first, first + 10**6):
            form = deal(number)
            ledger.note_sent(form["customer_name"], form)
            connection.request("POST", "/register-deal/", urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 303:
                raise RuntimeError(f"a good deal was answered with {answer.status}")
            ledger.note_acknowledged(form["customer_name"], answer.headers["Location"])
    except (OSError, http.client.HTTPException):
        connection.close()


def _watch(ledger: Ledger, already: int, up: float, seconds: float) -> None:
    """Show the count grow until it is time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        print(f"\r{_line(ledger, already, up)}", end="", flush=True)
        time.sleep(0.05)


def _line(ledger: Ledger, already: int, up: float) -> str:
    return f"  up after {up:4.1f} s   {len(ledger.acknowledged) - already:5,} acknowledged"


def _newest_link(running: Running, ledger: Ledger) -> int:
    """What the link that was given out last answers; then the service is ended."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    _, address = ledger.some_acknowledged(-1) or ("", "/")
    connection.request("GET", address)
    status = connection.getresponse().status
    connection.close()
    running.stop()
    return status


if __name__ == "__main__":
    sys.exit(main())
