"""Status links are renewed: the old ones answer 410, the new ones go out by mail."""

import re
from collections.abc import Callable

import pytest

from forms_service.cli.control_socket import Control
from forms_service.cli.status_links import COMMAND, handler
from forms_service.domain.references import StatusTokens, token_hash
from forms_service.services.database import open_folder
from tests.cli import running
from tests.factories.desk import ADMIN, OWN, DeskApp, words

OpenDesk = Callable[..., DeskApp]
KEY = "k" * 40


@pytest.fixture
def desk_app(open_desk: OpenDesk) -> DeskApp:
    return open_desk(SECRET_KEY=KEY)


def link(desk_app: DeskApp, reference: str) -> str:
    record = desk_app.record(reference)
    return f"/en/status/{desk_app.service.submissions.token_of(record)}"


def command(desk_app: DeskApp, *arguments: str) -> tuple[int, str, str]:
    """Beside the running service."""
    data = desk_app.service.settings.data_dir
    control = Control(data, {COMMAND: handler(desk_app.service.status_links)})
    control.start()
    try:
        return running.command(data, COMMAND, "renew", *arguments, SECRET_KEY=KEY)
    finally:
        control.stop()


def test_an_old_link_is_gone_and_the_new_one_comes_by_mail(desk_app: DeskApp) -> None:
    reference, other = desk_app.deal(), desk_app.deal(customer_name="Another Customer")
    old, kept = link(desk_app, reference), link(desk_app, other)
    visitor = desk_app.app.test_client()
    assert visitor.get(old).status_code == 200
    assert command(desk_app, reference) == (
        0,
        "Links renewed: 1; the new ones go out by mail, the old ones answer 410\n",
        "",
    )
    gone = visitor.get(old)
    assert gone.status_code == 410
    assert "This link no longer works." in words(gone)
    assert re.search(r'<form[^>]*action="/en/status/"', gone.text)
    data = {"action": "withdraw", "confirmed": "y"}
    assert visitor.post(old, data=data, headers=OWN).status_code == 410
    assert desk_app.record(reference)["state"] == "received"
    assert visitor.get(link(desk_app, reference)).status_code == 200
    assert visitor.get(kept).status_code == 200
    mails = desk_app.service.store.find("mails", "record", reference)
    (mail,) = [each for each in mails if each["template"] == "link-renewed"]
    assert mail["lang"] == desk_app.record(reference)["lang"]
    assert "link to the status page renewed" in words(desk_app.browser(ADMIN).get("/desk/history"))


def test_the_key_alone_makes_no_renewed_link(desk_app: DeskApp) -> None:
    """M3: whoever once copied it opens nothing."""
    reference = desk_app.deal()
    command(desk_app, reference)
    stolen = StatusTokens(KEY).new(reference)
    assert desk_app.app.test_client().get(f"/en/status/{stolen}").status_code == 410


def test_done_twice_is_done_once_until_the_mail_is_sent(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    command(desk_app, "--open")
    renewed = link(desk_app, reference)
    code, out, _ = command(desk_app, "--open")
    assert (code, out.splitlines()[1]) == (0, "Renewed before, with the mail still to be sent: 1")
    assert link(desk_app, reference) == renewed
    desk_app.service.outbox.deliver_due()
    command(desk_app, reference)
    assert link(desk_app, reference) != renewed
    assert desk_app.app.test_client().get(renewed).status_code == 410


def test_what_is_not_there_stops_the_rest(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    before = link(desk_app, reference)
    code, out, err = command(desk_app, reference, "DEAL-2222-2222")
    assert (code, out) == (2, "")
    assert "DEAL-2222-2222" in err and "Nothing was renewed" in err
    assert link(desk_app, reference) == before


def test_a_decided_one_is_renewed_by_name_only(desk_app: DeskApp) -> None:
    reference = desk_app.deal()
    desk_app.do(desk_app.browser(), reference, "reject", reason="outside-offer")
    before = link(desk_app, reference)
    assert command(desk_app, "--open")[1].startswith("Links renewed: 0;")
    assert link(desk_app, reference) == before
    assert command(desk_app, reference)[0] == 0
    assert link(desk_app, reference) != before


def test_without_a_service_the_command_opens_the_data(open_desk: OpenDesk) -> None:
    """Its mail waits for the next start."""
    desk_app = open_desk(SECRET_KEY=KEY)
    reference = desk_app.deal()
    old = link(desk_app, reference)
    desk_app.close()
    data = desk_app.service.settings.data_dir
    assert running.command(data, COMMAND, "renew", "--open", SECRET_KEY=KEY)[0] == 0
    store = open_folder(desk_app.service.settings.data_dir)
    try:
        (record,) = store.find("records", "replaced_token", token_hash(old.rpartition("/")[2]))
        assert StatusTokens(KEY).knows(record)
        mails = store.find("mails", "record", reference)
        assert [each["state"] for each in mails if each["template"] == "link-renewed"] == ["queued"]
    finally:
        store.close()
