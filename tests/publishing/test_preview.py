"""`make edit`: each save shows by itself, a mistake shows its line, and the last good page stays."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from watchdog.events import FileClosedNoWriteEvent, FileModifiedEvent
from werkzeug.test import Client

from publishing.preview import Preview
from publishing.rebuilder import News, Rebuilder
from tests.conftest import free_port
from tests.publishing.conftest import edit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def test_news_come_to_who_has_seen_the_ones_before() -> None:
    """At once to who is behind, else when there are some; the same build again is none."""
    news = News()
    news.built("one")
    seen = news.after("")["build"]
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(news.after, seen)
        news.built("one")
        assert not waiting.done()
        news.failed("docs/program.yml:1: wrong")
        told = waiting.result(timeout=5)
    assert told == {"build": news.mark, "mistakes": "docs/program.yml:1: wrong"}
    assert news.after(told["build"], timeout=0) == told


def test_nobody_waits_at_the_end() -> None:
    news = News()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(news.after, news.mark)
        news.end()
        assert waiting.result(timeout=5)["mistakes"] == ""


@pytest.fixture
def rebuilder(tmp_path: Path) -> Rebuilder:
    """Of a folder where there is nothing to build."""
    return Rebuilder(tmp_path, tmp_path / "site", News())


def test_whatever_goes_wrong_is_told_and_ends_nothing(
    rebuilder: Rebuilder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake with its file, and what nobody has thought of, by its name."""
    rebuilder.build()
    assert "docs/program.yml: cannot be read" in capsys.readouterr().err
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "gone.md").symlink_to("nowhere")
    (tmp_path / ".site" / "lock").unlink()
    (tmp_path / ".site" / "lock").mkdir()
    rebuilder.build()
    assert "IsADirectoryError" in capsys.readouterr().err


def test_a_save_is_built_and_a_look_is_not(rebuilder: Rebuilder) -> None:
    rebuilder.on_any_event(FileClosedNoWriteEvent("docs/program.yml"))
    assert not rebuilder.has_work
    rebuilder.on_any_event(FileModifiedEvent("docs/program.yml"))
    assert rebuilder.has_work


def page(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """A service with one page and one file."""
    kind = "text/html; charset=utf-8" if environ["PATH_INFO"] == "/" else "text/css"
    body = b"<html><body>good</body></html>"
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body))), ("ETag", "x")])
    return [body]


def test_pages_get_the_script_and_files_stay_as_they_are() -> None:
    client = Client(Preview(lambda: page, News()))
    got = client.get("/", headers={"If-None-Match": "x"})
    assert got.text == '<html><body>good<script src="/preview/live.js" defer></script></body></html>'
    assert got.headers["Content-Length"] == str(len(got.data))
    assert got.headers["Cache-Control"] == "no-store"
    assert "ETag" not in got.headers
    assert client.get("/a.css").text == "<html><body>good</body></html>"
    assert "fetch(" in client.get("/preview/live.js").text


def test_before_the_first_good_build_the_page_says_what_is_wrong() -> None:
    """And it, too, waits for the build that mends it."""
    news = News()
    news.failed("docs/program.yml:7: <wrong>")
    client = Client(Preview(lambda: None, news))
    got = client.get("/tiers/").text
    assert "docs/program.yml:7: &lt;wrong&gt;" in got
    assert "/preview/live.js" in got
    assert json.loads(client.get("/preview/news?seen=").text)["mistakes"] == "docs/program.yml:7: <wrong>"


