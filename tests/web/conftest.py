"""The service on real files: a built site, a data folder, a clock that tests turn."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_service.app import create_app, service_of
from forms_service.settings import Settings
from forms_service.web.context import Service
from partner_program import Program
from tests.factories.clock import FakeClock
from tests.factories.desk import DeskApp
from tests.factories.submissions import typed_application, typed_deal

TUESDAY = datetime(2026, 12, 22, 9, 30, tzinfo=UTC)
"""Two business days before Christmas take it to Monday the 28th."""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(TUESDAY)


@pytest.fixture
def make_app(site: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Callable[..., Flask]]:
    """Make the application with settings as keywords, named as in the environment."""
    made: list[Flask] = []

    def make(**settings: str) -> Flask:
        known = {"SITE_DIR": str(site), "DATA_DIR": str(tmp_path / "data"), "RATE_LIMIT": "off"}
        app = create_app(Settings.from_environment(known | settings), clock=clock)
        made.append(app)
        return app

    yield make
    for app in made:
        service_of(app).store.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def service(app: Flask) -> Service:
    return service_of(app)


@pytest.fixture
def deal(program: Program) -> dict[str, str]:
    """A deal registration as a browser sends it; nothing in it is wrong."""
    return typed_deal(program, program=program.hash)


@pytest.fixture
def application(program: Program) -> dict[str, str]:
    """An application as a browser sends it; for the highest tier, with nobody qualified yet."""
    return typed_application(program, program=program.hash)


@pytest.fixture
def open_desk(site: Path, tmp_path: Path, program: Program) -> Iterator[Callable[..., DeskApp]]:
    """Open one with settings as keywords, named as in the environment."""
    opened: list[DeskApp] = []

    def open_one(**settings: str) -> DeskApp:
        opened.append(DeskApp(site, tmp_path / "data", program, **settings))
        return opened[-1]

    yield open_one
    for desk_app in opened:
        desk_app.close()


@pytest.fixture
def desk_app(open_desk: Callable[..., DeskApp]) -> DeskApp:
    return open_desk()


def records(service: Service, kind: str = "deal") -> list[dict[str, Any]]:
    """All stored submissions of a kind, oldest first."""
    return service.store.range("records", "received", (kind, ""), (kind, "~"))


def mails(service: Service) -> list[dict[str, Any]]:
    """All mails that are owed."""
    return service.store.find("mails", "state", "queued")
