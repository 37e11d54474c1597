"""The doors in the whole service: its layers around them, real mails, its log."""

import logging
import re
from email import message_from_bytes, policy

import pytest

from forms_service.app import create_app, service_of
from forms_service.settings import Settings
from partner_program import load
from tests import ROOT
from tests.factories.auth import ADVISOR, OWN, PEER, START, ask, words
from tests.factories.clock import FakeClock
from tests.factories.site import make_site


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return make_site(tmp_path_factory.mktemp("site") / "built", load(ROOT / "docs" / "program.yml"))


@pytest.fixture
def make_service(site, tmp_path):
    made = []

    def make(**settings):
        known = {"SITE_DIR": str(site), "DATA_DIR": str(tmp_path / "data"), "STAFF": f"{ADVISOR}, {PEER}"}
        app = create_app(Settings.from_environment(known | settings), clock=FakeClock(START))
        made.append(app)
        return app

    yield make
    for app in made:
        service_of(app).store.close()


def test_a_mailed_link_signs_in(make_service, tmp_path):
    """From STAFF to the session, through the mail as it is handed over."""
    app = make_service()
    browser = app.test_client()
    assert ask(browser, PEER, lang="en").status_code == 303
    service_of(app).outbox.deliver_due()
    (file,) = (tmp_path / "data" / "mail").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == PEER
    link = re.search(r"http://127\.0\.0\.1:8000(/desk/link/\S+)", mail.get_body(("plain",)).get_content())
    assert link is not None
    page = browser.get(link[1])
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "style-src 'self'" in page.headers["Content-Security-Policy"]
    answer = browser.post(link[1], headers=OWN)
    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert browser.get("/desk/sign-in").location == "/desk/"


def test_a_link_that_was_used_before_its_mail_was_sent_is_not_mailed(make_service, tmp_path):
    """M7: nor one that was replaced; only what still works goes out."""
    app = make_service()
    browser = app.test_client()
    ask(browser, PEER)
    ask(browser, PEER)
    service_of(app).outbox.deliver_due()
    assert len(list((tmp_path / "data" / "mail").glob("*.eml"))) == 1


def test_the_log_knows_nobody(make_service, caplog):
    """P1: neither address nor link nor cookie nor code."""
    caplog.set_level(logging.DEBUG)
    app = make_service()
    browser = app.test_client()
    ask(browser, PEER)
    secrets = [browser.get_cookie("asking").value, PEER, "peer"]
    url = service_of(app).auth.staff_admin.first_administrator_link()
    path = url.removeprefix("http://127.0.0.1:8000")
    browser.get(path)
    browser.post(path, headers=OWN)
    secrets += [path.rpartition("/")[2], browser.get_cookie("session").value, ADVISOR]
    service_of(app).outbox.deliver_due()
    browser.post("/desk/sign-out", headers=OWN)
    said = "".join(str(vars(record)) for record in caplog.records if record.name != "werkzeug")
    assert "/desk/link/<token>" in said
    for secret in secrets:
        assert secret not in said


@pytest.mark.parametrize("address", ["/desk/none", "/desk/link"])
def test_what_is_not_there_is_the_sites_own_page(make_service, address):
    answer = make_service().test_client().get(address)
    assert answer.status_code == 404
    assert "built missing page" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_request_from_elsewhere_is_refused_with_the_sites_own_page(make_service):
    """C5 and C7: without any sign of where it comes from, too."""
    browser = make_service().test_client()
    answer = browser.post("/desk/sign-in", data={"email": ADVISOR})
    assert answer.status_code == 403
    assert "did not come from a page of this site" in words(answer) or "strony" in words(answer)


def test_no_limit_but_ours_is_met_by_signing_in(make_service):
    """A7: twenty-one requests are answered alike, the last without a mail."""
    app = make_service()
    browser = app.test_client()
    answers = [ask(browser, f"nobody{number}@example.com").status_code for number in range(20)]
    answers.append(ask(browser, ADVISOR).status_code)
    assert set(answers) == {303}
    assert service_of(app).store.find("mails", "state", "queued") == []


def test_without_https_the_forms_still_work(make_service):
    """The desk alone is closed."""
    browser = make_service(BASE_URL="http://partners.example.com").test_client()
    here = "http://partners.example.com"
    assert browser.get("/desk/sign-in", base_url=here).status_code == 404
    assert browser.get("/healthz", base_url=here).status_code == 200
