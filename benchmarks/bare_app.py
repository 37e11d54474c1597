"""The baseline: a bare Flask + WTForms app that takes the same deal fields and keeps them in SQLite, synced.

No slots, no deadline, no duplicates, no mail, no checks beyond WTForms' own: what a good engineer has after
an hour. Run by the same server as the service.
"""

import json
import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path

from flask import Flask, redirect, request
from wtforms import BooleanField, DateField, DecimalField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from forms_service.server.channel import Limits
from forms_service.server.waitress_server import Server, listen

TEXT = [InputRequired(), Length(max=200)]
CURRENCIES = ["PLN", "EUR", "USD", "GBP", "CHF"]


class Deal(Form):  # type: ignore[misc] # WTForms has no types
    """The fields of a deal registration."""

    partner_tax_id = StringField(validators=TEXT)
    partner_email = StringField(validators=[*TEXT, Email()])
    customer_name = StringField(validators=TEXT)
    customer_website = StringField(validators=[Optional(), Length(max=200)])
    customer_tax_id = StringField(validators=[Optional(), Length(max=200)])
    customer_country = StringField(validators=TEXT)
    model = SelectField(choices=["sell-with", "resell"])
    product = StringField(validators=TEXT)
    description = TextAreaField(validators=[Optional(), Length(max=5000)])
    value_amount = DecimalField(validators=[NumberRange(min=0)])
    value_currency = SelectField(choices=CURRENCIES)
    expected_close = DateField()
    customer_aware = BooleanField()


def make(database: Path, flush_seconds: float = 0.0) -> Flask:
    """The app; each thread has its own connection to the one database.

    With `flush_seconds`, each commit waits that long, as on a slower disk, instead of for this one.
    """
    app = Flask(__name__)
    local, turn = threading.local(), threading.Lock()
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS deals (id INTEGER PRIMARY KEY, said TEXT)")

    def mine() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(database, timeout=60, isolation_level=None)
            local.connection.execute(f"PRAGMA synchronous={'OFF' if flush_seconds else 'FULL'}")
        connection: sqlite3.Connection = local.connection
        return connection

    @app.post("/register-deal/")
    def register():  # type: ignore[no-untyped-def]
        form = Deal(request.form)
        if not form.validate():
            return {"errors": form.errors}, 422
        return redirect(f"/status/{store(json.dumps(form.data, default=str))}", 303)

    def store(said: str) -> int | None:
        if not flush_seconds:
            return mine().execute("INSERT INTO deals (said) VALUES (?)", (said,)).lastrowid
        # SQLite flushes while it holds its write lock; waiting threads take turns, kinder than its own way.
        with turn:
            mine().execute("BEGIN IMMEDIATE")
            row = mine().execute("INSERT INTO deals (said) VALUES (?)", (said,))
            time.sleep(flush_seconds)
            mine().execute("COMMIT")
        return row.lastrowid

    return app


def main() -> None:
    """Serve on a port until SIGTERM: `bare_app.py PORT FOLDER [FLUSH_SECONDS]`."""
    port, folder, flush_seconds = int(sys.argv[1]), Path(sys.argv[2]), float(*sys.argv[3:])
    listening = listen("127.0.0.1", port)
    server = Server(
        make(folder / "deals.sqlite", flush_seconds),
        lambda code, path: (f"{code} Refused", [], b""),
        listening,
        Limits(body_bytes=262144),
    )
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    print("ready", flush=True)
    server.run()


if __name__ == "__main__":
    main()
