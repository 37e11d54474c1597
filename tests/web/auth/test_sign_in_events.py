"""Audit events: who came in, by id; what a stranger can cause, counted and written once an hour a kind."""

import resource

import pytest

from forms_service.domain.auth.roles import UserKind
from tests.factories.auth import ADVISOR, OWN, PEER, ask


def events(house, what=None):
    return [event for event in house.store.all("deeds") if what in (None, event["what"])]


@pytest.mark.parametrize(
    ("area", "person", "kind"),
    [("/desk", ADVISOR, UserKind.STAFF), ("/partner", "partner@example.org", UserKind.PARTNER)],
)
def test_a_sign_in_is_an_event_with_the_persons_id(house, caplog, area, person, kind):
    """Once, in the batch of the session; neither the event nor the log holds an address."""
    caplog.set_level("INFO")
    house.signed_in(person, area=area)
    (listed,) = [each for each in house.auth.users.listed(kind) if each["email"] == person]
    (event,) = events(house)
    assert (event["who"], event["what"], event["kind"]) == (listed["id"], "signed_in", str(kind))
    assert person not in str(event)
    (line,) = [record for record in caplog.records if record.getMessage() == "signed in"]
    assert (line.person, line.kind) == (listed["id"], str(kind))
    assert "@" not in "".join(str(vars(record)) for record in caplog.records)


def wrong_link(house):
    house.browser().post("/desk/link/of-nobody", headers=OWN)


def wrong_code(house):
    ask(house.browser(), ADVISOR)
    house.browser().post(house.link(), data={"code": "000000"}, headers=OWN)


def too_many_asks(house):
    browser = house.browser()
    for _ in range(6):
        ask(browser, "nobody@example.com")


def guessed_code(house):
    ask(house.browser(), PEER)
    for _ in range(5):
        house.browser().post(house.link(), data={"code": "000000"}, headers=OWN)


def wrong_role(house):
    if not hasattr(house, "peer"):
        house.peer = house.signed_in(PEER)
    house.peer.post("/partner/nothing-of-yours", headers=OWN)
    house.peer.get("/desk/admin")
    house.auth.sign_in.refusals.write_due()


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
def test_what_a_stranger_causes_is_written_once_an_hour_a_kind(house, cause, what):
    """Whatever comes meanwhile stands in the count of the next one; a clock set back holds nothing up."""
    for _ in range(3):
        cause(house)
    (event,) = events(house, what)
    assert (event["who"], event["kind"], event["count"]) == ("somebody", "staff", 1)
    house.clock.forward(hours=1, seconds=1)
    cause(house)
    assert len(events(house, what)) == 2
    assert events(house, what)[1]["count"] > 1
    house.clock.forward(hours=-3)
    cause(house)
    assert len(events(house, what)) == 3
    assert "@" not in str(events(house, what))


def test_looking_writes_no_event(house):
    """C6: a refused role and a dead link met by GET change nothing in the store."""
    browser = house.signed_in(PEER)
    before = (house.data / "records.journal").read_bytes()
    for address in ("/desk/admin", "/desk/link/of-nobody", "/partner/"):
        assert browser.get(address).status_code == 404
    assert (house.data / "records.journal").read_bytes() == before


def test_what_was_counted_last_is_written_by_the_daily_round(house):
    for _ in range(3):
        wrong_link(house)
    house.clock.forward(hours=2)
    house.auth.sign_in.tidy()
    assert [event["count"] for event in events(house, "link_refused")] == [1, 2]


def test_a_full_disk_changes_no_answer_and_loses_no_count(house):
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (house.data / "records.journal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limit[1]))
    try:
        assert house.browser().post("/desk/link/of-nobody", headers=OWN).status_code == 404
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    house.clock.forward(hours=2)
    wrong_link(house)
    assert [event["count"] for event in events(house, "link_refused")] == [2]


def test_ending_all_other_sessions_leaves_the_one_in_use(house):
    """M11: of this person only, with the link that is on its way; an old cookie is worth nothing."""
    here, there, elsewhere = house.signed_in(), house.signed_in(), house.signed_in()
    peer = house.signed_in(PEER)
    asking = house.browser()
    ask(asking, ADVISOR)
    link = house.link()
    answer = here.post("/desk/end-other-sessions", headers=OWN)
    assert (answer.status_code, answer.location) == (303, "/desk/me?done=sessions")
    assert here.get("/desk/").status_code == 200
    assert [each.get("/desk/").status_code for each in (there, elsewhere)] == [303, 303]
    assert asking.post(link, headers=OWN).status_code == 410
    assert peer.get("/desk/").status_code == 200
    assert house.browser().post("/desk/end-other-sessions", headers=OWN).status_code == 403
    assert here.post("/partner/end-other-sessions", headers=OWN).status_code == 404
    (ended,) = [event for event in house.store.all("deeds") if event["what"] == "sessions_ended"]
    assert (ended["count"], ended["kind"]) == (2, "staff")
    assert ADVISOR not in str(ended)
