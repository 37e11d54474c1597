"""What one POST of a deal takes, in process: calls and files of ours, processor time; also of its mails."""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType

from flask.testing import FlaskClient

import forms_service
from benchmarks.deals import deal
from forms_service.app import create_app, service_of
from forms_service.settings import Settings
from publishing.build import TRIAL, build

ROUNDS = 5
POSTS = 200
OURS = ("forms_service", "partner_program")


def main() -> None:
    """Print the figures: counts of one POST when all is warm, medians of the times."""
    site, _ = build(site=TRIAL)
    with tempfile.TemporaryDirectory() as data:
        settings = {"SITE_DIR": str(site), "DATA_DIR": data, "RATE_LIMIT": "off"}
        app = create_app(Settings.from_environment(settings))
        browser, outbox = app.test_client(), service_of(app).outbox
        posts, mails = [], []
        for number in range(ROUNDS):
            first = number * POSTS
            posts.append(_seconds(lambda: _send(browser, range(first, first + POSTS))) / POSTS)  # noqa: B023
            mails.append(_seconds(outbox.deliver_due) / POSTS / 2)
        counted = _calls(lambda: _send(browser, range(10**6, 10**6 + 1)))
        service_of(app).store.close()
    files = {code.co_filename for code in counted}
    print(f"one POST of a deal: {counted.total()} calls of ours in {len(files)} files")
    print(
        f"processor: {sorted(posts)[ROUNDS // 2] * 1000:.2f} ms with a test client,"
        f" {sorted(mails)[ROUNDS // 2] * 1000:.2f} ms each of its two mails"
    )


def _send(browser: FlaskClient, numbers: range) -> None:
    for number in numbers:
        assert browser.post("/register-deal/", data=deal(number)).status_code == 303


def _seconds(work: Callable[[], object]) -> float:
    """Processor time of this thread, which does all of it."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def _calls(work: Callable[[], object]) -> Counter[CodeType]:
    """Calls of functions in our packages, also of comprehensions and of generators that go on."""
    root = Path(forms_service.__file__).parents[1]
    folders = tuple(f"{root / each}/" for each in OURS)
    counted: Counter[CodeType] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(folders):
            counted[frame.f_code] += 1

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


if __name__ == "__main__":
    main()
