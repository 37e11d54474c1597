"""`forms-service demo`: start the service with demo data."""

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from forms_service.cli.demo.scenario import REVIEWERS
from forms_service.cli.demo.submissions import ADMIN, ExampleData
from forms_service.domain.references import StatusTokens
from forms_service.mail import outbox
from forms_service.services.database import open_folder
from forms_service.services.secret_key import kept_secret_key
from forms_service.settings import Settings
from forms_service.web.site import Site


def prepare(folder: Path) -> None:
    """Fill this new data folder, and have the service that starts next in this process use it."""
    # The example's mails would push the link to sign in, which stands last, out of sight.
    logging.getLogger(outbox.__name__).setLevel(logging.WARNING)
    os.environ |= {"DATA_DIR": str(folder), "RATE_LIMIT": "off", "STAFF": ""}
    fill(folder, Settings.from_environment(os.environ))
    sys.stdout.write(
        f"An example desk: all of it goes away when this ends. The link below signs in {ADMIN};\n"
        f"sign-in links of others, such as {REVIEWERS[0]}, are mails in {folder}/mail/.\n"
    )


def fill(data_dir: Path, settings: Settings, now: datetime | None = None) -> None:
    """Put the example into an empty data folder."""
    program = Site(settings.site_dir).current().program
    tokens = StatusTokens(settings.secret_key or kept_secret_key(data_dir))
    store = open_folder(data_dir)
    try:
        ExampleData(store, tokens, program, now or datetime.now(UTC)).fill()
    finally:
        store.close()
