"""`forms-service demo`: the service on a fresh folder full of example companies, which goes when it ends."""

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from forms_service.demo.filling import ADMIN, Filling
from forms_service.demo.telling import REVIEWERS
from forms_service.references import StatusTokens
from forms_service.secret_key import kept_secret_key
from forms_service.settings import Settings
from forms_service.site import Site
from forms_service.store.records import Store

JOURNAL = "records.journal"


def run(serve: Callable[[], int]) -> int:
    """Fill a new data folder and have `serve` serve it; it is removed afterwards. Returns its answer."""
    with tempfile.TemporaryDirectory(prefix="partner-channel-demo-") as folder:
        os.environ |= {"DATA_DIR": folder, "RATE_LIMIT": "off", "STAFF": ""}
        fill(Path(folder), Settings.from_environment(os.environ))
        sys.stdout.write(
            f"An example desk: all of it goes away when this ends. The link below signs in {ADMIN};\n"
            f"sign-in links of others, such as {REVIEWERS[0]}, are mails in {folder}/mail/.\n"
        )
        return serve()


def fill(data_dir: Path, settings: Settings, now: datetime | None = None) -> None:
    """Put the example into an empty data folder."""
    program = Site(settings.site_dir).current().program
    tokens = StatusTokens(settings.secret_key or kept_secret_key(data_dir))
    store = Store(data_dir / JOURNAL)
    try:
        Filling(store, tokens, program, now or datetime.now(UTC)).fill()
    finally:
        store.close()
