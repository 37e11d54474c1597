"""Signing in as people do it: ask, read the mail, press the button. Checks A1 to A7, A9, A10, C6, M7, T1."""

import re
import statistics
import threading
import time

import pytest

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.tokens import Keys, hashed
from forms_service.store.disk import Disk
from forms_service.store.maintenance import back_up
from forms_service.store.store import Batch
from tests.factories.auth import ADVISOR, OWN, PEER, AuthApp, ask, words
from tests.factories.storage import bytes_on_disk, file_of, last_change


def code_shown(browser):
    """The code on the page that follows asking."""
    shown = re.search(r'class="code">(\d{3})&nbsp;(\d{3})<', browser.get("/desk/sign-in/asked").text)
    assert shown is not None
    return shown[1] + shown[2]


def test_a_person_signs_in(auth_app):
    """Form, mail, button, desk."""
    browser = auth_app.browser()
    assert "Send me a link" in browser.get("/desk/sign-in?lang=en").text
    answer = ask(browser, "Advisor@Example.com ")
    assert (answer.status_code, answer.location) == (303, "/desk/sign-in/asked?lang=pl")
    assert [(mail["to"], mail["template"]) for mail in auth_app.mails()] == [(ADVISOR, "sign-in")]
    assert auth_app.woken == 1

    link = auth_app.link()
    assert link.startswith("/desk/link/")
    assert '<form method="post">' in browser.get(link).text
    answer = browser.post(link, headers=OWN)
    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert browser.get("/desk/").text == f"{ADVISOR} administrator"


def test_looking_at_a_link_does_nothing_however_often(auth_app):
    """A2: mail scanners follow links."""
    browser = auth_app.browser()
    ask(browser, ADVISOR)
    link = auth_app.link()
    before = bytes_on_disk(auth_app.data)
    for number in range(10):
        look = auth_app.browser().head if number % 2 else auth_app.browser().get
        assert look(link, headers={"User-Agent": f"scanner {number}"}).status_code == 200
    assert bytes_on_disk(auth_app.data) == before
    assert browser.post(link, headers=OWN).status_code == 303


def test_a_link_works_once(auth_app):
    """A2: the second time says that it was used, and shows the way to whoever came in by it."""
    browser = auth_app.browser()
    ask(browser, ADVISOR)
    link = auth_app.link()
    browser.post(link, headers=OWN)
    again = browser.post(link, headers=OWN)
    assert again.status_code == 410
    assert "This link has been used" in words(again) or "użyty" in words(again)
    assert 'href="/desk/"' in again.text
    assert browser.get(link).status_code == 410
    assert len(auth_app.store.find("sessions", "person", person_of(auth_app, ADVISOR)["id"])) == 1


def test_of_two_presses_at_the_same_moment_one_gets_in(auth_app):
    """A2: fifty rounds, both let go at once: exactly one session each time."""
    unlimited = AuthApp(auth_app.data / "rounds", environment={"RATE_LIMIT": "off"})
    unlimited.auth.users.add(UserKind.STAFF, ADVISOR, "administrator", by="command")
    advisor = person_of(unlimited, ADVISOR)["id"]
    for number in range(50):
        browser = unlimited.browser()
        ask(browser, ADVISOR)
        link, secret = unlimited.link(), browser.get_cookie("asking").value
        barrier, codes = threading.Barrier(2), []

        def press(link=link, secret=secret, barrier=barrier, codes=codes):
            own = unlimited.browser()
            own.set_cookie("asking", secret)
            barrier.wait()
            codes.append(own.post(link, headers=OWN).status_code)

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(codes) == [303, 410]
        assert len(unlimited.store.find("sessions", "person", advisor)) == number + 1


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (600, 410)])
def test_a_link_is_over_at_ten_minutes(auth_app, seconds, status):
    """A3: the edge itself is too late."""
    browser = auth_app.browser()
    ask(browser, ADVISOR)
    link = auth_app.link()
    auth_app.clock.forward(seconds=seconds)
    assert browser.get(link).status_code == (200 if status == 303 else 410)
    assert browser.post(link, headers=OWN).status_code == status


