"""A third tier is an edit of the program file: site, forms, finder and status page follow; nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forms_service.app import create_app, service_of
from forms_service.settings import Settings
from publishing import build
from tests.partner_program.test_added_tier import with_platinum

APPLICATION = {
    "company_name": "Example Integrator",
    "tax_id": "123-456-32-18",
    "country": "PL",
    "tier": "platinum",
    "models": "resell",
    "contacts-0-name": "Partner contact",
    "contacts-0-email": "contact@example.com",
    "sponsor_is_contact": "y",
    "accept_requirements": "y",
}


@pytest.fixture
def client(project: Path) -> Iterator[FlaskClient]:
    """The service on a site built from the edited file."""
    program = project / "docs" / "program.yml"
    program.write_text(with_platinum(program.read_text(encoding="utf-8")), encoding="utf-8")
    build.build(project, compressed=False)
    places = {"SITE_DIR": str(project / "site"), "DATA_DIR": str(project / "data"), "RATE_LIMIT": "off"}
    app = create_app(Settings.from_environment(places))
    yield app.test_client()
    service_of(app).store.close()


def test_everything_follows_the_file(client: FlaskClient) -> None:
    for home, fifty, missing in (
        ("", "50 i więcej osób", "Platinum: brakuje 50 osób z kwalifikacjami technicznymi"),
        ("/en", "50 or more people", "Platinum: 50 people with technical qualifications"),
    ):
        comparison = plain(client.get(f"{home}/tiers/").text)
        assert '<th scope="col" role="columnheader">Platinum Partner</th>' in comparison
        assert f'<td role="cell">{fifty}</td>' in comparison
        assert fifty in plain(client.get(f"{home}/requirements/").text)
        assert "Platinum" in client.get(f"{home}/").text
        assert re.search(r'<input type="radio"[^>]* value="platinum"', client.get(f"{home}/apply/").text)
        query = "sales_people=2&technical_people=0&lead_activities=2&sponsor=y"
        assert missing in plain(client.get(f"{home}/tiers/?{query}").text)
        sent = client.post(f"{home}/apply/", data=APPLICATION | {"company_name": f"Example {home}"})
        assert sent.status_code == 303
        status = plain(client.get(sent.headers["Location"]).text)
        assert "Platinum: " in status
        assert fifty.split()[0] in status
    published = client.get("/program.json").get_json()["program"]
    assert [tier["id"] for tier in published["tiers"]] == ["silver", "gold", "platinum"]


def plain(html: str) -> str:
    """With ordinary spaces."""
    return html.replace("\u00a0", " ")
