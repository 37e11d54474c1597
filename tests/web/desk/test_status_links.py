"""Status links are renewed: the old ones answer 410, the new ones go out by mail."""

import io
import re
from collections.abc import Callable

import pytest

from forms_service.cli.control_socket import Control
from forms_service.cli.status_links import COMMAND, handler, run
from forms_service.domain.references import StatusTokens, token_hash
from forms_service.services.database import open_folder
from tests.factories.desk import ADMIN, OWN, Office, words

OpenOffice = Callable[..., Office]
KEY = "k" * 40


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    return open_office(SECRET_KEY=KEY)


def link(office: Office, reference: str) -> str:
    record = office.record(reference)
    return f"/en/status/{office.service.submissions.token_of(record)}"


def command(office: Office, *arguments: str) -> tuple[int, str, str]:
    """Beside the running service."""
    out, err = io.StringIO(), io.StringIO()
    data = office.service.settings.data_dir
    control = Control(data, {COMMAND: handler(office.service.status_links)})
    control.start()
    try:
        code = run(["renew", *arguments], data, lambda: StatusTokens(KEY), out=out, err=err)
    finally:
        control.stop()
    return code, out.getvalue(), err.getvalue()


def test_an_old_link_is_gone_and_the_new_one_comes_by_mail(office: Office) -> None:
    reference, other = office.deal(), office.deal(customer_name="Another Customer")
    old, kept = link(office, reference), link(office, other)
    visitor = office.app.test_client()
    assert visitor.get(old).status_code == 200
    assert command(office, reference) == (
        0,
        "Links renewed: 1; the new ones go out by mail, the old ones answer 410\n",
        "",
    )
    gone = visitor.get(old)
    assert gone.status_code == 410
    assert "This link does not work any more." in words(gone)
    assert re.search(r'<form[^>]*action="/en/status/"', gone.text)
    data = {"action": "withdraw", "confirmed": "y"}
    assert visitor.post(old, data=data, headers=OWN).status_code == 410
    assert office.record(reference)["state"] == "received"
    assert visitor.get(link(office, reference)).status_code == 200
    assert visitor.get(kept).status_code == 200
    mails = office.service.store.find("mails", "record", reference)
    (mail,) = [each for each in mails if each["template"] == "link-renewed"]
    assert mail["lang"] == office.record(reference)["lang"]
    assert "link to the status page renewed" in words(office.browser(ADMIN).get("/desk/history"))


def test_the_key_alone_makes_no_renewed_link(office: Office) -> None:
    """M3: whoever once copied it opens nothing."""
    reference = office.deal()
    command(office, reference)
    stolen = StatusTokens(KEY).new(reference)
    assert office.app.test_client().get(f"/en/status/{stolen}").status_code == 410


def test_done_twice_is_done_once_until_the_mail_is_sent(office: Office) -> None:
    reference = office.deal()
    command(office, "--open")
    renewed = link(office, reference)
    code, out, _ = command(office, "--open")
    assert (code, out.splitlines()[1]) == (0, "Renewed before, with the mail still to be sent: 1")
    assert link(office, reference) == renewed
    office.service.outbox.deliver_due()
    command(office, reference)
    assert link(office, reference) != renewed
    assert office.app.test_client().get(renewed).status_code == 410


def test_what_is_not_there_stops_the_rest(office: Office) -> None:
    reference = office.deal()
    before = link(office, reference)
    code, out, err = command(office, reference, "DEAL-2222-2222")
    assert (code, out) == (2, "")
    assert "DEAL-2222-2222" in err and "Nothing was renewed" in err
    assert link(office, reference) == before


def test_a_decided_one_is_renewed_by_name_only(office: Office) -> None:
    reference = office.deal()
    office.do(office.browser(), reference, "reject", reason="outside-offer")
    before = link(office, reference)
    assert command(office, "--open")[1].startswith("Links renewed: 0;")
    assert link(office, reference) == before
    assert command(office, reference)[0] == 0
    assert link(office, reference) != before


def test_without_a_service_the_command_opens_the_data(open_office: OpenOffice) -> None:
    """Its mail waits for the next start."""
    office = open_office(SECRET_KEY=KEY)
    reference = office.deal()
    old = link(office, reference)
    office.close()
    out = io.StringIO()
    assert run(["renew", "--open"], office.service.settings.data_dir, lambda: StatusTokens(KEY), out=out) == 0
    store = open_folder(office.service.settings.data_dir)
    try:
        (record,) = store.find("records", "replaced_token", token_hash(old.rpartition("/")[2]))
        assert StatusTokens(KEY).knows(record)
        mails = store.find("mails", "record", reference)
        assert [each["state"] for each in mails if each["template"] == "link-renewed"] == ["queued"]
    finally:
        store.close()