def test_a_used_link_stays_used_after_a_restart(auth_app):
    """A3: what was used stands in the journal."""
    browser = auth_app.browser()
    ask(browser, ADVISOR)
    link = auth_app.link()
    browser.post(link, headers=OWN)
    after = auth_app.reopened()
    assert after.browser().post(link, headers=OWN).status_code == 410
    cookie = browser.get_cookie("session").value
    browser = after.browser()
    browser.set_cookie("session", cookie)
    assert browser.get("/desk/").status_code == 200


def test_another_browser_needs_the_code_that_the_asking_one_shows(auth_app):
    """A4: a link alone, forwarded or intercepted, opens nothing."""
    asking, other = auth_app.browser(), auth_app.browser()
    ask(asking, ADVISOR)
    link = auth_app.link()
    assert 'name="code"' in other.get(link).text
    assert 'name="code"' not in asking.get(link).text
    refused = other.post(link, headers=OWN)
    assert refused.status_code == 422
    assert other.get("/desk/").status_code == 303

    code = code_shown(asking)
    wrong = other.post(link, data={"code": f"{(int(code) + 1) % 1_000_000:06}"}, headers=OWN)
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert 'href="#code"' in wrong.text
    assert other.post(link, data={"code": f"{code[:3]} {code[3:]}"}, headers=OWN).status_code == 303
    assert other.get("/desk/").text == f"{ADVISOR} administrator"


def test_five_wrong_codes_end_a_link(auth_app):
    """A code of six digits is not tried out."""
    asking, other = auth_app.browser(), auth_app.browser()
    ask(asking, ADVISOR)
    link, code = auth_app.link(), code_shown(asking)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    answers = [other.post(link, data={"code": wrong}, headers=OWN).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 410]
    assert other.post(link, data={"code": code}, headers=OWN).status_code == 410
    assert asking.post(link, headers=OWN).status_code == 410


def test_the_store_holds_no_secret(auth_app):
    """A5: neither link nor session nor browser nor code can be taken from the journal or a backup of it."""
    browser = auth_app.browser()
    ask(browser, ADVISOR)
    link, code = auth_app.link(), code_shown(browser)
    browser.post(link, headers=OWN)
    asking = auth_app.browser()
    ask(asking, PEER)
    unused = auth_app.link()
    session = browser.get_cookie("session").value
    back_up(Disk(), file_of(auth_app.data), auth_app.data / "backup")
    auth_app.store.close()
    assert hashed(unused.rpartition("/")[2]).encode() in (auth_app.data / "backup").read_bytes()
    journal = b"".join(path.read_bytes() for path in auth_app.data.rglob("*") if path.is_file())
    secrets = [link.rpartition("/")[2], unused.rpartition("/")[2], session, session.split(".")[0]]
    for secret in (*secrets, asking.get_cookie("asking").value, code):
        assert secret.encode() not in journal
    assert hashed(secrets[0]).encode() in journal


def test_signing_in_makes_a_new_session_and_ends_the_old_one(auth_app):
    """A6: nobody can have planted the session that somebody is in after signing in."""
    browser = auth_app.signed_in()
    before = browser.get_cookie("session").value
    ask(browser, ADVISOR)
    browser.post(auth_app.link(), headers=OWN)
    assert browser.get_cookie("session").value.split(".")[0] != before.split(".")[0]
    assert_refused(auth_app, before)


def test_a_session_named_by_the_browser_is_not_taken(auth_app):
    """A6: no fixation."""
    browser = auth_app.browser()
    browser.set_cookie("session", "chosen.1795510800.signature")
    ask(browser, ADVISOR)
    browser.post(auth_app.link(), headers=OWN)
    assert "chosen" not in browser.get_cookie("session").value


def test_signing_out_ends_the_session_on_the_server(auth_app):
    """A6: a copy of the cookie is worth nothing afterwards."""
    browser = auth_app.signed_in()
    cookie = browser.get_cookie("session").value
    answer = browser.post("/desk/sign-out", headers=OWN)
    assert answer.status_code == 303
    assert browser.get_cookie("session") is None
    assert "signed out" in words(browser.get("/desk/sign-in?left=&lang=en"))
    assert_refused(auth_app, cookie)


