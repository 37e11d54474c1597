"""The privacy notice is a sentence above the button: nothing is ticked, and an old tick is seen nowhere."""

import json

import pytest
from flask.testing import FlaskClient

from forms_service.domain.submissions.submission import parse
from forms_service.web.context import Service
from tests.factories.desk import ADMIN, OWN, DeskApp, words
from tests.web.conftest import records

FORMS = [("/apply/", "application"), ("/register-deal/", "deal")]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(("path", "kind"), FORMS)
def test_the_notice_is_a_sentence_with_a_link(client: FlaskClient, prefix: str, path: str, kind: str) -> None:
    page = client.get(prefix + path).text.partition("<form id")[2].partition("</form>")[0]
    assert "accept_privacy" not in page
    notice, _, _ = page.rpartition('<button type="submit"')
    assert f'href="{prefix}/privacy/"' in notice[-500:]


@pytest.mark.parametrize("tick", [{}, {"accept_privacy": "y"}, {"accept_privacy": "no"}], ids=str)
@pytest.mark.parametrize(("path", "kind"), FORMS)
def test_a_tick_that_is_sent_is_ignored(
    client: FlaskClient, service: Service, request: pytest.FixtureRequest, path: str, kind: str, tick: object
) -> None:
    data = {**request.getfixturevalue(kind), **tick}  # type: ignore[dict-item]
    assert client.post(path, data=data, headers=OWN).status_code == 303
    (record,) = records(service, kind)
    assert "accept_privacy" not in record["said"]


@pytest.mark.parametrize("kind", ["deal", "application"])
def test_an_old_tick_is_shown_nowhere(desk_app: DeskApp, kind: str) -> None:
    """Stored before: the record opens, and neither page, export nor history knows the tick."""
    reference = getattr(desk_app, kind)()
    with desk_app.service.store.batch() as batch:
        old = desk_app.record(reference)
        batch.replace("records", {**old, "said": {**old["said"], "accept_privacy": True}}, old["version"])
    browser = desk_app.browser(ADMIN)
    token = desk_app.service.submissions.token_of(parse(desk_app.record(reference)))
    shown = [
        words(browser.get(f"/desk/submissions/{reference}")),
        words(browser.get(f"/status/{token}")),
        browser.post("/desk/export", data={"format": "csv"}, headers=OWN).text,
        json.dumps(desk_app.service.privacy.exported("contact@partner.example", by=ADMIN)),
    ]
    assert all(reference in text for text in shown)
    assert not [text for text in shown if "accept_privacy" in text]
    said, program = desk_app.record(reference)["said"], desk_app.program
    same = {name: value for name, value in said.items() if name != "accept_privacy"}
    desk_app.service.submissions.correct(reference, same, program=program)
    assert not desk_app.record(reference).get("versions")
    named = {**same, "website": "", "description": "More"}
    desk_app.service.submissions.correct(reference, named, program=program)
    (version,) = desk_app.record(reference)["versions"]
    assert "accept_privacy" not in json.dumps(version)
