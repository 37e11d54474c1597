"""The share of decisions in time, in public."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown import Markdown

from forms_service.services.on_time_rate import OnTimeRate
from forms_service.services.statistics import Statistics
from forms_service.web import static_files
from forms_service.web.promise_pages import PromisePages
from forms_service.web.site import SitePage
from partner_program import Program
from partner_program.model import Promise as Rule
from tests.factories.clock import warsaw
from tests.factories.jobs import JobsApp

OpenJobs = Callable[..., JobsApp]


def with_promise(program: Program, publish: bool = True, minimum_count: int = 5) -> Program:
    return program.model_copy(update={"promise": Rule(publish=publish, minimum_count=minimum_count)})


@pytest.fixture
def jobs_app(open_jobs: OpenJobs, program: Program) -> JobsApp:
    """Six deals whose deadline is over, five of them decided in time."""
    jobs_app = open_jobs("2026-11-30 12:00", with_promise(program))
    for number in range(6):
        reference = f"DEAL-2222-222{number}"
        jobs_app.deal(reference, "2026-11-23 12:00")
        jobs_app.reject(reference, "2026-11-26 00:00" if number == 0 else "2026-11-25 23:59")
    return jobs_app


def promise_of(jobs_app: JobsApp) -> OnTimeRate:
    return OnTimeRate(Statistics(jobs_app.store, lambda: jobs_app.program), lambda: jobs_app.program)


def words(jobs_app: JobsApp, language="pl") -> str:
    promise = promise_of(jobs_app)
    promise.count(jobs_app.clock.now)
    return " ".join(promise.html(language).replace("\xa0", " ").split())


def test_numbers_only(jobs_app: JobsApp) -> None:
    assert words(jobs_app) == (
        '<p class="promise"><strong>83%</strong> decyzji o szansach sprzedażowych na czas '
        "w ostatnich 12 miesiącach (5 z 6)</p>"
    )
    assert words(jobs_app, "en") == (
        '<p class="promise"><strong>83%</strong> of decisions on deals in time in the last 12 months '
        "(5 of 6)</p>"
    )


def test_off_below_the_minimum_and_before_it_is_counted_nothing_is_said(
    jobs_app: JobsApp, program: Program
) -> None:
    assert promise_of(jobs_app).html("pl") == ""
    jobs_app.program = with_promise(program, minimum_count=7)
    assert words(jobs_app) == ""
    jobs_app.program = with_promise(program, publish=False)
    assert words(jobs_app) == ""


def test_what_is_older_than_a_year_does_not_count(jobs_app: JobsApp) -> None:
    jobs_app.clock.now = warsaw("2027-11-25 23:00")
    assert "5 z 6" in words(jobs_app)
    jobs_app.clock.now = warsaw("2027-11-26 12:00")
    assert words(jobs_app) == ""


def test_it_is_counted_by_a_job_and_seldom(jobs_app: JobsApp) -> None:
    """Never while somebody waits for a page; at once when the program says something else."""
    promise = promise_of(jobs_app)
    promise.count(jobs_app.clock.now)
    jobs_app.deal("DEAL-3333-3333", "2026-11-23 12:00")
    jobs_app.approve("DEAL-3333-3333", "2026-11-24 12:00")
    promise.count(warsaw("2026-11-30 12:59"))
    assert "(5 z\xa06)" in promise.html("pl")
    promise.count(warsaw("2026-11-30 13:00"))
    assert "6 z\xa07" in promise.html("pl")


def test_the_block_is_an_empty_slot() -> None:
    """Until the service fills it, also where the pages are served by something else."""
    md = Markdown(extensions=["forms_service.markdown"], extension_configs={"forms_service.markdown": {}})
    assert md.convert("Dotrzymujemy słowa:\n\n{{ promise }}\n") == (
        "<p>Dotrzymujemy słowa:</p>\n<!-- slot:promise --><!-- /slot:promise -->"
    )


class FakeRelease:
    """A build with one page that has the slot and one that has not."""

    folder = Path("/built")

    def __init__(self) -> None:
        html = "<p>x</p><!-- slot:promise --><!-- /slot:promise -->" + "y" * 2000
        other = "<!-- slot:application --><!-- /slot:application -->"
        self.pages = {
            "/": SitePage("/", "pl", html, frozenset({"promise"})),
            "/apply/": SitePage("/apply/", "pl", other, frozenset({"application"})),
        }


def test_a_page_with_it_is_a_file_like_any(jobs_app: JobsApp) -> None:
    """The same static serving: validators, codings that are refused, byte ranges."""
    promise = promise_of(jobs_app)
    pages = PromisePages(promise)
    release, get = FakeRelease(), {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}

    def answer(**environ: str):
        found = static_files.answer(pages.file(release, "/"), get | environ)  # type: ignore[arg-type]
        assert found is not None
        return found[0], dict(found[1]), b"".join(found[2])

    assert pages.file(release, "/") is None  # type: ignore[arg-type]
    promise.count(jobs_app.clock.now)
    assert pages.file(release, "/apply/") is None  # type: ignore[arg-type]
    assert pages.file(release, "/nowhere/") is None  # type: ignore[arg-type]
    status, headers, body = answer()
    assert status == "200 OK"
    assert b"83%" in body
    assert headers["Content-Length"] == str(len(body))
    assert answer(HTTP_IF_NONE_MATCH=headers["ETag"])[::2] == ("304 Not Modified", b"")
    packed = answer(HTTP_ACCEPT_ENCODING="gzip")
    assert packed[1]["Content-Encoding"] == "gzip"
    assert len(packed[2]) < len(body)
    assert "Content-Encoding" not in answer(HTTP_ACCEPT_ENCODING="gzip;q=0")[1]
    assert answer(HTTP_RANGE="bytes=0-3")[::2] == ("206 Partial Content", b"<p>x")
    assert answer(REQUEST_METHOD="HEAD")[2] == b""
    jobs_app.deal("DEAL-3333-3333", "2026-11-23 12:00")
    jobs_app.approve("DEAL-3333-3333", "2026-11-24 12:00")
    promise.count(warsaw("2026-11-30 14:00"))
    assert answer()[1]["ETag"] != headers["ETag"]


def test_of_filled_pages_a_few_are_kept(jobs_app: JobsApp) -> None:
    """However many builds come; and where none can be written, the page is served as it was built."""
    promise = promise_of(jobs_app)
    promise.count(jobs_app.clock.now)
    pages, release = PromisePages(promise), FakeRelease()
    for number in range(40):
        release.folder = Path(f"/built-{number}")
        latest = pages.file(release, "/")  # type: ignore[arg-type]
    assert len(list(pages._folder.glob("*.html"))) == 32
    assert static_files.answer(latest, {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}) is not None
    shutil.rmtree(pages._folder)
    release.folder = Path("/built-anew")
    assert pages.file(release, "/") is None  # type: ignore[arg-type]