def test_whoever_is_removed_is_out_at_once(auth_app):
    """A6: the session and the link that was on its way."""
    browser = auth_app.signed_in(PEER)
    cookie = browser.get_cookie("session").value
    asking = auth_app.browser()
    ask(asking, PEER)
    link = auth_app.link()
    auth_app.auth.users.remove(UserKind.STAFF, PEER, by=ADVISOR)
    assert browser.get("/desk/").status_code == 303
    assert_refused(auth_app, cookie)
    assert asking.post(link, headers=OWN).status_code == 410
    assert auth_app.auth.sign_in.link_for(auth_app.mails()[-1]) is None


def test_a_changed_role_takes_effect_at_once(auth_app):
    """A6: the old cookie is refused; the new sign-in has the new role."""
    cookie = auth_app.signed_in(PEER).get_cookie("session").value
    auth_app.auth.users.change_role(UserKind.STAFF, PEER, "reader", by=ADVISOR)
    assert_refused(auth_app, cookie)
    assert auth_app.signed_in(PEER).get("/desk/").text == f"{PEER} reader"


def test_the_sixth_request_for_an_address_sends_no_mail(auth_app):
    """A7: the page is the same, and the newest link still works."""
    browser = auth_app.browser()
    answers = [ask(browser, ADVISOR) for _ in range(5)]
    assert len(auth_app.mails()) == 5
    newest = auth_app.link()
    sixth = ask(browser, ADVISOR.upper())
    assert len(auth_app.mails()) == 5
    assert (sixth.status_code, sixth.location, sixth.text) == (303, answers[0].location, answers[0].text)
    assert browser.post(newest, headers=OWN).status_code == 303


def test_the_21st_request_of_a_client_sends_no_mail(auth_app):
    """A7: whatever addresses it tried before; H10: one /64 is one client."""
    browser = auth_app.browser()
    for number in range(20):
        browser.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{number}"
        ask(browser, f"nobody{number}@example.com")
    ask(browser, ADVISOR)
    assert auth_app.mails() == []
    elsewhere = auth_app.browser()
    elsewhere.environ_base["REMOTE_ADDR"] = "2001:db8:1:3::1"
    ask(elsewhere, ADVISOR)
    assert len(auth_app.mails()) == 1


DOORS = [("/desk", ADVISOR), ("/partner", "partner@example.org")]


def client_at(auth_app, address):
    browser = auth_app.browser()
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


@pytest.mark.parametrize(("area", "person"), DOORS)
def test_what_a_stranger_asks_costs_nobody_their_link(auth_app, area, person):
    """A7: five requests of somebody else for the address, before and after the person's own."""
    stranger, browser = client_at(auth_app, "192.0.2.1"), client_at(auth_app, "192.0.2.2")
    for _ in range(2):
        ask(stranger, person, area=area)
    ask(browser, person, area=area)
    link = auth_app.link()
    for _ in range(4):
        ask(stranger, person, area=area)
    assert len(auth_app.mails()) == 6
    ask(browser, person, area=area)
    assert len(auth_app.mails()) == 7
    assert browser.post(link, headers=OWN).status_code == 410
    assert browser.post(auth_app.link(), headers=OWN).status_code == 303


@pytest.mark.parametrize(("area", "person"), DOORS)
def test_the_21st_request_for_an_address_in_an_hour_sends_no_mail(auth_app, area, person):
    """A7: whoever asks; but whoever signed in to it in this browser before still gets one, at any client."""
    known = auth_app.signed_in(person, area=area)
    known.post(f"{area}/sign-out", headers=OWN)
    before = len(auth_app.mails())
    for number in range(21):
        ask(client_at(auth_app, f"192.0.2.{number}"), person, area=area)
    assert len(auth_app.mails()) - before == 19  # one of the 20 was for signing in
    known.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    answers = [ask(known, person, area=area) for _ in range(6)]
    assert len(auth_app.mails()) - before == 19 + 5
    assert len({answer.location for answer in answers}) == 1
    assert known.post(auth_app.link(), headers=OWN).status_code == 303


