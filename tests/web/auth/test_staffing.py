"""The vendor's own people: STAFF, the first administrator, the command."""

import pytest

from forms_service.cli import control_socket, staff
from forms_service.domain.auth.errors import LastAdministrator, NobodyThere, UserExists
from forms_service.domain.auth.roles import UserKind
from tests.cli.running import command as running_command
from tests.factories.auth import ADVISOR, OWN, PEER, AuthApp, ask, words

NEW_PERSON = "new-person@example.com"


@pytest.fixture
def empty(tmp_path):
    """A service that was never used."""
    return AuthApp(tmp_path)


def roles(auth_app):
    return {person["email"]: person["role"] for person in auth_app.auth.users.listed(UserKind.STAFF)}


def redeemed(auth_app, url, **data):
    browser = auth_app.browser()
    path = url.removeprefix(auth_app.settings.base_url)
    return browser, browser.post(path, data=data, headers=OWN)


# ---- STAFF


def test_the_first_of_staff_is_administrator(empty):
    """The others decide; a second start changes nothing."""
    for _ in range(2):
        empty.auth.staff_admin.seed([ADVISOR, "PEER@example.com", NEW_PERSON])
        assert roles(empty) == {ADVISOR: "administrator", PEER: "reviewer", NEW_PERSON: "reviewer"}


def test_a_role_given_elsewhere_stays(empty):
    empty.auth.staff_admin.seed([ADVISOR, PEER])
    empty.auth.users.change_role(UserKind.STAFF, PEER, "administrator", by=ADVISOR)
    empty.auth.users.change_role(UserKind.STAFF, ADVISOR, "reader", by=PEER)
    empty.auth.staff_admin.seed([ADVISOR, PEER])
    assert roles(empty) == {ADVISOR: "reader", PEER: "administrator"}


def test_whoever_is_no_longer_named_is_out(empty):
    """Taking an address out of the environment ends its sessions at the next start."""
    empty.auth.staff_admin.seed([ADVISOR, PEER])
    empty.auth.users.add(UserKind.STAFF, NEW_PERSON, "reader", by="command")
    cookie = empty.signed_in(PEER).get_cookie("session").value
    empty.auth.staff_admin.seed([ADVISOR])
    assert roles(empty) == {ADVISOR: "administrator", NEW_PERSON: "reader"}
    browser = empty.browser()
    browser.set_cookie("session", cookie)
    assert browser.get("/desk/").status_code == 303
    empty.auth.staff_admin.seed([ADVISOR, PEER])
    assert roles(empty)[PEER] == "reviewer"


def test_whoever_was_removed_stays_out_although_named(empty):
    """A restart lets nobody back in."""
    empty.auth.staff_admin.seed([ADVISOR, PEER])
    empty.auth.users.remove(UserKind.STAFF, PEER, by="command")
    empty.auth.staff_admin.seed([ADVISOR, PEER])
    assert roles(empty) == {ADVISOR: "administrator"}


def test_there_is_always_an_administrator(empty):
    """When the only one is no longer named, the first who is becomes one."""
    empty.auth.staff_admin.seed([ADVISOR, PEER, NEW_PERSON])
    empty.auth.staff_admin.seed([NEW_PERSON, PEER])
    assert roles(empty) == {NEW_PERSON: "administrator", PEER: "reviewer"}


# ---- The first administrator


def test_the_first_administrator_comes_in_by_a_printed_link(empty):
    """With nobody on the list the link asks who they are."""
    url = empty.auth.staff_admin.first_administrator_link()
    assert url.startswith("http://127.0.0.1:8000/desk/link/")
    browser, refused = redeemed(empty, url)
    assert refused.status_code == 422
    assert 'name="address"' in refused.text
    _, wrong = redeemed(empty, url, address="no address")
    assert wrong.status_code == 422
    assert 'value="no address"' in wrong.text
    assert roles(empty) == {}
    browser, entered = redeemed(empty, url, address="Advisor@example.com")
    assert entered.status_code == 303
    assert browser.get("/desk/").text == f"{ADVISOR} administrator"
    _, again = redeemed(empty, url, address=NEW_PERSON)
    assert again.status_code == 410
    assert empty.auth.staff_admin.first_administrator_link() is None


def test_of_two_printed_links_one_makes_an_administrator(empty):
    """A restart prints another one; after the first was used the other is worthless."""
    first, second = (empty.auth.staff_admin.first_administrator_link() for _ in range(2))
    redeemed(empty, first, address=ADVISOR)
    _, late = redeemed(empty, second, address=NEW_PERSON)
    assert late.status_code == 410
    assert roles(empty) == {ADVISOR: "administrator"}


def test_a_printed_link_lasts_as_long_as_any(empty):
    url = empty.auth.staff_admin.first_administrator_link()
    empty.clock.forward(minutes=10)
    assert redeemed(empty, url, address=ADVISOR)[1].status_code == 410


def test_with_staff_named_the_printed_link_is_the_first_ones(empty):
    """No mail server is needed to get in for the first time."""
    empty.auth.staff_admin.seed([ADVISOR, PEER])
    browser, entered = redeemed(empty, empty.auth.staff_admin.first_administrator_link())
    assert entered.status_code == 303
    assert browser.get("/desk/").text == f"{ADVISOR} administrator"
    assert empty.auth.staff_admin.first_administrator_link() is None