class Workshop:
    """The preview as its users run it, on a copy of the project."""

    def __init__(self, root: Path, **settings: str) -> None:
        self.root = root
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.greeting = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "publishing.preview"],
            cwd=root,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "PORT": str(port)} | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def reads_until(self, words: str) -> str:
        """What the terminal shows up to the line with these words."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if words in line:
                return "".join(lines)
        raise AssertionError("".join(lines))

    def get(self, path: str) -> str:
        with urlopen(self.url + path, timeout=60) as answer:
            text: str = answer.read().decode()
            return text

    def send(self, path: str, host: str) -> tuple[int, str]:
        """An empty form from a page under another name of this machine; status and page."""
        with closing(HTTPConnection(urlsplit(self.url).netloc, timeout=60)) as connection:
            connection.request("POST", path, "", {"Host": host, "Origin": f"http://{host}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode().replace("\u00a0", " ")

    def news(self, seen: str = "") -> dict[str, str]:
        """Waits, as the page does, until there is something else than was seen."""
        told = {"build": seen, "mistakes": ""}
        while told["build"] == seen:
            told = json.loads(self.get(f"/preview/news?seen={seen}"))
        return told


@pytest.fixture
def preview(workshop: Path) -> Iterator[Workshop]:
    (workshop / "site.env").write_text(
        "BASE_URL=https://partners.example.com\nMAIL_URL=smtp://mail.example.com\n"
    )
    running = Workshop(workshop, HOST="0.0.0.0")
    running.greeting = running.reads_until("Ctrl-C ends it.")
    yield running
    running.process.kill()
    running.process.wait()
    assert running.process.stdout is not None
    running.process.stdout.close()


def test_an_afternoon_of_an_editor(preview: Workshop) -> None:
    """Save a page, break the program, mend it, change the English and the look; then Ctrl-C."""
    docs, seen = preview.root / "docs", preview.news()["build"]
    edit(docs / "pl/faq.md", "# Pytania i odpowiedzi", "# Pytania")
    seen = preview.news(seen)["build"]
    assert ">Pytania</h1>" in preview.get("/faq/")

    edit(docs / "program.yml", "number: 2,", "number: 7,")
    told = preview.news(seen)
    assert told["mistakes"].startswith("docs/program.yml:")
    assert "docs/program.yml:" in preview.reads_until("the last good site stays")
    assert ">Pytania</h1>" in preview.get("/faq/")

    edit(docs / "program.yml", "number: 7,", "number: 2,")
    told = preview.news(told["build"])
    assert told["mistakes"] == ""

    edit(docs / "en/faq.md", "# Questions and answers", "# Questions")
    edit(preview.root / "theme/assets/site.css", "\n", "\n/* a new look */\n")
    while "a new look" not in preview.get("/assets/site.css"):
        told = preview.news(told["build"])
    assert ">Questions</h1>" in preview.get("/en/faq/")

    assert not (preview.root / "site").exists(), "a preview publishes nothing"
    preview.process.send_signal(signal.SIGINT)
    assert preview.process.wait(timeout=10) == 0


def test_a_colleague_sees_each_edit_of_a_text(preview: Workshop) -> None:
    """F8, F22: words of forms and mails show, mistakes in them are told; any name of this machine will do."""
    port = urlsplit(preview.url).port
    assert f"Open {preview.url}/" in preview.greeting, "what stands in site.env is not tried out"
    assert re.search(rf"Others open http://[\w.:-]+:{port}/", preview.greeting)
    texts, seen = preview.root / "forms_service", preview.news()["build"]
    with (texts / "locale/pl/overrides.po").open("a", encoding="utf-8") as overrides:
        overrides.write('msgid "Enter the customer\'s name"\nmsgstr "Kto kupuje?"\n')
    seen = preview.news(seen)["build"]
    status, page = preview.send("/register-deal/", "editor.example.com:8001")
    assert (status, "Kto kupuje?" in page) == (422, True)

    mail = texts / "mail/templates/deal-received.pl.txt"
    edit(mail, "{{ contact }}", "{{ contct }}")
    told = preview.news(seen)
    assert told["mistakes"].startswith("forms_service/mail/templates/deal-received.pl.txt:")
    assert "did you mean `contact`" in told["mistakes"]
    edit(mail, "{{ contct }}", "{{ contact }}")
    assert preview.news(told["build"])["mistakes"] == ""