def test_a_device_cookie_of_one_account_says_nothing_of_another(auth_app):
    """A7: and one that nobody of us wrote says nothing at all."""
    peer = auth_app.signed_in(PEER)
    forger = auth_app.browser()
    forger.set_cookie("device-staff", "forged ą")
    for number in range(20):
        ask(client_at(auth_app, f"192.0.2.{number}"), ADVISOR)
    before = len(auth_app.mails())
    for browser in (peer, forger):
        ask(browser, ADVISOR)
    assert len(auth_app.mails()) == before


def test_redeeming_a_link_makes_all_others_of_the_person_worthless(auth_app):
    """A7: whichever browser asked for them."""
    first, second = auth_app.browser(), auth_app.browser()
    ask(first, ADVISOR)
    older = auth_app.link()
    ask(second, ADVISOR)
    assert second.post(auth_app.link(), headers=OWN).status_code == 303
    assert first.post(older, headers=OWN).status_code == 410


def test_the_newest_link_of_a_browser_makes_its_older_ones_worthless(auth_app):
    """A7: and the mail that would still carry an older one is dropped."""
    browser = auth_app.browser()
    ask(browser, ADVISOR)
    older = auth_app.link()
    ask(browser, ADVISOR)
    assert browser.post(older, headers=OWN).status_code == 410
    assert auth_app.auth.sign_in.link_for(auth_app.mails()[0]) is None
    assert browser.post(auth_app.link(), headers=OWN).status_code == 303


def test_a_mail_that_waited_too_long_carries_no_link(auth_app):
    """M7: dead links are not sent."""
    ask(auth_app.browser(), ADVISOR)
    mail = auth_app.mails()[0]
    assert mail["expires_at"] == "2026-11-24T09:10:00.000000Z"
    auth_app.clock.forward(minutes=10)
    assert auth_app.auth.sign_in.link_for(mail) is None


ADDRESSES = {
    "known": ADVISOR,
    "unknown": "somebody@example.com",
    "disabled": "gone@example.com",
    "malformed": "no address, =?utf-8?q?x?=",
}


def test_every_address_gets_the_same_answer(auth_app):
    """A1: known, unknown, disabled, malformed: status, headers and body, also of the page that follows."""
    auth_app.auth.users.add(UserKind.STAFF, ADDRESSES["disabled"], "reader", by="command")
    auth_app.auth.users.remove(UserKind.STAFF, ADDRESSES["disabled"], by="command")
    seen = set()
    for address in ADDRESSES.values():
        browser = auth_app.browser()
        browser.set_cookie("asking", "the-same-browser")
        answer = ask(browser, address, next="/desk/deals/1")
        follows = browser.get(answer.location)
        seen.add((answer.status, str(answer.headers), answer.text, str(follows.headers), follows.text))
    assert len(seen) == 1
    assert [mail["to"] for mail in auth_app.mails()] == [ADVISOR]
    assert auth_app.woken == len(ADDRESSES)


def test_every_address_takes_the_same_time(auth_app):
    """A1: medians of fifty, ten times as generous as the promise."""
    unlimited = AuthApp(auth_app.data / "timed", environment={"RATE_LIMIT": "off"})
    unlimited.auth.users.add(UserKind.STAFF, ADVISOR, "administrator", by="command")
    medians = {}
    took: dict[str, list[float]] = {name: [] for name in ADDRESSES}
    for _ in range(50):
        for name, address in ADDRESSES.items():
            browser = unlimited.browser()
            began = time.perf_counter()
            ask(browser, address)
            took[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(times) for name, times in took.items()}
    assert max(medians.values()) - min(medians.values()) < 0.05, medians


