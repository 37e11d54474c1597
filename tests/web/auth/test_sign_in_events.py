"""Audit events: who came in, by id; what a stranger can cause, counted and written once an hour a kind."""

import pytest

from forms_service.domain.auth.roles import UserKind
from tests.factories.auth import ADVISOR, OWN, PEER, ask
from tests.factories.storage import break_storage, bytes_on_disk


def events(auth_app, what=None):
    """Of signing in, or this one; the users were added before."""
    found = [event for event in auth_app.store.all("audit_events") if event["what"] != "let_in"]
    return [event for event in found if what in (None, event["what"])]


@pytest.mark.parametrize(
    ("area", "person", "kind"),
    [("/desk", ADVISOR, UserKind.STAFF), ("/partner", "partner@example.org", UserKind.PARTNER)],
)
def test_a_sign_in_is_an_event_with_the_persons_id(auth_app, caplog, area, person, kind):
    """Once, in the batch of the session; neither the event nor the log holds an address."""
    caplog.set_level("INFO")
    auth_app.signed_in(person, area=area)
    (listed,) = [each for each in auth_app.auth.users.listed(kind) if each["email"] == person]
    (event,) = events(auth_app)
    assert (event["who"], event["what"], event["kind"]) == (listed["id"], "signed_in", str(kind))
    assert person not in str(event)
    (line,) = [record for record in caplog.records if record.getMessage() == "signed in"]
    assert (line.person, line.kind) == (listed["id"], str(kind))
    assert "@" not in "".join(str(vars(record)) for record in caplog.records)


def wrong_link(auth_app):
    auth_app.browser().post("/desk/link/of-nobody", headers=OWN)


def wrong_code(auth_app):
    ask(auth_app.browser(), ADVISOR)
    auth_app.browser().post(auth_app.link(), data={"code": "000000"}, headers=OWN)


def too_many_asks(auth_app):
    browser = auth_app.browser()
    for _ in range(6):
        ask(browser, "nobody@example.com")


def guessed_code(auth_app):
    ask(auth_app.browser(), PEER)
    for _ in range(5):
        auth_app.browser().post(auth_app.link(), data={"code": "000000"}, headers=OWN)


def wrong_role(auth_app):
    if not hasattr(auth_app, "peer"):
        auth_app.peer = auth_app.signed_in(PEER)
    auth_app.peer.post("/partner/nothing-of-yours", headers=OWN)
    auth_app.peer.get("/desk/admin")
    auth_app.auth.sign_in.refusals.write_due()


@pytest.mark.parametrize(
    ("cause", "what"),
    [
        (wrong_link, "link_refused"),
        (wrong_code, "code_wrong"),
        (too_many_asks, "locked_out"),
        (guessed_code, "locked_out"),
        (wrong_role, "role_refused"),
    ],
)
def test_what_a_stranger_causes_is_written_once_an_hour_a_kind(auth_app, cause, what):
    """Whatever comes meanwhile stands in the count of the next one; a clock set back holds nothing up."""
    for _ in range(3):
        cause(auth_app)
    (event,) = events(auth_app, what)
    assert (event["who"], event["kind"], event["count"]) == ("somebody", "staff", 1)
    auth_app.clock.forward(hours=1, seconds=1)
    cause(auth_app)
    assert len(events(auth_app, what)) == 2
    assert events(auth_app, what)[1]["count"] > 1
    auth_app.clock.forward(hours=-3)
    cause(auth_app)
    assert len(events(auth_app, what)) == 3
    assert "@" not in str(events(auth_app, what))


def test_looking_writes_no_event(auth_app):
    """C6: a refused role and a dead link met by GET change nothing in the store."""
    browser = auth_app.signed_in(PEER)
    before = bytes_on_disk(auth_app.data)
    for address in ("/desk/admin", "/desk/link/of-nobody", "/partner/"):
        assert browser.get(address).status_code == 404
    assert bytes_on_disk(auth_app.data) == before


def test_what_was_counted_last_is_written_by_the_daily_round(auth_app):
    for _ in range(3):
        wrong_link(auth_app)
    auth_app.clock.forward(hours=2)
    auth_app.auth.sign_in.tidy()
    assert [event["count"] for event in events(auth_app, "link_refused")] == [1, 2]


def test_a_full_disk_changes_no_answer_and_loses_no_count(auth_app):
    with break_storage(auth_app.data):
        assert auth_app.browser().post("/desk/link/of-nobody", headers=OWN).status_code == 404
    auth_app.clock.forward(hours=2)
    wrong_link(auth_app)
    assert [event["count"] for event in events(auth_app, "link_refused")] == [2]


def test_ending_all_other_sessions_leaves_the_one_in_use(auth_app):
    """M11: of this person only, with the link that is on its way; an old cookie is worth nothing."""
    here, there, elsewhere = auth_app.signed_in(), auth_app.signed_in(), auth_app.signed_in()
    peer = auth_app.signed_in(PEER)
    asking = auth_app.browser()
    ask(asking, ADVISOR)
    link = auth_app.link()
    answer = here.post("/desk/end-other-sessions", headers=OWN)
    assert (answer.status_code, answer.location) == (303, "/desk/me?done=sessions")
    assert here.get("/desk/").status_code == 200
    assert [each.get("/desk/").status_code for each in (there, elsewhere)] == [303, 303]
    assert asking.post(link, headers=OWN).status_code == 410
    assert peer.get("/desk/").status_code == 200
    assert auth_app.browser().post("/desk/end-other-sessions", headers=OWN).status_code == 403
    assert here.post("/partner/end-other-sessions", headers=OWN).status_code == 404
    (ended,) = [event for event in auth_app.store.all("audit_events") if event["what"] == "sessions_ended"]
    assert (ended["count"], ended["kind"]) == (2, "staff")
    assert ADVISOR not in str(ended)