# ---- The list


def test_the_last_administrator_stays(auth_app):
    for change in (
        lambda: auth_app.auth.users.remove(UserKind.STAFF, ADVISOR, by=ADVISOR),
        lambda: auth_app.auth.users.change_role(UserKind.STAFF, ADVISOR, "reader", by=ADVISOR),
    ):
        with pytest.raises(LastAdministrator, match="make somebody else administrator first"):
            change()
    assert auth_app.signed_in().get("/desk/").status_code == 200


def test_nobody_is_added_twice_or_removed_twice(auth_app):
    with pytest.raises(UserExists, match="as reviewer"):
        auth_app.auth.users.add(UserKind.STAFF, "PEER@example.com", "reader", by=ADVISOR)
    auth_app.auth.users.remove(UserKind.STAFF, PEER, by=ADVISOR)
    with pytest.raises(NobodyThere):
        auth_app.auth.users.remove(UserKind.STAFF, PEER, by=ADVISOR)


def test_the_list_remembers_who_decided_what(auth_app):
    """Also about somebody who went and came back."""
    auth_app.auth.users.change_role(UserKind.STAFF, PEER, "reader", by=ADVISOR)
    auth_app.auth.users.remove(UserKind.STAFF, PEER, by=ADVISOR)
    back = auth_app.auth.users.add(UserKind.STAFF, PEER, "reviewer", by="command")
    assert [(entry["who"], entry["what"], entry.get("role")) for entry in back["history"]] == [
        ("command", "added", "reviewer"),
        (ADVISOR, "role changed", "reader"),
        (ADVISOR, "removed", None),
        ("command", "added", "reviewer"),
    ]


# ---- The command


def command(data, *argv):
    return running_command(data, "staff", *argv)


def test_the_command_without_a_service(tmp_path):
    """It opens the data itself."""
    assert command(tmp_path, "list") == (
        0,
        "Nobody may sign in to the desk yet: forms-service staff add ADDRESS\n",
        "",
    )
    assert command(tmp_path, "add", ADVISOR, "--role", "administrator") == (
        0,
        f"{ADVISOR} may sign in to the desk, as administrator.\n",
        "",
    )
    assert command(tmp_path, "add", PEER)[1] == f"{PEER} may sign in to the desk, as reviewer.\n"
    assert command(tmp_path, "add", PEER) == (2, "", f"{PEER} is on the list already, as reviewer\n")
    assert command(tmp_path, "add", PEER, "--role", "reader")[0] == 0
    assert command(tmp_path, "list")[1] == (
        f"{ADVISOR}  administrator  has not signed in yet\n{PEER}     reader         has not signed in yet\n"
    )
    assert command(tmp_path, "remove", PEER)[1].startswith(f"{PEER} may not sign in any more")
    assert command(tmp_path, "remove", PEER) == (2, "", f"{PEER} is not on the list\n")
    assert command(tmp_path, "remove", "nonsense")[2].startswith("'nonsense' is no e-mail address")
    assert command(tmp_path, "link", ADVISOR) == (
        2,
        "",
        "a link needs a running service to open it: start the service first\n",
    )
    assert AuthApp(tmp_path).auth.users.listed(UserKind.STAFF)[0]["email"] == ADVISOR


@pytest.fixture
def running(auth_app):
    """The same auth_app with its control socket open, as a running service has it."""
    desk = control_socket.Control(auth_app.data, {"staff": staff.handler(auth_app.auth.staff_admin)})
    desk.start()
    yield auth_app
    desk.stop()


def test_the_command_beside_a_running_service(running):
    """The service does it itself: whoever is removed is out at once."""
    browser = running.signed_in(PEER)
    assert command(running.data, "remove", PEER)[0] == 0
    assert browser.get("/desk/").status_code == 303
    assert command(running.data, "add", NEW_PERSON, "--role", "reader")[0] == 0
    assert roles(running) == {ADVISOR: "administrator", NEW_PERSON: "reader"}
    assert command(running.data, "remove", ADVISOR) == (
        2,
        "",
        f"{ADVISOR} is the last administrator; make somebody else administrator first\n",
    )


def test_the_command_prints_a_link_when_mail_does_not_work(running):
    """It works in any browser, once, and makes the one in the mail worthless."""
    asking = running.browser()
    ask(asking, PEER)
    mailed = running.link()
    code, out, _ = command(running.data, "link", PEER)
    assert code == 0
    browser, entered = redeemed(running, out.strip())
    assert entered.status_code == 303
    assert browser.get("/desk/").text == f"{PEER} reviewer"
    assert asking.post(mailed, headers=OWN).status_code == 410
    assert command(running.data, "link", "stranger@example.com")[0] == 2


def test_a_role_that_does_not_exist_is_refused_by_the_command(tmp_path):
    code, _, err = command(tmp_path, "add", ADVISOR, "--role", "boss")
    assert code == 2
    assert "administrator" in err


def test_the_pages_for_the_first_administrator_say_what_happens(empty):
    path = empty.auth.staff_admin.first_administrator_link().removeprefix(empty.settings.base_url)
    assert "you become the administrator" in words(empty.browser().get(f"{path}?lang=en"))