@pytest.mark.counts_work
def test_every_address_is_as_much_work(auth_app, monkeypatch):
    """L2: as many documents of the same tables are written, and what is for nobody is gone, also on disk."""
    auth_app.auth.users.add(UserKind.STAFF, ADDRESSES["disabled"], "reader", by="command")
    auth_app.auth.users.remove(UserKind.STAFF, ADDRESSES["disabled"], by="command")
    written, put, seen = [], Batch._put, set()
    monkeypatch.setattr(Batch, "_put", lambda batch, *it: (written.append(it[0]), put(batch, *it))[1])
    for address in ADDRESSES.values():
        written.clear()
        ask(auth_app.browser(), address)
        seen.add(tuple(sorted(written)))
    assert seen == {("links", "mails")}
    assert [mail["to"] for mail in auth_app.mails()] == [ADVISOR]
    assert [mail["to"] for mail in auth_app.reopened().store.all("mails")] == [ADVISOR]


def test_every_address_waits_for_the_disk_once(auth_app):
    """A1: what a request spends its time on is one write, whatever the address."""
    auth_app.auth.users.add(UserKind.STAFF, ADDRESSES["disabled"], "reader", by="command")
    auth_app.auth.users.remove(UserKind.STAFF, ADDRESSES["disabled"], by="command")
    for name, address in ADDRESSES.items():
        before = bytes_on_disk(auth_app.data)
        ask(auth_app.browser(), address)
        assert len(last_change(auth_app.data, before)) == 1, name


def test_asking_leaves_no_trace_of_a_strangers_address(auth_app):
    """What unknown people type is not kept."""
    ask(auth_app.browser(), "stranger@example.net")
    auth_app.store.close()
    assert b"stranger" not in bytes_on_disk(auth_app.data)


@pytest.mark.parametrize(
    "next",
    [
        "//evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "/desk/\r\nX: y",
        "/partner/",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(auth_app, next):
    """A9: a bad `next` leads to the desk, and is never an error."""
    browser = auth_app.browser()
    assert browser.get("/desk/sign-in", query_string={"next": next}).status_code == 200
    ask(browser, ADVISOR, next=next)
    assert browser.post(auth_app.link(), headers=OWN).location == "/desk/"
    assert browser.get("/desk/sign-in", query_string={"next": next}).location == "/desk/"


def test_a_person_comes_to_where_they_wanted(auth_app):
    """The notice mail's link, then signing in, then the submission itself, also on another device."""
    asking = auth_app.browser()
    to_sign_in = asking.get("/desk/admin?tab=1&q=ko%C5%82o")
    assert to_sign_in.location == "/desk/sign-in?next=/desk/admin%3Ftab%3D1%26q%3Dko%25C5%2582o"
    form = asking.get(to_sign_in.location)
    wanted = re.search(r'name="next" value="([^"]+)"', form.text)
    assert wanted is not None
    assert wanted[1] == "/desk/admin?tab=1&amp;q=ko%C5%82o"
    ask(asking, ADVISOR, next="/desk/admin?tab=1&q=ko%C5%82o")
    other = auth_app.browser()
    answer = other.post(auth_app.link(), data={"code": code_shown(asking)}, headers=OWN)
    assert answer.location == "/desk/admin?tab=1&q=ko%C5%82o"


def test_a_rotated_key_keeps_people_in(auth_app):
    """A10: the old session goes on, its cookie is signed with the new key; without fallback it is over."""
    browser = auth_app.signed_in()
    old = browser.get_cookie("session").value
    rotated = auth_app.reopened(key="new" * 20, environment={"SECRET_KEY_FALLBACKS": auth_app.key})
    browser = rotated.browser()
    browser.set_cookie("session", old)
    assert browser.get("/desk/").status_code == 200
    fresh = browser.get_cookie("session").value
    assert Keys("new" * 20).read_cookie(fresh) is not None
    forgotten = rotated.reopened(environment={})
    assert_refused(forgotten, old)
    browser = forgotten.browser()
    browser.set_cookie("session", fresh)
    assert browser.get("/desk/").status_code == 200


def test_a_session_ends_when_idle_and_after_a_week(auth_app):
    browser = auth_app.signed_in()
    auth_app.clock.forward(hours=11, minutes=59, seconds=59)
    assert browser.get("/desk/").status_code == 200
    auth_app.clock.forward(hours=12)
    assert browser.get("/desk/").status_code == 303

    browser = auth_app.signed_in()
    for _ in range(13):
        auth_app.clock.forward(hours=11)
        assert browser.get("/desk/").status_code == 200
    auth_app.clock.forward(hours=11)
    assert browser.get("/desk/").status_code == 200
    auth_app.clock.forward(hours=14)
    assert browser.get("/desk/").status_code == 303


def test_how_long_a_session_lasts_is_a_setting(auth_app):
    """Both ends of it."""
    short = auth_app.reopened(environment={"SESSION_IDLE_HOURS": "2", "SESSION_DAYS": "1"})
    browser = short.signed_in()
    short.clock.forward(hours=2)
    assert browser.get("/desk/").status_code == 303
    browser = short.signed_in()
    for _ in range(23):
        short.clock.forward(hours=1)
        assert browser.get("/desk/").status_code == 200
    short.clock.forward(hours=1)
    assert browser.get("/desk/").status_code == 303


def test_a_clock_set_back_an_hour_does_no_harm(auth_app):
    """T1: sessions go on; a link asked for before says that it is too old; a new one works."""
    browser, asking = auth_app.signed_in(), auth_app.browser()
    ask(asking, PEER)
    link = auth_app.link()
    auth_app.clock.forward(hours=-1)
    assert browser.get("/desk/").status_code == 200
    assert asking.get(link).status_code == 410
    ask(asking, PEER)
    assert asking.post(auth_app.link(), headers=OWN).status_code == 303


def test_a_clock_set_right_by_minutes_costs_nobody_their_link(auth_app):
    """T1: as machines do by themselves; also where the link was made at what is now a moment to come."""
    asking = auth_app.browser()
    ask(asking, PEER)
    link = auth_app.link()
    auth_app.clock.forward(minutes=-5)
    assert asking.get(link).status_code == 200
    assert asking.post(link, headers=OWN).status_code == 303


def test_a_clock_set_back_a_year_lengthens_no_session(auth_app):
    """T1: who has signed in under a clock that was wrong signs in again."""
    browser = auth_app.signed_in()
    auth_app.clock.forward(days=-365)
    assert browser.get("/desk/").status_code == 303


def test_reading_changes_nothing_in_the_store(auth_app):
    """C6: not even when somebody was last seen."""
    browser = auth_app.signed_in()
    before = bytes_on_disk(auth_app.data)
    for address in ("/desk/", "/desk/admin", "/desk/sign-in", "/desk/sign-in/asked", "/desk/link/x", "/desk"):
        auth_app.clock.forward(minutes=30)
        browser.get(address)
        browser.head(address)
    assert bytes_on_disk(auth_app.data) == before


def test_links_and_sessions_do_not_pile_up(auth_app):
    """Each request for a link takes some that are long over with it; the daily round takes the rest."""
    for number in range(15):
        ask(auth_app.browser(), f"nobody{number}@example.com")
    auth_app.signed_in()
    auth_app.clock.forward(days=8)
    ask(auth_app.browser(), "nobody@example.com")
    left = auth_app.store.range("links", "made", "", "9")
    assert len(left) == 16 + 1 - 3
    assert auth_app.auth.sign_in.tidy() == 13
    assert auth_app.store.range("sessions", "begun", "", "9") == []
    assert len(auth_app.store.range("links", "made", "", "9")) == 1


def test_a_link_of_one_area_does_not_work_in_another(auth_app):
    """The same mechanism serves partners; the doors are not mixed up."""
    browser = auth_app.browser()
    ask(browser, "partner@example.org", area="/partner")
    link = auth_app.link()
    assert link.startswith("/partner/link/")
    assert browser.post(link.replace("/partner/", "/desk/"), headers=OWN).status_code == 404
    answer = browser.post(link, headers=OWN)
    assert (answer.status_code, answer.location) == (303, "/partner/")
    assert browser.get("/partner/").text == "partner"
    assert browser.get("/desk/").status_code == 404


def assert_refused(auth_app, cookie):
    browser = auth_app.browser()
    browser.set_cookie("session", cookie)
    assert browser.get("/desk/").status_code == 303


def person_of(auth_app, address):
    return next(p for p in auth_app.auth.users.listed(UserKind.STAFF) if p["email"] == address)
